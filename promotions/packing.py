"""When it does not matter what is in a group of an offer."""

from __future__ import annotations

from collections.abc import Sequence

from promotions.plans import GroupPlan
from promotions.problem import Tie, View
from promotions.rule import Offer


def is_packed(offer: Offer, plan: GroupPlan, tie: Tie, views: Sequence[View]) -> bool:
    """Whether the best choice need not know what is in a group: the amount off is never more than a group costs, and no
    floor can cut a share."""
    if plan.completion > 0 and cheapest(plan, tie, views) < plan.completion:
        return False
    members = {view for places in tie.slots for view in places}
    return all([_bears(offer, plan, tie, views, view) for view in members if views[view].room < views[view].gross])


def is_worth_something(plan: GroupPlan, tie: Tie, views: Sequence[View]) -> bool:
    """Whether no group costs less than its price."""
    return plan.completion >= 0 or cheapest(plan, tie, views) > -plan.completion


def cheapest(plan: GroupPlan, tie: Tie, views: Sequence[View]) -> int:
    """No group costs less."""
    costs = zip(plan.sizes, tie.slots, strict=True)
    return sum([size * min([views[view].gross for view in places]) for size, places in costs])


def _bears(offer: Offer, plan: GroupPlan, tie: Tie, views: Sequence[View], view: int) -> bool:
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
