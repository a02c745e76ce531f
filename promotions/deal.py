"""What was decided for classes, back on the lines their units stand on, lowest line number first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from promotions.basket import BasketLine
from promotions.clusters import Slices
from promotions.compile import OfferSet
from promotions.units import PriceClass, Units, line_runs
from retail.cells import PricedRun
from retail.documents.sale import Reduction


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what was taken off each of its units; `runs` are in unit order."""

    number: int
    runs: tuple[PricedRun, ...]

    @property
    def net(self) -> int:
        """What the whole line costs."""
        return sum(run.units * run.net for run in self.runs)


@dataclass(frozen=True, slots=True)
class Hand:
    """A class with its slices, and the runs that each of its lines (by number) gets of them."""

    slices: Slices
    runs: Mapping[int, tuple[PricedRun, ...]]


@dataclass(frozen=True, slots=True)
class Dealt:
    """All classes and lines once dealt."""

    hands: Mapping[PriceClass, Hand] = field(default_factory=dict)
    lines: Mapping[int, PricedLine] = field(default_factory=dict)


def deal(units: Units, slices: Sequence[Slices], offer_set: OfferSet, known: Dealt, before: Units) -> Dealt:
    """The lines by number. Classes and lines whose slices are the same as `known` ones keep what they got."""
    hands: dict[PriceClass, Hand] = {}
    touched = {number for number, line in units.lines.items() if before.lines.get(number) is not line}
    for price_class, cut in zip(units.classes, slices, strict=True):
        hand = known.hands.get(price_class)
        if hand is None or hand.slices != cut:
            hand = Hand(cut, _runs(price_class, cut, offer_set))
            touched.update(hand.runs)
        hands[price_class] = hand
    lines = {number: line for number, line in known.lines.items() if number in units.lines}
    for number in touched:
        lines[number] = _line(units.lines[number], units, hands)
    return Dealt(hands, lines)


def _runs(price_class: PriceClass, slices: Slices, offer_set: OfferSet) -> dict[int, tuple[PricedRun, ...]]:
    """The slices divided among the lines of their class."""
    gross, quantity_milli = price_class.gross, price_class.key.quantity_milli
    if len(price_class.places) == 1:
        made = [PricedRun(units, quantity_milli, gross, _reductions(off, offer_set)) for units, off, _ in slices]
        return {price_class.places[0][0]: tuple(made)}
    queue = iter(slices)
    left = 0
    dealt: dict[int, tuple[PricedRun, ...]] = {}
    for number, units in price_class.places:
        runs: list[PricedRun] = []
        while units:
            if not left:
                left, off, _ = next(queue)
                run = PricedRun(left, quantity_milli, gross, _reductions(off, offer_set))
            taken = min(units, left)
            runs.append(run if taken == run.units else replace(run, units=taken))
            units -= taken
            left -= taken
        dealt[number] = tuple(runs)
    return dealt


def _reductions(off: tuple[tuple[int, int], ...], offer_set: OfferSet) -> tuple[Reduction, ...]:
    offers = offer_set.offers
    return tuple([Reduction("offer", offers[offer].id, amount) for offer, amount in off])


def _line(line: BasketLine, units: Units, hands: Mapping[PriceClass, Hand]) -> PricedLine:
    pieces = units.pieces[line.number]
    if not pieces:
        return PricedLine(line.number, line_runs(line))
    runs = [hands[units.by_key[piece.key]].runs[line.number] for piece in pieces]
    return PricedLine(line.number, runs[0] if len(runs) == 1 else tuple([run for found in runs for run in found]))
