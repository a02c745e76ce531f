"""Which discounts a component can give besides its best one: what holding item offers back for a threshold needs.

A set of amounts is one large integer whose bit g says that exactly g minor units less than the best can be given.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from promotions.choose import Choice
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.reached import AmountSearch, added, divides_all, unit_sums
from promotions.search import Exhausted
from promotions.shares import Share, Shares, shares_of

REACH_NODES_MAX: Final = 6_000


@dataclass(frozen=True, slots=True)
class Reachable:
    """`bits`: bit g is set where the component can give exactly `best` - g, for g up to the window asked for. Where not
    all of that is known (`complete` is False), a bit that is not set may yet be reachable. `nodes` counts the work."""

    component: Component
    offer_set: OfferSet
    best: Choice
    bits: int
    complete: bool
    nodes: int = 0
    traced: bool = False
    made: dict[int, Choice] = field(default_factory=dict, compare=False)

    def choice(self, held_back: int) -> Choice:
        """A choice that gives exactly so much less than the best, always the same one."""
        if held_back == 0:
            return self.best
        if held_back not in self.made:
            assert self.bits >> held_back & 1
            self.made[held_back] = self._choice(held_back)
        return self.made[held_back]

    def _choice(self, held_back: int) -> Choice:
        off = self.best.shares.off - held_back
        if not self.traced:
            shares = without(self.best.shares, _offers_for(self.best.shares, held_back))
        else:
            search = AmountSearch(self.component, self.offer_set, off, 0)
            way = search.amounts(0).way(off)
            shares = shares_of(way, self.component, self.offer_set)
        assert shares.off == off
        return Choice(shares, self.best.gap, self.best.nodes)


def reachable(component: Component, best: Choice, offer_set: OfferSet, window: int) -> Reachable:
    """What can be given within `window` minor units of the best choice. Where that is too much work, only what is left
    when all units are taken from some offers."""
    off = best.shares.off
    mask = (2 << window) - 1
    if not component.ties:
        sums = 1
        for view in component.views:
            sums = added(sums, unit_sums(view, offer_set)[view.units])
        complete = all(map(divides_all, component.views))
        return Reachable(component, offer_set, best, _mirrored(sums, off) & mask, complete, len(component.views), True)
    search = AmountSearch(component, offer_set, off, window)
    try:
        amounts = search.amounts(REACH_NODES_MAX)
    except Exhausted:
        return Reachable(component, offer_set, best, _offer_sums(best.shares) & mask, False, search.nodes)
    # Where the best choice itself is not proven, more may turn out to be reachable; it is left alone.
    bits = _mirrored(amounts.sums(), off) & mask
    return Reachable(component, offer_set, best, bits | 1, search.complete, search.nodes, True)


def _mirrored(sums: int, off: int) -> int:
    """The amounts counted down from `off`."""
    sums &= (2 << off) - 1
    return int(bin(sums)[2:][::-1], 2) << (off - sums.bit_length() + 1) if sums else 0


def _offer_sums(shares: Shares) -> int:
    """What is given up by taking away any of the offers."""
    sums = 1
    for given in shares.given:
        sums |= sums << given.off
    return sums


def _offers_for(shares: Shares, held_back: int) -> set[int]:
    """Offers that give so much together, the latest first."""
    sums = [1]
    for given in shares.given:
        sums.append(sums[-1] | sums[-1] << given.off)
    offers: set[int] = set()
    for given, before in zip(reversed(shares.given), reversed(sums[:-1]), strict=True):
        if not before >> held_back & 1:
            offers.add(given.offer)
            held_back -= given.off
    return offers


def without(shares: Shares, offers: set[int]) -> Shares:
    """The shares when these offers take nothing."""
    views: list[tuple[Share, ...]] = []
    for cut in shares.views:
        kept = [share for share in cut if share.offer >= 0 and share.offer not in offers]
        plain = sum([share.units for share in cut]) - sum([share.units for share in kept])
        views.append((*kept, Share(-1, 0, plain)) if plain else tuple(kept))
    return Shares(tuple(views), tuple([given for given in shares.given if given.offer not in offers]))
