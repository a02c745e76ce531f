"""The single decision of the search: how many units of a class go into one slot of one offer, and what may follow."""

from __future__ import annotations

from typing import Any, NamedTuple

from promotions.components import Component

State = tuple[Any, ...]
"""Units left of the class at hand, then the fill of every tie, then the uses of every cap."""


class Step(NamedTuple):
    """Units of a class may go to a slot of a tie; `at` is the place of the tie's fill in a state, `cap_at` that of its
    cap (0: none)."""

    view: int
    tie: int
    slot: int
    at: int
    cap_at: int
    cap: int


def steps_of(component: Component) -> list[list[Step]]:
    """All decisions by class, dearest first; for each by offer, then by slot."""
    caps = dict(component.caps)
    cap_places = {offer: 1 + len(component.ties) + number for number, offer in enumerate(caps)}
    steps: list[list[Step]] = [[] for _ in component.views]
    for number, tie in enumerate(component.ties):
        for slot, places in enumerate(tie.slots):
            for view in places:
                at, cap = cap_places.get(tie.offer, 0), caps.get(tie.offer, 0)
                steps[view].append(Step(view, number, slot, 1 + number, at, cap))
    return [sorted(found) for found in steps]
