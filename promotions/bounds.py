"""What the rest of a search may at most be worth: an upper bound, never exceeded, so that hopeless states can go.

It treats every unit by itself, as if each got the best average share that any of its offers could give. An offer with
a ceiling is also looked at the other way: all that is left of the ceiling, and every unit the best of other offers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from promotions.compile import OfferSet
from promotions.components import Component
from promotions.tracks import FINE, Fill, Track, unit_share


@dataclass(frozen=True, slots=True)
class Bounds:
    """`rest[view][left]` bounds the discount that `left` units of that class and all later classes can get; `limit`
    bounds the discount of the whole component. `spare` holds the same rest without the offer of each tie that has a
    ceiling."""

    tracks: Sequence[Track]
    rest: list[list[int]]
    limit: int
    spare: dict[int, list[list[int]]]
    ceilings: dict[int, int]
    hopes: dict[tuple[int, int, Fill], int] = field(default_factory=dict)

    def hope(self, view: int, tie: int, fill: Fill) -> int:
        """What an open fill may add beyond the shares of the units still to come, none dearer than this class."""
        key = (view, tie, fill)
        found = self.hopes.get(key)
        if found is None:
            found = self.hopes[key] = self.tracks[tie].hope(view, fill)
        return found


def bounds_of(component: Component, tracks: Sequence[Track], offer_set: OfferSet) -> Bounds:
    """The bounds for a component."""
    shares = [
        {-1: max([unit_share(offer, view, offer_set) for offer in view.unit], default=0)} for view in component.views
    ]
    for number, tie in enumerate(component.ties):
        for view in {view for places in tie.slots for view in places}:
            shares[view][number] = tracks[number].share(view)
    for number, track in enumerate(tracks):
        if track.variants > 1:
            _choose_variant(number, track, component, shares)
    given = dict(component.ceilings)
    ceilings = {number: given[tie.offer] for number, tie in enumerate(component.ties) if tie.offer in given}
    rest, limit = _rest(component, shares, -2)
    spare: dict[int, list[list[int]]] = {}
    for number, ceiling in ceilings.items():
        spare[number], less = _rest(component, shares, number)
        limit = min(limit, ceiling + less)
    return Bounds(tracks, rest, limit, spare, ceilings)


def _choose_variant(number: int, track: Track, component: Component, shares: list[dict[int, int]]) -> None:
    """Takes the shares of the variant with which the whole component is bounded closest."""
    views = {view for places in component.ties[number].slots for view in places}
    found: list[tuple[int, int, dict[int, int]]] = []
    for variant in range(track.variants):
        track.variant = variant
        own = {view: track.share(view) for view in views}
        others = {view: max([share for tie, share in shares[view].items() if tie != number]) for view in views}
        limit = sum([component.views[view].units * max(own[view], others[view]) for view in views])
        found.append((limit, variant, own))
    _, track.variant, own = min(found, key=lambda entry: entry[:2])
    for view in views:
        shares[view][number] = own[view]


def _rest(component: Component, shares: Sequence[dict[int, int]], without: int) -> tuple[list[list[int]], int]:
    """The bounds by class and units left, and in all, without one tie."""
    rest: list[list[int]] = []
    after = 0
    for number in reversed(range(len(component.views))):
        share = max([share for tie, share in shares[number].items() if tie != without])
        units = component.views[number].units
        rest.append([(after + share * left) >> FINE for left in range(units + 1)])
        after += share * units
    return rest[::-1], after >> FINE
