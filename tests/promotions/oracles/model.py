"""The choice of item offers as a linear program in whole numbers, for solvers that know nothing of retail.

Every unit goes to at most one application; what a solver maximises is what item offers and those on the receipt take
off together. One thing is left out: where two offers on the receipt want more of the same goods than these can bear,
the program lets them have it. Its optimum is then only a bound, and `Reading.settled` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from promotions import (
    AmountAtThreshold,
    Brackets,
    Breaks,
    BuyGet,
    Context,
    Offer,
    OneUnit,
    PercentAtThreshold,
    Reward,
)
from promotions.conditions import bound_of
from tests.promotions.oracles.evaluate import evaluate, is_joint
from tests.promotions.oracles.gains import GROUP_KINDS, level_off, shares_of_equals, unit_off
from tests.promotions.oracles.goods import Stock, Taken, Truth, covered
from tests.promotions.oracles.ways import (
    Off,
    bracket_at,
    break_shares,
    extremes,
    measure_of,
    patterns_of,
    pools,
    ways_of,
)

Terms = dict[int, int]
"""Variable -> coefficient."""

WAYS_MAX = 3_000


class Row(NamedTuple):
    """Terms that must come to between `least` and `most`."""

    terms: Terms
    least: int
    most: int


@dataclass(slots=True)
class Program:
    """Variables from 0 to their upper bounds, rows, and what is maximised."""

    uppers: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    objective: Terms = field(default_factory=dict)

    def variable(self, upper: int = 1, worth: int = 0) -> int:
        """A new variable, 0 to `upper`."""
        self.uppers.append(upper)
        place = len(self.uppers) - 1
        if worth:
            self.objective[place] = worth
        return place

    def row(self, terms: Terms, least: int, most: int) -> None:
        """A new row; rows without terms say nothing."""
        if terms:
            self.rows.append(Row(terms, least, most))


class Choice(NamedTuple):
    """What a variable means, once: the units that are then taken."""

    units: tuple[Off, ...]


@dataclass(slots=True)
class Model:
    """The program of one basket and what its variables mean."""

    stock: Stock
    context: Context
    joint: list[Offer]
    program: Program = field(default_factory=Program)
    choices: dict[int, Choice] = field(default_factory=dict)

    @property
    def big(self) -> int:
        """More than anything on this receipt."""
        return sum(goods.gross * count for goods, count in self.stock) + 1

    def choice(self, units: Sequence[Off], upper: int = 1) -> int:
        """A variable for taking these units with what is off each."""
        place = self.program.variable(upper, sum(off for _, off, _ in units))
        self.choices[place] = Choice(tuple(units))
        return place

    def count_terms(self, variables: Sequence[int]) -> Terms:
        """The units that these choices take."""
        return {variable: len(self.choices[variable].units) for variable in variables}


class Undecided(OverflowError):
    """The solver did not come to an end, found what cannot be had in full, or the rules ask for more than one pass."""


class Reading(NamedTuple):
    """The total of a solution, and whether it is what the solver promised."""

    total: int
    settled: bool


def is_one_pass(offers: Sequence[Offer]) -> bool:
    """Whether all item offers are chosen together and nothing is counted before."""
    items = [offer for offer in offers if offer.layer == "item"]
    return len({offer.priority for offer in items}) < 2 and not any(
        offer.forced
        or (isinstance(offer.plan, BuyGet) and offer.plan.favour == "shop")
        or (isinstance(offer.plan, Reward) and not offer.rescue)
        for offer in items
    )


def model_of(stock: Stock, offers: Sequence[Offer], context: Context) -> Model:
    """The program for open offers of one pass. Raises TooMany where it would be too large."""
    if not is_one_pass(offers):
        raise Undecided
    joint = [offer for offer in offers if offer.layer == "basket" and is_joint(offer)]
    model = Model(stock, context, joint)
    by_offer: dict[str, list[int]] = {}
    for offer in offers:
        if offer.layer == "item":
            by_offer[offer.id] = _item_offer(model, offer)
    for place, (_, held) in enumerate(stock):
        terms = {variable: sum(unit[0] == place for unit in choice.units) for variable, choice in model.choices.items()}
        model.program.row({variable: count for variable, count in terms.items() if count}, 0, held)
    for offer in offers:
        if isinstance(offer.plan, Reward):
            _reward_steps(model, offer, by_offer[offer.id])
    actives: dict[str, list[int]] = {}
    for offer in joint:
        actives.setdefault(offer.group or "\0" + offer.id, []).append(_threshold(model, offer))
    for group in actives.values():
        model.program.row(dict.fromkeys(group, 1), 0, 1)
    return model


def _item_offer(model: Model, offer: Offer) -> list[int]:
    plan = offer.plan
    bound = bound_of(offer, model.context)
    if isinstance(plan, GROUP_KINDS):
        groups = []
        for way in patterns_of(offer, model.stock, WAYS_MAX):
            times = min(model.stock[place][1] // count for place, count in enumerate(way.counts) if count)
            groups.append(model.choice(way.units, times))
        model.program.row(dict.fromkeys(groups, 1), 0, bound.times or 1_000)
        return groups
    if isinstance(plan, Breaks):
        return _breaks(model, offer, plan)
    if isinstance(plan, Brackets):
        variables = _brackets(model, offer, plan)
    elif bound.off_minor:
        ways = ways_of(offer, model.stock, model.context, WAYS_MAX)
        variables = [model.choice(way.units) for way in ways]
        model.program.row(dict.fromkeys(variables, 1), 0, 1)
        return variables
    else:
        variables = _units(model, offer)
    most = 1 if isinstance(plan, OneUnit) else bound.times
    if most:
        model.program.row(model.count_terms(variables), 0, most)
    return variables


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


def _counted(model: Model, places: Sequence[int], *, net: bool, floored: bool = False) -> tuple[int, Terms]:
    """What goods come to as a constant and terms: exclusive units do not count; `floored`: beyond their floors."""

    def each(place: int) -> int:
        goods = model.stock[place][0]
        return goods.room if floored else goods.gross

    terms: Terms = {}
    for variable, choice in model.choices.items():
        amount = 0
        for place, off, exclusive in choice.units:
            if place in places:
                amount -= each(place) if exclusive else off if net else 0
        if amount:
            terms[variable] = amount
    return sum(each(place) * model.stock[place][1] for place in places), terms


def _reward_steps(model: Model, offer: Offer, variables: Sequence[int]) -> None:
    plan = offer.plan
    assert isinstance(plan, Reward)
    places = [place for place in covered(offer, model.stock) if not plan.given.covers(model.stock[place][0].article)]
    constant, terms = _counted(model, places, net=plan.base == "net")
    steps = model.program.variable(constant // plan.threshold_minor if plan.every else 1)
    model.program.row(terms | {steps: -plan.threshold_minor}, -constant, model.big * 2)
    model.program.row(model.count_terms(variables) | {steps: -plan.units}, -1_000_000, 0)


def _threshold(model: Model, offer: Offer) -> int:
    """A variable that says whether the offer is used; its discount is in the objective."""
    plan, program, big = offer.plan, model.program, model.big
    assert isinstance(plan, AmountAtThreshold | PercentAtThreshold)
    bound = bound_of(offer, model.context)
    places = covered(offer, model.stock)
    counted = _counted(model, places, net=plan.base == "net")
    room, room_terms = _counted(model, places, net=True, floored=True)
    active, off = program.variable(), program.variable(big, 1)
    program.row({off: 1, active: -big}, -2 * big, 0)
    program.row({off: -1} | room_terms, -room, 2 * big)
    if bound.off_minor:
        program.row({off: 1}, 0, bound.off_minor)
    if isinstance(plan, PercentAtThreshold):
        _percent(model, plan, off, counted, _counted(model, places, net=True))
    elif plan.every:
        constant, terms = counted
        tier = plan.tiers[0]
        steps = program.variable(min(constant // tier.threshold_minor, bound.times or 10**6))
        program.row(terms | {steps: -tier.threshold_minor}, -constant, 2 * big)
        program.row({off: 1, steps: -tier.amount_minor}, -(10**9), 0)
    else:
        reached = _reached(model, [tier.threshold_minor for tier in plan.tiers], counted)
        amounts = {variable: -tier.amount_minor for variable, tier in zip(reached, plan.tiers, strict=True)}
        program.row({off: 1} | amounts, -(10**9), 0)
    return active


def _reached(model: Model, thresholds: Sequence[int], counted: tuple[int, Terms]) -> list[int]:
    """A variable for every tier, one of which may be 1 where its threshold is reached."""
    constant, terms = counted
    reached = [model.program.variable() for _ in thresholds]
    model.program.row(dict.fromkeys(reached, 1), 0, 1)
    for variable, threshold in zip(reached, thresholds, strict=True):
        model.program.row(terms | {variable: -threshold}, -constant, 2 * model.big)
    return reached


def _percent(
    model: Model, plan: PercentAtThreshold, off: int, counted: tuple[int, Terms], net: tuple[int, Terms]
) -> None:
    """Rounded half up: 20000 off <= 2 percent net + 10000, in force only where the tier is."""
    program, big, far = model.program, model.big, 20_000 * model.big
    reached = _reached(model, [tier.threshold_minor for tier in plan.tiers], counted)
    program.row({off: 1} | dict.fromkeys(reached, -big), -big, 0)
    if plan.ceiling_minor:
        program.row({off: 1}, 0, plan.ceiling_minor)
    for variable, tier in zip(reached, plan.tiers, strict=True):
        share = {place: -2 * tier.percent_bp * count for place, count in net[1].items()}
        most = 2 * tier.percent_bp * net[0] + 10_000 + far
        program.row({off: 20_000, variable: far} | share, -10 * far, most)


def read(model: Model, values: Sequence[int]) -> Reading:
    """What a solution means: its total, worked out unit by unit."""
    left = [count for _, count in model.stock]
    units: list[Taken] = []
    for variable, choice in model.choices.items():
        for _ in range(values[variable]):
            for place, off, exclusive in choice.units:
                left[place] -= 1
                units.append(Taken(model.stock[place][0], off, "", exclusive))
    assert min(left, default=0) >= 0
    units += [Taken(goods, 0) for (goods, _), count in zip(model.stock, left, strict=True) for _ in range(count)]
    total = evaluate(units, model.joint, model.context).total
    off = sum(worth * values[variable] for variable, worth in model.program.objective.items())
    return Reading(total, total == sum(goods.gross * count for goods, count in model.stock) - off)


def truth_of(reading: Reading) -> Truth:
    """What an optimum says; of ties it says nothing."""
    if not reading.settled:
        raise Undecided
    return Truth(frozenset([reading.total]))
