"""The search of one component for its best choice.

Classes are taken dearest first; what is known of the past is the state. Of two ways to the same state only the better
can be part of the best whole, so each state is kept once; and a state from which even the rosiest rest would not reach
a choice already known is not kept at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import prod
from operator import attrgetter
from typing import Final, NamedTuple

from promotions.bounds import Bounds, bounds_of
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.following import tracks_of
from promotions.objective import objective_of
from promotions.order import order_of, reordered, revalued
from promotions.steps import State, Step, steps_of
from promotions.tables import table_of
from promotions.tracks import Fill, Move

Uses = tuple[tuple[int, int], ...]
"""Offers per unit, and how many units of a class each takes."""


FEW: Final = 400
"""With so few states in sight a search needs no bound."""


class Taken(NamedTuple):
    """`units` of a class that fill a slot of a tie's offer."""

    tie: int
    slot: int
    view: int
    units: int


class Way(NamedTuple):
    """The decisions for all classes, in canonical order, and their worth."""

    uses: tuple[Uses, ...]
    taken: tuple[Taken, ...]
    worth: int = 0


Node = tuple[int, State, int]
"""The best way to a state: its worth, the state before, and how many units were taken in between."""
Layer = dict[State, Node]
Moves = dict[Fill, list[tuple[Move, int, int]]]
"""From a fill: the moves, the gain of each, and what may be hoped of the fill then."""


class Exhausted(Exception):
    """The count of states has run out."""


