"""Offers for the dataset's year: what its traces show, and what the demo chain adds to make a choice necessary.

From the dataset: the weekly specials and multi-buys (`specials`) and the campaigns' coupons (`coupons`). Specials are
for members, since the discount was given on a card; a coupon takes its worth off the goods it is for, once these cost
that much, for households the campaign was sent to.

The demo chain's own, chosen here and nowhere in the data, so that offers meet: each week three of the best-selling
categories in turn have a group offer (cheapest of four free, second at half price, three of an article for the price of
two and a half); on Wednesdays private brands are 5 % off; members get an amount or a percentage off food from a
threshold (whichever is more); and every full 20.00 of drug-store goods takes 1.00 off.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

from promotions.circumstances import ANY_MEMBER, Audience, Window
from promotions.plans import (
    AmountAtThreshold,
    AmountTier,
    BuyGet,
    NForPrice,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    SpecialPrice,
)
from promotions.rule import Offer
from promotions.scope import NAMES_MAX, Scope
from zhanggui.completejourney.coupons import CampaignCoupon, campaign_coupons
from zhanggui.completejourney.documents import item_code, store_code
from zhanggui.completejourney.specials import MultiBuy, multi_buys, specials
from zhanggui.completejourney.weeks import DAY_MIN, minutes_of

MEMBERS: Final = Audience(levels=(ANY_MEMBER,))
CATEGORIES: Final = (
    *("SOFT DRINKS", "BAKED BREAD/BUNS/ROLLS", "CHEESE", "BAG SNACKS", "FRZN MEAT/MEAT DINNERS", "SOUP", "YOGURT"),
    *("FROZEN PIZZA", "VEGETABLES - SHELF STABLE", "COLD CEREAL", "CANDY - PACKAGED", "LUNCHMEAT"),
    *("CRACKERS/MISC BKD FD", "CANNED JUICES", "ICE CREAM/MILK/SHERBTS"),
)
FOOD: Final = (
    *("GROCERY", "PRODUCE", "MEAT", "MEAT-PCKGD", "DELI", "PASTRY", "SEAFOOD", "SEAFOOD-PCKGD", "NUTRITION"),
    *("FROZEN GROCERY", "SALAD BAR"),
)
WEDNESDAY: Final = 0b100
OFF_FOOD: Final = "food"
"""The group of which the better counts."""


@cache
def offers_of_week(week: int) -> tuple[Offer, ...]:
    """Every offer that may hold in a week, by id."""
    made = (*_specials(week), *_multi_buys(week), *_coupons(week), *_own(week))
    return tuple(sorted(made, key=lambda offer: offer.id))


def series_of(coupon: int, campaign: int) -> str:
    """The series of a campaign's coupon.

    >>> series_of(51380041013, 26)
    'C26-51380041013'
    """
    return f"C{campaign}-{coupon}"


def group_of(campaign: int) -> str:
    """The group of the members a campaign was sent to."""
    return f"C{campaign}"


def _window(week: int, weekdays: int = 0) -> Window:
    start, end = minutes_of(week)
    return Window(start, end, weekdays) if weekdays else Window(start, end)


def _items(products: tuple[int, ...]) -> Scope:
    return Scope(items=tuple(item_code(product) for product in products))


def _specials(week: int) -> Iterator[Offer]:
    window = _window(week)
    for special in specials().get(week, ()):
        yield Offer(
            id=f"W{week:02d}-P{special.product}",
            plan=SpecialPrice(unit_price=special.unit_price),
            scope=_items((special.product,)),
            window=window,
            audience=MEMBERS,
            stores=tuple(store_code(store) for store in special.stores),
        )


def _multi_buys(week: int) -> Iterator[Offer]:
    window = _window(week)
    for deal in multi_buys().get(week, ()):
        yield Offer(
            id=f"W{week:02d}-{deal.units}X{deal.price_minor}-{deal.products[0]}",
            plan=_plan_of(deal),
            scope=_items(deal.products),
            window=window,
            audience=MEMBERS,
        )


def _plan_of(deal: MultiBuy) -> NForPrice | BuyGet:
    if deal.one_free:
        return BuyGet(buy=1, get=1)
    return NForPrice(count=deal.units, price_minor=deal.price_minor)


def _coupons(week: int) -> Iterator[Offer]:
    start, end = minutes_of(week)
    for coupon in campaign_coupons():
        if coupon.first_day * DAY_MIN < end and (coupon.last_day + 1) * DAY_MIN > start:
            yield coupon_offer(coupon)


@cache
def coupon_offer(coupon: CampaignCoupon) -> Offer:
    """A coupon as an offer on the receipt."""
    series = series_of(coupon.coupon, coupon.campaign)
    tier = AmountTier(coupon.amount_minor, coupon.amount_minor)
    return Offer(
        id=series,
        plan=AmountAtThreshold(tiers=(tier,)),
        scope=_items(coupon.products[:NAMES_MAX]),
        window=Window(coupon.first_day * DAY_MIN, (coupon.last_day + 1) * DAY_MIN),
        audience=Audience(groups=(group_of(coupon.campaign),), coupon=series),
    )


def _own(week: int) -> Iterator[Offer]:
    window, name = _window(week), f"W{week:02d}"
    four, half, three = (CATEGORIES[(3 * week + turn) % len(CATEGORIES)] for turn in range(3))
    yield Offer(f"{name}-4TH-FREE", BuyGet(buy=3, get=1), scope=Scope(categories=(four,)), window=window)
    second = BuyGet(buy=1, get=1, percent_bp=5_000)
    yield Offer(f"{name}-2ND-HALF", second, scope=Scope(categories=(half,)), window=window)
    third = BuyGet(buy=2, get=1, percent_bp=5_000, same_article=True)
    yield Offer(f"{name}-3RD-HALF", third, scope=Scope(categories=(three,)), window=window)
    midweek = _window(week, WEDNESDAY)
    yield Offer(f"{name}-PRIVATE", PercentOff(percent_bp=500), scope=Scope(brands=("Private",)), window=midweek)
    food = Scope(departments=FOOD)
    amounts = AmountAtThreshold(tiers=(AmountTier(5_000, 250), AmountTier(10_000, 700)))
    percent = PercentAtThreshold(tiers=(PercentTier(4_000, 300), PercentTier(7_500, 600)), ceiling_minor=1_000)
    for suffix, plan in (("FOOD-AMOUNT", amounts), ("FOOD-PERCENT", percent)):
        yield Offer(f"{name}-{suffix}", plan, scope=food, window=window, audience=MEMBERS, group=OFF_FOOD)
    every = AmountAtThreshold(tiers=(AmountTier(2_000, 100),), every=True)
    yield Offer(f"{name}-DRUG-STORE", every, scope=Scope(departments=("DRUG GM",)), window=window)
