"""Which discounts a component can give besides its best one: what holding item offers back for a threshold needs.

A set of amounts is one large integer whose bit g says that exactly g minor units less than the best can be given.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from promotions.choose import Choice
from promotions.compile import OfferSet
from promotions.components import Component, View, unit_off
from promotions.search import Uses, Way
from promotions.shares import shares_of


@dataclass(frozen=True, slots=True)
class Reachable:
    """`bits`: bit g is set where the component can give exactly `best` - g, for g up to the window asked for. Where not
    all of that is known (`complete` is False), a bit that is not set may yet be reachable."""

    component: Component
    offer_set: OfferSet
    best: Choice
    bits: int
    complete: bool
    made: dict[int, Choice] = field(default_factory=dict, compare=False)

    def choice(self, held_back: int) -> Choice:
        """A choice that gives exactly so much less than the best, always the same one."""
        if held_back == 0:
            return self.best
        if held_back not in self.made:
            assert self.bits >> held_back & 1
            self.made[held_back] = _choice(self, held_back)
        return self.made[held_back]


def reachable(component: Component, best: Choice, offer_set: OfferSet, window: int) -> Reachable:
    """What can be given within `window` minor units of the best choice."""
    if component.ties:
        return Reachable(component, offer_set, best, 1, complete=False)
    off = best.shares.off
    sums = 1
    for view in component.views:
        sums = _added(sums, unit_sums(view, offer_set)[view.units])
    return Reachable(component, offer_set, best, _mirrored(sums, off) & ((2 << window) - 1), complete=True)


def unit_sums(view: View, offer_set: OfferSet) -> list[int]:
    """For every number of a class' units the amounts that offers per unit can take off them; bit d for d."""
    sums = [1] * (view.units + 1)
    for offer in view.unit:
        offs = [unit_off(offer, view, count, offer_set) for count in range(view.units + 1)]
        for count in range(view.units, 0, -1):
            for taken in range(1, count + 1):
                sums[count] |= sums[count - taken] << offs[taken]
    return sums


def _added(sums: int, others: int) -> int:
    """The sums of one amount of each set."""
    added = 0
    shift = 0
    while others:
        zeros = (others & -others).bit_length() - 1
        shift += zeros
        others >>= zeros + 1
        added |= sums << shift
        shift += 1
    return added


def _mirrored(sums: int, off: int) -> int:
    """The amounts counted down from `off`, which is the largest."""
    return int(bin(sums)[2:][::-1], 2) << (off - sums.bit_length() + 1)


def _choice(found: Reachable, held_back: int) -> Choice:
    """Amounts for the classes in canonical order, the largest that leaves a rest that can be made."""
    component, offer_set = found.component, found.offer_set
    sets = [unit_sums(view, offer_set)[view.units] for view in component.views]
    rests = [1]
    for sums in reversed(sets):
        rests.append(_added(rests[-1], sums))
    left = found.best.shares.off - held_back
    uses: list[Uses] = []
    for view, sums, rest in zip(component.views, sets, reversed(rests[:-1]), strict=True):
        amount = next(off for off in range(left, -1, -1) if sums >> off & 1 and rest >> (left - off) & 1)
        uses.append(_uses(view, amount, offer_set))
        left -= amount
    shares = shares_of(Way(tuple(uses), ()), component, offer_set)
    return Choice(shares, 0, found.best.nodes)


def _uses(view: View, off: int, offer_set: OfferSet) -> Uses:
    """Offers for some units of a class that take off exactly so much: each as many units as can be, in turn."""
    uses: list[tuple[int, int]] = []
    units = view.units
    for number, offer in enumerate(view.unit):
        rest = unit_sums(view._replace(unit=view.unit[number + 1 :]), offer_set)
        for taken in range(units, -1, -1):
            less = off - unit_off(offer, view, taken, offer_set)
            if less >= 0 and rest[units - taken] >> less & 1:
                break
        if taken:
            uses.append((offer, taken))
        units, off = units - taken, less
    assert off == 0
    return tuple(uses)
