"""What a choice gives each unit: groups are put together dearest first, and every discount is spread over the units
that earned it, in proportion to what they cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component, unit_off
from promotions.grouped import group_shares
from promotions.plans import Brackets, Breaks, GroupPlan
from promotions.pools import bracket_off, break_off
from promotions.search import Taken, Way
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
    dealt = Dealing(component, offer_set)
    for view, uses in enumerate(way.uses):
        for offer, units in uses:
            dealt.give(offer, view, unit_off(offer, component.views[view], units, offer_set), units)
    for number, tie in enumerate(component.ties):
        taken = [entry for entry in way.taken if entry.tie == number]
        plan = offer_set.offers[tie.offer].plan
        if isinstance(plan, GroupPlan):
            dealt.group(tie.offer, plan, taken)
        elif isinstance(plan, Breaks):
            dealt.by_quantity(tie.offer, plan, taken)
        elif isinstance(plan, Brackets):
            dealt.by_turn(tie.offer, plan, taken)
        else:
            dealt.bounded(tie.offer, taken)
    return dealt.shares()


class Dealing:
    """The shares as they are dealt."""

    def __init__(self, component: Component, offer_set: OfferSet) -> None:
        self.component = component
        self.offer_set = offer_set
        self.counts: list[Counter[tuple[int, int]]] = [Counter() for _ in component.views]
        self.sums: Counter[int] = Counter()
        self.times: Counter[int] = Counter()

    def give(self, offer: int, view: int, off: int, units: int) -> None:
        """An amount for equal units together."""
        for equal, amount in spread(off, units):
            self.counts[view][offer, amount] += equal
        self.sums[offer] += off
        self.times[offer] += units

    def bounded(self, offer: int, taken: Sequence[Taken]) -> None:
        """An offer per unit; what is above its ceiling is lost to all classes in proportion."""
        views = self.component.views
        offs = [unit_off(offer, views[entry.view], entry.units, self.offer_set) for entry in taken]
        ceiling = dict(self.component.ceilings).get(offer, 0)
        if ceiling and sum(offs) > ceiling:
            offs = allocate(ceiling, offs)
        for entry, off in zip(taken, offs, strict=True):
            self.give(offer, entry.view, off, entry.units)

    def group(self, offer: int, plan: GroupPlan, taken: Sequence[Taken]) -> None:
        """Every group by itself."""
        slots = [[(one.view, one.units) for one in taken if one.slot == slot] for slot in range(len(plan.sizes))]
        for group, repeats in groups_of(slots, plan.sizes):
            self.equal_groups(offer, plan, group, repeats)

    def equal_groups(self, offer: int, plan: GroupPlan, group: Sequence[Sequence[int]], repeats: int = 1) -> None:
        """So many groups of the same classes (by slot, dearest first); none where nothing is off."""
        shares = group_shares(self.offer_set.offers[offer], plan, group, self.component.views)
        if not any(shares):
            return
        members = [view for filled in group for view in filled]
        for view, amount in zip(members, shares, strict=True):
            self.counts[view][offer, amount] += repeats
        self.sums[offer] += sum(shares) * repeats
        self.times[offer] += repeats

    def by_quantity(self, offer: int, plan: Breaks, taken: Sequence[Taken]) -> None:
        """All units at the level that they reach together."""
        views = self.component.views
        measures = [plan.measure(views[entry.view].gross, views[entry.view].quantity_milli) for entry in taken]
        level = plan.level_of(sum(one * entry.units for one, entry in zip(measures, taken, strict=True)))
        for entry in taken:
            off = break_off(plan, level, views[entry.view], entry.units, self.offer_set.currency)
            self.give(offer, entry.view, off, entry.units)

    def by_turn(self, offer: int, plan: Brackets, taken: Sequence[Taken]) -> None:
        """Each unit as its turn comes."""
        filled = 0
        for entry in taken:
            for _ in range(entry.units):
                off = bracket_off(plan, filled, self.component.views[entry.view], self.offer_set.currency)
                self.give(offer, entry.view, off, 1)
                filled += 1

    def shares(self) -> Shares:
        """All that was dealt."""
        pairs = zip(self.counts, self.component.views, strict=True)
        given = tuple([Given(offer, self.sums[offer], self.times[offer]) for offer in sorted(self.sums)])
        return Shares(tuple([ordered(found, view.units) for found, view in pairs]), given)


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


def ordered(counts: Counter[tuple[int, int]], units: int) -> tuple[Share, ...]:
    """By offer, larger amounts first; what is left of the class without an offer."""
    shares = [Share(offer, amount, counts[offer, amount]) for offer, amount in sorted(counts, key=_by_offer)]
    plain = units - sum(share.units for share in shares)
    return (*shares, Share(-1, 0, plain)) if plain else tuple(shares)


def _by_offer(key: tuple[int, int]) -> tuple[int, int]:
    return key[0], -key[1]
