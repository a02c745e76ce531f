"""How each tie of a component is followed."""

from __future__ import annotations

from promotions.compile import OfferSet
from promotions.components import Component
from promotions.composed import ComposedTrack
from promotions.packing import is_packed, is_worth_something
from promotions.plans import Brackets, Breaks, GroupPlan
from promotions.pools import BracketsTrack, BreaksTrack
from promotions.tracks import PackedTrack, SingleTrack, Track


def tracks_of(component: Component, offer_set: OfferSet, *, every: bool = False) -> list[Track]:
    """The tracks of all ties, to find the best choice or, if asked for, every discount that there could be."""
    return [_track(number, component, offer_set, every) for number in range(len(component.ties))]


def _track(number: int, component: Component, offer_set: OfferSet, every: bool) -> Track:
    tie = component.ties[number]
    offer = offer_set.offers[tie.offer]
    if isinstance(offer.plan, Breaks):
        return BreaksTrack(component, number, offer_set)
    if isinstance(offer.plan, Brackets):
        return BracketsTrack(component, number, offer_set)
    if not isinstance(offer.plan, GroupPlan):
        return SingleTrack(component, number, offer_set)
    packed = is_packed(offer, offer.plan, tie, component.views)
    if packed and (not every or is_worth_something(offer.plan, tie, component.views)):
        return PackedTrack(component, number, offer_set)
    return ComposedTrack(component, number, offer_set)
