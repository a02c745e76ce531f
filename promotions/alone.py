"""The best choice for a component of one class: no search is needed where all units are alike.

Every group of an offer then takes off the same, so what counts is only how many units go where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from promotions.compile import OfferSet
from promotions.components import Component, View, unit_off
from promotions.plans import BuyGet, GroupPlan
from promotions.shares import Given, Share, Shares, ordered
from retail.allocate import spread

WORK_MAX: Final = 20_000


class Use(NamedTuple):
    """Units of the class under an offer and what it takes off them; `group`: they are one."""

    offer: int
    units: int
    off: int
    group: bool = False


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
    return all([offer_set.traits[tie.offer].shape == "group" for tie in component.ties])


def alone(component: Component, offer_set: OfferSet) -> tuple[Shares, int]:
    """The best shares, and the work that it took."""
    view = component.views[0]
    units = view.units
    groups: dict[int, tuple[int, int]] = {}
    for tie in component.ties:
        size = sum(offer_set.traits[tie.offer].sizes)
        off = equal_off(tie.offer, view, offer_set)
        if size <= units and off:
            groups[tie.offer] = (size, off)
    if not groups and len(view.unit) == 1:
        offer = view.unit[0]
        off = unit_off(offer, view, units, offer_set)
        return _shares(component, (Use(offer, units, off),) if off else (), offer_set), 1
    if units == 1:
        return _shares(component, _of_one_unit(view, offer_set), offer_set), 1 + len(view.unit)
    offs = {offer: [unit_off(offer, view, count, offer_set) for count in range(1, units + 1)] for offer in view.unit}
    offs = {offer: found for offer, found in offs.items() if found[-1]}
    best = _best(units, view.gross, offs, groups, offer_set)
    return _shares(component, best.uses, offer_set), 1 + (len(offs) + len(groups)) * units


def _of_one_unit(view: View, offer_set: OfferSet) -> tuple[Use, ...]:
    """The best use of a single unit: of the offers that take off most the one of highest rank, then of smallest id. A
    group has two units at least."""
    best = (0, 0, 0)
    use: tuple[Use, ...] = ()
    for offer in view.unit:
        off = unit_off(offer, view, 1, offer_set)
        key = (off, offer_set.offers[offer].rank * off, -offer)
        if off and (not best[0] or key > best):
            best, use = key, (Use(offer, 1, off),)
    return use


def equal_off(offer: int, view: View, offer_set: OfferSet) -> int:
    """What a group takes off that is made of one class."""
    if view.room < view.gross:
        return sum([units * amount for units, amount in _equal_shares(offer, view, offer_set)])
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, GroupPlan)
    return _group_off(plan, offer_set.traits[offer].sizes, view.gross)


def _group_off(plan: GroupPlan, sizes: Sequence[int], gross: int) -> int:
    off = plan.completion
    for slot, size in enumerate(sizes):
        off += plan.gain(slot, 0, gross, size)
    return min(max(0, off), gross * sum(sizes))


def _equal_shares(offer: int, view: View, offer_set: OfferSet) -> list[tuple[int, int]]:
    """What `grouped.group_shares` gives for a group of one class, as (units, amount): the units weigh the same, so the
    largest remainders are those that come first. The last `get` of a group are the rewarded ones."""
    rule, sizes = offer_set.offers[offer], offer_set.traits[offer].sizes
    assert isinstance(rule.plan, GroupPlan)
    size = sum(sizes)
    sharing = rule.plan.get if rule.share == "rewarded" and isinstance(rule.plan, BuyGet) else size
    off = _group_off(rule.plan, sizes, view.gross)
    shares = [(units, min(amount, view.room)) for units, amount in spread(off, sharing)]
    return [*shares, (size - sharing, 0)] if sharing < size else shares


def _best(
    units: int,
    gross: int,
    offs: dict[int, list[int]],
    groups: dict[int, tuple[int, int]],
    offer_set: OfferSet,
) -> Best:
    """The best use of all units, by what `promotions.objective` maximises."""
    application, unit, ranked = _weights(units, [*offs, *groups])
    ranks = {offer: offer_set.offers[offer].rank for offer in (*offs, *groups)}
    whole = ranked * (max(ranks.values(), default=0) * gross * units + 1)
    best = [Best()] * (units + 1)
    for offer, found in offs.items():
        minor, one = whole + ranks[offer] * ranked, unit[offer]
        gains = [0, *[off * minor - application + one * count for count, off in enumerate(found, 1)]]
        for count in range(units, 0, -1):
            most, taken = best[count].worth, 0
            for some in range(1, count + 1):
                worth = best[count - some].worth + gains[some]
                if worth > most:
                    most, taken = worth, some
            if taken:
                best[count] = Best(most, (*best[count - taken].uses, Use(offer, taken, found[taken - 1])))
    for offer, (size, off) in groups.items():
        gain = off * (whole + ranks[offer] * ranked) - application + unit[offer] * size
        for count in range(size, units + 1):
            worth = best[count - size].worth + gain
            if worth > best[count].worth:
                best[count] = Best(worth, (*best[count - size].uses, Use(offer, size, off, True)))
    return best[units]


def _weights(units: int, offers: list[int]) -> tuple[int, dict[int, int], int]:
    """Of an application, of a unit under each offer, of a ranked minor unit: each outweighs all that follows."""
    weight, unit = 1, {}
    for offer in sorted(set(offers), reverse=True):
        unit[offer] = weight
        weight *= units + 1
    return weight, unit, weight * (units + 1)


def _shares(component: Component, uses: tuple[Use, ...], offer_set: OfferSet) -> Shares:
    view = component.views[0]
    if len(uses) == 1 and not uses[0].group:
        offer, units, off, _ = uses[0]
        shares = [Share(offer, amount, equal) for equal, amount in spread(off, units)]
        if units < view.units:
            shares.append(Share(-1, 0, view.units - units))
        return Shares((tuple(shares),), (Given(offer, off, units),))
    counts: Counter[tuple[int, int]] = Counter()
    given: dict[int, Given] = {}
    for offer, units, off, group in uses:
        if group:
            for equal, amount in _equal_shares(offer, view, offer_set):
                counts[offer, amount] += equal
        else:
            for equal, amount in spread(off, units):
                counts[offer, amount] += equal
        _, before, times = given.get(offer, Given(offer, 0, 0))
        given[offer] = Given(offer, before + off, times + (1 if group else units))
    return Shares((ordered(counts, view.units),), tuple([given[offer] for offer in sorted(given)]))
