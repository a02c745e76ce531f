"""The choice cut into independent parts: price classes that no offer on groups and no binding cap ties together.

A component holds all that its solution depends on and nothing else, so an equal component has an equal solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.conditions import OfferBound
from promotions.dominance import undominated
from promotions.groupings import Candidates, Grouping, can_win
from promotions.plans import Breaks, UnitPlan
from promotions.problem import Component as Component
from promotions.problem import Tie as Tie
from promotions.problem import View as View
from promotions.problem import unit_off as unit_off
from promotions.units import PriceClass


class Part(NamedTuple):
    """A component and the places of its classes."""

    members: tuple[int, ...]
    component: Component


def split(
    classes: Sequence[PriceClass],
    candidates: Sequence[Candidates],
    groupings: Sequence[Grouping],
    offer_set: OfferSet,
    bounds: Mapping[int, OfferBound],
    *,
    whole: bool = False,
) -> list[Part]:
    """The components in which there is anything to choose. Offers on groups that are in no best choice are left out,
    unless the `whole` is asked for: what could be chosen instead of the best."""
    views = [view_of(one, named.unit) for one, named in zip(classes, candidates, strict=True)]
    possible = [grouping for grouping in groupings if not grouping.missing]
    caps = _binding_caps(classes, candidates, possible, bounds, offer_set)
    ceilings = _binding_ceilings(views, bounds, offer_set)
    capped = ceilings.keys() | {offer for offer in caps if isinstance(offer_set.offers[offer].plan, UnitPlan)}
    if capped:
        views = [view._replace(unit=tuple([offer for offer in view.unit if offer not in capped])) for view in views]
    if not whole:
        reached = {place for grouping in possible for slot in grouping.slots for place in slot}
        alone = {place: _alone(views[place], offer_set) for place in reached}
        possible = [grouping for grouping in possible if can_win(grouping, classes, alone, offer_set)]
    ties = [Tie(grouping.offer, grouping.item, tuple(map(tuple, grouping.slots))) for grouping in possible]
    if not whole:
        ties = undominated(ties, views, caps, offer_set)
    for offer in capped:
        ties.append(Tie(offer, "", (tuple(i for i, named in enumerate(candidates) if offer in named.unit),)))
    roots = _joined(len(classes), ties, caps)
    members: dict[int, list[int]] = {}
    for place, root in enumerate(roots):
        members.setdefault(root, []).append(place)
    tied: dict[int, list[Tie]] = {}
    for tie in sorted(ties):
        tied.setdefault(roots[tie.slots[0][0]], []).append(tie)
    parts: list[Part] = []
    for root, places in members.items():
        own = tied.get(root, [])
        if own or any([views[place].unit for place in places]):
            seen = tuple([views[place] for place in places])
            offers = sorted({tie.offer for tie in own})
            bound = tuple([(offer, caps[offer]) for offer in offers if offer in caps])
            ceiling = tuple([(offer, ceilings[offer]) for offer in offers if offer in ceilings])
            parts.append(Part(tuple(places), Component(seen, _numbered(own, places), bound, ceiling)))
    return parts


def _alone(view: View, offer_set: OfferSet) -> int:
    """What the best single offer per unit gives all units of a class."""
    return max([unit_off(offer, view, view.units, offer_set) for offer in view.unit], default=0)


def view_of(price_class: PriceClass, unit: tuple[int, ...]) -> View:
    """The class with its offers per unit."""
    key = price_class.key
    gross = -key.negative_gross
    return View(key.article.item, gross, key.quantity_milli, price_class.count, unit, gross - key.floor)


def _numbered(ties: Iterable[Tie], places: Sequence[int]) -> tuple[Tie, ...]:
    """The ties with classes numbered within their component."""
    numbers = {place: number for number, place in enumerate(places)}
    return tuple(
        Tie(tie.offer, tie.item, tuple(tuple(numbers[place] for place in slot) for slot in tie.slots)) for tie in ties
    )


def _binding_caps(
    classes: Sequence[PriceClass],
    candidates: Sequence[Candidates],
    groupings: Sequence[Grouping],
    bounds: Mapping[int, OfferBound],
    offer_set: OfferSet,
) -> dict[int, int]:
    """Caps that these units could exceed; the others are no restriction and tie nothing together."""
    possible: dict[int, int] = {}
    for price_class, named in zip(classes, candidates, strict=True):
        for offer in named.unit:
            if offer in bounds:
                possible[offer] = possible.get(offer, 0) + price_class.count
    for grouping in groupings:
        if grouping.offer in bounds and not isinstance(offer_set.offers[grouping.offer].plan, Breaks):
            possible[grouping.offer] = possible.get(grouping.offer, 0) + grouping.groups_max
    caps = {offer: bounds[offer].times for offer in possible if bounds[offer].times}
    return {offer: cap for offer, cap in caps.items() if possible[offer] > cap}


def _binding_ceilings(views: Sequence[View], bounds: Mapping[int, OfferBound], offer_set: OfferSet) -> dict[int, int]:
    """Ceilings on what an offer per unit takes off that all units together could exceed."""
    ceilings = {offer: bound.off_minor for offer, bound in bounds.items() if bound.off_minor}
    if not ceilings:
        return ceilings
    possible: dict[int, int] = {}
    for view in views:
        for offer in view.unit:
            if offer in ceilings:
                possible[offer] = possible.get(offer, 0) + unit_off(offer, view, view.units, offer_set)
    return {offer: ceiling for offer, ceiling in ceilings.items() if possible.get(offer, 0) > ceiling}


def _joined(size: int, ties: Iterable[Tie], caps: dict[int, int]) -> list[int]:
    """For every class the one that stands for its component: the classes of a tie, and of all ties that share a cap,
    belong together."""
    parents = list(range(size))
    shared: dict[int, int] = {}
    for tie in ties:
        anchor = tie.slots[0][0]
        if tie.offer in caps:
            anchor = shared.setdefault(tie.offer, anchor)
        for slot in tie.slots:
            for place in slot:
                parents[root_of(parents, place)] = root_of(parents, anchor)
    return [root_of(parents, place) for place in range(size)]


def root_of(parents: list[int], place: int) -> int:
    """The place that stands for all that were joined with this one; the way there gets shorter."""
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place
