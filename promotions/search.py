"""The search of one component for its best choice.

Classes are taken dearest first; what is known of the past is the state. Of two ways to the same state only the better
can be part of the best whole, so each state is kept once; and a state from which even the rosiest rest would not reach
a choice already known is not kept at all.
"""

from __future__ import annotations

from typing import NamedTuple

from promotions.bounds import Bounds, bounds_of
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.objective import objective_of
from promotions.plans import GroupPlan
from promotions.steps import Fills, Move, State, Step, moves_of, steps_of
from promotions.tables import table_of, unit_off

Uses = tuple[tuple[int, int], ...]
"""Offers per unit, and how many units of a class each takes."""


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


class Node(NamedTuple):
    """The best way to a state: its worth, the state before, and how many units were taken in between."""

    worth: int
    before: State
    units: int


Layer = dict[State, Node]


class Exhausted(Exception):
    """The count of states has run out."""


class Search:
    """The search of one component. `nodes` counts the states made so far."""

    def __init__(self, component: Component, offer_set: OfferSet) -> None:
        self.component = component
        self.offer_set = offer_set
        self.objective = objective_of(component, offer_set)
        self.tables = [table_of(number, view, self.objective, offer_set) for number, view in enumerate(component.views)]
        self.bounds: Bounds = bounds_of(component, self.objective, offer_set)
        self.steps = steps_of(component, offer_set)
        self.firsts = {step.tie: step.at for step in self.steps}
        self.moves: dict[tuple[int, int, int], dict[Fills, list[tuple[Move, int, int]]]] = {}
        self.fills = sum(len(tie.slots) for tie in component.ties)
        self.nodes = sum(table.nodes for table in self.tables)

    def some(self, width: int) -> Way:
        """A good way through all classes: at most `width` states are followed at a time."""
        return self._run(width, 0, 0)

    def best(self, known: Way, nodes_max: int) -> Way:
        """The best way; Exhausted when `nodes` would exceed its maximum."""
        return self._run(0, known.worth, nodes_max)

    def _run(self, width: int, known: int, nodes_max: int) -> Way:
        state: State = (0,) * (1 + self.fills + len(self.component.caps))
        layers: list[tuple[Step | int, Layer]] = []
        layer: Layer = {state: Node(0, state, 0)}
        steps = iter([*self.steps, None])
        step = next(steps)
        for number, view in enumerate(self.component.views):
            layer = {(view.units, *state[1:]): Node(node.worth, state, 0) for state, node in layer.items()}
            layers.append((-1, layer))
            while step is not None and step.view == number:
                layer = self._advanced(step, layer, known, nodes_max)
                if 0 < width < len(layer):
                    layer = self._narrowed(number, layer, width)
                layers.append((step, layer))
                step = next(steps)
            layer = self._closed(number, layer)
            layers.append((number, layer))
        return self._traced(layers)

    def _advanced(self, step: Step, layer: Layer, known: int, nodes_max: int) -> Layer:
        """All states after units of the class went to the step's slot, less those that cannot reach `known`."""
        made: Layer = {}
        moves = self.moves.setdefault((step.view, step.tie, step.slot), {})
        hopes = self.bounds.rest[step.view]
        for state, node in layer.items():
            left = state[0]
            fills = state[step.at : step.end]
            if fills not in moves:
                moves[fills] = self._moves(step, fills)
            head, tail = state[1 : step.at], state[step.end :]
            room = step.cap - state[step.cap_at] if step.cap_at else 0
            hope = self._hope(step.view, state, step.tie) + node.worth
            for move, gain, hoped in moves[fills]:
                rest = left - move.units
                if rest < 0 or (step.cap_at and move.done + move.begun > room):
                    break
                self.nodes += 1
                worth = node.worth + gain
                if hope + gain + hoped + hopes[rest] < known:
                    continue
                after = (rest, *head, *move.fills, *tail)
                if step.cap_at and move.done:
                    after = (*after[: step.cap_at], state[step.cap_at] + move.done, *after[step.cap_at + 1 :])
                before = made.get(after)
                if before is None or before.worth < worth:
                    made[after] = Node(worth, state, move.units)
            if nodes_max and self.nodes > nodes_max:
                raise Exhausted
        return made

    def _moves(self, step: Step, fills: Fills) -> list[tuple[Move, int, int]]:
        """The moves from these fills, the gain of each, and what may at most be hoped of the groups then open."""
        units_max = self.component.views[step.view].units
        return [
            (move, self._gain(step, fills[step.slot], move), self.bounds.hope(step.view, step.tie, move.fills[0]))
            for move in moves_of(step, fills, units_max)
        ]

    def _gain(self, step: Step, fill: int, move: Move) -> int:
        """What taking these units is worth. A group is an application when complete, an offer per unit once a class."""
        if not move.units:
            return 0
        view = self.component.views[step.view]
        offer = self.component.ties[step.tie].offer
        plan = self.offer_set.offers[offer].plan
        if isinstance(plan, GroupPlan):
            off = plan.gain(step.slot, fill, view.gross, move.units) + plan.completion * move.done
            return self.objective.of(offer, step.view, off, move.done, move.units)
        return self.objective.of(offer, step.view, unit_off(offer, view, move.units, self.offer_set), 1, move.units)

    def _hope(self, view: int, state: State, but: int) -> int:
        """What may at most be hoped of the open groups of all ties but one."""
        hope = 0
        for tie, at in self.firsts.items():
            if state[at] and tie != but:
                hope += self.bounds.hope(view, tie, state[at])
        return hope

    def _closed(self, number: int, layer: Layer) -> Layer:
        """What is left of a class goes to the offers per unit."""
        best = self.tables[number].best
        closed: Layer = {}
        for state, node in layer.items():
            after = (0, *state[1:])
            worth = node.worth + best[state[0]]
            if after not in closed or closed[after].worth < worth:
                closed[after] = Node(worth, state, state[0])
        return closed

    def _narrowed(self, view: int, layer: Layer, width: int) -> Layer:
        """The most promising states, and always the best without an open group: from there the rest can be done."""
        hopes = self.bounds.rest[view]
        ranked = sorted(
            layer, key=lambda state: (-layer[state].worth - self._hope(view, state, -1) - hopes[state[0]], state)
        )
        settled = next(state for state in ranked if not any(state[1 : 1 + self.fills]))
        return {state: layer[state] for state in dict.fromkeys([*ranked[:width], settled])}

    def _traced(self, layers: list[tuple[Step | int, Layer]]) -> Way:
        """The decisions on the way to the best final state."""
        final = layers[-1][1]
        state = max(final, key=lambda state: (final[state].worth, state))
        worth = final[state].worth
        uses: list[Uses] = [()] * len(self.component.views)
        taken: list[Taken] = []
        for step, layer in reversed(layers):
            node = layer[state]
            if isinstance(step, Step):
                if node.units:
                    taken.append(Taken(step.tie, step.slot, step.view, node.units))
            elif step >= 0:
                uses[step] = self.tables[step].uses[node.units]
            state = node.before
        return Way(tuple(uses), tuple(reversed(taken)), worth)
