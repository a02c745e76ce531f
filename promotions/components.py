"""The choice cut into independent parts: price classes that no offer on groups and no binding cap ties together.

A component holds all that its solution depends on and nothing else, so an equal component has an equal solution.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.conditions import OfferBound
from promotions.groupings import Candidates, Grouping, can_win
from promotions.plans import UnitPlan
from promotions.units import PriceClass


class View(NamedTuple):
    """A price class as the choice sees it; `unit` are the offers per unit that no cap ties to other classes."""

    item: str
    gross: int
    quantity_milli: int
    units: int
    unit: tuple[int, ...]


class Tie(NamedTuple):
    """An offer that ties classes together (of one article if `item` is set): for each slot the classes that may fill
    it."""

    offer: int
    item: str
    slots: tuple[tuple[int, ...], ...]


class Component(NamedTuple):
    """Classes (in canonical order) with what ties them, and the caps that may bind: (offer, most applications)."""

    views: tuple[View, ...]
    ties: tuple[Tie, ...] = ()
    caps: tuple[tuple[int, int], ...] = ()


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
) -> list[Part]:
    """The components in which there is anything to choose."""
    possible = [grouping for grouping in groupings if not grouping.missing]
    caps = _binding_caps(classes, candidates, possible, bounds)
    capped = {offer for offer in caps if isinstance(offer_set.offers[offer].plan, UnitPlan)}
    reached = {place for grouping in possible for slot in grouping.slots for place in slot}
    alone = {place: _alone(classes[place], candidates[place], capped, offer_set) for place in reached}
    possible = [grouping for grouping in possible if can_win(grouping, classes, alone, offer_set)]
    ties = [Tie(grouping.offer, grouping.item, tuple(map(tuple, grouping.slots))) for grouping in possible]
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
        views = tuple([_view(classes[place], candidates[place], capped) for place in places])
        own = tied.get(root, [])
        if own or any([view.unit for view in views]):
            bound = tuple((offer, caps[offer]) for offer in sorted({tie.offer for tie in own} & caps.keys()))
            parts.append(Part(tuple(places), Component(views, _numbered(own, places), bound)))
    return parts


def _alone(price_class: PriceClass, named: Candidates, capped: set[int], offer_set: OfferSet) -> int:
    """What the best single offer per unit gives all units of a class."""
    best = 0
    for offer in named.unit:
        plan = offer_set.offers[offer].plan
        if offer not in capped and isinstance(plan, UnitPlan):
            off = plan.off(price_class.gross, price_class.key.quantity_milli, price_class.count, offer_set.currency)
            best = max(best, off)
    return best


def _view(price_class: PriceClass, named: Candidates, capped: set[int]) -> View:
    key = price_class.key
    unit = tuple(offer for offer in named.unit if offer not in capped) if capped else named.unit
    return View(key.article.item, -key.negative_gross, key.quantity_milli, price_class.count, unit)


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
) -> dict[int, int]:
    """Caps that these units could exceed; the others are no restriction and tie nothing together."""
    possible: dict[int, int] = {}
    for price_class, named in zip(classes, candidates, strict=True):
        for offer in named.unit:
            if offer in bounds:
                possible[offer] = possible.get(offer, 0) + price_class.count
    for grouping in groupings:
        if grouping.offer in bounds:
            possible[grouping.offer] = possible.get(grouping.offer, 0) + grouping.groups_max
    caps = {offer: bounds[offer].times for offer in possible if bounds[offer].times}
    return {offer: cap for offer, cap in caps.items() if possible[offer] > cap}


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
