"""Turns documents into the lines that COPY writes: one pass over a receipt's cells, no database."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Final

from hq_server.copy import NULL, escape
from hq_server.sync.cost import Stamp
from retail.codec import Envelope
from retail.documents.base import Document
from retail.documents.sale import Line, Sale
from retail.effects import LEDGERS, Effect, Key, local_hour

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


Measured = tuple[str, Key, tuple[int, ...]]
"""Ledger, key and measures: an effect, with headquarters' own measures added."""

Sums = dict[Key, tuple[int, ...]]
"""Key of a ledger -> its measures."""


def _no_sums() -> dict[str, Sums]:
    return {name: {} for name in LEDGERS}


def _no_lines() -> dict[str, list[str]]:
    return {table: [] for table in COLUMNS}


@dataclass(slots=True)
class Folded:
    """What a batch of documents comes to: lines for each table, and sums for each store's ledgers.

    Rows are written from the very effects that are summed, so that rows and sums cannot differ. The effects of a sale
    stand in the order of its lines: `returned`, `stock`, `item_day`, `clerk_day`, `reduction_day`, then the receipt's.
    """

    lines: dict[str, list[str]] = field(default_factory=_no_lines)
    sums: dict[str, dict[str, Sums]] = field(default_factory=dict)

    def add(self, placed: Placed, stamp_of: StampOf) -> None:
        """Takes one document in."""
        sums = self.sums.get(placed.store)
        if sums is None:
            sums = self.sums[placed.store] = _no_sums()
        effects: Sequence[Measured] = placed.effects
        if isinstance(placed.document, Sale):
            effects = self._sale(placed, placed.document, stamp_of)
        for name, key, amounts in effects:
            ledger = sums[name]
            held = ledger.setdefault(key, amounts)
            if held is not amounts:
                ledger[key] = tuple(map(operator.add, held, amounts))

    def _sale(self, placed: Placed, sale: Sale, stamp_of: StampOf) -> list[Measured]:
        """Writes a receipt's rows; returns its effects, those of items with their cost."""
        receipt = f"{placed.store}\t{placed.envelope.business_date}\t{placed.position}"
        posted = str(placed.accepted_on)
        rows = self.lines
        own: list[Measured] = []
        live = iter([line for line in sale.lines if line.voided is None])
        several = len(sale.tenders) > 1
        gross = tax = count = receipts = 0
        place = item = kind = ""
        origin = _NO_ORIGIN
        for effect in placed.effects:
            name, key, amounts = effect
            if name == "item_day":
                line = next(live)
                count += 1
                place, item, kind = f"{receipt}\t{line.number}", escape(line.item), line.ownership.kind
                stamp = stamp_of(line)
                _, line_gross, _, net, line_tax = amounts
                gross, tax = gross + line_gross, tax + line_tax
                rows["receipt_line"].append(
                    f"{place}\t{posted}\t{item}\t{escape(line.code)}\t{escape(line.department)}\t{kind}\t"
                    f"{line.entry}\t{escape(line.price_source.kind)}\t{line.quantity_milli}\t{line.unit_price}\t"
                    f"{line_gross}\t{net}\t{line_tax}\t{stamp.fields()}\t{origin}"
                )
                if several:
                    self._tenders(place, line)
                origin = _NO_ORIGIN
                costs = (stamp.cost_scaled, net - line_tax if stamp.unit_cost is None else 0)
                own.append((name, key, amounts + costs))
                continue
            if name == "clerk_day":
                rows["line_clerk"].append(f"{place}\t{escape(key[1])}\t{kind}\t{amounts[1]}")
            elif name == "reduction_day":
                rows["receipt_reduction"].append(f"{place}\t{key[1]}\t{escape(key[2])}\t{item}\t{amounts[0]}")
            elif name == "returned":
                if origin is _NO_ORIGIN:
                    origin = f"{escape(key[0])}\t{key[1]}\t{key[2]}"
            elif name == "hour_day":
                receipts = amounts[0]
            own.append(effect)
        assert next(live, None) is None, "item_day must have one effect for each line that counts"
        self._receipt(placed, sale, f"{receipts}\t{count}\t{gross}\t{sale.net}\t{tax}", receipt)
        return own

    def _receipt(self, placed: Placed, sale: Sale, sums: str, receipt: str) -> None:
        envelope = placed.envelope
        at = _EPOCH + timedelta(milliseconds=envelope.at_ms)
        self.lines["receipt"].append(
            f"{receipt}\t{envelope.till}\t{envelope.incarnation.hex()}\t{envelope.seq}\t{placed.accepted_on}\t{at}\t"
            f"{local_hour(envelope)}\t{sale.counter}\t{sale.shift}\t{escape(sale.cashier)}\t{escape(sale.member)}\t"
            f"{escape(sale.currency)}\t{sums}"
        )
        for number, tender in enumerate(sale.tenders):
            self.lines["receipt_tender"].append(
                f"{receipt}\t{number}\t{tender.kind}\t{escape(tender.name)}\t{tender.amount}\t{tender.given}\t"
                f"{tender.change}\t{escape(tender.reference)}"
            )

    def _tenders(self, place: str, line: Line) -> None:
        tenders: dict[int, int] = {}
        for run in line.runs:
            for cell in run.tenders:
                tenders[cell.tender] = tenders.get(cell.tender, 0) + run.units * cell.amount
        for tender, amount in tenders.items():
            self.lines["line_tender"].append(f"{place}\t{tender}\t{amount}")
