"""Offers on groups that another one beats whatever is on the receipt: they are in no best choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.packing import is_packed
from promotions.plans import BuyGet, GroupPlan
from promotions.problem import Tie, View


class Rival(NamedTuple):
    """A tie with what a unit of each of its classes is at most worth in it, times the units of a group; `exact` where
    a group is worth exactly the sum."""

    tie: Tie
    size: int
    shares: dict[int, int]
    exact: bool


def undominated(ties: Sequence[Tie], views: Sequence[View], caps: Mapping[int, int], offer_set: OfferSet) -> list[Tie]:
    """The ties that could be in a best choice.

    An offer without a bound, whose groups are worth the sum of their units' shares, beats one whose groups could be
    divided into groups of its own when every unit has a larger share in them: then each such group would be worth more
    as groups of the first.
    """
    if len(ties) < 2:
        return list(ties)
    rivals = [_rival(tie, views, offer_set) for tie in ties]
    strong = [one for one in rivals if one is not None and one.exact and one.tie.offer not in caps]
    return [
        tie
        for tie, weak in zip(ties, rivals, strict=True)
        if weak is None or not any([_beats(one, weak) for one in strong if one is not weak])
    ]


def _rival(tie: Tie, views: Sequence[View], offer_set: OfferSet) -> Rival | None:
    offer = offer_set.offers[tie.offer]
    plan = offer.plan
    if not isinstance(plan, GroupPlan):
        return None
    shares: dict[int, int] = {}
    for slot, places in enumerate(tie.slots):
        for place in places:
            shares[place] = max(shares.get(place, 0), plan.share_bound(slot, views[place].gross))
    exact = len(tie.slots) == 1 and not isinstance(plan, BuyGet) and is_packed(offer, plan, tie, views)
    return Rival(tie, sum(plan.sizes), shares, exact)


def _beats(strong: Rival, weak: Rival) -> bool:
    if weak.size % strong.size or (strong.tie.item and strong.tie.item != weak.tie.item):
        return False
    return all(
        [
            place in strong.shares and strong.shares[place] * weak.size > max(0, share) * strong.size
            for place, share in weak.shares.items()
        ]
    )
