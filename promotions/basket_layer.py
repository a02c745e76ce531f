"""Offers on the receipt, once every unit has its price from the item layer.

All thresholds count what is left after item offers (or the regular prices, if an offer says so), never a running total:
so no order among basket offers can decide which of them is reached.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def take_basket_offers(
    cells: list[Cell], offers: Mapping[int, frozenset[int]], offer_set: OfferSet
) -> dict[int, Outcome]:
    """Takes all basket offers off the cells, and says what became of each. `offers` names for each open one the
    classes it counts."""
    worths = {offer: _worth(cells, offer, classes, offer_set) for offer, classes in offers.items()}
    winners = _winners(worths, offer_set)
    outcomes: dict[int, Outcome] = {}
    for offer in sorted(worths, key=lambda offer: (_plan(offer, offer_set).ORDER, offer)):
        worth = worths[offer]
        winner = winners.get(offer_set.offers[offer].group, offer)
        if not worth.times:
            outcomes[offer] = Outcome("too_little", short=worth.short)
        elif winner != offer:
            outcomes[offer] = Outcome("excluded", short=worth.short, winner=winner)
        elif off := _taken(cells, offer, worth.off, offers[offer]):
            outcomes[offer] = Outcome("applied", off, worth.times, worth.short)
        else:
            outcomes[offer] = Outcome("nothing_left", short=worth.short)
    return outcomes


class _Worth(NamedTuple):
    off: int
    times: int
    short: int


def _plan(offer: int, offer_set: OfferSet) -> BasketPlan:
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, BasketPlan)
    return plan


def _worth(cells: Sequence[Cell], offer: int, classes: frozenset[int], offer_set: OfferSet) -> _Worth:
    """What the offer would give by itself."""
    plan = _plan(offer, offer_set)
    steps_max = offer_set.offers[offer].times_max
    net = sum([cell.units * cell.item_net for cell in cells if cell.price_class in classes])
    counted = net
    if plan.base == "gross":
        counted = sum([cell.units * cell.gross for cell in cells if cell.price_class in classes])
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
