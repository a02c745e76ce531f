"""What was set aside: to be looked at, and folded after all once this program knows better."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.db import Database
from hq_server.sync.entries import entries_at
from hq_server.sync.fold import fold_entries
from retail.ids import DocumentId

_LISTED = text("""
    SELECT a.store_id, a.position, a.till_id, a.incarnation, a.seq, a.status, a.kind, a.version, a.reason, a.detail,
        s.accepted_at,
        ARRAY(SELECT DISTINCT l.store_id || '/' || l.position::text FROM receipt_line l
            WHERE l.origin_till = a.till_id AND l.origin_incarnation = a.incarnation AND l.origin_seq = a.seq
            ORDER BY 1)
    FROM set_aside a JOIN stream_span s ON s.store_id = a.store_id AND s.till_id = a.till_id
        AND s.incarnation = a.incarnation AND s.first_position <= a.position
        AND s.first_position + s.count > a.position
    WHERE (CAST(:store AS text) IS NULL OR a.store_id = :store)
    ORDER BY a.store_id, a.position LIMIT :limit
""")
_LOCK: Final = "SELECT position FROM fold_cursor WHERE store_id = %s FOR UPDATE"
_ASIDE: Final = "SELECT position FROM set_aside WHERE store_id = %s AND (%s OR position = ANY(%s)) ORDER BY position"
_CLEAR: Final = "DELETE FROM set_aside WHERE store_id = %s AND position = ANY(%s)"
_REPUBLISH: Final = "UPDATE baseline_published SET position = 0 WHERE store_id = %s"


@dataclass(frozen=True, slots=True)
class SetAsideEntry:
    """An entry that is not folded. `dependants` are folded receipts (`store/position`) that take back from it."""

    store: str
    position: int
    document: DocumentId
    status: str
    kind: str
    version: int
    reason: str
    detail: str
    accepted_at: datetime
    dependants: list[str]


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many were tried again, and how many of them are still aside."""

    tried: int
    still_aside: int


def listed(session: Session, *, store: str | None = None, limit: int = 500) -> list[SetAsideEntry]:
    """What is parked or in quarantine."""
    return [
        SetAsideEntry(row[0], row[1], DocumentId(row[2], row[3].bytes, row[4]), *row[5:])
        for row in session.execute(_LISTED, {"store": store, "limit": limit})
    ]


def replay(database: Database, store: str, positions: list[int] | None = None) -> Replayed:
    """Tries entries of a store again (all that are aside, when no positions are given), in one transaction.

    What can be folded now gets its rows and sums under its old position and leaves; doing it twice changes nothing.
    """
    with database.transaction() as session, cursor_of(session) as cursor:
        cursor.execute(_LOCK, (store,))
        locked = cursor.fetchone()
        if locked is None:
            return Replayed(0, 0)
        cursor.execute(_ASIDE, (store, positions is None, positions or []))
        found = [position for (position,) in cursor.fetchall()]
        cursor.execute(_CLEAR, (store, found))
        entries = entries_at(session, store, found)
        aside = fold_entries(session, database.partitions, entries, {store: locked[0]})
        cursor.execute(_REPUBLISH, (store,))
    return Replayed(len(found), aside)
