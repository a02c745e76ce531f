"""Puts right the cost of returns that were folded before their sale: takes the sale's, once it is there."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.db import Database
from hq_server.sync.cost import Stamp, load_origins, stamp_line
from hq_server.sync.entries import Aside, entries_at, read_entry
from retail.documents.sale import Line, Sale

_STORES: Final = """
    SELECT DISTINCT l.store_id FROM receipt_line l JOIN till t ON t.till_id = l.origin_till
    JOIN receipt r ON r.store_id = t.store_id AND r.till_id = l.origin_till
        AND r.incarnation = l.origin_incarnation AND r.seq = l.origin_seq
    WHERE l.cost_state = 'assumed'
"""
_LOCK: Final = "SELECT 1 FROM fold_cursor WHERE store_id = %s FOR UPDATE SKIP LOCKED"
_LINES: Final = """
    SELECT l.position, l.line, l.business_date, l.unit_cost, l.cost_scaled, l.net - l.tax
    FROM receipt_line l JOIN till t ON t.till_id = l.origin_till
    JOIN receipt r ON r.store_id = t.store_id AND r.till_id = l.origin_till
        AND r.incarnation = l.origin_incarnation AND r.seq = l.origin_seq
    WHERE l.cost_state = 'assumed' AND l.store_id = %s
    ORDER BY l.position, l.line LIMIT 1000
"""
_SET: Final = """
    UPDATE receipt_line SET unit_cost = %s, cost_scaled = %s, cost_state = %s
    WHERE store_id = %s AND business_date = %s AND position = %s AND line = %s
"""
_ADD: Final = """
    UPDATE ledger_item_day SET cost_scaled = cost_scaled + %s, uncosted_net = uncosted_net + %s
    WHERE store_id = %s AND business_date = %s AND item = %s
"""


def correct(database: Database) -> int:
    """Corrects what can be corrected now; returns how many lines. A store that is being folded waits for next time."""
    with database.transaction() as session, cursor_of(session) as cursor:
        cursor.execute(_STORES)
        stores = [store for (store,) in cursor.fetchall()]
    corrected = 0
    for store in stores:
        with database.transaction() as session, cursor_of(session) as cursor:
            cursor.execute(_LOCK, (store,))
            if cursor.fetchone() is not None:
                corrected += _correct_store(session, cursor, store)
    return corrected


def _correct_store(session: Session, cursor: Any, store: str) -> int:
    cursor.execute(_LINES, (store,))
    rows = cursor.fetchall()
    lines = _returned_lines(session, store, sorted({row[0] for row in rows}))
    origins = load_origins(
        session,
        {run.origin.document for line in lines.values() for run in line.runs if run.origin is not None},
    )
    corrected = 0
    for position, number, day, unit_cost, cost_scaled, revenue in rows:
        line = lines[position, number]
        stamp = stamp_line(line, unit_cost, origins)
        if stamp.state == "assumed":
            continue
        _write(cursor, (store, day, position, number), line.item, stamp, (unit_cost, cost_scaled, revenue))
        corrected += 1
    return corrected


def _returned_lines(session: Session, store: str, positions: list[int]) -> dict[tuple[int, int], Line]:
    found: dict[tuple[int, int], Line] = {}
    for entry in entries_at(session, store, positions):
        read = read_entry(entry)
        assert not isinstance(read, Aside)  # it was folded
        assert isinstance(read.document, Sale)
        found |= {(entry.position, line.number): line for line in read.document.lines}
    return found


def _write(cursor: Any, key: tuple[Any, ...], item: str, stamp: Stamp, before: tuple[int | None, int, int]) -> None:
    unit_cost, cost_scaled, revenue = before
    uncosted_before = revenue if unit_cost is None else 0
    uncosted_now = revenue if stamp.unit_cost is None else 0
    cursor.execute(_SET, (stamp.unit_cost, stamp.cost_scaled, stamp.state, *key))
    store, day = key[0], key[1]
    cursor.execute(_ADD, (stamp.cost_scaled - cost_scaled, uncosted_now - uncosted_before, store, day, item))
