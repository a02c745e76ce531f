"""Accepted entries as the fold reads them, and what can be read in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.sync.rows import Placed
from hq_server.sync.rules import Fault, fault_of
from retail.codec import DocumentError, UnknownDocument, decode_document, decode_envelope
from retail.effects import effects

SPAN_MAX: Final = 500
"""No span is longer: a push has at most so many entries."""

_ENTRIES: Final = """
    SELECT r.position, s.till_id, s.incarnation, s.first_seq + r.position - s.first_position,
        s.forked, s.accepted_day, s.accepted_at, r.envelope, r.body
    FROM (
        SELECT * FROM stream_span WHERE store_id = %(store)s AND first_position > %(after)s - %(span)s
        AND first_position + count - 1 > %(after)s ORDER BY first_position LIMIT %(count)s
    ) s
    JOIN raw_entry r ON r.store_id = %(store)s AND r.accepted_day = s.accepted_day
        AND r.position BETWEEN greatest(s.first_position, %(after)s + 1) AND s.first_position + s.count - 1
    ORDER BY r.position LIMIT %(count)s
"""
_CHOSEN: Final = """
    SELECT r.position, s.till_id, s.incarnation, s.first_seq + r.position - s.first_position,
        s.forked, s.accepted_day, s.accepted_at, r.envelope, r.body
    FROM unnest(%(positions)s::bigint[]) AS w(position)
    JOIN stream_span s ON s.store_id = %(store)s AND s.first_position <= w.position
        AND s.first_position > w.position - %(span)s AND s.first_position + s.count > w.position
    JOIN raw_entry r ON r.store_id = s.store_id AND r.accepted_day = s.accepted_day AND r.position = w.position
    ORDER BY r.position
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An accepted entry as the fold reads it."""

    store: str
    position: int
    till: str
    incarnation: UUID
    seq: int
    forked: bool
    accepted_on: date
    accepted_at: datetime
    envelope: bytes
    body: bytes


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that is not folded, and why."""

    entry: Entry
    status: str
    kind: str
    version: int
    fault: Fault


def entries_after(session: Session, store: str, after: int, count: int) -> list[Entry]:
    """The next entries of a store in the order of acceptance."""
    with cursor_of(session) as cursor:
        cursor.execute(_ENTRIES, {"store": store, "after": after, "count": count, "span": SPAN_MAX})
        return [Entry(store, *row) for row in cursor.fetchall()]


def entries_at(session: Session, store: str, positions: Sequence[int]) -> list[Entry]:
    """The entries at these positions of a store, in order."""
    with cursor_of(session) as cursor:
        cursor.execute(_CHOSEN, {"store": store, "positions": list(positions), "span": SPAN_MAX})
        return [Entry(store, *row) for row in cursor.fetchall()]


def read_entry(entry: Entry) -> Placed | Aside:
    """The document in its place, or why it is set aside."""
    kind, version = "", 0
    try:
        envelope = decode_envelope(entry.envelope)
        kind, version = envelope.kind, envelope.version
        document = decode_document(kind, version, entry.body)
        fault = fault_of(envelope, document, entry.accepted_on)
        found = effects(envelope, document)
    except UnknownDocument as error:
        return Aside(entry, "parked", kind, version, Fault("unknown_document", str(error)))
    except DocumentError as error:
        return Aside(entry, "quarantine", kind, version, Fault("unreadable", str(error)))
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        return Aside(entry, "quarantine", kind, version, Fault("cannot_be_folded", repr(error)))
    if fault is not None:
        return Aside(entry, "quarantine", kind, version, fault)
    return Placed(
        store=entry.store,
        position=entry.position,
        accepted_on=entry.accepted_on,
        accepted_at=entry.accepted_at,
        forked=entry.forked,
        envelope=envelope,
        document=document,
        effects=found,
    )
