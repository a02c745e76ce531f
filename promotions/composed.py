"""Groups of which it matters what is in them: an amount may be more than a group costs, a floor may cut what a unit
gets of its group, and where every discount is asked for, groups that are worth nothing must not count.

Groups are made by rule, not by choice: in each slot the dearest units first, as they come.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component
from promotions.grouped import group_shares
from promotions.tracks import FINE, Fill, Move, PackedTrack


class Open(NamedTuple):
    """An open group: the units in each slot, and what else of them decides what it will take off."""

    filled: tuple[int, ...]
    note: tuple[int, ...]


class ComposedTrack(PackedTrack):
    """A fill is the tuple of all open groups, the earliest first. Where floors are in play a group's note holds its
    classes, otherwise what it costs, as long as that matters."""

    def __init__(self, component: Component, number: int, offer_set: OfferSet) -> None:
        super().__init__(component, number, offer_set)
        self.start = ()
        members = [self.views[place] for places in self.tie.slots for place in places]
        self.floored = any([view.room < view.gross for view in members])
        self.enough = self.completion if self.completion > 0 else 1 - self.completion
        """What a group must cost so that its cost no longer matters."""
        self.cheapest = min([view.gross for view in members])
        if self.completion > 0 and not self.floored:
            self.variants = 2
            self.most = max(-(-self.enough // self.size), self.enough - (self.size - 1) * self.cheapest)

    def moves(self, view: int, slot: int, fill: Fill, units_max: int) -> list[Move]:
        """Unit by unit into the earliest group that lacks one. A group that would be worth nothing is not made, nor
        any after it."""
        later = self.later(view, slot)
        moves = [Move(0, fill, 0, 0, 0, len(fill))] if self._can_close(fill, later) else []
        groups: list[Open] = list(fill)
        off = done = 0
        for units in range(1, units_max + 1):
            place = next((n for n, group in enumerate(groups) if group.filled[slot] < self.sizes[slot]), len(groups))
            if place == len(groups):
                groups.append(Open((0,) * len(self.sizes), ()))
            groups[place], gain = self._joined(groups[place], view, slot)
            off += gain
            if groups[place].filled == self.sizes:
                worth = self._worth(groups.pop(place))
                if worth is None:
                    break
                off += worth
                done += 1
            if self._can_close(groups, later):
                moves.append(Move(units, tuple(groups), off, done, done, len(groups)))
        return moves

    def _joined(self, group: Open, view: int, slot: int) -> tuple[Open, int]:
        """The group with one unit more, and what is counted as off at once."""
        filled = tuple([count + (place == slot) for place, count in enumerate(group.filled)])
        if self.floored:
            return Open(filled, tuple(sorted((*group.note, slot * len(self.views) + view)))), 0
        gross = self.views[view].gross
        cost = sum(group.note) + gross
        if cost + (self.size - sum(filled)) * self.cheapest >= self.enough:
            cost = self.enough
        return Open(filled, (cost,)), self.plan.gain(slot, group.filled[slot], gross, 1)

    def _worth(self, group: Open) -> int | None:
        """What a group takes off for being complete, beyond what was counted; None where there is no such group."""
        if self.floored:
            return sum(group_shares(self.offer, self.plan, self._members(group), self.views)) or None
        if self.completion < 0:
            return self.completion if sum(group.note) > -self.completion else None
        return min(self.completion, sum(group.note))

    def _members(self, group: Open) -> list[list[int]]:
        """The classes of a group's units by slot, dearest first, where they are noted."""
        slots: list[list[int]] = [[] for _ in self.sizes]
        for entry in group.note:
            slot, view = divmod(entry, len(self.views))
            slots[slot].append(view)
        return slots

    def _can_close(self, fill: Sequence[Open], later: tuple[int, ...]) -> bool:
        for slot, (size, late) in enumerate(zip(self.sizes, later, strict=True)):
            if sum([size - group.filled[slot] for group in fill]) > late:
                return False
        return True

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
            filled = sum(group.filled)
            if self.variant:
                least = min(self.cheapest, self.most)
                hope += min(filled * self.most, self.enough - (self.size - filled) * least)
            elif self.floored:
                slots = enumerate(self._members(group))
                bounds = [self.plan.share_bound(slot, self.views[one].gross) for slot, units in slots for one in units]
                hope -= -sum(bounds) // self.size
            else:
                hope += self.plan.excess(filled, self.views[view].gross)
        return hope

    @property
    def width(self) -> int:
        """What groups cost is mostly noted as enough."""
        return 8 * super().width
