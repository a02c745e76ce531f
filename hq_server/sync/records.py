"""The fold's few single rows: what was set aside, marks of streams, holds, feeds in use, and where streams began."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from psycopg2.extras import execute_values
from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.sync.acceptance import raise_alarm
from hq_server.sync.entries import Aside, Entry
from hq_server.sync.rows import Placed
from retail.documents.base import Document
from retail.documents.till import FeedApplied, Hold, HoldRecalled, StreamOpen

_ASIDE: Final = """
    INSERT INTO set_aside (store_id, position, till_id, incarnation, seq, status, kind, version, reason, detail)
    VALUES %s ON CONFLICT (store_id, position) DO UPDATE
    SET status = excluded.status, kind = excluded.kind, version = excluded.version,
        reason = excluded.reason, detail = excluded.detail
"""
_MARKS: Final = """
    INSERT INTO fold_mark AS m (store_id, till_id, incarnation, seq) VALUES %s
    ON CONFLICT (store_id, till_id, incarnation) DO UPDATE SET seq = greatest(m.seq, excluded.seq)
"""
_HOLD: Final = """
    INSERT INTO held_receipt (store_id, till_id, incarnation, seq, position) VALUES %s ON CONFLICT DO NOTHING
"""
_RECALLED: Final = "INSERT INTO recalled_hold (store_id, till_id, incarnation, seq) VALUES %s ON CONFLICT DO NOTHING"
_IN_USE: Final = """
    INSERT INTO feed_in_use AS f (store_id, till_id, feed, generation, position, at, position_seen) VALUES %s
    ON CONFLICT (store_id, till_id, feed) DO UPDATE SET generation = excluded.generation,
        position = excluded.position, at = excluded.at, position_seen = excluded.position_seen
    WHERE f.position_seen < excluded.position_seen
"""
_ORIGIN: Final = """
    INSERT INTO stream_origin
    (store_id, till_id, incarnation, parent_incarnation, parent_seq, machine, software)
    VALUES %s ON CONFLICT DO NOTHING
"""
_BRANCHES: Final = """
    SELECT parent_incarnation, count(*) FROM stream_origin
    WHERE store_id = %s AND till_id = %s AND parent_incarnation = %s GROUP BY 1 HAVING count(*) > 1
"""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def set_aside(session: Session, asides: Sequence[Aside]) -> None:
    """Writes down what is not folded; once for an entry, with its latest reason."""
    rows = [
        (
            *(aside.entry.store, aside.entry.position, aside.entry.till, aside.entry.incarnation, aside.entry.seq),
            *(aside.status, aside.kind.replace("\0", ""), aside.version),
            *(aside.fault.reason, aside.fault.detail.replace("\0", "")[:1000]),
        )
        for aside in asides
    ]
    _insert(session, _ASIDE, rows)


def write_marks(session: Session, entries: Sequence[Entry]) -> None:
    """Moves the mark of every stream on the main line: up to here the store's sums include it."""
    marks: dict[tuple[str, str, UUID], int] = {}
    for entry in entries:
        if not entry.forked:
            marks[entry.store, entry.till, entry.incarnation] = entry.seq
    _insert(session, _MARKS, [(*key, seq) for key, seq in marks.items()])


def write(session: Session, placed: Sequence[Placed]) -> None:
    """Writes the rows of documents that are no receipts."""
    for read in placed:
        writer = _WRITERS.get(type(read.document))
        if writer is not None:
            writer(session, read, read.document)


def _hold(session: Session, read: Placed, document: Document) -> None:
    assert isinstance(document, Hold)
    envelope = read.envelope
    row = (read.store, envelope.till, UUID(bytes=envelope.incarnation), envelope.seq, read.position)
    _insert(session, _HOLD, [row])


def _recalled(session: Session, read: Placed, document: Document) -> None:
    assert isinstance(document, HoldRecalled)
    hold = document.hold
    _insert(session, _RECALLED, [(read.store, hold.till, UUID(bytes=hold.incarnation), hold.seq)])


def _in_use(session: Session, read: Placed, document: Document) -> None:
    assert isinstance(document, FeedApplied)
    at = _EPOCH + timedelta(milliseconds=read.envelope.at_ms)
    row = (read.store, read.envelope.till, document.feed, document.generation, document.position, at, read.position)
    _insert(session, _IN_USE, [row])


def _opened(session: Session, read: Placed, document: Document) -> None:
    assert isinstance(document, StreamOpen)
    envelope, parent = read.envelope, document.parent
    before = None if parent is None else UUID(bytes=parent.incarnation)
    stream = (read.store, envelope.till, UUID(bytes=envelope.incarnation))
    last = None if parent is None else parent.seq
    _insert(session, _ORIGIN, [(*stream, before, last, document.machine, document.software)])
    if before is None:
        return
    with cursor_of(session) as cursor:
        cursor.execute(_BRANCHES, (read.store, envelope.till, before))
        branched = cursor.fetchone()
    if branched is not None:
        detail = f"{branched[1]} journals continue the same one: a disk was copied or restored"
        raise_alarm(session, read.store, "branch", f"{envelope.till}/{before.hex}", detail, read.accepted_at)


_WRITERS: Final[dict[type[Document], Callable[[Session, Placed, Document], None]]] = {
    FeedApplied: _in_use,
    Hold: _hold,
    HoldRecalled: _recalled,
    StreamOpen: _opened,
}


def _insert(session: Session, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    if rows:
        with cursor_of(session) as cursor:
            execute_values(cursor, statement, rows)
