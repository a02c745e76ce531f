"""The choice of item offers as a linear program in whole numbers, for solvers that know nothing of retail.

Every unit goes to at most one application; what a solver maximises is what item offers and those on the receipt take
off together. One thing is left out: where two offers on the receipt want more of the same goods than these can bear,
the program lets them have it. Its optimum is then only a bound, and `Reading.settled` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from promotions import AmountAtThreshold, BuyGet, Context, Offer, PercentAtThreshold, Reward
from promotions.conditions import bound_of
from tests.promotions.oracles.evaluate import evaluate, is_joint
from tests.promotions.oracles.goods import Stock, Taken, Truth, covered
from tests.promotions.oracles.item_rows import item_rows
from tests.promotions.oracles.program import Model, Terms


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
            by_offer[offer.id] = item_rows(model, offer)
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


def truth_of(reading: Reading, model: Model) -> Truth:
    """What an optimum says; of ties it says nothing."""
    if not reading.settled:
        raise Undecided
    return Truth(frozenset([reading.total]), exact=model.exact)
