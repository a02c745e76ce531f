"""A historic basket as the engine sees it, at the prices that were asked before any discount."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from promotions import Basket, BasketLine, Context, Coupon
from retail.money import MINOR_PER_MAJOR, UNIT_PRICE_SCALE, Rounding, divide
from retail.quantity import MILLI
from zhanggui.completejourney.coupons import campaigns_of, redeemed
from zhanggui.completejourney.documents import CURRENCY, item_code, store_code
from zhanggui.completejourney.offers import group_of, series_of
from zhanggui.completejourney.reading import Product, products, transactions
from zhanggui.completejourney.weeks import MS_PER_DAY, with_week

MS_PER_MINUTE: Final = 60_000
LEVEL: Final = "standard"
PRICE_SCALE: Final = UNIT_PRICE_SCALE // MINOR_PER_MAJOR[CURRENCY]
COLUMNS: Final = ("basket_id", "store_id", "household_id", "local_ms", "product_id", "quantity")


class Case(NamedTuple):
    """A basket to be priced: where, what, when and for whom."""

    number: int
    store: str
    household: int
    basket: Basket
    context: Context


@cache
def _lines() -> pa.Table:
    """All lines with their week and gross, sorted by week, store, time and basket."""
    table = with_week(transactions())
    gross = pc.add(pc.add(table["sales_value"], table["retail_disc"]), table["coupon_match_disc"])
    order = ("week", "store_id", "local_ms", "basket_id", "product_id")
    return table.append_column("gross", gross).sort_by([(name, "ascending") for name in order])


def cases_of(week: int) -> Iterator[Case]:
    """The baskets of a week, store by store, in the order they were sold."""
    table = _lines()
    table = table.filter(pc.equal(table["week"], week))
    rows = zip(*(table[name].to_pylist() for name in (*COLUMNS, "gross")), strict=True)
    known = products()
    lines: list[BasketLine] = []
    head: tuple[int, int, int, int] | None = None
    for basket, store, household, local_ms, product, quantity, gross in rows:
        if head is not None and basket != head[0]:
            yield _case(head, lines)
            lines = []
        head = (basket, store, household, local_ms)
        lines.append(line_of(len(lines) + 1, known[product], quantity, gross))
    if head is not None:
        yield _case(head, lines)


def line_of(number: int, product: Product, quantity: int, gross: int) -> BasketLine:
    """One line. What has no quantity keeps its amount and takes no offers."""
    return BasketLine(
        number=number,
        item=item_code(product.product),
        department=product.department,
        category=product.category,
        brand=product.brand,
        quantity_milli=quantity * MILLI,
        unit_price=divide(gross * PRICE_SCALE, max(quantity, 1), Rounding.HALF_UP),
        gross_minor=gross,
        counted=not product.measured,
        takes_offers=quantity > 0,
    )


def _case(head: tuple[int, int, int, int], lines: list[BasketLine]) -> Case:
    number, store, household, local_ms = head
    return Case(number, store_code(store), household, Basket(tuple(lines)), context_of(household, local_ms))


def context_of(household: int, local_ms: int) -> Context:
    """When and for whom: every household is a member, and hands over the coupons it redeemed that day."""
    handed = redeemed().get((household, local_ms // MS_PER_DAY), frozenset())
    series = sorted(series_of(coupon, campaign) for coupon, campaign in handed)
    return Context(
        local_minute=local_ms // MS_PER_MINUTE,
        member_level=LEVEL,
        coupons=tuple(Coupon(name, name) for name in series),
        groups=tuple(sorted(group_of(campaign) for campaign in campaigns_of().get(household, ()))),
    )
