"""Groups of which it matters who shares one with whom: every division of the units into groups is followed.

That is so where an amount may be more than a group costs, where a floor cuts what a unit gets of its group, and
wherever not only the best discount is asked for but every one that could be given.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component
from promotions.grouped import group_shares
from promotions.plans import BuyGet
from promotions.tracks import FINE, Fill, Move, PackedTrack

FILLS_MAX: Final = 3_000
"""More ways to fill the open groups with the units of one class are not followed."""


class TooManyFills(Exception):
    """The ways to divide units into groups are too many."""


class Open(NamedTuple):
    """An open group: the units in each slot, and what else of them decides what it will take off."""

    filled: tuple[int, ...]
    note: tuple[int, ...]


class LooseTrack(PackedTrack):
    """A fill is the sorted tuple of all open groups. `narrow`: a unit joins the first group that lacks one, so that
    there is little to follow; `every`: ways to the same fill with different discounts are all kept."""

    def __init__(
        self, component: Component, number: int, offer_set: OfferSet, *, narrow: bool = False, every: bool = False
    ) -> None:
        super().__init__(component, number, offer_set)
        self.start = ()
        self.narrow = narrow
        self.every = every
        self.new = Open((0,) * len(self.sizes), ())
        self.joins: dict[tuple[Open, int, int], tuple[Open, int, int | None]] = {}
        members = [self.views[place] for places in self.tie.slots for place in places]
        self.floored = any([view.room < view.gross for view in members])
        self.by_order = isinstance(self.plan, BuyGet) and not self.floored
        """The rewards of a group are those of the last units: only their number must be known."""
        self.enough = self.completion if self.completion > 0 else 1 - self.completion
        """What a group must cost so that its cost no longer matters."""
        self.cheapest = min([view.gross for view in members])
        if self.completion > 0 and not self.floored:
            self.variants = 2
            self.most = max(-(-self.enough // self.size), self.enough - (self.size - 1) * self.cheapest)

    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """Unit by unit, into any open group that lacks one, or into a new one."""
        later = self.later(view, slot)
        ways: dict[tuple[Fill, int], Move] = {(fill, 0): Move(0, fill, 0, 0, 0, len(fill))}
        found = list(ways.values()) if self._can_close(fill, later) else []
        for units in range(1, units_max + 1):
            hoped = (*later[:slot], later[slot] + units_max - units, *later[slot + 1 :])
            further: dict[tuple[Fill, int], Move] = {}
            for move in ways.values():
                for group in self._open_for(slot, move.fill):
                    self._add(further, move, group, view, slot, hoped)
            if len(further) > FILLS_MAX:
                raise TooManyFills
            ways = further
            found += [move._replace(units=units) for move in ways.values() if self._can_close(move.fill, later)]
        return found

    def _open_for(self, slot: int, fill: Fill) -> list[Open]:
        """The groups that a unit may join, each sort once; the last is a new one."""
        lacking = [group for group in dict.fromkeys(fill) if group.filled[slot] < self.sizes[slot]]
        return [*lacking, self.new][:1] if self.narrow else [*lacking, self.new]

    def _add(
        self,
        ways: dict[tuple[Fill, int], Move],
        move: Move,
        group: Open,
        view: int,
        slot: int,
        hoped: tuple[int, ...],
    ) -> None:
        """One unit more, in this group; not where so many groups are then open that they could not be closed."""
        joined, off, worth = self._joined(group, view, slot)
        if worth is None:
            return
        rest = list(move.fill)
        if group is not self.new:
            rest.remove(group)
        done = int(joined.filled == self.sizes)
        if not done:
            rest.append(joined)
            rest.sort()
            if not self._can_close(rest, hoped):
                return
        fill = tuple(rest)
        off += worth + move.off
        key = (fill, off if self.every else 0)
        if key not in ways or ways[key].off < off:
            how = (*move.how, group, joined)
            ways[key] = Move(0, fill, off, move.applications + done, move.uses + done, len(fill), how)

    def _joined(self, group: Open, view: int, slot: int) -> tuple[Open, int, int | None]:
        """The group with one unit more, what is counted as off at once, and what for being complete; None where there
        would be no such group."""
        key = (group, view, slot)
        if key not in self.joins:
            joined, off = self._grown(group, view, slot)
            self.joins[key] = (joined, off, self._worth(joined) if joined.filled == self.sizes else 0)
        return self.joins[key]

    def _grown(self, group: Open, view: int, slot: int) -> tuple[Open, int]:
        filled = tuple([count + (place == slot) for place, count in enumerate(group.filled)])
        gross = self.views[view].gross
        if self.by_order:
            return Open(filled, ()), self.plan.gain(slot, group.filled[slot], gross, 1)
        if self.floored:
            return Open(filled, tuple(sorted((*group.note, slot * len(self.views) + view)))), 0
        gain = self.plan.gain(slot, group.filled[slot], gross, 1)
        cost = sum(group.note) + gross
        if cost + (self.size - sum(filled)) * self.cheapest >= self.enough:
            cost = self.enough
        return Open(filled, (cost,)), gain

    def _worth(self, group: Open) -> int | None:
        """What a group takes off for being complete, beyond what was counted."""
        if self.floored:
            return sum(group_shares(self.offer, self.plan, self.members(group), self.views)) or None
        if self.by_order:
            return 0
        if self.completion < 0:
            return self.completion if sum(group.note) > -self.completion else None
        return min(self.completion, sum(group.note))

    def members(self, group: Open) -> list[list[int]]:
        """The classes of a group's units by slot, dearest first, where they are noted."""
        slots: list[list[int]] = [[] for _ in self.sizes]
        for entry in group.note:
            slot, view = divmod(entry, len(self.views))
            slots[slot].append(view)
        return slots

    def _can_close(self, fill: Sequence[Open], later: tuple[int, ...]) -> bool:
        lacking = [
            size * len(fill) - sum([group.filled[slot] for group in fill]) for slot, size in enumerate(self.sizes)
        ]
        return all([units <= late for units, late in zip(lacking, later, strict=True)])

    def share(self, view: int) -> int:
        """An equal part of the amount; or (variant 1) what the unit costs, up to a limit. A group without a dearer unit
        takes off at most what it costs, and beside one that is dearer even the cheapest make up the amount."""
        if self.variant:
            return min(self.views[view].gross, self.most) << FINE
        return super().share(view)

    def hope(self, view: int, fill: Fill) -> int:
        """By what is noted of the units in the open groups."""
        hope = 0
        for group in fill:
            if self.variant:
                filled = sum(group.filled)
                least = min(self.cheapest, self.most)
                hope += min(filled * self.most, self.enough - (self.size - filled) * least)
                continue
            if self.floored:
                bounds = [
                    self.plan.share_bound(slot, self.views[member].gross)
                    for slot, members in enumerate(self.members(group))
                    for member in members
                ]
                hope -= -sum(bounds) // self.size
            else:
                hope += self.plan.excess(sum(group.filled), self.views[view].gross)
        return hope

    @property
    def width(self) -> int:
        """Many."""
        return 1_000
