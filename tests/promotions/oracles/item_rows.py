"""What each kind of offer on goods may do, as variables and rows of a linear program."""

from __future__ import annotations

from promotions import Brackets, Breaks, Offer, OneUnit
from promotions.conditions import bound_of
from promotions.plans import PlainUnitPlan
from tests.promotions.oracles.gains import GROUP_KINDS, level_off, shares_of_equals, unit_off
from tests.promotions.oracles.goods import covered
from tests.promotions.oracles.program import Model, Terms
from tests.promotions.oracles.ways import (
    TooMany,
    bracket_at,
    break_shares,
    extremes,
    measure_of,
    patterns_of,
    pools,
    ways_of,
)

WAYS_MAX = 5_000


def item_rows(model: Model, offer: Offer) -> list[int]:
    """The variables of an offer. Raises TooMany where the program would be too large."""
    plan = offer.plan
    bound = bound_of(offer, model.context)
    if isinstance(plan, GROUP_KINDS) or (bound.off_minor and isinstance(plan, PlainUnitPlan)):
        try:
            return _whole_ways(model, offer)
        except TooMany:
            if not isinstance(plan, GROUP_KINDS):
                raise
        return _free_groups(model, offer)
    if isinstance(plan, Breaks):
        return _breaks(model, offer, plan)
    variables = _brackets(model, offer, plan) if isinstance(plan, Brackets) else _units(model, offer)
    most = 1 if isinstance(plan, OneUnit) else bound.times
    if most:
        model.program.row(model.count_terms(variables), 0, most)
    return variables


def _whole_ways(model: Model, offer: Offer) -> list[int]:
    """One variable for all that the offer does on the receipt."""
    variables = [model.choice(way.units) for way in ways_of(offer, model.stock, model.context, WAYS_MAX)]
    model.program.row(dict.fromkeys(variables, 1), 0, 1)
    return variables


def _free_groups(model: Model, offer: Offer) -> list[int]:
    """One variable for every single group, as if any units could stand together."""
    model.exact = False
    groups = []
    for way in patterns_of(offer, model.stock, WAYS_MAX):
        times = min(model.stock[place][1] // count for place, count in enumerate(way.counts) if count)
        groups.append(model.choice(way.units, times))
    model.program.row(dict.fromkeys(groups, 1), 0, bound_of(offer, model.context).times or 1_000)
    return groups


def _units(model: Model, offer: Offer) -> list[int]:
    """One variable for every number of units of the same goods."""
    found: list[int] = []
    for place in extremes(offer, model.stock):
        goods, held = model.stock[place]
        here = []
        for count in range(1, held + 1):
            off = unit_off(offer.plan, goods, count)
            if off:
                shares = shares_of_equals(off, count)
                here.append(model.choice([(place, share, offer.exclusive) for share in shares]))
        model.program.row(dict.fromkeys(here, 1), 0, 1)
        found += here
    return found


def _breaks(model: Model, offer: Offer, plan: Breaks) -> list[int]:
    found: list[int] = []
    places = covered(offer, model.stock)
    counts = [held if place in places else 0 for place, (_, held) in enumerate(model.stock)]
    for pool in pools(plan, model.stock, counts):
        reached = [model.program.variable() for _ in plan.levels]
        model.program.row(dict.fromkeys(reached, 1), 0, 1)
        for number, level in enumerate(plan.levels):
            below = plan.levels[number + 1].least - 1 if number + 1 < len(plan.levels) else None
            measure: Terms = {}
            for place in pool:
                held = model.stock[place][1]
                here = []
                for count in range(1, held + 1):
                    shares = break_shares(level, model.stock, place, count)
                    variable = model.choice([(place, share, offer.exclusive) for share in shares])
                    here.append(variable)
                    measure[variable] = count * measure_of(plan, model.stock, place)
                model.program.row(dict.fromkeys(here, 1) | {reached[number]: -1}, -1, 0)
                found += here
            most = sum(measure.values())
            model.program.row(measure | {reached[number]: -level.least}, 0, most)
            if below is not None:
                model.program.row(measure | {reached[number]: -below}, -most - below, 0)
    return found


def _brackets(model: Model, offer: Offer, plan: Brackets) -> list[int]:
    """A variable says how many units of the same goods are taken and how many dearer ones stand before them."""
    found: list[int] = []
    places = covered(offer, model.stock)
    counts = [held if place in places else 0 for place, (_, held) in enumerate(model.stock)]
    for pool in pools(plan, model.stock, counts):
        before: Terms = {}
        held_before = 0
        for place in pool:
            goods, held = model.stock[place]
            here: list[int] = []
            starts: Terms = {}
            for start in range(held_before + 1):
                for count in range(1, held + 1):
                    brackets = [bracket_at(plan, start + number) for number in range(count)]
                    shares = [min(goods.room, level_off(one, goods, 1)) for one in brackets if one is not None]
                    if len(shares) == count:
                        variable = model.choice([(place, share, offer.exclusive) for share in shares])
                        here.append(variable)
                        starts[variable] = start
            model.program.row(dict.fromkeys(here, 1), 0, 1)
            # Where units are taken, exactly `start` of this pool stand before them.
            model.program.row(_minus(starts, before), -held_before, 0)
            model.program.row(_minus({one: starts[one] - held_before for one in here}, before), -held_before, 0)
            before |= {variable: len(model.choices[variable].units) for variable in here}
            held_before += held
            found += here
    return found


def _minus(one: Terms, other: Terms) -> Terms:
    return one | {variable: one.get(variable, 0) - count for variable, count in other.items()}
