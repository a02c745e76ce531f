"""The campaigns' coupons: what each is worth, on which goods, for whom and when, and which were handed over.

The dataset tells which products a coupon is for, which households a campaign was sent to, and who redeemed which coupon
on which day; what a coupon is worth it does not tell. It is read off the redemptions: the most frequent coupon amount
(of several the lowest) on lines with a product of the coupon, bought by the household on the day it redeemed it; for a
coupon nobody redeemed so, the most frequent amount of all redemptions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple

import pyarrow.compute as pc
import pyarrow.parquet as pq

from zhanggui.completejourney.reading import data_folder, transactions
from zhanggui.completejourney.weeks import MS_PER_DAY

EPOCH: Final = date(1970, 1, 1)


class CampaignCoupon(NamedTuple):
    """A coupon of a campaign: amount in cents, days since 1970 (both included)."""

    coupon: int
    campaign: int
    amount_minor: int
    products: tuple[int, ...]
    first_day: int
    last_day: int


Redeemed = Mapping[tuple[int, int], frozenset[tuple[int, int]]]
"""(household, day) -> the (coupon, campaign) pairs handed over."""


def _rows(name: str) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(data_folder() / f"{name}.parquet").to_pylist()
    return rows


def _day(moment: object) -> int:
    assert isinstance(moment, datetime)
    return (moment.date() - EPOCH).days


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


@cache
def campaigns_of() -> Mapping[int, frozenset[int]]:
    """The campaigns each household was sent."""
    found: dict[int, set[int]] = {}
    for row in _rows("campaigns"):
        found.setdefault(_number(row["household_id"]), set()).add(_number(row["campaign_id"]))
    return {household: frozenset(campaigns) for household, campaigns in found.items()}


@cache
def redeemed() -> Redeemed:
    """Which coupons a household handed over on a day."""
    found: dict[tuple[int, int], set[tuple[int, int]]] = {}
    for row in _rows("coupon_redemptions"):
        key = (_number(row["household_id"]), _day(row["redemption_date"]))
        found.setdefault(key, set()).add((_number(row["coupon_upc"]), _number(row["campaign_id"])))
    return {key: frozenset(pairs) for key, pairs in found.items()}


@cache
def campaign_coupons() -> tuple[CampaignCoupon, ...]:
    """Every coupon of every campaign, in order of campaign and coupon."""
    days = {
        _number(row["campaign_id"]): (_day(row["start_date"]), _day(row["end_date"]))
        for row in _rows("campaign_descriptions")
    }
    goods = _goods()
    worth = _worth(goods)
    return tuple(
        CampaignCoupon(coupon, campaign, worth[coupon, campaign], goods[coupon, campaign], *days[campaign])
        for coupon, campaign in sorted(goods, key=lambda pair: (pair[1], pair[0]))
    )


def _goods() -> dict[tuple[int, int], tuple[int, ...]]:
    found: dict[tuple[int, int], set[int]] = {}
    for row in _rows("coupons"):
        pair = (_number(row["coupon_upc"]), _number(row["campaign_id"]))
        found.setdefault(pair, set()).add(_number(row["product_id"]))
    return {pair: tuple(sorted(products)) for pair, products in found.items()}


def _worth(goods: Mapping[tuple[int, int], tuple[int, ...]]) -> dict[tuple[int, int], int]:
    """Cents that each coupon is worth."""
    sets = {pair: frozenset(products) for pair, products in goods.items()}
    seen: dict[tuple[int, int], Counter[int]] = {}
    for household, day, product, amount in _coupon_lines():
        for pair in redeemed().get((household, day), ()):
            if product in sets[pair]:
                seen.setdefault(pair, Counter())[amount] += 1
    every: Counter[int] = Counter()
    for amounts in seen.values():
        every.update(amounts)
    return {pair: _most_frequent(seen.get(pair, every)) for pair in goods}


def _most_frequent(amounts: Counter[int]) -> int:
    return min(amounts, key=lambda amount: (-amounts[amount], amount))


def _coupon_lines() -> Iterator[tuple[int, int, int, int]]:
    """(household, day, product, cents per coupon) of lines that a maker's coupon paid part of."""
    table = transactions()
    table = table.filter(pc.and_(pc.greater(table["coupon_disc"], 0), pc.greater(table["quantity"], 0)))
    days = pc.divide(table["local_ms"], MS_PER_DAY)
    columns = (table["household_id"], days, table["product_id"], table["coupon_disc"])
    yield from zip(*(column.to_pylist() for column in columns), strict=True)
