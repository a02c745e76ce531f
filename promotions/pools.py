"""Offers that take all their units together: what a unit gets depends on how many (or how much) they are."""

from __future__ import annotations

from promotions.compile import OfferSet
from promotions.components import Component, View
from promotions.plans import Brackets, Breaks
from promotions.tracks import FINE, Fill, Move, Track


def break_off(plan: Breaks, level: int, view: View, units: int, currency: str) -> int:
    """What units of one class together get at a level, no lower than their floor."""
    return min(plan.off(level, view.gross, view.quantity_milli, units, currency), view.room * units)


def bracket_off(plan: Brackets, filled: int, view: View, currency: str) -> int:
    """What a unit gets that comes after so many others, no lower than its floor."""
    return min(plan.off_at(filled, view.gross, view.quantity_milli, currency), view.room)


class BreaksTrack(Track):
    """A fill is (level + 1, what is counted so far); the level is decided with the first unit and must be the one that
    is reached in the end. Beyond what decides that, counting stops."""

    start = (0, 0)

    def __init__(self, component: Component, number: int, offer_set: OfferSet) -> None:
        super().__init__(component, number, offer_set)
        assert isinstance(self.offer.plan, Breaks)
        self.plan: Breaks = self.offer.plan
        self.measures = {place: self._measure(place) for place in self.tie.slots[0]}
        self.offs: dict[tuple[int, int, int], int] = {}

    def _measure(self, view: int) -> int:
        return self.plan.measure(self.views[view].gross, self.views[view].quantity_milli)

    def _off(self, level: int, view: int, units: int) -> int:
        key = (level, view, units)
        if key not in self.offs:
            self.offs[key] = break_off(self.plan, level, self.views[view], units, self.offer_set.currency)
        return self.offs[key]

    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """With the first units any level that can still be reached is begun."""
        later = sum([self.measures[place] * self.views[place].units for place in self.measures if place > view])
        begun, counted = fill
        moves: list[Move] = []
        if not begun or counted + later >= self.plan.levels[begun - 1].least:
            moves.append(Move(0, fill, 0, 0, 0))
        for units in range(1, units_max + 1):
            measure = counted + self.measures[view] * units
            for level in (begun - 1,) if begun else range(len(self.plan.levels)):
                least = self.plan.levels[level].least
                above = self.plan.levels[level + 1].least if level + 1 < len(self.plan.levels) else 0
                if measure + later >= least and (not above or measure < above):
                    kept = measure if above else min(measure, least)
                    moves.append(Move(units, (level + 1, kept), self._off(level, view, units), 1, 0))
        return moves

    def share(self, view: int) -> int:
        """At the best level."""
        most = 0
        for level in range(len(self.plan.levels)):
            for units in range(1, self.views[view].units + 1):
                most = max(most, -((-self._off(level, view, units) << FINE) // units))
        return most

    @property
    def width(self) -> int:
        """Numbers of units are few, amounts and weights are many."""
        return sum(level.least for level in self.plan.levels) + 1


class BracketsTrack(Track):
    """A fill is the number of units taken so far; beyond the last boundary it does not matter."""

    def __init__(self, component: Component, number: int, offer_set: OfferSet) -> None:
        super().__init__(component, number, offer_set)
        assert isinstance(self.offer.plan, Brackets)
        self.plan: Brackets = self.offer.plan

    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """Each unit falls into the bracket that is next."""
        moves = [Move(0, fill, 0, 0, 0)]
        off = 0
        most = units_max if self.plan.room < 0 else min(units_max, self.plan.room - fill)
        for units in range(1, most + 1):
            off += self._off(view, fill + units - 1)
            moves.append(Move(units, min(fill + units, self.plan.depth), off, 1, units))
        return moves

    def _off(self, view: int, filled: int) -> int:
        return bracket_off(self.plan, filled, self.views[view], self.offer_set.currency)

    def share(self, view: int) -> int:
        """In the best bracket."""
        starts = [0]
        for bracket in self.plan.brackets:
            starts.append(starts[-1] + bracket.units)
        return max([self._off(view, start) for start in starts[:-1]]) << FINE

    @property
    def width(self) -> int:
        """As many as there are units in the brackets."""
        return self.plan.depth + 1
