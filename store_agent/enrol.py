"""Makes this host a till of the chain: a key made here, a one-time code from headquarters, headquarters' key pinned.

The identity is written last. Whatever breaks before that can be tried again with the same code, and with the same key:
headquarters may have used up the code for it already.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Final

from retail.wire import EnrolReply, EnrolRequest
from store_agent.errors import AgentError, Rejected
from store_agent.transport import Transport
from store_db.identity import FILE as IDENTITY_FILE
from store_db.identity import PUBLIC_KEY_BYTES, Identity, save_identity
from store_db.keys import make_private_key, read_private, replace_private, signer, write_private

KEY_FILE: Final = "till.key"
HEADQUARTERS_TOKEN_FILE: Final = "hq.token"  # noqa: S105 - the name of a file
HUB_TOKEN_FILE: Final = "hub.token"  # noqa: S105 - the name of a file
FINGERPRINT_GROUPS: Final = 4


def enrol(data: Path, transport: Transport, *, code: str, host: str, again: bool = False) -> Identity:
    """The identity this host has from now on, with key, tokens and identity written into `data`.

    Raises AgentError when it has one already and `again` is not set, Rejected for a code that headquarters does not
    take, Unreachable when it does not answer.
    """
    data.mkdir(parents=True, exist_ok=True)
    if (data / IDENTITY_FILE).exists() and not again:
        raise AgentError(f"{data} is enrolled already; use --again to enrol it anew with a new code")
    key_file = data / KEY_FILE
    if not key_file.exists():
        write_private(key_file, make_private_key())
    sign, public_key = signer(read_private(key_file))
    code = code.strip()
    reply = transport.enrol(EnrolRequest(code, public_key, sign(code.encode()), host))
    if len(reply.headquarters_key) != PUBLIC_KEY_BYTES:
        raise Rejected("bad_reply", "headquarters sent no key to pin; nothing was changed here")
    replace_private(data / HEADQUARTERS_TOKEN_FILE, reply.token.encode())
    if reply.hub_token:
        replace_private(data / HUB_TOKEN_FILE, reply.hub_token.encode())
    identity = _identity(reply)
    save_identity(data, identity)
    return identity


def write_settings(path: Path, *, url: str, authorities: str, through_hub: bool) -> bool:
    """Writes an agent's settings where there are none, and returns whether it did."""
    token_file = HUB_TOKEN_FILE if through_hub else HEADQUARTERS_TOKEN_FILE
    lines = ['kind = "realtime"', 'data = "."', "", "[upstream]", f"url = {json.dumps(url)}"]
    lines.append(f"token_file = {json.dumps(token_file)}")
    if authorities:
        lines.append(f"authorities = {json.dumps(authorities)}")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except FileExistsError:
        return False
    return True


def fingerprint(public_key: bytes) -> str:
    """A key as people compare it aloud: four groups of four hexadecimal digits.

    >>> fingerprint(bytes(32))
    '6668 7aad f862 bd77'
    """
    digits = hashlib.sha256(public_key).hexdigest()
    return " ".join(digits[4 * group : 4 * group + 4] for group in range(FINGERPRINT_GROUPS))


def _identity(reply: EnrolReply) -> Identity:
    return Identity(
        till=reply.till,
        store=reply.store,
        headquarters_key=reply.headquarters_key.hex(),
        store_name=reply.store_name,
        currency=reply.currency,
        utc_offset_min=reply.utc_offset_min,
    )
