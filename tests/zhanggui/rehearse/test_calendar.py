"""What is compiled for a store's week changes no price."""

from __future__ import annotations

from promotions import (
    AmountAtThreshold,
    AmountTier,
    Audience,
    Bundle,
    BuyGet,
    Offer,
    Part,
    PercentOff,
    Reward,
    Scope,
    SpecialPrice,
)
from zhanggui.rehearse.calendar import Calendar

OFFERS = (
    Offer("a", SpecialPrice(unit_price=1), scope=Scope(items=("1",)), stores=("S1",)),
    Offer("b", SpecialPrice(unit_price=1), scope=Scope(items=("2",))),
    Offer("c", PercentOff(percent_bp=1), scope=Scope(categories=("tea",))),
    Offer("d", BuyGet(buy=1, get=1, given=Scope(items=("3",))), scope=Scope(items=("2",))),
    Offer("e", Bundle(parts=(Part(scope=Scope(brands=("x",))),), price_minor=1), scope=Scope(items=("4",))),
    Offer(
        "f",
        AmountAtThreshold(tiers=(AmountTier(1, 1),)),
        scope=Scope(items=("1", "2")),
        audience=Audience(coupon="series"),
    ),
    Offer("g", Reward(threshold_minor=1, given=Scope(items=("3",))), scope=Scope(items=("1",))),
)


def ids(store: str, *items: str, series: tuple[str, ...] = ()) -> list[str]:
    return [offer.id for offer in Calendar(OFFERS).holding(store, items, series)]


def test_offers_on_goods_are_found_by_any_of_their_goods() -> None:
    assert ids("S1", "1") == ["a", "c", "e", "g"]
    assert ids("S1", "3") == ["c", "d", "e", "g"]
    assert ids("S1", "9") == ["c", "e"]


def test_offers_of_other_stores_and_coupons_nobody_has_are_left_out() -> None:
    assert ids("S2", "1", "2") == ["b", "c", "d", "e", "g"]
    assert ids("S2", "2", series=("series",)) == ["b", "c", "d", "e", "f"]
