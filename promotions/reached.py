"""The search of one component for every discount that it can give, not only the largest.

It goes through the same states as the search for the best choice; of each it keeps the set of amounts with which it can
be entered. Amounts that could not come within the window any more are dropped on the way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from promotions.bounds import Bounds, bounds_of
from promotions.compile import OfferSet
from promotions.components import Component, View, unit_off
from promotions.following import tracks_of
from promotions.search import Exhausted, Taken, Uses, Way
from promotions.steps import State, Step, steps_of
from promotions.tracks import Fill, Move

MIX_MAX: Final = 40_000


class Stage(NamedTuple):
    """The states after a decision (a step, or the number of a class that is closed, or -1) with the amounts that each
    can be entered with: bit d for d minor units more than `base`."""

    step: Step | int
    base: int
    states: dict[State, int]


class AmountSearch:
    """`nodes` counts the states made so far. Not `complete`: for some class not every division of its units among
    offers was tried."""

    def __init__(self, component: Component, offer_set: OfferSet, off: int, window: int) -> None:
        self.component = component
        self.offer_set = offer_set
        self.tracks = tracks_of(component, offer_set, every=True)
        self.bounds: Bounds = bounds_of(component, self.tracks, offer_set)
        self.steps = steps_of(component)
        self.least = max(0, off - window)
        self.nodes = 0
        self.complete = all(map(divides_all, component.views))
        self.unit_sums = [unit_sums(view, offer_set) for view in component.views]
        self.moves: dict[tuple[int, int, int, Fill], list[Move]] = {}

    def amounts(self, nodes_max: int) -> Amounts:
        """All amounts; Exhausted beyond so many nodes."""
        state: State = (0, *[track.start for track in self.tracks], *[0 for _ in self.component.caps])
        stages = [Stage(-1, 0, {state: 1})]
        for number, view in enumerate(self.component.views):
            base, states = stages[-1].base, stages[-1].states
            stages.append(Stage(-1, base, {(view.units, *state[1:]): sums for state, sums in states.items()}))
            for step in self.steps[number]:
                stages.append(self._advanced(step, stages[-1], nodes_max))
            stages.append(self._closed(number, stages[-1]))
        return Amounts(self, stages)

    def moves_of(self, step: Step, fill: Fill) -> list[Move]:
        """The moves from a fill."""
        key = (step.view, step.tie, step.slot, fill)
        if key not in self.moves:
            units_max = self.component.views[step.view].units
            self.moves[key] = self.tracks[step.tie].moves(step.view, step.slot, fill, units_max)
        return self.moves[key]

    def _advanced(self, step: Step, stage: Stage, nodes_max: int) -> Stage:
        base, states = stage.base, stage.states
        entered: list[tuple[State, int, int]] = []
        for state, sums in states.items():
            for move in self.moves_of(step, state[step.at]):
                after = moved(state, step, move)
                if after is not None:
                    entered.append((after, sums, move.off))
            if nodes_max and self.nodes + len(entered) > nodes_max:
                raise Exhausted
        self.nodes += len(entered)
        # A group that becomes complete pays its price: then the amounts are smaller than before.
        lowest = max(0, base + min([off for _, _, off in entered], default=0))
        made: dict[State, int] = {}
        for after, sums, off in entered:
            shift = off + base - lowest
            made[after] = made.get(after, 0) | (sums << shift if shift >= 0 else sums >> -shift)
        return self._pruned(step, step.view, lowest, made)

    def _closed(self, number: int, stage: Stage) -> Stage:
        made: dict[State, int] = {}
        for state, sums in stage.states.items():
            after = (0, *state[1:])
            self.nodes += 1
            made[after] = made.get(after, 0) | added(sums, self.unit_sums[number][state[0]])
        return self._pruned(number, number, stage.base, made)

    def _pruned(self, step: Step | int, view: int, base: int, states: dict[State, int]) -> Stage:
        """Without amounts that are too small for whatever may still come."""
        floors: dict[State, int] = {}
        for state in states:
            hope = self.bounds.rest[view][state[0]]
            for number, track in enumerate(self.tracks):
                if state[1 + number] != track.start:
                    hope += self.bounds.hope(view, number, state[1 + number])
            floors[state] = max(0, self.least - hope)
        lowest = max(base, min(floors.values(), default=base))
        kept: dict[State, int] = {}
        for state, sums in states.items():
            cut = floors[state] - lowest if floors[state] > lowest else 0
            sums = sums >> (lowest - base + cut) << cut
            if sums:
                kept[state] = sums
        return Stage(step, lowest, kept)


def divides_all(view: View) -> bool:
    """Whether every division of the units among offers is tried."""
    return len(view.unit) * view.units * view.units <= MIX_MAX


def unit_sums(view: View, offer_set: OfferSet) -> list[int]:
    """For every number of a class' units the amounts that offers per unit can take off them; bit d for d."""
    sums = [1] * (view.units + 1)
    every = divides_all(view)
    for offer in view.unit:
        offs = [unit_off(offer, view, count, offer_set) for count in range(view.units + 1)]
        for count in range(view.units, 0, -1):
            for taken in range(1, count + 1) if every else (count,):
                sums[count] |= sums[count - taken] << offs[taken]
    return sums


