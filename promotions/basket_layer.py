"""Offers on the receipt, once every unit has its price from the item layer.

All thresholds count what is left after item offers (or the regular prices, if an offer says so), never a running total:
so no order among basket offers can decide which of them is reached. What they take, they take in order, none of them
more than its goods still cost above their floors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Final, NamedTuple

from promotions.compile import OfferSet
from promotions.outcome import Outcome
from promotions.plans import BasketPlan, PointsOff
from promotions.pots import Worth
from promotions.prorate import Stack, prorate

MEMBERS_MAX: Final = 256
"""So many ways to let one offer of each group count are tried."""


@dataclass(slots=True)
class Cell:
    """Equal units of a class: gross, floor, net after item offers, net now, and (offer, amount) of what was taken off;
    `taken` is the item offer that they are in."""

    price_class: int
    units: int
    gross: int
    floor: int
    item_net: int
    net: int
    off: tuple[tuple[int, int], ...]
    taken: int = -1


class Points(NamedTuple):
    """What may be spent of a member's points: so many, by an offer so many times and so much at most (0: no bound)."""

    points: int
    bounds: Mapping[int, tuple[int, int]]


class Taking(NamedTuple):
    """What all offers together took: the outcomes, the goods after that, the points spent."""

    outcomes: dict[int, Outcome]
    cells: list[Cell]
    points: int = 0

    @property
    def off(self) -> int:
        """All that was taken."""
        return sum(outcome.off for outcome in self.outcomes.values())


NO_POINTS: Final = Points(0, {})


def take_basket_offers(
    worths: Mapping[int, Worth],
    cells: Callable[[], list[Cell]],
    counts: Callable[[int, Cell], bool],
    offer_set: OfferSet,
    points: Points = NO_POINTS,
) -> Taking:
    """What becomes of all basket offers, and the cells after what they took; no cells where there was nothing to take.

    `cells` makes those of the item layer, and is asked only if there is something to take; `counts` says whether an
    offer counts a cell.
    """
    reached = [offer for offer in worths if worths[offer].times]
    if not reached:
        return Taking({offer: Outcome("too_little", short=worth.short) for offer, worth in worths.items()}, [])
    groups: dict[str, list[int]] = {}
    for offer in sorted(reached, key=lambda offer: (-worths[offer].off, -offer_set.offers[offer].rank, offer)):
        groups.setdefault(offer_set.offers[offer].group, []).append(offer)
    alone = groups.pop("", [])
    first = [*alone, *(members[0] for members in groups.values())]
    start = cells()
    best = _in_order(first, worths, start, counts, offer_set, points)
    if groups and _is_scarce(first, reached, worths, best, offer_set):
        best = _best_members(alone, list(groups.values()), best, worths, start, counts, offer_set, points)
    for offer, worth in worths.items():
        if offer not in best.outcomes:
            winner = next((one for one in groups.get(offer_set.offers[offer].group, ()) if one in best.outcomes), -1)
            missed = Outcome("too_little", short=worth.short)
            best.outcomes[offer] = missed if not worth.times else Outcome("excluded", 0, 0, worth.short, winner)
    return best


def _is_scarce(
    first: Sequence[int], reached: Sequence[int], worths: Mapping[int, Worth], taking: Taking, offer_set: OfferSet
) -> bool:
    """Whether an offer got less than it gives by itself, or is worth what others leave: then the largest of a group
    need not be the best of it."""
    return any(taking.outcomes[offer].off < worths[offer].off for offer in first) or any(
        isinstance(offer_set.offers[offer].plan, PointsOff) for offer in reached
    )


