"""What a choice gives each unit: groups are put together dearest first, and every discount is spread over the units
that earned it, in proportion to what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component
from promotions.plans import GroupPlan
from promotions.search import Way
from promotions.tables import unit_off
from retail.allocate import allocate, spread


class Share(NamedTuple):
    """`units` of a class get `amount` off each by an offer (-1: none)."""

    offer: int
    amount: int
    units: int


class Given(NamedTuple):
    """What an offer takes off in all, and how often it was applied: units per unit, groups for an offer on groups."""

    offer: int
    off: int
    times: int


class Shares(NamedTuple):
    """The outcome of one component: the shares of every class, and the sums by offer."""

    views: tuple[tuple[Share, ...], ...]
    given: tuple[Given, ...]

    @property
    def off(self) -> int:
        """The component's whole discount."""
        return sum(given.off for given in self.given)


Piece = tuple[int, int]
"""A class, and how many of its units."""


def shares_of(way: Way, component: Component, offer_set: OfferSet) -> Shares:
    """The shares of all units of the component; units that no offer takes stand last."""
    counts: list[Counter[tuple[int, int]]] = [Counter() for _ in component.views]
    sums: Counter[int] = Counter()
    times: Counter[int] = Counter()

    def give(offer: int, view: int, off: int, units: int) -> None:
        for equal, amount in spread(off, units):
            counts[view][offer, amount] += equal
        sums[offer] += off
        times[offer] += units

    for view, uses in enumerate(way.uses):
        for offer, units in uses:
            give(offer, view, unit_off(offer, component.views[view], units, offer_set), units)
    for number, tie in enumerate(component.ties):
        plan = offer_set.offers[tie.offer].plan
        taken = [entry for entry in way.taken if entry.tie == number]
        if not isinstance(plan, GroupPlan):
            for entry in taken:
                off = unit_off(tie.offer, component.views[entry.view], entry.units, offer_set)
                give(tie.offer, entry.view, off, entry.units)
            continue
        slots = [
            [(entry.view, entry.units) for entry in taken if entry.slot == slot] for slot in range(len(plan.sizes))
        ]
        for group, repeats in groups_of(slots, plan.sizes):
            grosses = [[component.views[view].gross for view in filled] for filled in group]
            off = plan.group_off(grosses)
            if off <= 0:
                continue
            weights = [gross for filled in grosses for gross in filled]
            members = [view for filled in group for view in filled]
            for view, amount in zip(members, allocate(off, weights), strict=True):
                counts[view][tie.offer, amount] += repeats
            sums[tie.offer] += off * repeats
            times[tie.offer] += repeats
    views = tuple(_ordered(found, view.units) for found, view in zip(counts, component.views, strict=True))
    return Shares(views, tuple(Given(offer, sums[offer], times[offer]) for offer in sorted(sums)))


def groups_of(slots: Sequence[Sequence[Piece]], sizes: Sequence[int]) -> Iterator[tuple[list[list[int]], int]]:
    """The groups that these units make, taken in order: the classes of each slot's units, and how many equal groups
    follow each other."""
    queues = [list(reversed(slot)) for slot in slots]
    while queues[0]:
        whole = min(queue[-1][1] // size for queue, size in zip(queues, sizes, strict=True))
        repeats = max(1, whole)
        yield [_take(queue, size, repeats) for queue, size in zip(queues, sizes, strict=True)], repeats


def _take(queue: list[Piece], size: int, repeats: int) -> list[int]:
    """The classes of the next `size` units; `repeats` times as many leave the queue."""
    taken: list[int] = []
    while len(taken) < size:
        view, units = queue.pop()
        used = min(units, size - len(taken))
        taken += [view] * used
        left = units - used * repeats
        if left:
            queue.append((view, left))
    return taken


def _ordered(counts: Counter[tuple[int, int]], units: int) -> tuple[Share, ...]:
    """By offer, larger amounts first; what is left of the class without an offer."""
    shares = [Share(offer, amount, counts[offer, amount]) for offer, amount in sorted(counts, key=_by_offer)]
    plain = units - sum(share.units for share in shares)
    return (*shares, Share(-1, 0, plain)) if plain else tuple(shares)


def _by_offer(key: tuple[int, int]) -> tuple[int, int]:
    return key[0], -key[1]
