"""Takes a push in: decides with the shared machine, writes the new entries by COPY, moves the stream's row.

The locked stream row is the duplicate check: the same push by any number of callers at once has one effect. Positions
within a store come from its own locked row, taken only when there is something to append, always after the stream's.
The caller commits, and only then replies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from struct import Struct
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.copy import copy_binary, cursor_of, date_field, field_bytes
from retail.chain import Verify
from retail.sync.server import NEW_STREAM, Decision, Lookup, Stored, StreamState, decide
from retail.wire import Push

_COLUMNS: Final = ("store_id", "accepted_day", "position", "hash", "signature", "envelope", "body")
_FIELDS: Final = len(_COLUMNS).to_bytes(2, "big")
_POSITION_HASH: Final = Struct(">iqi32si")
_LENGTH: Final = Struct(">i")

# Plain statements for the driver: this is the one path where the layers above it would cost more than the work.
_LOCK: Final = """
    SELECT accepted, head_hash, forked FROM stream
    WHERE store_id = %(store)s AND till_id = %(till)s AND incarnation = %(incarnation)s FOR UPDATE
"""
_BEGIN: Final = """
    INSERT INTO stream (store_id, till_id, incarnation, accepted, head_hash, forked, archived, first_at, last_at)
    VALUES (%(store)s, %(till)s, %(incarnation)s, 0, %(genesis)s, FALSE, 0, %(at)s, %(at)s) ON CONFLICT DO NOTHING
"""
_UNDO: Final = """
    DELETE FROM stream WHERE store_id = %(store)s AND till_id = %(till)s AND incarnation = %(incarnation)s
    AND accepted = 0 AND NOT forked
"""
_KNOWN: Final = """
    SELECT p.first_seq + r.position - p.first_position, r.hash, p.forked FROM stream_span p
    JOIN raw_entry r ON r.store_id = p.store_id AND r.accepted_day = p.accepted_day
        AND r.position BETWEEN p.first_position + greatest(%(first)s - p.first_seq, 0)
        AND p.first_position + least(%(last)s - p.first_seq, p.count - 1)
    WHERE p.store_id = %(store)s AND p.till_id = %(till)s AND p.incarnation = %(incarnation)s
        AND p.first_seq <= %(last)s AND p.first_seq + p.count > %(first)s
"""
_POSITIONS: Final = """
    INSERT INTO store_position (store_id, position) VALUES (%(store)s, %(count)s)
    ON CONFLICT (store_id) DO UPDATE SET position = store_position.position + %(count)s RETURNING position
"""
_MOVE: Final = """
    WITH spanned AS (
        INSERT INTO stream_span
        (store_id, till_id, incarnation, first_seq, first_position, count, forked, accepted_day, accepted_at)
        VALUES (%(store)s, %(till)s, %(incarnation)s, %(first_seq)s, %(first)s, %(count)s, %(beside)s, %(day)s, %(at)s)
    )
    UPDATE stream SET accepted = %(accepted)s, head_hash = %(head_hash)s, forked = %(forked)s, last_at = %(at)s
    WHERE store_id = %(store)s AND till_id = %(till)s AND incarnation = %(incarnation)s
"""
_ALARM = text("""
    INSERT INTO alarm (store_id, kind, subject, detail, raised_at) VALUES (:store, :kind, :subject, :detail, :at)
    ON CONFLICT DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class Place:
    """A stream within its store, as the statements name it."""

    store: str
    till: str
    incarnation: UUID

    def names(self) -> dict[str, object]:
        """Parameters for the statements."""
        return {"store": self.store, "till": self.till, "incarnation": str(self.incarnation)}


def accept(session: Session, push: Push, *, store: str, keys: Sequence[bytes], at: datetime) -> Decision:
    """What became of the push; all that is to be kept is written in the session's transaction.

    The partition of the day must exist (`Partitions.ensure_day`).
    """
    place = Place(store, push.stream.till, UUID(bytes=push.stream.incarnation))
    with cursor_of(session) as cursor:
        state, fresh = _locked_state(cursor, place, at)
        lookup = _lookup(cursor, place, push)
        decision = decide(push, store=store, state=state, lookup=lookup, verify=verifier(keys))
        if decision.append or decision.forks:
            _write(cursor, place, decision, at)
        elif fresh:
            cursor.execute(_UNDO, place.names())
    if decision.forks:
        first, last = decision.forks[0].seq, decision.forks[-1].seq
        detail = f"entries {first}-{last} exist twice with other content"
        raise_alarm(session, store, "fork", str(push.stream), detail, at)
    return decision


def verifier(keys: Sequence[bytes]) -> Verify:
    """Whether one of these Ed25519 keys made a signature."""

    def verify(message: bytes, signature: bytes) -> bool:
        for key in keys:
            try:
                Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
            except (InvalidSignature, ValueError):
                continue
            return True
        return False

    return verify


def raise_alarm(session: Session, store: str, kind: str, subject: str, detail: str, at: datetime) -> None:
    """Puts something before a person's eyes, once."""
    names = {"store": store, "kind": kind, "subject": subject, "detail": detail, "at": at}
    session.execute(_ALARM, names)


def _locked_state(cursor: Any, place: Place, at: datetime) -> tuple[StreamState, bool]:
    cursor.execute(_LOCK, place.names())
    row = cursor.fetchone()
    fresh = False
    if row is None:
        cursor.execute(_BEGIN, {**place.names(), "genesis": NEW_STREAM.head_hash, "at": at})
        fresh = cursor.rowcount == 1
        cursor.execute(_LOCK, place.names())
        row = cursor.fetchone()
    return StreamState(*row), fresh


def _lookup(cursor: Any, place: Place, push: Push) -> Lookup:
    """Reads the known entries of the push's range when first asked: the usual push never asks."""
    known: dict[tuple[int, bytes], bool] = {}
    unread = True

    def lookup(seq: int, entry_hash: bytes) -> bool | None:
        nonlocal unread
        if unread:
            first, last = push.base_seq - 1, push.base_seq + len(push.entries) - 1
            cursor.execute(_KNOWN, {**place.names(), "first": first, "last": last})
            known.update({(number, held): not forked for number, held, forked in cursor.fetchall()})
            unread = False
        return known.get((seq, entry_hash))

    return lookup


def _write(cursor: Any, place: Place, decision: Decision, at: datetime) -> None:
    stored, state = decision.append or decision.forks, decision.state
    names = {**place.names(), "count": len(stored), "at": at, "day": at.date(), "first_seq": stored[0].seq}
    cursor.execute(_POSITIONS, names)
    (last,) = cursor.fetchone()
    first = last - len(stored) + 1
    copy_binary(cursor, "raw_entry", _COLUMNS, _rows(place, stored, first, at))
    moved = {"accepted": state.accepted, "head_hash": state.head_hash, "forked": state.forked}
    cursor.execute(_MOVE, {**names, **moved, "first": first, "beside": bool(decision.forks)})


def _rows(place: Place, stored: Sequence[Stored], position: int, at: datetime) -> list[bytes]:
    shared = b"".join((_FIELDS, field_bytes(place.store.encode()), date_field(at.date())))
    parts: list[bytes] = []
    numbers, length = _POSITION_HASH.pack, _LENGTH.pack
    for offset, item in enumerate(stored):
        entry = item.entry
        parts += (
            shared,
            numbers(8, position + offset, 32, item.hash, len(entry.signature)),
            entry.signature,
            length(len(entry.envelope)),
            entry.envelope,
            length(len(entry.body)),
            entry.body,
        )
    return parts
