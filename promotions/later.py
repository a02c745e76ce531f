"""What a receipt brings beyond its price: points, coupons for the next purchase, stamps.

It is worked out once everything has its final price. Goods that take no offers earn like all others; goods that come
back earn nothing, and what vouchers pay earns no points.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import NamedTuple

from promotions.basket import BasketLine, Context
from promotions.compile import OfferSet
from promotions.conditions import Closed, bound_of, closed_goods, why_closed
from promotions.deal import PricedLine
from promotions.outcome import Outcome
from promotions.plans import CouponNext, PointsEarned, Stamps
from promotions.rule import Offer


@dataclass(frozen=True, slots=True)
class Earned:
    """Points that an offer gives."""

    offer: str
    points: int


@dataclass(frozen=True, slots=True)
class Issued:
    """`count` coupons of a series that an offer gives, each worth `amount_minor` for `days` days from the next one on
    (0: no end)."""

    offer: str
    series: str
    count: int
    amount_minor: int
    days: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """So much more on one of the member's running counts."""

    offer: str
    counter: str
    count: int


class Base(NamedTuple):
    """The goods that an offer counts: what they finally cost less what vouchers pay of it, and how much they are."""

    minor: int
    quantity_milli: int


class Brought(NamedTuple):
    """What an offer brings: full steps, what it is worth beside others of its group, and what the next step lacks."""

    steps: int
    worth: int
    short_minor: int
    benefit: Earned | Issued | Stamped | None


def brought_by(
    coming: Sequence[tuple[BasketLine, Iterable[int]]],
    priced: Mapping[int, PricedLine],
    applied: Iterable[int],
    context: Context,
    total: int,
    offer_set: OfferSet,
) -> tuple[dict[int, Brought], dict[int, Closed]]:
    """What every offer that names goods going out brings, and why the others are closed. `coming` are those lines with
    the offers that name them, `applied` the offers that took something off."""
    named: dict[int, list[BasketLine]] = {}
    for line, offers in coming:
        for offer in offers:
            named.setdefault(offer, []).append(line)
    lines = [line for line, _ in coming]
    found: dict[int, Brought] = {}
    closed: dict[int, Closed] = {}
    for offer in sorted(named):
        rule = offer_set.offers[offer]
        why = _why_closed(rule, context, lines)
        if why is not None:
            closed[offer] = why
            continue
        base = _base(named[offer], priced, _givers(rule, applied, offer_set))
        if context.vouchers_minor:
            paid = max(0, total - context.vouchers_minor)
            base = base._replace(minor=base.minor * paid // total if total > 0 else 0)
        found[offer] = _brought(rule, base, bound_of(rule, context).times)
    return found, closed


def outcomes_of(found: Mapping[int, Brought], offer_set: OfferSet) -> dict[int, Outcome]:
    """What becomes of the offers. Of those of one kind that share a group one counts: the most, then the higher rank,
    then the smaller id."""
    best: dict[tuple[str, str], int] = {}
    outcomes: dict[int, Outcome] = {}
    for offer in sorted(found, key=lambda offer: (-found[offer].worth, -offer_set.offers[offer].rank, offer)):
        rule, brought = offer_set.offers[offer], found[offer]
        winner = best.setdefault((rule.group, type(rule.plan).__name__), offer) if brought.steps else offer
        if not brought.steps:
            outcomes[offer] = Outcome("too_little", short=brought.short_minor)
        elif rule.group and winner != offer:
            outcomes[offer] = Outcome("excluded", short=brought.short_minor, winner=winner)
        else:
            outcomes[offer] = Outcome("applied", 0, brought.steps, brought.short_minor)
    return outcomes


def _why_closed(rule: Offer, context: Context, lines: Sequence[BasketLine]) -> Closed | None:
    """Points and stamps are a member's."""
    why = why_closed(rule, context)
    if why is None and not context.member_level and isinstance(rule.plan, PointsEarned | Stamps):
        why = "members_only"
    return why or closed_goods(rule.conditions, lines)


def _givers(rule: Offer, applied: Iterable[int], offer_set: OfferSet) -> frozenset[str]:
    """The offers that give goods for the stamps that this one brings."""
    if not isinstance(rule.plan, Stamps):
        return frozenset()
    givers = [offer_set.offers[offer] for offer in applied]
    return frozenset([giver.id for giver in givers if giver.limits.counter == rule.plan.counter])


def _base(lines: Iterable[BasketLine], priced: Mapping[int, PricedLine], givers: Set[str]) -> Base:
    net = quantity_milli = 0
    for line in lines:
        for run in priced[line.number].runs:
            if givers and any(cell.reference in givers for cell in run.reductions):
                continue
            net += run.units * run.net
            quantity_milli += run.units * run.quantity_milli
    return Base(net, quantity_milli)


def _brought(rule: Offer, base: Base, steps_max: int) -> Brought:
    plan = rule.plan
    if isinstance(plan, CouponNext):
        return _coupons(rule.id, plan, base.minor, steps_max)
    assert isinstance(plan, PointsEarned | Stamps)
    counted = {"money": base.minor, "quantity": base.quantity_milli, "receipt": int(base.quantity_milli > 0)}[plan.by]
    steps = min(counted // plan.step, steps_max or counted)
    short = plan.step - counted % plan.step if plan.by == "money" else 0
    if isinstance(plan, Stamps):
        stamped = Stamped(rule.id, plan.counter, steps) if steps else None
        return Brought(steps, steps, short, stamped)
    earned = Earned(rule.id, plan.points * steps) if steps else None
    return Brought(steps, plan.points * steps, short, earned)


def coupons_worth(plan: CouponNext, base: int, steps_max: int) -> int:
    """What the coupons for goods that finally cost `base` are worth together."""
    return _coupons("", plan, base, steps_max).worth


def _coupons(offer: str, plan: CouponNext, base: int, steps_max: int) -> Brought:
    (tier,) = plan.tiers
    if plan.every:
        count = min(base // tier.threshold_minor, steps_max or base)
        short = tier.threshold_minor - base % tier.threshold_minor
    else:
        count = int(base >= tier.threshold_minor)
        short = max(0, tier.threshold_minor - base)
    issued = Issued(offer, plan.series, count, tier.amount_minor, plan.days) if count else None
    return Brought(count, count * tier.amount_minor, short, issued)
