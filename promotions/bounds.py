"""What the rest of a search may at most be worth: an upper bound, never exceeded, so that hopeless states can go.

It treats every unit by itself, as if each got the best average share that any of its offers could give.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from promotions.compile import OfferSet
from promotions.components import Component, View
from promotions.objective import Objective
from promotions.plans import GroupPlan
from promotions.tables import unit_off


@dataclass(frozen=True, slots=True)
class Bounds:
    """`rest[view][left]` bounds what `left` units of that class and all later classes can be worth; `limit` bounds the
    discount of the whole component."""

    component: Component
    offer_set: OfferSet
    objective: Objective
    rest: list[list[int]]
    limit: int
    hopes: dict[tuple[int, int, int], int] = field(default_factory=dict)

    def hope(self, view: int, tie: int, fill: int) -> int:
        """What the open groups of a tie may add beyond the shares of the units still to come, none dearer than this:
        `fill` units stand in the first slot."""
        key = (view, tie, fill)
        found = self.hopes.get(key)
        if found is None:
            offer = self.component.ties[tie].offer
            plan = self.offer_set.offers[offer].plan
            excess = plan.excess(fill, self.component.views[view].gross) if isinstance(plan, GroupPlan) else 0
            found = self.hopes[key] = excess * self.objective.discount[offer]
        return found


def bounds_of(component: Component, objective: Objective, offer_set: OfferSet) -> Bounds:
    """The bounds for a component."""
    most = max(objective.discount.values())
    rest: list[list[int]] = []
    after = Fraction(0)
    for number in reversed(range(len(component.views))):
        view = component.views[number]
        share = _best_share(number, view, component, offer_set)
        rest.append([int(after + share * left) * most + objective.application for left in range(view.units + 1)])
        after += share * view.units
    return Bounds(component, offer_set, objective, rest[::-1], int(after))


def _best_share(number: int, view: View, component: Component, offer_set: OfferSet) -> Fraction:
    """The best average share of a unit of this class."""
    shares = [_unit_share(offer, view, offer_set) for offer in view.unit]
    for tie in component.ties:
        plan = offer_set.offers[tie.offer].plan
        for slot, filled in enumerate(tie.slots):
            if number in filled and isinstance(plan, GroupPlan):
                shares.append(Fraction(plan.share_bound(slot, view.gross), sum(plan.sizes)))
            elif number in filled:
                shares.append(_unit_share(tie.offer, view, offer_set))
    return max([Fraction(0), *shares])


def _unit_share(offer: int, view: View, offer_set: OfferSet) -> Fraction:
    """The most that an offer per unit gives a unit on average, with whatever number rounding is kindest to."""
    return max(Fraction(unit_off(offer, view, units, offer_set), units) for units in range(1, view.units + 1))
