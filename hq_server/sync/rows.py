"""Turns documents into the lines that COPY writes: one pass over a receipt's cells, no database."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID

from hq_server.copy import NULL, escape
from hq_server.sync.cost import Stamp
from retail.codec import Envelope
from retail.documents.base import Document
from retail.documents.sale import Line, Sale
from retail.effects import LEDGERS, Effect, Key, local_hour
from retail.ids import DocumentId

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "receipt": (
        *("store_id", "business_date", "position", "till_id", "incarnation", "seq", "posted_date", "at", "hour"),
        *("counter", "shift", "cashier", "member", "currency", "receipts", "lines", "gross", "net", "tax"),
    ),
    "receipt_line": (
        *("store_id", "business_date", "position", "line", "posted_date", "item", "code", "department"),
        *("ownership", "entry", "price_kind", "quantity_milli", "unit_price", "gross", "net", "tax"),
        *("unit_cost", "cost_scaled", "cost_state", "origin_till", "origin_incarnation", "origin_seq"),
    ),
    "receipt_reduction": (*("store_id", "business_date", "position", "line", "source", "reference", "item", "amount"),),
    "receipt_tender": (
        *("store_id", "business_date", "position", "tender", "kind", "name", "amount", "given", "change"),
        "reference",
    ),
    "line_tender": ("store_id", "business_date", "position", "line", "tender", "amount"),
    "line_clerk": ("store_id", "business_date", "position", "line", "clerk", "ownership", "net"),
}
"""The columns of each folded table in the order that lines are written here."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NO_ORIGIN: Final = f"{NULL}\t{NULL}\t{NULL}"
StampOf = Callable[[Line], Stamp]


@dataclass(slots=True)
class Placed:
    """A document where it stands: its store's position, when it was accepted, and beside the main line or on it."""

    store: str
    position: int
    accepted_on: date
    accepted_at: datetime
    forked: bool
    envelope: Envelope
    document: Document
    effects: Sequence[Effect]


Sums = dict[Key, tuple[int, ...]]
"""Key of a ledger -> its measures."""


def _no_sums() -> dict[str, Sums]:
    return {name: {} for name in LEDGERS}


@dataclass(slots=True)
class Folded:
    """What a batch of documents comes to: lines for each table, and sums for each store's ledgers."""

    lines: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in COLUMNS})
    sums: dict[str, dict[str, Sums]] = field(default_factory=dict)

    def add(self, placed: Placed, stamp_of: StampOf) -> None:
        """Takes one document in."""
        own: list[tuple[int, int]] = []
        if isinstance(placed.document, Sale):
            own = self._sale(placed, placed.document, stamp_of)
        sums = self.sums.get(placed.store)
        if sums is None:
            sums = self.sums[placed.store] = _no_sums()
        costs = iter(own)
        for name, key, amounts in placed.effects:
            # One effect of this ledger for each line that counts, in their order.
            whole = amounts + next(costs) if name == "item_day" else amounts
            ledger = sums[name]
            held = ledger.setdefault(key, whole)
            if held is not whole:
                ledger[key] = tuple(map(operator.add, held, whole))
        assert next(costs, None) is None, "item_day must have one effect for each line that counts"

    def _sale(self, placed: Placed, sale: Sale, stamp_of: StampOf) -> list[tuple[int, int]]:
        """Writes a receipt; returns for each line that counts its cost, and its net less tax where that is unknown."""
        envelope = placed.envelope
        key = f"{placed.store}\t{envelope.business_date}\t{placed.position}"
        several = len(sale.tenders) > 1
        gross = tax = 0
        own: list[tuple[int, int]] = []
        for line in sale.lines:
            if line.voided is not None:
                continue
            stamp = stamp_of(line)
            line_gross, line_net, line_tax = self._line(placed, key, line, stamp, several=several)
            gross, tax = gross + line_gross, tax + line_tax
            own.append((stamp.cost_scaled, line_net - line_tax if stamp.unit_cost is None else 0))
        receipts = next(amounts[0] for name, _, amounts in reversed(placed.effects) if name == "hour_day")
        at = _EPOCH + timedelta(milliseconds=envelope.at_ms)
        self.lines["receipt"].append(
            f"{key}\t{envelope.till}\t{envelope.incarnation.hex()}\t{envelope.seq}\t{placed.accepted_on}\t{at}\t"
            f"{local_hour(envelope)}\t{sale.counter}\t{sale.shift}\t{escape(sale.cashier)}\t{escape(sale.member)}\t"
            f"{escape(sale.currency)}\t{receipts}\t{len(own)}\t{gross}\t{sale.net}\t{tax}"
        )
        for number, tender in enumerate(sale.tenders):
            self.lines["receipt_tender"].append(
                f"{key}\t{number}\t{tender.kind}\t{escape(tender.name)}\t{tender.amount}\t{tender.given}\t"
                f"{tender.change}\t{escape(tender.reference)}"
            )
        return own

    def _line(self, placed: Placed, key: str, line: Line, stamp: Stamp, *, several: bool) -> tuple[int, int, int]:
        gross = net = tax = 0
        cuts: dict[tuple[str, str], int] = {}
        clerks: dict[str, int] = {}
        origin = None
        for run in line.runs:
            units = run.units
            gross += units * run.gross
            net += units * run.net
            for part in run.taxes:
                tax += units * part.amount
            for cut in run.reductions:
                reason = (cut.source, cut.reference)
                cuts[reason] = cuts.get(reason, 0) + units * cut.amount
            for share in run.clerks:
                clerks[share.clerk] = clerks.get(share.clerk, 0) + units * share.amount
            origin = origin or run.origin
        item, kind = escape(line.item), line.ownership.kind
        place, cost = f"{key}\t{line.number}", stamp.unit_cost
        self.lines["receipt_line"].append(
            f"{place}\t{placed.accepted_on}\t{item}\t{escape(line.code)}\t{escape(line.department)}\t{kind}\t"
            f"{line.entry}\t{escape(line.price_source.kind)}\t{line.quantity_milli}\t{line.unit_price}\t{gross}\t{net}\t"
            f"{tax}\t{NULL if cost is None else cost}\t{stamp.cost_scaled}\t{stamp.state}\t"
            f"{_NO_ORIGIN if origin is None else _origin(origin.document)}"
        )
        for (source, reference), amount in cuts.items():
            self.lines["receipt_reduction"].append(f"{place}\t{source}\t{escape(reference)}\t{item}\t{amount}")
        for clerk, amount in clerks.items():
            self.lines["line_clerk"].append(f"{place}\t{escape(clerk)}\t{kind}\t{amount}")
        if several:
            self._tenders(place, line)
        return gross, net, tax

    def _tenders(self, place: str, line: Line) -> None:
        tenders: dict[int, int] = {}
        for run in line.runs:
            for cell in run.tenders:
                tenders[cell.tender] = tenders.get(cell.tender, 0) + run.units * cell.amount
        for tender, amount in tenders.items():
            self.lines["line_tender"].append(f"{place}\t{tender}\t{amount}")


def _origin(document: DocumentId) -> str:
    """The document that a line takes back, as fields; the first one's, where a line takes back several."""
    return f"{escape(document.till)}\t{UUID(bytes=document.incarnation)}\t{document.seq}"
