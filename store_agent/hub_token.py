"""How a till proves itself to its store's hub: a token the hub can check without asking anyone.

token = `TILL.HEX`, where HEX is HMAC-SHA256 under the hub's secret over the domain, store and till. A till gets it
when it enrols through the hub, or from `store-agent hub-token`. It opens the protocol's door only: entries are signed
by the till's own key, and feeds by headquarters. A till revoked in the till_keys feed is turned away; a new secret
turns all away.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Final

from store_db.keys import read_private, write_private

DOMAIN: Final = b"zhanggui/hub-token/1\x00"
SECRET_BYTES: Final = 32


def make_token(secret: bytes, store: str, till: str) -> str:
    """The token of a till of this store."""
    return f"{till}.{_seal(secret, store, till)}"


def till_of_token(secret: bytes, store: str, token: str) -> str | None:
    """The till that this token was made for, None for any other text."""
    till, dot, seal = token.rpartition(".")
    if not dot or not hmac.compare_digest(seal.encode(), _seal(secret, store, till).encode()):
        return None
    return till


def hub_secret(path: Path) -> bytes:
    """The hub's secret, made at first use."""
    if not path.exists():
        write_private(path, secrets.token_bytes(SECRET_BYTES).hex().encode())
    return bytes.fromhex(read_private(path).decode())


def _seal(secret: bytes, store: str, till: str) -> str:
    fields = b"".join(len(part).to_bytes(2, "big") + part for part in (store.encode(), till.encode()))
    return hmac.new(secret, DOMAIN + fields, hashlib.sha256).hexdigest()
