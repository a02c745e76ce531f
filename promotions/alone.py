"""The best choice for a component of one class: no search is needed where all units are alike.

Every group of an offer then takes off the same, so what counts is only how many units go where.
"""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component, unit_off
from promotions.grouped import group_shares
from promotions.plans import GroupPlan
from promotions.shares import Given, Shares, ordered
from retail.allocate import spread

WORK_MAX: Final = 20_000


class Use(NamedTuple):
    """Units of the class under an offer: `groups` of them, or 0 where it is an offer per unit."""

    offer: int
    units: int
    groups: int


class Best(NamedTuple):
    """What so many units are at best worth, and how."""

    worth: int = 0
    uses: tuple[Use, ...] = ()


def is_alone(component: Component, offer_set: OfferSet) -> bool:
    """Whether this is such a component, and small enough to try every division of the units."""
    if len(component.views) > 1 or component.caps or component.ceilings:
        return False
    view = component.views[0]
    if (len(view.unit) + len(component.ties)) * view.units * view.units > WORK_MAX:
        return False
    return all([isinstance(offer_set.offers[tie.offer].plan, GroupPlan) for tie in component.ties])


def alone(component: Component, offer_set: OfferSet) -> tuple[Shares, int]:
    """The best shares, and the work that it took."""
    view = component.views[0]
    units = view.units
    offs = {offer: [unit_off(offer, view, count, offer_set) for count in range(units + 1)] for offer in view.unit}
    offs = {offer: found for offer, found in offs.items() if found[-1]}
    groups: dict[int, tuple[list[int], int]] = {}
    for tie in component.ties:
        shares = equal_shares(tie.offer, component, offer_set)
        if len(shares) <= units and any(shares):
            groups[tie.offer] = (shares, sum(shares))
    if not groups and len(offs) == 1:
        uses: tuple[Use, ...] = tuple([Use(offer, units, 0) for offer in offs])
    else:
        uses = _best(units, view.gross, offs, groups, offer_set).uses
    work = 1 + (len(offs) + len(groups)) * units
    return _shares(component, uses, offs, groups), work


def equal_shares(offer: int, component: Component, offer_set: OfferSet) -> list[int]:
    """What the units of a group get that is made of the only class."""
    rule = offer_set.offers[offer]
    assert isinstance(rule.plan, GroupPlan)
    return group_shares(rule, rule.plan, [[0] * size for size in rule.plan.sizes], component.views)


def _best(
    units: int,
    gross: int,
    offs: dict[int, list[int]],
    groups: dict[int, tuple[list[int], int]],
    offer_set: OfferSet,
) -> Best:
    """The best use of all units, by what `promotions.objective` maximises."""
    application, unit, ranked = _weights(units, [*offs, *groups])
    ranks = {offer: offer_set.offers[offer].rank for offer in (*offs, *groups)}
    whole = ranked * (max(ranks.values(), default=0) * gross * units + 1)
    best = [Best()] * (units + 1)
    for offer, found in offs.items():
        minor, one = whole + ranks[offer] * ranked, unit[offer]
        gains = [0, *[found[count] * minor - application + one * count for count in range(1, units + 1)]]
        for count in range(units, 0, -1):
            most, taken = best[count].worth, 0
            for some in range(1, count + 1):
                worth = best[count - some].worth + gains[some]
                if worth > most:
                    most, taken = worth, some
            if taken:
                best[count] = Best(most, (*best[count - taken].uses, Use(offer, taken, 0)))
    for offer, (shares, off) in groups.items():
        size = len(shares)
        gain = off * (whole + ranks[offer] * ranked) - application + unit[offer] * size
        for count in range(size, units + 1):
            worth = best[count - size].worth + gain
            if worth > best[count].worth:
                best[count] = Best(worth, (*best[count - size].uses, Use(offer, size, 1)))
    return best[units]


def _weights(units: int, offers: list[int]) -> tuple[int, dict[int, int], int]:
    """Of an application, of a unit under each offer, of a ranked minor unit: each outweighs all that follows."""
    weight, unit = 1, {}
    for offer in sorted(set(offers), reverse=True):
        unit[offer] = weight
        weight *= units + 1
    return weight, unit, weight * (units + 1)


def _shares(
    component: Component,
    uses: tuple[Use, ...],
    offs: dict[int, list[int]],
    groups: dict[int, tuple[list[int], int]],
) -> Shares:
    counts: Counter[tuple[int, int]] = Counter()
    given: dict[int, Given] = {}
    for offer, units, made in uses:
        if made:
            shares, off = groups[offer]
            for amount in shares:
                counts[offer, amount] += 1
        else:
            off = offs[offer][units]
            for equal, amount in spread(off, units):
                counts[offer, amount] += equal
        _, before, times = given.get(offer, Given(offer, 0, 0))
        given[offer] = Given(offer, before + off, times + (made or units))
    return Shares((ordered(counts, component.views[0].units),), tuple([given[offer] for offer in sorted(given)]))
