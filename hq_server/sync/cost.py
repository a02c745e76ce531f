"""Stamps what goods cost: the till neither knows nor sees it.

A sold line takes the cost that held on its business date, among the costs written down before the entry was accepted,
so folding anew stamps the same. A returned line takes the cost of the line it takes back. Where that line has not
arrived yet, today's cost is assumed, and corrected when it has (`correct`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from hq_server.copy import NULL, cursor_of
from retail.documents.sale import Line
from retail.ids import DocumentId

CostState = Literal["known", "unknown", "assumed"]
Origin = tuple[DocumentId, int]
"""A sold line: its document and number."""


class CostRow(NamedTuple):
    """One cost of an item as it was written down; `unit_cost` in ten-thousandths of the major unit."""

    scope: str
    from_date: date
    recorded_at: datetime
    unit_cost: int


@dataclass(frozen=True, slots=True)
class Stamp:
    """A line's cost: per unit, in all (ten-millionths of the major unit), and how sure that is."""

    unit_cost: int | None
    cost_scaled: int
    state: CostState

    def fields(self) -> str:
        """Its columns of a text row."""
        return f"{NULL if self.unit_cost is None else self.unit_cost}\t{self.cost_scaled}\t{self.state}"


UNKNOWN: Final = Stamp(None, 0, "unknown")
Costs = Mapping[str, Sequence[CostRow]]
Origins = Mapping[Origin, int | None]
"""Unit costs of sold lines that are folded; None for one whose cost was not known."""

_COSTS: Final = "SELECT item_id, scope, from_date, recorded_at, unit_cost FROM item_cost WHERE item_id = ANY(%s)"
_ORIGINS: Final = """
    SELECT r.till_id, r.incarnation, r.seq, l.line, l.unit_cost
    FROM unnest(%s::text[], %s::uuid[], %s::bigint[]) AS w(till_id, incarnation, seq)
    JOIN till t ON t.till_id = w.till_id
    JOIN receipt r ON r.store_id = t.store_id AND r.till_id = w.till_id AND r.incarnation = w.incarnation
        AND r.seq = w.seq
    JOIN receipt_line l ON l.store_id = r.store_id AND l.business_date = r.business_date AND l.position = r.position
    ORDER BY r.position DESC
"""


def load_costs(session: Session, items: Iterable[str]) -> dict[str, list[CostRow]]:
    """Every cost ever written down for these items."""
    found: dict[str, list[CostRow]] = {}
    with cursor_of(session) as cursor:
        cursor.execute(_COSTS, (list(items),))
        for item, *row in cursor.fetchall():
            found.setdefault(item, []).append(CostRow._make(row))
    return found


def load_origins(session: Session, documents: Iterable[DocumentId]) -> dict[Origin, int | None]:
    """The unit costs of all folded lines of these documents."""
    wanted = list(documents)
    if not wanted:
        return {}
    found: dict[Origin, int | None] = {}
    with cursor_of(session) as cursor:
        names = [document.till for document in wanted]
        incarnations = [str(UUID(bytes=document.incarnation)) for document in wanted]
        cursor.execute(_ORIGINS, (names, incarnations, [document.seq for document in wanted]))
        for till, incarnation, seq, line, unit_cost in cursor.fetchall():
            found[DocumentId(till, incarnation.bytes, seq), line] = unit_cost
    return found


def cost_on(rows: Sequence[CostRow], store: str, day: date, accepted_at: datetime) -> int | None:
    """The unit cost that held: the store's own before the chain's, then the latest date, then the latest word."""
    own = f"store:{store}"
    if len(rows) == 1 and rows[0].scope == "chain":  # nearly all items: spares the general way
        only = rows[0]
        return only.unit_cost if only.from_date <= day and only.recorded_at <= accepted_at else None
    held = [
        row for row in rows if row.from_date <= day and row.recorded_at <= accepted_at and row.scope in ("chain", own)
    ]
    best = max(held, key=lambda row: (row.scope == own, row.from_date, row.recorded_at), default=None)
    return None if best is None else best.unit_cost


def stamp_line(line: Line, today: int | None, origins: Origins) -> Stamp:
    """The cost of a line, where `today` is its item's unit cost now. Runs that take back others' carry theirs."""
    first: int | None = None
    total = 0
    state: CostState = "known"
    for run in line.runs:
        unit_cost = today
        if run.origin is not None:
            origin = (run.origin.document, run.origin.line)
            if origin in origins:
                unit_cost = origins[origin]
            else:
                state = "assumed"
        if unit_cost is None:
            return Stamp(None, 0, "assumed" if state == "assumed" else "unknown")
        first = unit_cost if first is None else first
        total += unit_cost * run.units * run.quantity_milli
    return UNKNOWN if first is None else Stamp(first, total, state)
