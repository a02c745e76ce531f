"""What a store's only till wrote in the dataset's year: for each day a shift opened, its receipts, the shift closed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.till import ShiftClose, ShiftOpen, TenderCount
from store_db.journal import sold_minor
from zhanggui.completejourney.chain import UTC_OFFSET_MIN
from zhanggui.completejourney.documents import CURRENCY, cashier_code, sale_of
from zhanggui.completejourney.reading import baskets_of, products, transactions

MS_PER_MINUTE: Final = 60_000
MS_PER_DAY: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Happening:
    """A document with the business date and the moment (UTC ms) it was made."""

    document: Document
    business_date: int
    at_ms: int


def history_of(store: int) -> Iterator[Happening]:
    """All of a store's documents in order: always the same, so that an interrupted replay can go on by counting."""
    known = products()
    counter = grand_total = 0
    for shift, (date, baskets) in enumerate(groupby(baskets_of(store), key=lambda basket: basket.date), 1):
        sales: list[Sale] = []
        at_ms = 0
        for basket in baskets:
            counter += 1
            at_ms = basket.local_ms - UTC_OFFSET_MIN * MS_PER_MINUTE
            if not sales:
                yield Happening(ShiftOpen(shift, cashier_code(store), CURRENCY, 0), date, at_ms)
            sales.append(sale_of(basket, counter, shift, known.__getitem__))
            yield Happening(sales[-1], date, at_ms)
        grand_total += sum(map(sold_minor, sales))
        yield Happening(_close(shift, cashier_code(store), sales, grand_total), date, at_ms)


def documents_of_stores(stores: Sequence[int]) -> int:
    """How many documents these stores' years have: their receipts, and two for each day that had any."""
    table = transactions().select(["store_id", "basket_id", "local_ms"])
    table = table.filter(pc.is_in(table["store_id"], pa.array(stores, table["store_id"].type)))
    table = table.append_column("day", pc.divide(table["local_ms"], MS_PER_DAY))
    days = table.group_by(["store_id", "day"]).aggregate([]).num_rows
    return int(pc.count_distinct(table["basket_id"]).as_py()) + 2 * int(days)


def _close(shift: int, cashier: str, sales: list[Sale], grand_total: int) -> ShiftClose:
    cash = sum(tender.amount for sale in sales for tender in sale.tenders if tender.kind == "cash")
    counts = (TenderCount("cash", cash, cash),)
    net = sum(sale.net for sale in sales)
    return ShiftClose(shift, cashier, CURRENCY, counts, len(sales), net, grand_total, "")
