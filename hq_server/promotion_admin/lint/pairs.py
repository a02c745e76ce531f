"""How offers stand to each other: which share goods, which can never win against another, which add up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hq_server.promotion_admin.lint.finding import Finding, Placed, finding
from hq_server.promotion_admin.lint.reach import (
    Shelf,
    covers_audience,
    covers_window,
    holding_stores,
)
from hq_server.promotion_admin.lint.worth import best_unit_off, grosses, group_share
from promotions.limits import Limits
from promotions.plans import PlainUnitPlan, PointsOff
from promotions.rule import Offer

PAIRS_MAX: Final = 20
"""So many other offers are named for each and each kind of finding; the ones with most goods in common first."""
UNLIMITED: Final = Limits()
COUNTS: Final = (1, 2, 3, 7)
"""Rounding a percentage once for all pieces may differ from piece to piece: a few counts tell."""


def look_at_pair(
    one: Placed, other: Placed, shared: frozenset[int], shelf: Shelf, currency: str, *, hints: bool
) -> Iterator[Finding]:
    """What `one` is told about `other`, which it can meet, having goods in common. The stronger statement only."""
    offer, rival = one.offer, other.offer
    if offer.layer != rival.layer or offer.layer == "later":
        return
    item = shelf.goods[min(shared)].article.item
    if offer.layer == "basket":
        if not _exclude(offer, rival):
            yield finding("adds_up", offer.id, other=rival.id, example=item, count=len(shared))
    elif _beaten(one, other, shelf, currency):
        code = "same_as" if _beaten(other, one, shelf, currency) else "never_better"
        yield finding(code, offer.id, other=rival.id, example=item)
    elif hints and not _beaten(other, one, shelf, currency):
        yield finding("overlaps", offer.id, other=rival.id, example=item, count=len(shared))


def look_at_group(offers: list[Offer]) -> Iterator[Finding]:
    """Exclusion groups that exclude nobody."""
    members: dict[str, list[str]] = {}
    for offer in offers:
        if offer.group:
            members.setdefault(offer.group, []).append(offer.id)
    for group, ids in sorted(members.items()):
        if len(ids) == 1:
            yield finding("group_alone", ids[0], group=group)


def _exclude(offer: Offer, rival: Offer) -> bool:
    """Whether only one of two offers on the receipt counts, or one of them is somebody's choice."""
    chosen = offer.manual or rival.manual or isinstance(offer.plan, PointsOff) or isinstance(rival.plan, PointsOff)
    return chosen or bool(offer.group and offer.group == rival.group)


def _beaten(one: Placed, other: Placed, shelf: Shelf, currency: str) -> bool:
    """Whether `one` can never take more off than `other` would. (It may still serve to stay above a threshold.)"""
    offer, rival = one.offer, other.offer
    if not isinstance(rival.plan, PlainUnitPlan) or _turn(rival) > _turn(offer):
        return False
    goods = shelf.named(offer.scope)
    if not goods <= shelf.named(rival.scope) or not _always_there(one, other):
        return False
    pieces = [gross for place in goods for gross in grosses(shelf.goods[place], currency)]
    if _turn(rival) < _turn(offer):
        return isinstance(offer.plan, PlainUnitPlan) and all(
            best_unit_off(rival.plan, gross, currency) for gross in pieces
        )
    if isinstance(offer.plan, PlainUnitPlan):
        return all(
            best_unit_off(offer.plan, gross, currency, count) <= best_unit_off(rival.plan, gross, currency, count)
            for gross in pieces
            for count in COUNTS
        )
    for gross in pieces:
        share = group_share(offer, gross)
        if share is None or share[0] > share[1] * best_unit_off(rival.plan, gross, currency):
            return False
    return True


def _turn(offer: Offer) -> int:
    """Forced offers come first, then by priority."""
    return 0 if offer.forced else offer.priority


def _always_there(one: Placed, other: Placed) -> bool:
    """Whether `other` is open, without any bound, wherever and whenever `one` is."""
    rival = other.offer
    unbounded = not (rival.manual or rival.conditions or rival.times_max or rival.off_max_minor or rival.per_coupon)
    return (
        unbounded
        and rival.limits == UNLIMITED
        and rival.exclusive == one.offer.exclusive
        and covers_window(rival.window, one.offer.window)
        and covers_audience(rival.audience, one.offer.audience)
        and holding_stores(one) <= holding_stores(other)
    )
