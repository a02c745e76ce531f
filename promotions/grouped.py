"""What each unit gets of its group."""

from __future__ import annotations

from collections.abc import Sequence

from promotions.components import View
from promotions.plans import GroupPlan
from promotions.plans.buy_get import BuyGet
from promotions.rule import Offer
from retail.allocate import allocate


def group_shares(offer: Offer, plan: GroupPlan, slots: Sequence[Sequence[int]], views: Sequence[View]) -> list[int]:
    """The shares of the units of one complete group, slot by slot; `slots` holds their classes, dearest first.

    The discount is spread by what the units cost, over all of them or over the rewarded ones. What a unit may not bear
    because of its floor is lost. All zero where the group takes nothing off.
    """
    grosses = [[views[view].gross for view in filled] for filled in slots]
    members = [view for filled in slots for view in filled]
    shares = [0] * len(members)
    off = plan.group_off(grosses)
    if off <= 0:
        return shares
    first = 0
    if offer.share == "rewarded" and isinstance(plan, BuyGet):
        first = len(members) - plan.get
    weights = [views[view].gross for view in members[first:]]
    for place, amount in enumerate(allocate(off, weights), first):
        shares[place] = min(amount, views[members[place]].room)
    return shares
