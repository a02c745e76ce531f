"""The best use of offers per unit within one price class, for every number of its units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from promotions.compile import OfferSet
from promotions.components import View, unit_off
from promotions.objective import Objective

MIX_NODES_MAX: Final = 20_000
"""Beyond this, units of one class are not divided among several offers for the sake of a cent of rounding."""


@dataclass(frozen=True, slots=True)
class Table:
    """`best[k]` is the worth of k units; `uses[k]` says which offers take how many of them. `slack` is what dividing
    the units among offers could at most add, where that was not tried."""

    best: list[int]
    uses: list[tuple[tuple[int, int], ...]]
    nodes: int
    slack: int = 0


def table_of(number: int, view: View, objective: Objective, offer_set: OfferSet) -> Table:
    """The table of the class `number` of a component."""
    gains = {offer: _gains(number, view, offer, objective, offer_set) for offer in view.unit}
    useful = {offer: gain for offer, gain in gains.items() if gain[-1] > 0}
    size = view.units + 1
    nodes = len(view.unit) * size
    if len(useful) <= 1 or len(useful) * size * size // 2 > MIX_NODES_MAX:
        return _unmixed(useful, size, nodes)
    best = [0] * size
    uses: list[tuple[tuple[int, int], ...]] = [()] * size
    for offer, gain in useful.items():
        for count in range(view.units, 0, -1):
            taken = max(range(count + 1), key=lambda x, k=count, g=gain: best[k - x] + g[x])  # type: ignore[misc]
            nodes += count + 1
            if taken:
                best[count] = best[count - taken] + gain[taken]
                uses[count] = (*uses[count - taken], (offer, taken))
    return Table(best, uses, nodes)


def _gains(number: int, view: View, offer: int, objective: Objective, offer_set: OfferSet) -> list[int]:
    """The worth of 0, 1, … units under one offer. Units under one offer are one application: one rounding, one line."""
    return [0] + [
        objective.of(offer, number, unit_off(offer, view, count, offer_set), 1, count)
        for count in range(1, view.units + 1)
    ]


def _unmixed(gains: dict[int, list[int]], size: int, nodes: int) -> Table:
    """Each number of units under its single best offer; two roundings of half a cent each are all that is forgone."""
    best = [0] * size
    uses: list[tuple[tuple[int, int], ...]] = [()] * size
    for offer, gain in gains.items():
        for count in range(size):
            if gain[count] > best[count]:
                best[count], uses[count] = gain[count], ((offer, count),)
    return Table(best, uses, nodes, (len(gains) + 1) // 2 if len(gains) > 1 else 0)
