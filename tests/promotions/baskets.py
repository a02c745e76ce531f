"""Baskets and offers for the property tests: small, and full of amounts that round and overlap badly."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import strategies as st

import promotions
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    Basket,
    BasketLine,
    BuyGet,
    Context,
    Coupon,
    NForPrice,
    Offer,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    Priced,
    Scope,
    SpecialPrice,
    Window,
)

ITEMS = {"a": ("x", 5), "b": ("x", 115), "c": ("x", 99), "d": ("y", 333), "e": ("y", 115), "f": ("z", 1)}
"""Item -> category, price in minor units."""

CONTEXT = Context(local_minute=29_920_920)

prices = st.sampled_from([0, 1, 4, 50, 99, 100, 115, 250, 333])
scopes = st.one_of(
    st.just(Scope()),
    st.sets(st.sampled_from(sorted(ITEMS)), min_size=1, max_size=3).map(
        lambda items: Scope(items=tuple(sorted(items)))
    ),
    st.sets(st.sampled_from("xyz"), min_size=1, max_size=2).map(lambda names: Scope(categories=tuple(sorted(names)))),
    st.sampled_from(sorted(ITEMS)).map(lambda item: Scope(except_items=(item,))),
)
percents = st.sampled_from([1, 333, 1000, 1500, 5000, 10_000])

unit_plans = st.one_of(
    st.builds(SpecialPrice, unit_price=prices.map(lambda price: price * 100 + 33)),
    st.builds(PercentOff, percent_bp=percents, rounding=st.sampled_from(["line", "unit"])),
    st.builds(AmountOff, amount_minor=st.sampled_from([1, 3, 30, 200])),
)
group_plans = st.one_of(
    st.builds(NForPrice, count=st.integers(2, 4), price_minor=prices, same_article=st.booleans()),
    st.builds(BuyGet, buy=st.integers(1, 3), get=st.integers(1, 2), percent_bp=percents, same_article=st.booleans()),
    st.builds(BuyGet, buy=st.integers(1, 2), get=st.integers(1, 2), percent_bp=percents, given=scopes),
)
amount_tiers = st.lists(st.sampled_from([1, 100, 333, 500, 999]), min_size=1, max_size=3, unique=True).map(
    lambda thresholds: tuple(AmountTier(t, max(1, t // 3)) for t in sorted(thresholds))
)
basket_plans = st.one_of(
    st.builds(AmountAtThreshold, tiers=amount_tiers, base=st.sampled_from(["net", "gross"])),
    st.builds(
        AmountAtThreshold,
        tiers=st.sampled_from([(AmountTier(100, 15),), (AmountTier(7, 7),)]),
        every=st.just(True),
    ),
    st.builds(
        PercentAtThreshold,
        tiers=percents.map(lambda bp: (PercentTier(50, max(1, bp - 1)), PercentTier(500, max(2, bp)))),
        ceiling_minor=st.sampled_from([0, 0, 77]),
        base=st.sampled_from(["net", "gross"]),
    ),
)
audiences = st.sampled_from([Audience(), Audience(), Audience(), Audience(levels=("gold",)), Audience(coupon="C")])
windows = st.sampled_from([Window(), Window(), Window(until_minute=CONTEXT.local_minute)])
ids = st.sampled_from([f"o{number}" for number in range(9)])

plain_item_offers = st.builds(Offer, id=ids, plan=st.one_of(unit_plans, group_plans), scope=scopes)
item_offers = st.builds(
    Offer,
    id=ids,
    plan=st.one_of(unit_plans, group_plans),
    scope=scopes,
    times_max=st.sampled_from([0, 0, 1, 2]),
    rank=st.sampled_from([0, 0, 1, 7]),
    audience=audiences,
    window=windows,
)
basket_offers = st.builds(
    Offer,
    id=ids.map(lambda offer: "t" + offer),
    plan=basket_plans,
    scope=scopes,
    group=st.sampled_from(["", "g"]),
    times_max=st.sampled_from([0, 2]),
    audience=audiences,
)
contexts = st.sampled_from(
    [
        CONTEXT,
        Context(CONTEXT.local_minute - 1),
        Context(CONTEXT.local_minute, "gold", (Coupon("C", "C"), Coupon("D", "D"))),
    ]
)


def offer_lists(offers: st.SearchStrategy[Offer], most: int) -> st.SearchStrategy[list[Offer]]:
    """Lists of offers with ids of their own."""
    return st.lists(offers, max_size=most, unique_by=lambda offer: offer.id)


offer_sets = st.tuples(offer_lists(item_offers, 6), offer_lists(basket_offers, 3)).map(lambda both: both[0] + both[1])


def piece(number: int, item: str, count: int, *, takes_offers: bool = True) -> BasketLine:
    """A line of so many pieces."""
    category, price = ITEMS[item]
    return BasketLine(
        number=number,
        item=item,
        department="d",
        category=category,
        brand="b",
        quantity_milli=count * 1000,
        unit_price=price * 100,
        gross_minor=price * count,
        takes_offers=takes_offers,
    )


def weighed(number: int, item: str, quantity_milli: int) -> BasketLine:
    """A weighed line, its amount as a label would have it."""
    category, price = ITEMS[item]
    gross = (price * quantity_milli + 500) // 1000
    return BasketLine(number, item, "d", category, "b", quantity_milli, price * 100, gross, counted=False)


items = st.sampled_from(sorted(ITEMS))
lines = st.one_of(
    st.builds(piece, st.just(0), items, st.integers(1, 4)),
    st.builds(piece, st.just(0), items, st.integers(1, 4)),
    st.builds(weighed, st.just(0), items, st.integers(1, 5000)),
    st.builds(piece, st.just(0), items, st.integers(-2, 2), takes_offers=st.booleans()),
)
line_lists = st.lists(lines, max_size=6)


def basket_of(found: Sequence[BasketLine]) -> Basket:
    """The lines as a receipt, numbered in their order."""
    return Basket(tuple(replace(line, number=number) for number, line in enumerate(found, 1)))


def price(
    found: Sequence[BasketLine], offers: Sequence[Offer], context: Context = CONTEXT, previous: Priced | None = None
) -> Priced:
    """The lines under the offers."""
    return promotions.price(basket_of(found), promotions.compile(offers, store="s1"), context, previous)


def units_by_item(found: Sequence[BasketLine], priced: Priced) -> Counter[tuple[object, ...]]:
    """Every single unit with all that was taken off it, whatever line it stands on."""
    units: Counter[tuple[object, ...]] = Counter()
    for line, answer in zip(found, priced.lines, strict=True):
        for run in answer.runs:
            off = tuple((cell.reference, cell.amount) for cell in run.reductions)
            units[line.item, line.takes_offers, run.quantity_milli, run.gross, off] += run.units
    return units


def taken_by_offer(priced: Priced) -> Counter[str]:
    """What each offer took off over all lines."""
    taken: Counter[str] = Counter()
    for line in priced.lines:
        for run in line.runs:
            for cell in run.reductions:
                taken[cell.reference] += cell.amount * run.units
    return taken
