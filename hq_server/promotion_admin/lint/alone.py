"""What can be said of one offer by itself, against the goods it names."""

from __future__ import annotations

from collections.abc import Iterator

from hq_server.promotion_admin.lint.finding import Finding, Goods, Placed, Surroundings, finding
from hq_server.promotion_admin.lint.reach import Shelf, holding_stores, is_dead, reached, scopes_of
from hq_server.promotion_admin.lint.worth import best_unit_off, grosses, never_gives
from promotions.plans import (
    AmountAtThreshold,
    Bundle,
    NForPrice,
    PercentAtThreshold,
    PlainUnitPlan,
    Reward,
)
from promotions.rule import Offer
from promotions.scope import Scope
from retail.money import extend_minor


def look_at_one(placed: Placed, shelf: Shelf, around: Surroundings) -> Iterator[Finding]:
    """Everything about an offer that needs no other offer."""
    yield from _look_at_time(placed, around)
    empty = list(_empty_scopes(placed.offer, shelf))
    yield from empty
    if not empty:
        yield from _look_at_worth(placed.offer, shelf, around.currency)
        yield from _look_at_threshold(placed.offer, shelf, around.currency)


def _look_at_time(placed: Placed, around: Surroundings) -> Iterator[Finding]:
    offer = placed.offer
    if is_dead(offer.window):
        yield finding("dead_window", offer.id)
    elif 0 < offer.window.until_minute <= around.now_minute:
        yield finding("already_over", offer.id)
    if not holding_stores(placed):
        yield finding("no_stores", offer.id)


def _empty_scopes(offer: Offer, shelf: Shelf) -> Iterator[Finding]:
    """Scopes that mean nothing in the catalogue. Tags are left aside: a label on a piece may bring them."""
    for field, scope in scopes_of(offer):
        if not scope.tags and not shelf.named(scope):
            yield finding("no_goods", offer.id, field=field)
    for number, condition in enumerate(offer.conditions, 1):
        needed = condition.quantity_min_milli or condition.amount_min_minor
        if needed and not condition.scope.tags and not shelf.named(condition.scope):
            yield finding("condition_no_goods", offer.id, number=number)


def _look_at_worth(offer: Offer, shelf: Shelf, currency: str) -> Iterator[Finding]:
    if any(scope.tags for _, scope in scopes_of(offer)):
        return
    if never_gives(offer, shelf, currency):
        yield finding("never_gives", offer.id, example=_any_item(shelf, offer.scope))
        return
    yield from _look_at_floors(offer, shelf, currency)
    plan = offer.plan
    if isinstance(plan, NForPrice | Bundle) and plan.price_minor == 0:
        yield finding("gives_all", offer.id, example=_any_item(shelf, offer.scope))
    elif isinstance(plan, PlainUnitPlan):
        for place in sorted(shelf.named(offer.scope)):
            one = shelf.goods[place]
            if any(0 < gross <= best_unit_off(plan, gross, currency) for gross in grosses(one, currency)):
                yield finding("gives_all", offer.id, example=one.article.item)
                return


def _look_at_floors(offer: Offer, shelf: Shelf, currency: str) -> Iterator[Finding]:
    """Goods that may go no lower than they already are, or not as low as the offer says."""
    goods = sorted(reached(offer, shelf))
    stuck = [place for place in goods if shelf.goods[place].floor >= max(shelf.goods[place].prices)]
    if goods and len(stuck) == len(goods):
        yield finding("floor_voids", offer.id, example=shelf.goods[stuck[0]].article.item)
        return
    if not isinstance(offer.plan, PlainUnitPlan):
        return
    cut = [shelf.goods[place].article.item for place in goods if _is_cut(offer.plan, shelf.goods[place], currency)]
    if cut:
        yield finding("floor_cuts", offer.id, example=cut[0], count=len(cut))


def _look_at_threshold(offer: Offer, shelf: Shelf, currency: str) -> Iterator[Finding]:
    """A threshold that the cheapest of its goods reaches alone is none."""
    plan = offer.plan
    if isinstance(plan, AmountAtThreshold | PercentAtThreshold):
        threshold = plan.tiers[0].threshold_minor
    elif isinstance(plan, Reward):
        threshold = plan.threshold_minor
    else:
        return
    lowest = [
        (min(found), shelf.goods[place].article.item)
        for place in shelf.named(offer.scope)
        if shelf.goods[place].counted and (found := [gross for gross in grosses(shelf.goods[place], currency) if gross])
    ]
    if lowest and threshold <= min(lowest)[0]:
        yield finding("always_reached", offer.id, example=min(lowest)[1], cheapest_minor=min(lowest)[0])
    if isinstance(plan, AmountAtThreshold):
        for tier in plan.tiers:
            if tier.amount_minor == tier.threshold_minor:
                yield finding("gives_all", offer.id, example=_any_item(shelf, offer.scope))
                return


def _is_cut(plan: PlainUnitPlan, goods: Goods, currency: str) -> bool:
    """Whether the floor leaves less off than the offer says, at one of the prices."""
    floor = extend_minor(goods.floor, 1000, currency)
    return floor > 0 and any(gross - best_unit_off(plan, gross, currency) < floor for gross in grosses(goods, currency))


def _any_item(shelf: Shelf, scope: Scope) -> str:
    place = min(shelf.named(scope), default=None)
    return "" if place is None else shelf.goods[place].article.item
