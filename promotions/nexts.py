"""What offers on goods are short of: the next level of a price by quantity, the threshold of a gift."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from promotions.clusters import Slices
from promotions.compile import OfferSet
from promotions.explain import Next
from promotions.looks import Looks
from promotions.plans import Breaks, Reward
from promotions.pots import Pot
from promotions.shares import Given
from promotions.units import PriceClass


def nexts_of(
    classes: Sequence[PriceClass],
    slices: Sequence[Slices],
    looks: Looks,
    given: Mapping[int, Given],
    sums: Mapping[int, Pot],
    offer_set: OfferSet,
) -> dict[int, Next]:
    """By offer. `sums` holds what the goods that count toward rewards come to."""
    nexts: dict[int, Next] = {}
    rewards: set[int] = set()
    pools: set[int] = set()
    for look in looks.values():
        rewards.update(look.triggers)
        rewards.update(offer_set.rewards.intersection(look.candidates.unit))
        pools.update(look.candidates.pool)
    for offer in rewards:
        nexts[offer] = _of_reward(offer, given, sums.get(offer, Pot()), offer_set)
    for offer in pools:
        plan = offer_set.offers[offer].plan
        taken = _taken(offer, classes, slices) if offer in given else _named(offer, classes, looks)
        nexts[offer] = _of_breaks(plan, taken, applied=offer in given) if isinstance(plan, Breaks) else Next()
    return nexts


def _of_reward(offer: int, given: Mapping[int, Given], pot: Pot, offer_set: OfferSet) -> Next:
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, Reward)
    counted = pot.gross if plan.base == "gross" else pot.net
    used = given[offer].times if offer in given else 0
    most = offer_set.offers[offer].times_max
    earned = min(plan.times(counted), most) if most else plan.times(counted)
    gift = max(0, earned - used)
    return Next(plan.short(counted), 0 if used else gift, gift)


def _taken(offer: int, classes: Sequence[PriceClass], slices: Sequence[Slices]) -> list[tuple[PriceClass, int]]:
    """The units that the offer took."""
    pairs = zip(classes, slices, strict=True)
    found = [(one, sum([units for units, _, taken in cut if taken == offer])) for one, cut in pairs]
    return [(one, units) for one, units in found if units]


def _named(offer: int, classes: Sequence[PriceClass], looks: Looks) -> list[tuple[PriceClass, int]]:
    """The units that the offer could take."""
    return [(one, one.count) for one in classes if offer in looks[one].candidates.pool]


def _of_breaks(plan: Breaks, units: Iterable[tuple[PriceClass, int]], *, applied: bool) -> Next:
    """To the next level if it applies, to the first if none is reached; of the article that is nearest to one where
    each counts by itself."""
    sums: dict[str, int] = {}
    for one, count in units:
        item = one.key.article.item if plan.same_article else ""
        sums[item] = sums.get(item, 0) + plan.measure(one.gross, one.key.quantity_milli) * count
    levels = plan.levels if applied else plan.levels[:1]
    if not applied and any(measure >= plan.levels[0].least for measure in sums.values()):
        return Next()
    lacks = [level.least - measure for measure in sums.values() for level in levels if level.least > measure]
    lack = min(lacks, default=0)
    return Next(missing=lack) if plan.by == "units" else Next(short=lack) if plan.by == "amount" else Next()
