"""How each tie of a component is followed."""

from __future__ import annotations

from typing import Literal

from promotions.compile import OfferSet
from promotions.components import Component, Tie
from promotions.loose import LooseTrack
from promotions.packing import cheapest, is_packed
from promotions.plans import Brackets, Breaks, BuyGet, GroupPlan
from promotions.pools import BracketsTrack, BreaksTrack
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


def _is_sum(plan: GroupPlan, tie: Tie, component: Component) -> bool:
    """Whether all divisions into groups that are worth anything take off the same."""
    if isinstance(plan, BuyGet):
        return plan.given is not None or len({component.views[view].gross for view in tie.slots[0]}) == 1
    return plan.completion >= 0 or cheapest(plan, tie, component.views) > -plan.completion
