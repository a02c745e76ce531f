"""Whether till and headquarters came to the same on every unit of every receipt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hq_server.db import Database
from hq_server.models.stores import Store
from hq_server.rehearsal import queries
from hq_server.rehearsal.again import differences, priced_again
from hq_server.rehearsal.receipts import Knowledge, sold_receipt
from hq_server.sync.entries import entries_after, read_entry
from hq_server.sync.rows import Placed
from promotions import OfferSet, compile, price
from retail.documents.sale import Sale
from zhanggui.completejourney.documents import CURRENCY, store_code
from zhanggui.rehearse.baskets import Case
from zhanggui.rehearse.moved import moved_offers

ENTRIES_MAX: Final = 100_000
SHOWN_MAX: Final = 5


@dataclass(slots=True)
class Agreement:
    """How many receipts were compared, and where till and headquarters differ (some of them, in words)."""

    receipts: int = 0
    lines: int = 0
    reduced: int = 0
    coupons: int = 0
    other_cells: int = 0
    other_totals: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether both came to the same, on every unit of every receipt."""
        return not (self.other_cells or self.other_totals) and self.receipts > 0

    def merge(self, other: Agreement) -> None:
        """Takes in what was found elsewhere."""
        for name in ("receipts", "lines", "reduced", "coupons", "other_cells", "other_totals"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples = (self.examples + other.examples)[:SHOWN_MAX]

    def told(self) -> str:
        """One sentence."""
        return (
            f"{self.receipts:,} receipts with {self.lines:,} lines, {self.reduced:,} of them with offers, "
            f"{self.coupons:,} coupons: {self.other_cells} with other cells, {self.other_totals} with another total"
        )


def compare(agreement: Agreement, database: Database, week: int, store: int, cases: Sequence[Case]) -> None:
    """Every receipt of the store, in the order they were sold, with the basket it was made from."""
    with database.transaction() as session:
        row = session.get(Store, store_code(store))
        assert row is not None
        offers = compile(queries.offers_at(session, row), store=row.store_id, currency=row.currency)
        placed = [
            (read, read.document)
            for entry in entries_after(session, row.store_id, 0, ENTRIES_MAX)
            if isinstance(read := read_entry(entry), Placed) and isinstance(read.document, Sale)
        ]
        known = Knowledge(
            queries.item_rows(session, {line.item for _, sale in placed for line in sale.lines}),
            queries.member_rows(session, {sale.member for _, sale in placed}),
        )
    assert len(placed) == len(cases), "every basket is one receipt"
    own = compile(moved_offers(week), store=store_code(store), currency=CURRENCY)
    for (read, sale), case in zip(placed, cases, strict=True):
        _compare_one(agreement, read, sale, case, offers, own, known)


def _compare_one(
    agreement: Agreement, read: Placed, sale: Sale, case: Case, offers: OfferSet, own: OfferSet, known: Knowledge
) -> None:
    sold = sold_receipt(read.store, read.position, read.envelope, sale, known)
    assert sold is not None
    again = priced_again(sold, offers)
    found = differences(sale, again)
    apart = price(case.basket, own, case.context)
    agreement.receipts += 1
    agreement.lines += len(sale.lines)
    agreement.reduced += again.total < again.gross
    agreement.coupons += len(sale.coupons)
    agreement.other_cells += bool(found)
    agreement.other_totals += not sale.net == again.total == apart.total
    if (found or sale.net != apart.total) and len(agreement.examples) < SHOWN_MAX:
        totals = f"{sale.net} at the till, {again.total} again, {apart.total} apart"
        agreement.examples.append(f"basket {case.number}: {totals}; {'; '.join(found[:3])}")
