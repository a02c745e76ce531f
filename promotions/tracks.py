"""What the search must remember of one offer that ties classes together, and what each decision adds.

Whatever two pasts leave the same fill, their futures are the same: so of both only the better one is followed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate
from typing import Any, Final, NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component, Tie, View, unit_off
from promotions.plans import GroupPlan

Fill = Any
"""What is remembered: hashable, and comparable with other fills of the same track."""

FINE: Final = 32
"""Bounds on shares of a minor unit are kept in binary fractions of so many places, rounded up."""


class Move(NamedTuple):
    """`units` go to the offer, which then stands at `fill`; `off` minor units more are off in so many more
    `applications`. Of the offer's cap `uses` are taken at once and `begun` must still follow."""

    units: int
    fill: Fill
    off: int
    applications: int
    uses: int
    begun: int = 0


class Track(ABC):
    """One tie of a component, as the search goes through its classes."""

    start: Fill = 0
    variants: int = 1
    """In so many ways its shares can be bounded; `variant` says which one holds."""
    variant: int = 0

    def __init__(self, component: Component, number: int, offer_set: OfferSet) -> None:
        self.views: tuple[View, ...] = component.views
        self.tie: Tie = component.ties[number]
        self.offer = offer_set.offers[self.tie.offer]
        self.offer_set = offer_set

    @abstractmethod
    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """What may be done with up to `units_max` units of a class, in order of units, none first, which leaves the
        fill as it is. Where a fill could no longer be completed with what is still to come, it is not entered."""

    @abstractmethod
    def share(self, view: int) -> int:
        """No unit of the class adds more on average (fine)."""

    def hope(self, view: int, fill: Fill) -> int:
        """How much more than the shares of the units to come, none dearer than this class, an open fill may add."""
        return 0

    @property
    def width(self) -> int:
        """About how many fills there are."""
        return 1

    def later(self, view: int, slot: int) -> tuple[int, ...]:
        """How many units may come into each slot after this class had its turn at this one."""
        found = []
        for other, (places, units) in enumerate(zip(self.tie.slots, self.units_from, strict=True)):
            # At its turn at this slot the class itself has not yet had that at later ones.
            found.append(units[bisect_left(places, view) if other > slot else bisect_right(places, view)])
        return tuple(found)

    @cached_property
    def units_from(self) -> list[list[int]]:
        """For every slot the units of its last none, one, two … classes, most first."""
        units = [[self.views[place].units for place in reversed(places)] for places in self.tie.slots]
        return [list(accumulate(found, initial=0))[::-1] for found in units]


class SingleTrack(Track):
    """An offer per unit that is bounded over the receipt; with a ceiling, what is off so far is remembered."""

    def __init__(self, component: Component, number: int, offer_set: OfferSet) -> None:
        super().__init__(component, number, offer_set)
        self.ceiling = dict(component.ceilings).get(self.tie.offer, 0)

    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """Units that would get nothing are left to others."""
        moves = [Move(0, fill, 0, 0, 0)]
        before = 0
        for units in range(1, units_max + 1):
            off = unit_off(self.tie.offer, self.views[view], units, self.offer_set)
            if self.ceiling:
                off = min(off, self.ceiling - fill)
            if off <= before:
                continue
            moves.append(Move(units, fill + off if self.ceiling else 0, off, 1, units))
            before = off
        return moves

    def share(self, view: int) -> int:
        """The best average."""
        return unit_share(self.tie.offer, self.views[view], self.offer_set)

    @property
    def width(self) -> int:
        """Sums are many."""
        return self.ceiling or 1


class PackedTrack(Track):
    """Groups of which it does not matter what is in them: they are completed in the order in which units come, so it
    is enough to know how many units stand in the open ones. The best choice makes no group that is worth nothing."""

    def __init__(self, component: Component, number: int, offer_set: OfferSet) -> None:
        super().__init__(component, number, offer_set)
        plan = self.offer.plan
        assert isinstance(plan, GroupPlan)
        self.plan: GroupPlan = plan
        self.sizes = plan.sizes
        self.size = sum(self.sizes)
        self.completion = plan.completion
        self.start = 0 if len(self.sizes) == 1 else (0,) * len(self.sizes)

    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """Complete groups leave at once."""
        later = self.later(view, slot)
        return (
            self._of_one(view, fill, units_max, later[0])
            if len(self.sizes) == 1
            else self._of_many(view, slot, fill, units_max, later)
        )

    def _of_one(self, view: int, fill: int, units_max: int, later: int) -> list[Move]:
        gross, size = self.views[view].gross, self.sizes[0]
        moves: list[Move] = []
        for units in range(units_max + 1):
            done, rest = divmod(fill + units, size)
            if not rest or size - rest <= later:
                off = self.plan.gain(0, fill, gross, units) + self.completion * done
                moves.append(Move(units, rest, off, done, done, int(rest > 0)))
        return moves

    def _of_many(
        self, view: int, slot: int, fill: tuple[int, ...], units_max: int, later: tuple[int, ...]
    ) -> list[Move]:
        gross, sizes = self.views[view].gross, self.sizes
        moves: list[Move] = []
        for units in range(units_max + 1):
            values = list(fill)
            values[slot] += units
            done = min([value // size for value, size in zip(values, sizes, strict=True)])
            rest = tuple([value - done * size for value, size in zip(values, sizes, strict=True)])
            begun = max([-(-value // size) for value, size in zip(rest, sizes, strict=True)])
            if all([begun * size - value <= late for value, size, late in zip(rest, sizes, later, strict=True)]):
                off = self.plan.gain(slot, fill[slot], gross, units) + self.completion * done
                moves.append(Move(units, rest, off, done, done, begun))
        return moves

    def share(self, view: int) -> int:
        """Its part of the best group."""
        return group_share(self.plan, self.tie, view, self.views[view].gross)

    def hope(self, view: int, fill: Fill) -> int:
        """What the units that stand open were not counted for, or were counted too much."""
        filled = fill if isinstance(fill, int) else sum(fill)
        return self.plan.excess(filled, self.views[view].gross) if filled else 0

    @property
    def width(self) -> int:
        """One fill for every number of units in an open group; more where slots fill up apart."""
        if len(self.sizes) == 1:
            return self.size
        units = [sum([self.views[place].units for place in slot]) for slot in self.tie.slots]
        width = 1
        for count in units:
            width *= count + 1
        return width


def group_share(plan: GroupPlan, tie: Tie, view: int, gross: int) -> int:
    """No unit of the class adds more than this to a group (fine)."""
    best = max([plan.share_bound(slot, gross) for slot, places in enumerate(tie.slots) if view in places], default=0)
    return -((-best << FINE) // sum(plan.sizes))


def unit_share(offer: int, view: View, offer_set: OfferSet) -> int:
    """The most that an offer per unit gives a unit on average, with whatever number rounding is kindest to (fine)."""
    offs = [unit_off(offer, view, units, offer_set) for units in range(1, view.units + 1)]
    return max([-((-off << FINE) // units) for units, off in enumerate(offs, 1)])
