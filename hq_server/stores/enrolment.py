"""A till becomes known: a one-time code read out by a person, a key made on the till, a token for its agent.

The code is good for one till, one use and a quarter of an hour, and only its hash is kept. The till proves that it
holds the private key by signing the code. A till whose reply was lost may ask again with the same key while the code
lasts.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.errors import Forbidden, NotFound
from hq_server.feeds.publishing import Change, publish
from hq_server.models.stores import EnrolmentCode, Store, Till, TillKey
from hq_server.sync.acceptance import verifier
from hq_server.users import audit
from retail.feeds import TillKeyRow
from retail.receipt_number import ALPHABET
from retail.wire import EnrolReply, EnrolRequest

CODE_LENGTH: Final = 12
CODE_LIFE: Final = timedelta(minutes=15)
TOKEN_BYTES: Final = 32
EARLIER_MAX: Final = 5
"""So many former keys of a till are told to the stores."""


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code to be typed at the till; shown once."""

    code: str
    till: str
    expires_at: datetime


class EnrolmentRefused(Forbidden):
    """The code or the proof is not good; the text does not tell which codes exist."""

    code = "enrolment_refused"


def issue_code(session: Session, *, till_id: str, actor: str, at: datetime) -> IssuedCode:
    """A fresh code for this till; earlier unused ones stop working."""
    if session.get(Till, till_id) is None:
        raise NotFound(f"there is no till {till_id}: add it to its store first")
    for held in session.scalars(select(EnrolmentCode).filter_by(till_id=till_id, used_at=None)):
        session.delete(held)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    expires_at = at + CODE_LIFE
    session.add(EnrolmentCode(code_hash=hash_of(code), till_id=till_id, expires_at=expires_at, made_by=actor))
    audit.record(session, actor=actor, action="till.code", subject=till_id, at=at)
    return IssuedCode(f"{code[:4]}-{code[4:8]}-{code[8:]}", till_id, expires_at)


def enrol(session: Session, request: EnrolRequest, *, headquarters_key: bytes, at: datetime) -> EnrolReply:
    """The till's identity and its agent's token. Raises EnrolmentRefused."""
    held = session.scalar(select(EnrolmentCode).filter_by(code_hash=hash_of(request.code)).with_for_update())
    if held is None or at >= held.expires_at:
        raise EnrolmentRefused("this code is wrong or too old: ask for a new one")
    if not verifier([request.public_key])(request.code.encode(), request.proof):
        raise EnrolmentRefused("the till did not prove its key: start the enrolment again")
    if held.used_at is not None and held.used_key != request.public_key:
        raise EnrolmentRefused("this code was already used: ask for a new one")
    held.used_at, held.used_key = at, request.public_key
    return _admit(session, request, held.till_id, headquarters_key=headquarters_key, at=at)


def _admit(
    session: Session, request: EnrolRequest, till_id: str, *, headquarters_key: bytes, at: datetime
) -> EnrolReply:
    till = session.get_one(Till, till_id, with_for_update=True)
    store = session.get_one(Store, till.store_id)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    till.token_hash, till.host, till.enrolled_at, till.revoked_at = hash_token(token), request.host, at, None
    key = session.get(TillKey, (till_id, request.public_key))
    if key is None:
        session.add(TillKey(till_id=till_id, public_key=request.public_key, enrolled_at=at))
    else:
        key.revoked_at = None
    audit.record(session, actor=f"till {till_id}", action="till.enrol", subject=till_id, at=at, host=request.host)
    session.flush()
    earlier = _earlier(session, till_id, request.public_key)
    row = TillKeyRow(till_id, store.store_id, request.public_key, earlier=earlier)
    publish(session, "till_keys", [Change(till_id, row)], at=at)
    return EnrolReply(
        till=till_id,
        store=store.store_id,
        headquarters_key=headquarters_key,
        token=token,
        store_name=store.name,
        currency=store.currency,
        utc_offset_min=store.utc_offset_min,
    )


def _earlier(session: Session, till_id: str, present: bytes) -> tuple[bytes, ...]:
    """The till's former keys that nobody took out of use, the latest first."""
    keys = select(TillKey.public_key).filter_by(till_id=till_id, revoked_at=None).order_by(TillKey.enrolled_at.desc())
    return tuple(key for key in session.scalars(keys) if key != present)[:EARLIER_MAX]


def hash_of(code: str) -> bytes:
    """What is kept of a code, however it was typed: small letters, blanks and hyphens do not matter."""
    plain = code.upper().replace("-", "").replace(" ", "")
    return hashlib.sha256(b"zhanggui/enrolment-code/1\0" + plain.encode()).digest()


def hash_token(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(b"zhanggui/token/1\0" + token.encode()).digest()
