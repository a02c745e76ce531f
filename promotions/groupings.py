"""The units that each offer on groups could take: what the choice starts from, and what an explanation counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.plans import Breaks, GroupPlan, PoolPlan
from promotions.units import PriceClass


class Candidates(NamedTuple):
    """The open item offers that name some goods, by place in the set: per unit, (offer, slot) on groups, and those
    that take their units together."""

    unit: tuple[int, ...] = ()
    group: tuple[tuple[int, int], ...] = ()
    pool: tuple[int, ...] = ()

    @property
    def tying(self) -> tuple[int, ...]:
        """Those that may bind these goods to others, each once."""
        return (*dict.fromkeys([offer for offer, _ in self.group]), *self.pool)

    @property
    def offers(self) -> tuple[int, ...]:
        """All of them, each once."""
        return (*self.unit, *self.tying)


@dataclass(slots=True)
class Grouping:
    """The classes that may fill the slots of an offer's groups, of one article if `item` is set; the units in each slot
    and in all. For an offer that takes its units together there is one slot, and `short` is what the first level
    lacks (units, thousandths or minor units)."""

    offer: int
    item: str
    sizes: tuple[int, ...]
    slots: list[list[int]]
    counts: list[int]
    total: int = 0
    short: int = 0
    by_units: bool = True

    @property
    def missing(self) -> int:
        """How many units the first group lacks; at least one where a pool lacks weight or an amount."""
        if self.short:
            return self.short if self.by_units else 1
        if len(self.sizes) == 1:
            return max(0, self.sizes[0] - self.total)
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
    if not isinstance(plan, GroupPlan):
        return True
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
    """What every open offer on groups, or on units taken together, could take, whether or not it is enough."""
    traits = offer_set.traits
    found: dict[tuple[int, str], Grouping] = {}
    for place, named in enumerate(candidates):
        if not named.group:
            continue
        count, article = classes[place].count, classes[place].key.article.item
        for offer, slot in named.group:
            _, _, _, _, alike, sizes = traits[offer]
            item = article if alike else ""
            grouping = found.get((offer, item))
            if grouping is None:
                grouping = Grouping(offer, item, sizes, [[] for _ in sizes], [0] * len(sizes))
                found[offer, item] = grouping
            grouping.slots[slot].append(place)
            grouping.counts[slot] += count
            if not slot or all([place not in others for others in grouping.slots[:slot]]):
                grouping.total += count
    pools = any([named.pool for named in candidates])
    return [*found.values(), *_poolings(classes, candidates, offer_set)] if pools else list(found.values())


def _poolings(classes: Sequence[PriceClass], candidates: Sequence[Candidates], offer_set: OfferSet) -> list[Grouping]:
    """The units that every open offer of that shape could take together."""
    found: dict[tuple[int, str], Grouping] = {}
    counted: dict[tuple[int, str], int] = {}
    for place, named in enumerate(candidates):
        for offer in named.pool:
            plan = offer_set.offers[offer].plan
            assert isinstance(plan, PoolPlan)
            key = classes[place].key
            name = (offer, key.article.item if plan.one_article else "")
            grouping = found.setdefault(name, Grouping(*name, (1,), [[]], [0]))
            grouping.slots[0].append(place)
            grouping.counts[0] += classes[place].count
            grouping.total += classes[place].count
            if isinstance(plan, Breaks):
                measure = plan.measure(classes[place].gross, key.quantity_milli) * classes[place].count
                counted[name] = counted.get(name, 0) + measure
                grouping.by_units = plan.by == "units"
                grouping.short = max(0, plan.levels[0].least - counted[name])
    return list(found.values())
