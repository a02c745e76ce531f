"""Offers on the receipt, once every unit has its price from the item layer.

All thresholds count what is left after item offers (or the regular prices, if an offer says so), never a running total:
so no order among basket offers can decide which of them is reached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from promotions.compile import OfferSet
from promotions.plans import BasketPlan
from promotions.prorate import Stack, prorate


@dataclass(slots=True)
class Cell:
    """Equal units of a class: gross, net after item offers, net now, and (offer, amount) of what was taken off."""

    price_class: int
    units: int
    gross: int
    item_net: int
    net: int
    off: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a basket offer: `short` is what is missing for its next step, `winner` the offer of its group
    that counted instead."""

    reason: Literal["applied", "too_little", "excluded", "nothing_left"]
    off: int = 0
    times: int = 0
    short: int = 0
    winner: int = -1


class Pot(NamedTuple):
    """Goods that the same basket offers count: what they cost after item offers, and before any."""

    offers: tuple[int, ...]
    net: int
    gross: int


def take_basket_offers(
    pots: Sequence[Pot], cells: Callable[[], list[Cell]], counts: Callable[[int, int], bool], offer_set: OfferSet
) -> tuple[dict[int, Outcome], list[Cell]]:
    """What becomes of all basket offers, and the cells after what they took; no cells where nothing was taken.

    `cells` makes those of the item layer, and is asked only if there is something to take; `counts` says whether an
    offer counts a price class.
    """
    worths = _worths(pots, offer_set)
    winners = _winners(worths, offer_set)
    outcomes: dict[int, Outcome] = {}
    left: list[Cell] = []
    for offer in sorted(worths, key=lambda offer: (_plan(offer, offer_set).ORDER, offer)):
        worth = worths[offer]
        winner = winners.get(offer_set.offers[offer].group, offer)
        if not worth.times:
            outcomes[offer] = Outcome("too_little", short=worth.short)
            continue
        if winner != offer:
            outcomes[offer] = Outcome("excluded", short=worth.short, winner=winner)
            continue
        left = left or cells()
        classes = frozenset([cell.price_class for cell in left if counts(offer, cell.price_class)])
        if off := _taken(left, offer, worth.off, classes):
            outcomes[offer] = Outcome("applied", off, worth.times, worth.short)
        else:
            outcomes[offer] = Outcome("nothing_left", short=worth.short)
    return outcomes, left


class _Worth(NamedTuple):
    off: int
    times: int
    short: int


def _plan(offer: int, offer_set: OfferSet) -> BasketPlan:
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, BasketPlan)
    return plan


def _worths(pots: Iterable[Pot], offer_set: OfferSet) -> dict[int, _Worth]:
    """What each offer would give by itself."""
    sums: dict[int, tuple[int, int]] = {}
    for offers, net, gross in pots:
        for offer in offers:
            before = sums.get(offer, (0, 0))
            sums[offer] = (before[0] + net, before[1] + gross)
    return {offer: _worth(offer, net, gross, offer_set) for offer, (net, gross) in sums.items()}


def _worth(offer: int, net: int, gross: int, offer_set: OfferSet) -> _Worth:
    plan = _plan(offer, offer_set)
    steps_max = offer_set.offers[offer].times_max
    counted = gross if plan.base == "gross" else net
    times = plan.steps(counted, steps_max)
    return _Worth(plan.off(counted, net, steps_max), times, plan.short(counted, steps_max))


def _winners(worths: Mapping[int, _Worth], offer_set: OfferSet) -> dict[str, int]:
    """The best offer of each exclusion group: the most off, then the higher rank, then the smaller id."""
    winners: dict[str, int] = {}
    for offer in sorted(worths, key=lambda offer: (-worths[offer].off, -offer_set.offers[offer].rank, offer)):
        group = offer_set.offers[offer].group
        if group and worths[offer].times:
            winners.setdefault(group, offer)
    return winners


def _taken(cells: list[Cell], offer: int, off: int, classes: frozenset[int]) -> int:
    """Spreads the offer's amount over its goods by their net after item offers, dividing a cell where its units get
    different shares. What was taken comes back: less than `off` where the goods no longer cost as much."""
    meant = [cell for cell in cells if cell.price_class in classes]
    off = min(off, sum([cell.units * cell.net for cell in meant]))
    piles = iter(prorate(off, [Stack(cell.units, cell.item_net, cell.net) for cell in meant]))
    divided: list[tuple[int, Cell]] = []
    for place, cell in enumerate(cells):
        if cell.price_class not in classes:
            continue
        (units, share), *smaller = next(piles)
        for fewer, less in smaller:
            rest = replace(cell, units=fewer)
            _take(rest, offer, less)
            divided.append((place, rest))
        cell.units = units
        _take(cell, offer, share)
    for place, rest in reversed(divided):
        cells.insert(place + 1, rest)
    return off


def _take(cell: Cell, offer: int, share: int) -> None:
    if share:
        cell.net -= share
        cell.off += ((offer, share),)
