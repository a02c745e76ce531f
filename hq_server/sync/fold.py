"""Folds accepted entries into rows and sums, store by store, in the order of their positions.

One worker at a time has a store (its cursor's row, locked with SKIP LOCKED); rows, sums and the cursor move in one
transaction, so a kill leaves all of a batch or nothing. No entry can hold up the next: what is not known yet is parked,
what cannot be read or be true goes to quarantine, and what the database itself refuses is found by halving the batch.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg2
from sqlalchemy.orm import Session

from hq_server.copy import copy_text, cursor_of
from hq_server.coupons import folding as coupons
from hq_server.db import Database
from hq_server.partitions import Partitions
from hq_server.sync import cost, ledgers, records
from hq_server.sync.entries import Aside, Entry, entries_after, read_entry
from hq_server.sync.rows import COLUMNS, Folded, Placed
from hq_server.sync.rules import Fault, business_day
from retail.documents.sale import Line, Sale
from retail.ids import DocumentId

ENTRIES_MAX: Final = 2_000
STORES_MAX: Final = 64

REFUSED_BY_DATABASE: Final = (
    psycopg2.DataError,
    psycopg2.IntegrityError,
    psycopg2.errors.ProgramLimitExceeded,
    ValueError,
)
"""What one entry's content can cause. Anything else (connection, lock, disk) stops the batch, to be tried again."""

_NO_WAIT: Final = "SET LOCAL synchronous_commit = off"
"""A fold lost in a power cut is folded again: its cursor is lost with it."""

_NEW_STORES: Final = """
    INSERT INTO fold_cursor (store_id, position)
    SELECT p.store_id, 0 FROM store_position p
    WHERE NOT EXISTS (SELECT 1 FROM fold_cursor c WHERE c.store_id = p.store_id) ON CONFLICT DO NOTHING
"""
_LOCK_STORES: Final = """
    SELECT c.store_id, c.position FROM fold_cursor c JOIN store_position p ON p.store_id = c.store_id
    WHERE c.position < p.position AND (%(store)s IS NULL OR c.store_id = %(store)s)
    ORDER BY p.position - c.position DESC LIMIT %(stores)s FOR UPDATE OF c SKIP LOCKED
"""
_MOVE: Final = "UPDATE fold_cursor SET position = %s WHERE store_id = %s"


@dataclass(frozen=True, slots=True)
class FoldResult:
    """What one pass did."""

    entries: int
    stores: int
    set_aside: int


def fold_once(database: Database, *, store: str | None = None, entries_max: int = ENTRIES_MAX) -> FoldResult:
    """Folds one batch, of `store` or of those with most to do, in one transaction. No entries: nothing is left, or
    others are at it."""
    with collector_at_rest(), database.transaction() as session:
        entries, positions = _take(session, store, entries_max)
        aside = fold_entries(session, database.partitions, entries, positions)
        records.write_marks(session, entries)
        with cursor_of(session) as cursor:
            for name, position in positions.items():
                cursor.execute(_MOVE, (position, name))
    return FoldResult(len(entries), len(positions), aside)


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keeps Python's cycle collector from walking a batch's million small objects again and again: nothing here makes
    cycles, and folding is two and a half times as fast without."""
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def fold_entries(session: Session, partitions: Partitions, entries: Sequence[Entry], positions: dict[str, int]) -> int:
    """Writes rows and sums of these entries, or sets them aside; returns how many were set aside."""
    placed: list[tuple[Entry, Placed]] = []
    aside: list[Aside] = []
    for entry in entries:
        read = read_entry(entry)
        if isinstance(read, Aside):
            aside.append(read)
        else:
            placed.append((entry, read))
    days = {business_day(read.envelope.business_date) for _, read in placed if isinstance(read.document, Sale)}
    partitions.ensure_months(day for day in days if day is not None)
    aside += _write_halving(session, placed, positions)
    records.set_aside(session, aside)
    return len(aside)


def _take(session: Session, store: str | None, entries_max: int) -> tuple[list[Entry], dict[str, int]]:
    """The next entries of stores nobody else folds now, and up to which position each store's go."""
    entries: list[Entry] = []
    positions: dict[str, int] = {}
    with cursor_of(session) as cursor:
        cursor.execute(_NO_WAIT)
        cursor.execute(_NEW_STORES)
        cursor.execute(_LOCK_STORES, {"store": store, "stores": STORES_MAX})
        for name, after in cursor.fetchall():
            count = entries_max - len(entries)
            if count <= 0:
                break
            found = entries_after(session, name, after, count)
            if found:
                entries += found
                positions[name] = found[-1].position
    return entries, positions


def _write_halving(session: Session, placed: Sequence[tuple[Entry, Placed]], positions: dict[str, int]) -> list[Aside]:
    """Writes the batch; when the database refuses it, each half, down to the entry that is refused."""
    if not placed:
        return []
    try:
        with session.begin_nested():
            _write(session, [read for _, read in placed], positions)
    except REFUSED_BY_DATABASE as error:
        if len(placed) == 1:
            entry, read = placed[0]
            said = str(error).split("\n", 1)[0]
            fault = Fault("refused_by_database", said)
            return [Aside(entry, "quarantine", read.envelope.kind, read.envelope.version, fault)]
        middle = len(placed) // 2
        first = _write_halving(session, placed[:middle], positions)
        return first + _write_halving(session, placed[middle:], positions)
    return []


def _write(session: Session, placed: Sequence[Placed], positions: dict[str, int]) -> None:
    stamper = _Stamper(session, placed)
    folded = Folded()
    for read in placed:
        folded.add(read, stamper.of(read))
    for table, lines in folded.lines.items():
        copy_text(session, table, COLUMNS[table], lines)
    ledgers.write(session, folded.sums, positions)
    records.write(session, placed)
    coupons.write(session, placed)


class _Stamper:
    """The costs that a batch needs, loaded once."""

    def __init__(self, session: Session, placed: Sequence[Placed]) -> None:
        sales = [(read, read.document) for read in placed if isinstance(read.document, Sale)]
        lines = [(read, line) for read, sale in sales for line in sale.lines if line.voided is None]
        self._costs = cost.load_costs(session, {line.item for _, line in lines})
        origins = {run.origin.document for _, line in lines for run in line.runs if run.origin is not None}
        self._origins = cost.load_origins(session, origins)
        for read, line in lines if origins else ():
            document = DocumentId(read.envelope.till, read.envelope.incarnation, read.envelope.seq)
            if document in origins and not read.forked:
                self._origins[document, line.number] = self.of(read)(line).unit_cost

    def of(self, read: Placed) -> Any:
        """What stamps the lines of this document."""
        day = business_day(read.envelope.business_date)
        assert day is not None  # judged before

        def stamp(line: Line) -> cost.Stamp:
            rows = self._costs.get(line.item)
            today = cost.cost_on(rows, read.store, day, read.accepted_at) if rows else None
            return cost.stamp_line(line, today, self._origins)

        return stamp
