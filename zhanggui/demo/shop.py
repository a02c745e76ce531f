"""Which store of a sample chain the demo opens, and what is sold there when nobody sits at the till."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow.compute as pc

from retail.gtin import check_digit
from zhanggui import master
from zhanggui.chinese import goods as chinese_goods
from zhanggui.completejourney import chain as completejourney
from zhanggui.completejourney import documents, reading

PIECES_MAX: Final = 20
LINES_MAX: Final = 30
SHOWN: Final = 12
STORE: Final = 367
"""The dataset's largest store."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One line as a cashier rings it up: so many times the code, for the clerk (empty: as the line before)."""

    code: str
    pieces: int = 1
    clerk: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer: a member's card or none, and what is put on the counter."""

    scans: tuple[Scan, ...]
    member: str = ""


@dataclass(frozen=True, slots=True)
class DemoShop:
    """A store to try: its till, who signs on there, codes to scan, and the visits of a scripted stretch."""

    store: str
    till: str
    cashier: str
    manager: str
    clerks: tuple[str, ...]
    codes: tuple[tuple[str, str], ...]
    visits: Callable[[], Iterator[Visit]]

    @property
    def pins(self) -> tuple[str, str]:
        """The PINs of cashier and manager."""
        return master.SAMPLE_PINS[master.CASHIER], master.SAMPLE_PINS[master.MANAGER]


def completejourney_shop() -> DemoShop:
    """The grocer's largest store."""
    known = reading.products()
    lines = reading.transactions().filter(pc.equal(reading.transactions()["store_id"], STORE))
    often = Counter(lines["product_id"].to_pylist()).most_common(SHOWN * 2)
    shown = [product for product, _ in often if _counted(product)][:SHOWN]
    return DemoShop(
        store=documents.store_code(STORE),
        till=documents.till_code(STORE),
        cashier=documents.cashier_code(STORE),
        manager=documents.staff_code(STORE, documents.MANAGER),
        clerks=tuple(documents.staff_code(STORE, documents.FIRST_CLERK + index) for index in range(documents.CLERKS)),
        codes=tuple((completejourney.barcode_of(one), completejourney.item_name(known[one])) for one in shown),
        visits=_historic_visits,
    )


def _counted(product: int) -> bool:
    return bool(completejourney.shelf_prices().get(product)) and not reading.products()[product].measured


def _historic_visits() -> Iterator[Visit]:
    """Real baskets of the store, as far as a till could have sold them: goods in pieces that have a price; when the
    year is over it begins anew."""
    known = reading.products()
    for basket in itertools.chain.from_iterable(map(reading.baskets_of, itertools.repeat(STORE))):
        scans = tuple(
            Scan(
                completejourney.barcode_of(line.product),
                line.quantity,
                documents.clerk_code(STORE, known[line.product].department),
            )
            for line in basket.lines
            if 0 < line.quantity <= PIECES_MAX and _counted(line.product)
        )
        if scans and len(scans) <= LINES_MAX:
            yield Visit(scans, documents.member_code(basket.household))


def chinese_shop() -> DemoShop:
    """The first shop of the Chinese chain."""
    return DemoShop(
        store="BJ01",
        till="BJ01-01",
        cashier="01",
        manager="09",
        clerks=("07", "12", "15"),
        codes=tuple(
            (chinese_goods.barcode_of(goods.number), goods.name) for goods in chinese_goods.GOODS if not goods.measured
        ),
        visits=_chinese_visits,
    )


def _chinese_visits() -> Iterator[Visit]:
    """Goods of every trade, by piece, pack, weight and length, for clerks alone, sharing and in a pool."""
    ean = chinese_goods.barcode_of
    visits = (
        Visit(
            (Scan(ean(1001), 2, "07"), Scan(ean(1101), 2), Scan(ean(1102), 1, "12"), Scan(weight_label("00103", 386)))
        ),
        Visit((Scan(ean(1401), 1, "12"), Scan(ean(1402), 2), Scan(ean(1002), 3, "07")), "8800000002"),
        Visit((Scan(weight_label("00801", 3250), 1, "@A"), Scan(ean(1602), 1, "07*60+12*40"))),
        Visit((Scan(ean(2401), 3, "15"), Scan(ean(2501), 1), Scan(ean(2301), 1, "07")), "8800000001"),
        Visit((Scan(ean(1801, 12), 1, "12"), Scan(ean(1901), 2), Scan(ean(1701), 1), Scan(ean(1601), 1))),
        Visit((Scan(ean(2001), 1, "07"), Scan(ean(2101), 2, "12"), Scan(ean(2302), 1, "15"), Scan(ean(1501), 1))),
        Visit((Scan(ean(1201), 1, "15"), Scan(ean(1302), 2, "07"), Scan(weight_label("00301", 50))), "8800000003"),
    )
    yield from itertools.cycle(visits)


def weight_label(plu: str, thousandths: int) -> str:
    """What a shop's scale prints: 21, the goods' number, the weight, a check digit.

    >>> weight_label("00103", 386)
    '2100103003866'
    """
    body = f"21{plu}{thousandths:05d}"
    return body + check_digit(body)


SHOPS: Final[dict[str, Callable[[], DemoShop]]] = {
    "completejourney": completejourney_shop,
    "chinese": chinese_shop,
}
