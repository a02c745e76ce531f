"""Who calls, with which keys a till signs, and how far a stream is committed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from retail.ids import Stream


@dataclass(frozen=True, slots=True)
class Caller:
    """The till whose host calls, its store, and headquarters' generation at this moment."""

    till: str
    store: str
    revoked_at: datetime | None
    generation: str


_CALLER = text("""
    SELECT till_id, store_id, revoked_at, (SELECT value FROM hq_state WHERE name = 'generation')
    FROM till WHERE token_hash = :token_hash
""")
_KEYS = text("""
    SELECT k.public_key FROM till t LEFT JOIN till_key k ON k.till_id = t.till_id AND k.revoked_at IS NULL
    WHERE t.till_id = :till AND t.store_id = :store AND t.revoked_at IS NULL
    ORDER BY k.enrolled_at DESC
""")
_MARKS = text("""
    SELECT accepted, head_hash, archived FROM stream
    WHERE store_id = :store AND till_id = :till AND incarnation = :incarnation
""")


def caller_by_token(session: Session, token_hash: bytes) -> Caller | None:
    """Whose token this is."""
    row = session.execute(_CALLER, {"token_hash": token_hash}).one_or_none()
    return None if row is None else Caller(row[0], row[1], row[2], row[3] or "")


def signing_keys(session: Session, store: str, till: str) -> list[bytes] | None:
    """The till's public keys, newest first; None when this store has no such till, or it was revoked."""
    rows = session.execute(_KEYS, {"store": store, "till": till}).scalars().all()
    return [key for key in rows if key is not None] if rows else None


def stream_mark(session: Session, store: str, stream: Stream) -> tuple[int, bytes, int] | None:
    """(accepted, head hash, archived) of a stream, or None when nothing of it is here."""
    row = session.execute(
        _MARKS, {"store": store, "till": stream.till, "incarnation": UUID(bytes=stream.incarnation)}
    ).one_or_none()
    return None if row is None else (row[0], row[1], row[2])
