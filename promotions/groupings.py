"""The units that each offer on groups could take: what the choice starts from, and what an explanation counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.plans import GroupPlan
from promotions.units import PriceClass


class Candidates(NamedTuple):
    """The open item offers that name some goods, by place in the set: per unit, and (offer, slot) on groups."""

    unit: tuple[int, ...] = ()
    group: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Grouping:
    """The classes that may fill the slots of an offer's groups, of one article if `item` is set; the units in each slot
    and in all."""

    offer: int
    item: str
    sizes: tuple[int, ...]
    slots: list[list[int]]
    counts: list[int]
    total: int = 0

    @property
    def missing(self) -> int:
        """How many units the first group lacks."""
        by_slot = sum([max(0, size - count) for size, count in zip(self.sizes, self.counts, strict=True)])
        return max(by_slot, sum(self.sizes) - self.total)

    @property
    def groups_max(self) -> int:
        """No more groups than this can be made."""
        by_slot = min([count // size for size, count in zip(self.sizes, self.counts, strict=True)])
        return min(by_slot, self.total // sum(self.sizes))


def can_win(grouping: Grouping, classes: Sequence[PriceClass], alone: Mapping[int, int], offer_set: OfferSet) -> bool:
    """Whether a group could ever be worth more than what its units get one by one.

    `alone` is what offers per unit give all units of a class. Of that a part of the units gets its part, less one minor
    unit at most, because rounding moves each of two sums by half of one. A group that is worth less than that is in no
    best choice.
    """
    plan = offer_set.offers[grouping.offer].plan
    assert isinstance(plan, GroupPlan)
    group = sum(grouping.sizes)
    most = 0
    for slot, (places, size) in enumerate(zip(grouping.slots, grouping.sizes, strict=True)):
        margins: list[tuple[int, int]] = []
        for place in places:
            units = classes[place].count
            lost = max(0, (2 * alone[place] - 1) * group // (2 * units) - group)
            margins.append((plan.share_bound(slot, classes[place].gross) - lost, units))
        margins.sort(reverse=True)
        for margin, units in margins:
            taken = min(units, size)
            most += margin * taken
            size -= taken
    return most > 0


def groupings_of(
    classes: Sequence[PriceClass], candidates: Sequence[Candidates], offer_set: OfferSet
) -> list[Grouping]:
    """What every open offer on groups could take, whether or not it is enough for one."""
    found: dict[tuple[int, str], Grouping] = {}
    for place, named in enumerate(candidates):
        for offer, slot in named.group:
            plan = offer_set.offers[offer].plan
            assert isinstance(plan, GroupPlan)
            item = classes[place].key.article.item if plan.one_article else ""
            grouping = found.get((offer, item))
            if grouping is None:
                sizes = plan.sizes
                grouping = Grouping(offer, item, sizes, [[] for _ in sizes], [0] * len(sizes))
                found[offer, item] = grouping
            grouping.slots[slot].append(place)
            grouping.counts[slot] += classes[place].count
            if slot == 0 or grouping.slots[0][-1:] != [place]:
                grouping.total += classes[place].count
    return list(found.values())