def _best_members(
    alone: Sequence[int],
    groups: Sequence[Sequence[int]],
    best: Taking,
    worths: Mapping[int, Worth],
    start: Sequence[Cell],
    counts: Callable[[int, Cell], bool],
    offer_set: OfferSet,
    points: Points,
) -> Taking:
    """The members of the groups with which most is taken; of equal ones those of higher rank, then of smaller id."""
    if prod(map(len, groups)) > MEMBERS_MAX:
        return best
    found: list[tuple[tuple[int, ...], Taking]] = []
    for members in product(*groups):
        taking = _in_order([*alone, *members], worths, start, counts, offer_set, points)
        ranks = tuple(-offer_set.offers[member].rank for member in members)
        found.append(((-taking.off, *ranks, *members), taking))
    return min(found, key=lambda entry: entry[0])[1]


def _in_order(
    offers: Sequence[int],
    worths: Mapping[int, Worth],
    start: Sequence[Cell],
    counts: Callable[[int, Cell], bool],
    offer_set: OfferSet,
    points: Points,
) -> Taking:
    """What these offers take, percentages first, points last, otherwise by id."""
    cells = [_copied(cell) for cell in start]
    outcomes: dict[int, Outcome] = {}
    spent = 0
    for offer in sorted(offers, key=lambda offer: (_plan(offer, offer_set).ORDER, offer)):
        plan = _plan(offer, offer_set)
        meant = [place for place, cell in enumerate(cells) if counts(offer, cell)]
        if isinstance(plan, PointsOff):
            outcomes[offer] = outcome = _pay(plan, offer, cells, meant, points.points - spent, points.bounds)
            spent += outcome.times * plan.points
            continue
        worth = worths[offer]
        if off := _taken(cells, offer, worth.off, meant):
            outcomes[offer] = Outcome("applied", off, worth.times, worth.short)
        else:
            outcomes[offer] = Outcome("nothing_left", short=worth.short)
    return Taking(outcomes, cells, spent)


def _pay(
    plan: PointsOff,
    offer: int,
    cells: list[Cell],
    meant: Sequence[int],
    points: int,
    bounds: Mapping[int, tuple[int, int]],
) -> Outcome:
    """Points spent on the goods, as many as there are and may be."""
    if points < max(plan.points, plan.points_min):
        return Outcome("too_few_points")
    left = sum([cells[place].units * cells[place].net for place in meant])
    room = sum([cells[place].units * (cells[place].net - cells[place].floor) for place in meant])
    times, off_minor = bounds.get(offer, (0, 0))
    least = min([room, *([off_minor] if off_minor else [])]) // plan.amount_minor
    parts = plan.parts(points, left, min(least, times) if times else least)
    off = _taken(cells, offer, parts * plan.amount_minor, meant) if parts else 0
    return Outcome("applied", off, parts) if off else Outcome("nothing_left")


def _plan(offer: int, offer_set: OfferSet) -> BasketPlan:
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, BasketPlan)
    return plan


def _taken(cells: list[Cell], offer: int, off: int, meant: Sequence[int]) -> int:
    """Spreads the offer's amount over its goods by their net after item offers, dividing a cell where its units get
    different shares. What was taken comes back: less than `off` where the goods no longer cost as much."""
    stacks = [Stack(cell.units, cell.item_net, cell.net - cell.floor) for cell in (cells[place] for place in meant)]
    off = min(off, sum([stack.units * stack.limit for stack in stacks]))
    if not off:
        return 0
    divided: list[tuple[int, Cell]] = []
    for place, pile in zip(meant, prorate(off, stacks), strict=True):
        cell = cells[place]
        (units, share), *smaller = pile
        for fewer, less in smaller:
            rest = _copied(cell)
            rest.units = fewer
            _take(rest, offer, less)
            divided.append((place, rest))
        cell.units = units
        _take(cell, offer, share)
    for place, rest in reversed(divided):
        cells.insert(place + 1, rest)
    return off


def _copied(cell: Cell) -> Cell:
    """`dataclasses.replace` takes five times as long."""
    return Cell(cell.price_class, cell.units, cell.gross, cell.floor, cell.item_net, cell.net, cell.off, cell.taken)


def _take(cell: Cell, offer: int, share: int) -> None:
    if share:
        cell.net -= share
        cell.off += ((offer, share),)
