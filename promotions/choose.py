"""The choice over the whole receipt, component by component: each unit in at most one item offer, and the customer
pays least.

Work is counted in states made, never in time: whatever machine solves a component, from nothing or while scanning, the
answer is the same also when the count runs out. Then a good choice is taken, and how much better another could at most
be is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from promotions.alone import alone, is_alone
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.search import FEW, Exhausted, Search
from promotions.shares import Shares, shares_of

NODES_MAX: Final = 20_000
WIDTH: Final = 8
AT_FIRST: Final = 10_000
"""So many states are tried without a bound where only few offers stand open at the same time."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a component's units get. No other choice is better by more than `gap` minor units."""

    shares: Shares
    gap: int
    nodes: int


def choose(component: Component, offer_set: OfferSet, nodes_max: int = NODES_MAX) -> Choice:
    """The best choice for a component, or a good one where that takes more than `nodes_max` states."""
    if is_alone(component, offer_set):
        shares, nodes = alone(component, offer_set)
        return Choice(shares, 0, nodes)
    search = Search(component, offer_set)
    if search.is_reordered:
        found = _few_open(search, component, offer_set, min(AT_FIRST, nodes_max))
        if found is not None:
            return found
        search = Search(component, offer_set, dearest_first=True)
    some = None
    if search.width > FEW:
        some = search.some(WIDTH)
        shares = shares_of(some, component, offer_set)
        # Many ways lead exactly to a ceiling: which of them has the fewest applications is not worth a search.
        if component.ceilings and shares.off == search.bounds.limit:
            return Choice(shares, 0, search.nodes)
    try:
        shares = shares_of(search.best(some, search.nodes + nodes_max), component, offer_set)
        return Choice(shares, _slack(search), search.nodes)
    except Exhausted:
        shares = shares_of(some or search.some(WIDTH), component, offer_set)
        return Choice(shares, max(0, search.bounds.limit - shares.off), search.nodes)


def _few_open(search: Search, component: Component, offer_set: OfferSet, nodes_max: int) -> Choice | None:
    """The best choice in an order in which few offers stand open at the same time: without a bound first, then with
    one. None where that, too, takes too many states: then it is no better than any other order."""
    try:
        best = search.best(None, search.nodes + nodes_max)
    except Exhausted:
        if component.ceilings:
            return None
        try:
            best = search.best(search.some(WIDTH), search.nodes + 2 * nodes_max)
        except Exhausted:
            return None
    return Choice(shares_of(best, component, offer_set), _slack(search), search.nodes)


def _slack(search: Search) -> int:
    return sum([table.slack for table in search.tables])
