"""Looks at offers before customers do: what can never apply, what costs more than meant, what collides, what is hard.

Pure: offers, catalogue and clock are handed in. Findings name an offer, often another one, and an item to look at.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from hq_server.promotion_admin.lint.alone import look_at_one
from hq_server.promotion_admin.lint.finding import (
    CODES,
    SEVERITIES,
    Finding,
    Goods,
    Placed,
    Severity,
    Surroundings,
    finding,
)
from hq_server.promotion_admin.lint.hard import Crowd, crowd_of, look_at_crowds
from hq_server.promotion_admin.lint.pairs import PAIRS_MAX, look_at_group, look_at_pair
from hq_server.promotion_admin.lint.reach import Shelf, meet, reached
from hq_server.promotion_admin.lint.rings import never_had

SAMPLED_MAX: Final = 64
"""Of so many goods of an offer the other offers are looked up when a whole set is judged."""

__all__ = ["CODES", "SEVERITIES", "Finding", "Goods", "Placed", "Severity", "Surroundings", "finding", "lint"]


def lint(
    placed: Sequence[Placed], goods: Sequence[Goods], around: Surroundings, *, focus: str | None = None
) -> list[Finding]:
    """What is to be said about these offers, the gravest first; with `focus` about that one alone, among the others.

    Of a whole set mere overlaps are left out, and only the most crowded offers are tried out with the engine.
    """
    shelf = Shelf(goods)
    wanted = [one for one in placed if focus is None or one.offer.id == focus]
    found: list[Finding] = []
    crowds: list[Crowd] = []
    neighbours = _Neighbours(placed, shelf)
    for one in wanted:
        found += look_at_one(one, shelf, around)
        rivals = neighbours.of(one, all_goods=focus is not None)
        found += _judge_pairs(one, rivals, shelf, around.currency, hints=focus is not None)
        crowds.append(crowd_of(one.offer, [(rival.offer, shared) for rival, shared in rivals], shelf))
    found += look_at_crowds(crowds, shelf, around.currency)
    offers = [one.offer for one in placed]
    found += [one for one in never_had(offers, around.series) if focus in (None, one.offer)]
    found += [one for one in look_at_group(offers) if focus in (None, one.offer)]
    return sorted(found, key=lambda one: (SEVERITIES.index(one.severity), one.offer, one.code, one.other))


class _Neighbours:
    """Who shares goods with whom."""

    def __init__(self, placed: Sequence[Placed], shelf: Shelf) -> None:
        self._shelf = shelf
        self._placed = placed
        self._goods = [reached(one.offer, shelf) for one in placed]
        self._places = {one.offer.id: number for number, one in enumerate(placed)}
        self._on: dict[int, list[int]] = defaultdict(list)
        for number, goods in enumerate(self._goods):
            for place in goods:
                self._on[place].append(number)

    def of(self, one: Placed, *, all_goods: bool) -> list[tuple[Placed, frozenset[int]]]:
        """The other offers it can meet, with the goods they share, those with most in common first."""
        here = self._places[one.offer.id]
        goods = sorted(self._goods[here])
        step = 1 if all_goods else max(1, len(goods) // SAMPLED_MAX)
        others = {other for place in goods[::step] for other in self._on[place]} - {here}
        meeting = [other for other in others if meet(one, self._placed[other])]
        shared = [(self._placed[other], self._goods[here] & self._goods[other]) for other in meeting]
        return sorted(shared, key=lambda entry: (-len(entry[1]), entry[0].offer.id))


def _judge_pairs(
    one: Placed, rivals: Iterable[tuple[Placed, frozenset[int]]], shelf: Shelf, currency: str, *, hints: bool
) -> list[Finding]:
    """What is said of pairs, of each kind no more than somebody would read."""
    found: list[Finding] = []
    told: Counter[str] = Counter()
    for other, shared in rivals:
        for entry in look_at_pair(one, other, shared, shelf, currency, hints=hints):
            told[entry.code] += 1
            if told[entry.code] <= PAIRS_MAX:
                found.append(entry)
    return found
