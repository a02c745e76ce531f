"""How each tie of a component is followed."""

from __future__ import annotations

from typing import Literal

from promotions.compile import OfferSet
from promotions.components import Component, Tie, View
from promotions.loose import LooseTrack
from promotions.plans import Brackets, Breaks, BuyGet, GroupPlan
from promotions.pools import BracketsTrack, BreaksTrack
from promotions.rule import Offer
from promotions.tracks import PackedTrack, SingleTrack, Track

Manner = Literal["best", "some", "every"]
"""What is asked for: the best choice, a good one with little to follow, or every discount there could be."""


def tracks_of(component: Component, offer_set: OfferSet, manner: Manner) -> list[Track]:
    """The tracks of all ties."""
    return [_track(number, component, offer_set, manner) for number in range(len(component.ties))]


def _track(number: int, component: Component, offer_set: OfferSet, manner: Manner) -> Track:
    tie = component.ties[number]
    offer = offer_set.offers[tie.offer]
    if isinstance(offer.plan, Breaks):
        return BreaksTrack(component, number, offer_set)
    if isinstance(offer.plan, Brackets):
        return BracketsTrack(component, number, offer_set)
    if not isinstance(offer.plan, GroupPlan):
        return SingleTrack(component, number, offer_set)
    if is_packed(offer, offer.plan, tie, component.views) and (
        manner != "every" or _is_sum(offer.plan, tie, component)
    ):
        return PackedTrack(component, number, offer_set)
    return LooseTrack(component, number, offer_set, narrow=manner == "some", every=manner == "every")


def is_packed(offer: Offer, plan: GroupPlan, tie: Tie, views: tuple[View, ...]) -> bool:
    """Whether the best choice need not know who shares a group with whom: the amount off is never more than a group
    costs, and no floor can cut a share."""
    if plan.completion > 0 and _cheapest(plan, tie, views) < plan.completion:
        return False
    members = {view for places in tie.slots for view in places}
    return all([_bears(offer, plan, tie, views, view) for view in members if views[view].room < views[view].gross])


def _is_sum(plan: GroupPlan, tie: Tie, component: Component) -> bool:
    """Whether all divisions into groups that are worth anything take off the same."""
    if isinstance(plan, BuyGet):
        return plan.given is not None or len({component.views[view].gross for view in tie.slots[0]}) == 1
    return plan.completion >= 0 or _cheapest(plan, tie, component.views) > -plan.completion


def _cheapest(plan: GroupPlan, tie: Tie, views: tuple[View, ...]) -> int:
    """No group costs less."""
    costs = zip(plan.sizes, tie.slots, strict=True)
    return sum([size * min([views[view].gross for view in places]) for size, places in costs])


def _bears(offer: Offer, plan: GroupPlan, tie: Tie, views: tuple[View, ...], view: int) -> bool:
    """Whether a unit has room for its share of any group.

    A group takes off at most the sum of its units' bounds by number, B, of at least the cost G of its cheapest units
    and this one; the unit's share is at most its gross times B / G, and one more for rounding.
    """
    unit = views[view]
    if offer.share == "rewarded":
        return False
    size = sum(plan.sizes)
    for own, places in enumerate(tie.slots):
        if view not in places:
            continue
        most = plan.share_bound(own, unit.gross)
        least = unit.gross
        for slot, (others, count) in enumerate(zip(tie.slots, plan.sizes, strict=True)):
            grosses = [views[other].gross for other in others]
            number = count - (slot == own)
            most += number * max([plan.share_bound(slot, gross) for gross in grosses])
            least += number * min(grosses)
        if least == 0 or unit.gross * most // (size * least) + 2 > unit.room:
            return False
    return True
