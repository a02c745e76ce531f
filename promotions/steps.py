"""The single decision of the search: how many units of a class go into one slot of one offer, and what may follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component
from promotions.plans import GroupPlan

State = tuple[int, ...]
"""Units left of the class at hand, then the fill of every slot, then the uses of every cap."""

Fills = tuple[int, ...]
"""How many units stand in each slot of one offer's open groups."""


class Step(NamedTuple):
    """Units of a class may go to a slot of a tie. `sizes` are the slots of one group, `at` and `end` the places of the
    tie's fills in a state, `cap_at` that of its cap (0: none); `later` is how many units could still come into each."""

    view: int
    tie: int
    slot: int
    sizes: tuple[int, ...]
    at: int
    end: int
    cap_at: int
    cap: int
    later: tuple[int, ...]


class Move(NamedTuple):
    """`units` go into the slot: `done` groups become complete and leave, `fills` is what then stands open, and `begun`
    groups must still be completed."""

    units: int
    fills: Fills
    done: int
    begun: int


def steps_of(component: Component, offer_set: OfferSet) -> list[Step]:
    """All decisions in canonical order: dearest class first, then by offer, then by slot."""
    steps: list[Step] = []
    caps = dict(component.caps)
    first_cap = 1 + sum(len(tie.slots) for tie in component.ties)
    cap_places = {offer: first_cap + number for number, offer in enumerate(caps)}
    later = [[0] * len(tie.slots) for tie in component.ties]
    for view, number, slot, at in reversed(list(_places(component))):
        tie = component.ties[number]
        plan = offer_set.offers[tie.offer].plan
        sizes = plan.sizes if isinstance(plan, GroupPlan) else (1,)
        steps.append(
            Step(
                view=view,
                tie=number,
                slot=slot,
                sizes=sizes,
                at=at,
                end=at + len(sizes),
                cap_at=cap_places.get(tie.offer, 0),
                cap=caps.get(tie.offer, 0),
                later=tuple(later[number]),
            )
        )
        later[number][slot] += component.views[view].units
    return steps[::-1]


def _places(component: Component) -> Iterator[tuple[int, int, int, int]]:
    """(class, tie, slot, place of the tie's first fill in a state)."""
    starts = [1]
    for tie in component.ties:
        starts.append(starts[-1] + len(tie.slots))
    for view in range(len(component.views)):
        for number, tie in enumerate(component.ties):
            for slot, filled in enumerate(tie.slots):
                if view in filled:
                    yield view, number, slot, starts[number]


def moves_of(step: Step, fills: Fills, units_max: int) -> list[Move]:
    """What can be done with up to `units_max` units, none included; groups that could no longer be completed with what
    is still to come are not begun."""
    if len(fills) == 1:
        size, late, fill = step.sizes[0], step.later[0], fills[0]
        rests = [(fill + units) % size for units in range(units_max + 1)]
        return [
            Move(units, (rest,), (fill + units) // size, int(rest > 0))
            for units, rest in enumerate(rests)
            if not rest or size - rest <= late
        ]
    moves: list[Move] = []
    for units in range(units_max + 1):
        values = list(fills)
        values[step.slot] += units
        done = min(value // size for value, size in zip(values, step.sizes, strict=True))
        rest = tuple(value - done * size for value, size in zip(values, step.sizes, strict=True))
        begun = max(-(-value // size) for value, size in zip(rest, step.sizes, strict=True))
        if all(begun * size - value <= late for value, size, late in zip(rest, step.sizes, step.later, strict=True)):
            moves.append(Move(units, rest, done, begun))
    return moves
