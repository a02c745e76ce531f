"""The order in which the classes of a component are searched, where it is free.

Dearest first is needed only by offers in which it matters which units come first (the cheapest of a group is given, a
bracket fills up). Where a group takes off what its units and its completion add, whatever stands in it, any order leads
to the same sums. Then goods that such an offer alone holds together are searched one after the other, so that few
offers stand open at the same time: of an offer on everything the search remembers how far its last group is filled, and
else nothing of the goods that lie behind.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from promotions.compile import OfferSet
from promotions.objective import Objective
from promotions.packing import is_packed
from promotions.plans import BuyGet, GroupPlan
from promotions.problem import Component, Tie


def order_of(component: Component, offer_set: OfferSet) -> list[int]:
    """The classes as they are best searched. Those that an offer with an order of its own holds together stand in the
    canonical order among themselves."""
    free = {tie for tie in component.ties if _is_free(tie, component, offer_set)}
    return _ordered(list(range(len(component.views))), list(component.ties), free)


def _is_free(tie: Tie, component: Component, offer_set: OfferSet) -> bool:
    """Whether a group is worth the sum of what its units and its completion add, whichever units stand in it; and no
    class may fill several of its slots, or the order would decide between ways that are worth the same."""
    offer = offer_set.offers[tie.offer]
    plan = offer.plan
    once = _width(tie) == len({place for places in tie.slots for place in places})
    return (
        isinstance(plan, GroupPlan)
        and not isinstance(plan, BuyGet)
        and once
        and is_packed(offer, plan, tie, component.views)
    )


def _ordered(views: Sequence[int], ties: Sequence[Tie], free: set[Tie]) -> list[int]:
    """Part by part: what falls apart without the widest free offer that holds it together."""
    loose = [tie for tie in ties if tie in free]
    if len(views) < 3 or not loose:
        return list(views)
    widest = max(loose, key=_width)
    rest = [tie for tie in ties if tie is not widest]
    found: list[int] = []
    for part in _parts(views, rest):
        inside = set(part)
        found += _ordered(part, [tie for tie in rest if tie.slots[0][0] in inside], free)
    return found


def _width(tie: Tie) -> int:
    return sum([len(places) for places in tie.slots])


def _parts(views: Sequence[int], ties: Sequence[Tie]) -> list[list[int]]:
    """The classes that these offers hold together, in canonical order."""
    group: dict[int, list[int]] = {view: [view] for view in views}
    for tie in ties:
        first = group[tie.slots[0][0]]
        for places in tie.slots:
            for place in places:
                other = group[place]
                if other is not first:
                    small, first = sorted((first, other), key=len)
                    first += small
                    group.update(dict.fromkeys(small, first))
    parts = {id(part): part for part in group.values()}
    return sorted([sorted(part) for part in parts.values()])


def reordered(component: Component, order: Sequence[int]) -> Component:
    """The same component with its classes numbered in this order."""
    numbers = {view: number for number, view in enumerate(order)}
    ties = [tie._replace(slots=_renumbered(tie.slots, numbers)) for tie in component.ties]
    return component._replace(views=tuple([component.views[view] for view in order]), ties=tuple(ties))


def _renumbered(slots: Sequence[Sequence[int]], numbers: Mapping[int, int]) -> tuple[tuple[int, ...], ...]:
    return tuple([tuple(sorted([numbers[place] for place in places])) for places in slots])


def revalued(objective: Objective, order: Sequence[int]) -> Objective:
    """The same objective for the classes numbered in this order."""
    numbers = {view: number for number, view in enumerate(order)}
    unit = {(offer, numbers[view]): weight for (offer, view), weight in objective.unit.items()}
    return Objective(objective.discount, objective.application, unit)