class Search:
    """The search of one component. `nodes` counts the states made so far."""

    def __init__(self, component: Component, offer_set: OfferSet, *, dearest_first: bool = False) -> None:
        self.offer_set = offer_set
        self.caps = [cap for _, cap in component.caps]
        self.objective = objective_of(component, offer_set)
        self.tracks = tracks_of(component, offer_set)
        self.order: Sequence[int] = range(len(component.views))
        self.component = component
        if not dearest_first and len(component.ties) > 1 and self.width > FEW:
            self._reorder(order_of(component, offer_set))
        component = self.component
        self.tables = [table_of(number, view, self.objective, offer_set) for number, view in enumerate(component.views)]
        self.steps = steps_of(component)
        self.most = max(self.objective.discount.values())
        self.moves: dict[tuple[int, int, int], Moves] = {}
        self.open = _open_ones(component)
        self.nodes = sum(table.nodes for table in self.tables)

    @cached_property
    def bounds(self) -> Bounds:
        """What the rest may at most be worth; a search with little ahead of it does without."""
        return bounds_of(self.component, self.tracks, self.offer_set)

    @property
    def width(self) -> int:
        """About how many states there are if all offers stand open at the same time."""
        return len(self.component.views) * prod([track.width for track in self.tracks]) * prod(self.caps)

    @property
    def is_reordered(self) -> bool:
        """Whether the classes are not searched dearest first."""
        return not isinstance(self.order, range)

    def _reorder(self, order: list[int]) -> None:
        if order == list(self.order):
            return
        self.order = order
        self.objective = revalued(self.objective, order)
        self.component = reordered(self.component, order)
        self.tracks = tracks_of(self.component, self.offer_set)

    def some(self, width: int) -> Way:
        """A good way through all classes: at most `width` states are followed at a time."""
        self.moves.clear()
        return self._run(width, 0, 0)

    def best(self, known: Way | None, nodes_max: int) -> Way:
        """The best way; Exhausted when `nodes` would exceed its maximum."""
        if known is None:
            self.moves.clear()
        return self._run(0, known.worth if known is not None else 0, nodes_max)

    def _run(self, width: int, known: int, nodes_max: int) -> Way:
        units = [view.units for view in self.component.views]
        state: State = (units[0], *[track.start for track in self.tracks], *[0 for _ in self.component.caps])
        layers: list[tuple[Step | int, Layer]] = []
        layer: Layer = {state: (0, state, 0)}
        for number, after in enumerate([*units[1:], 0]):
            for step in self.steps[number]:
                layer = self._advanced(step, layer, width, known, nodes_max)
                if 0 < width < len(layer):
                    layer = self._narrowed(number, layer, width)
                layers.append((step, layer))
            layer = self._closed(number, layer, after)
            layers.append((number, layer))
        return self._traced(layers)

    def _advanced(self, step: Step, layer: Layer, width: int, known: int, nodes_max: int) -> Layer:
        """All states after units of the class went to the step's slot, less those that cannot reach `known`."""
        made: Layer = {}
        moves = self.moves.setdefault((step.view, step.tie, step.slot), {})
        bounded = width > 0 or known > 0
        rests = [rest * self.most + self.objective.application for rest in self.bounds.rest[step.view]] if known else []
        at, cap_at = step.at, step.cap_at
        for state, (before, _, _) in layer.items():
            left = state[0]
            fill = state[at]
            found = moves.get(fill)
            if found is None:
                found = moves[fill] = self._moves(step, fill, bounded)
            head, tail = state[1:at], state[at + 1 :]
            room = step.cap - state[cap_at] if cap_at else 0
            hope = self._hope(step.view, state, step.tie) + before if known else 0
            for (units, filled, _, _, uses, begun), gain, hoped in found:
                rest = left - units
                if rest < 0:
                    break
                if cap_at and uses + begun > room:
                    continue
                self.nodes += 1
                if known and hope + gain + hoped + rests[rest] < known:
                    continue
                after = (rest, *head, filled, *tail) if units else state
                if cap_at and uses:
                    after = (*after[:cap_at], state[cap_at] + uses, *after[cap_at + 1 :])
                worth = before + gain
                other = made.get(after)
                if other is None or other[0] < worth:
                    made[after] = (worth, state, units)
            if nodes_max and self.nodes > nodes_max:
                raise Exhausted
        if known and self.bounds.ceilings:
            return self._below_ceilings(step.view, made, known)
        return made

    def _moves(self, step: Step, fill: Fill, bounded: bool) -> list[tuple[Move, int, int]]:
        """The moves from this fill, the gain of each, and what may at most be hoped of the fill that follows."""
        units_max = self.component.views[step.view].units
        offer = self.component.ties[step.tie].offer
        minor, one = self.objective.discount[offer], self.objective.unit[offer, step.view]
        application = self.objective.application
        return [
            (
                move,
                move.off * minor - move.applications * application + move.units * one,
                self.bounds.hope(step.view, step.tie, move.fill) * minor if bounded else 0,
            )
            for move in self.tracks[step.tie].moves(step.view, step.slot, fill, units_max)
        ]

    def _hope(self, view: int, state: State, but: int) -> int:
        """What may at most be hoped of the open fills of all ties but one."""
        hope = 0
        for number in self.open[view]:
            fill = state[1 + number]
            if number != but and fill != self.tracks[number].start:
                offer = self.component.ties[number].offer
                hope += self.bounds.hope(view, number, fill) * self.objective.discount[offer]
        return hope

    def _below_ceilings(self, view: int, layer: Layer, known: int) -> Layer:
        """The states from which what is left of a ceiling, with what others may give, could still reach `known`."""
        kept: Layer = {}
        for state, node in layer.items():
            hope = self._hope(view, state, -1) + self.objective.application
            bounds = [
                ceiling - state[1 + number] + self.bounds.spare[number][view][state[0]]
                for number, ceiling in self.bounds.ceilings.items()
            ]
            if node[0] + hope + min(bounds) * self.most >= known:
                kept[state] = node
        return kept

    def _closed(self, number: int, layer: Layer, units: int) -> Layer:
        """What is left of a class goes to the offers per unit; the next class has so many units."""
        best = self.tables[number].best
        closed: Layer = {}
        for state, (before, _, _) in layer.items():
            left = state[0]
            after = (units, *state[1:])
            worth = before + best[left]
            other = closed.get(after)
            if other is None or other[0] < worth:
                closed[after] = (worth, state, left)
        return closed

    def _narrowed(self, view: int, layer: Layer, width: int) -> Layer:
        """The most promising states, and the best of those without an open group: from there the rest can be done."""
        rests = self.bounds.rest[view]
        starts = tuple([track.start for track in self.tracks])
        ranked = sorted(
            layer,
            key=lambda state: (-layer[state][0] - self._hope(view, state, -1) - rests[state[0]] * self.most, state),
        )
        settled = [state for state in ranked if state[1 : 1 + len(starts)] == starts]
        return {state: layer[state] for state in dict.fromkeys([*ranked[:width], *settled[:width]])}

    def _traced(self, layers: list[tuple[Step | int, Layer]]) -> Way:
        """The decisions on the way to the best final state."""
        final = layers[-1][1]
        state = max(final, key=lambda state: (final[state][0], state))
        worth = final[state][0]
        uses: list[Uses] = [()] * len(self.component.views)
        taken: list[Taken] = []
        for step, layer in reversed(layers):
            _, before, units = layer[state]
            if not isinstance(step, Step):
                uses[step] = self.tables[step].uses[units]
            elif units:
                taken.append(Taken(step.tie, step.slot, step.view, units))
            state = before
        return self._restored(Way(tuple(uses), tuple(reversed(taken)), worth))

    def _restored(self, way: Way) -> Way:
        """The way with classes numbered as they came."""
        if not self.is_reordered:
            return way
        uses: list[Uses] = [()] * len(way.uses)
        for view, found in zip(self.order, way.uses, strict=True):
            uses[view] = found
        taken = sorted([one._replace(view=self.order[one.view]) for one in way.taken], key=attrgetter("view", "tie"))
        return Way(tuple(uses), tuple(taken), way.worth)


def _open_ones(component: Component) -> list[list[int]]:
    """For every class the ties that may stand open there: groups are complete with the last class of their tie."""
    found: list[list[int]] = [[] for _ in component.views]
    for number, tie in enumerate(component.ties):
        first, last = min(map(min, tie.slots)), max(map(max, tie.slots))
        for view in range(first, last + 1):
            found[view].append(number)
    return found