def moved(state: State, step: Step, move: Move) -> State | None:
    """The state after a move; None where it cannot be made."""
    rest = state[0] - move.units
    if rest < 0 or (step.cap_at and move.uses + move.begun > step.cap - state[step.cap_at]):
        return None
    after = [rest, *state[1:]]
    after[step.at] = move.fill
    if step.cap_at:
        after[step.cap_at] = state[step.cap_at] + move.uses
    return tuple(after)


@dataclass(frozen=True, slots=True)
class Amounts:
    """All amounts within the window, and how each comes about."""

    search: AmountSearch
    stages: list[Stage]

    def sums(self) -> int:
        """Bit d is set if exactly d minor units can be taken off."""
        _, base, states = self.stages[-1]
        sums = 0
        for found in states.values():
            sums |= found
        return sums << base

    def way(self, off: int) -> Way:
        """The first way to an amount, in the order of states and moves."""
        base, states = self.stages[-1].base, self.stages[-1].states
        state = min([state for state, sums in states.items() if sums >> (off - base) & 1])
        uses: list[Uses] = [()] * len(self.search.component.views)
        taken: list[Taken] = []
        for stage, before in zip(reversed(self.stages[1:]), reversed(self.stages[:-1]), strict=True):
            if isinstance(stage.step, Step):
                state, move = self._move(stage.step, before, state, off)
                off -= move.off
                if move.units:
                    taken.append(Taken(stage.step.tie, stage.step.slot, stage.step.view, move.units))
            elif stage.step >= 0:
                state, amount = self._close(stage.step, before, state, off)
                off -= amount
                uses[stage.step] = _uses(self.search.component.views[stage.step], state[0], amount, self.search)
            else:
                state = next(one for one in sorted(before.states) if one[1:] == state[1:])
        assert off == 0
        return Way(tuple(uses), tuple(reversed(taken)))

    def _move(self, step: Step, stage: Stage, after: State, off: int) -> tuple[State, Move]:
        for state in sorted(stage.states):
            for move in self.search.moves_of(step, state[step.at]):
                if moved(state, step, move) == after and _has(stage, state, off - move.off):
                    return state, move
        raise AssertionError("every state was entered by a move")

    def _close(self, number: int, stage: Stage, after: State, off: int) -> tuple[State, int]:
        for state in sorted(stage.states):
            if state[1:] == after[1:]:
                for amount in places(self.search.unit_sums[number][state[0]]):
                    if _has(stage, state, off - amount):
                        return state, amount
        raise AssertionError("every class was closed with an amount")


def _has(stage: Stage, state: State, off: int) -> bool:
    return off >= stage.base and bool(stage.states[state] >> (off - stage.base) & 1)


def _uses(view: View, units: int, off: int, search: AmountSearch) -> Uses:
    """Offers for some units of a class that take off exactly so much: each as many units as can be, in turn."""
    uses: list[tuple[int, int]] = []
    for number, offer in enumerate(view.unit):
        rest = unit_sums(view._replace(units=units, unit=view.unit[number + 1 :]), search.offer_set)
        for taken in range(units, -1, -1):
            less = off - unit_off(offer, view, taken, search.offer_set)
            if less >= 0 and rest[units - taken] >> less & 1:
                break
        if taken:
            uses.append((offer, taken))
        units, off = units - taken, less
    assert off == 0
    return tuple(uses)


def added(sums: int, others: int) -> int:
    """The sums of one amount of each set."""
    result = 0
    for amount in places(others):
        result |= sums << amount
    return result


def places(bits: int) -> list[int]:
    """The bits that are set, in order."""
    found: list[int] = []
    at = 0
    while bits:
        zeros = (bits & -bits).bit_length()
        bits >>= zeros
        at += zeros
        found.append(at - 1)
    return found
