"""What the choice maximises, as one integer per decision, so that sums compare as the rules rank them.

In this order: the most discount; the most discount from highly ranked offers; the fewest applications; then the most
units for the offer with the smallest id, on the dearest class, then by article. No two different choices are equal in
all of that, so the best one is unique and does not depend on the way it is searched for.
"""

from __future__ import annotations

from dataclasses import dataclass

from promotions.compile import OfferSet
from promotions.components import Component


@dataclass(frozen=True, slots=True)
class Objective:
    """The weights for one component."""

    discount: dict[int, int]
    application: int
    unit: dict[tuple[int, int], int]

    def of(self, offer: int, view: int, off: int, applications: int, units: int) -> int:
        """The worth of so much discount by one offer on one class."""
        return off * self.discount[offer] - applications * self.application + units * self.unit[offer, view]


def objective_of(component: Component, offer_set: OfferSet) -> Objective:
    """Weights that keep the criteria apart for every amount that can occur in this component."""
    pairs = {(offer, number) for number, view in enumerate(component.views) for offer in view.unit}
    pairs |= {(tie.offer, number) for tie in component.ties for slot in tie.slots for number in slot}
    offers = sorted({offer for offer, _ in pairs})
    units = sum(view.units for view in component.views)
    base = max(view.units for view in component.views) + 1
    weights: dict[tuple[int, int], int] = {}
    weight = 1
    for pair in sorted(pairs, reverse=True):
        weights[pair] = weight
        weight *= base
    application = weight
    ranked = application * (units + 1)
    gross = sum(view.gross * view.units for view in component.views)
    highest = max(offer_set.offers[offer].rank for offer in offers)
    discount = ranked * (highest * gross + 1)
    return Objective(
        {offer: discount + offer_set.offers[offer].rank * ranked for offer in offers}, application, weights
    )
