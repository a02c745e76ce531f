"""What a receipt costs once its item offers are settled: the offers on the receipt, one by one, unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from promotions import AmountAtThreshold, Context, Offer, PercentAtThreshold, PointsOff
from promotions.conditions import bound_of
from retail.allocate import allocate
from tests.promotions.oracles.gains import percent
from tests.promotions.oracles.goods import Taken

BASKET_KINDS = (AmountAtThreshold, PercentAtThreshold, PointsOff)


class Outcome(NamedTuple):
    """The total, and what each offer on the receipt took off."""

    total: int
    off: tuple[tuple[str, int], ...]


def is_joint(offer: Offer) -> bool:
    """Whether the choice of item offers has this offer on the receipt in view."""
    return offer.rescue and not offer.audience.tenders and not isinstance(offer.plan, PointsOff)


def evaluate(units: Sequence[Taken], offers: Iterable[Offer], context: Context) -> Outcome:
    """The least total over all choices of one offer of every group. `offers` are the open ones on the receipt."""
    by_group: dict[str, list[Offer]] = {}
    for offer in offers:
        by_group.setdefault(offer.group or "\0" + offer.id, []).append(offer)
    ordered = sorted(units)
    best: tuple[tuple[object, ...], Outcome] | None = None
    for chosen in product(*by_group.values()):
        found = _after(ordered, chosen, context)
        key = (found.total, -sum(offer.rank for offer in chosen), sorted(offer.id for offer in chosen))
        if best is None or key < best[0]:
            best = (key, found)
    assert best is not None
    return best[1]


def _after(units: Sequence[Taken], offers: Sequence[Offer], context: Context) -> Outcome:
    left = [unit.goods.gross - unit.off for unit in units]
    taken: list[tuple[str, int]] = []
    points = context.points
    for offer in sorted(offers, key=lambda offer: (_order(offer), offer.id)):
        eligible = [
            place for place, unit in enumerate(units) if not unit.exclusive and offer.scope.covers(unit.goods.article)
        ]
        bears = [max(0, left[place] - units[place].goods.floor) for place in eligible]
        if isinstance(offer.plan, PointsOff):
            most = bound_of(offer, context).off_minor or sum(bears)
            off = _points_off(offer.plan, sum(left[place] for place in eligible), min(most, sum(bears)), points)
            points -= off // offer.plan.amount_minor * offer.plan.points
        else:
            net = sum(units[place].goods.gross - units[place].off for place in eligible)
            gross = sum(units[place].goods.gross for place in eligible)
            off = threshold_off(offer, net, gross, context)
        most = bound_of(offer, context).off_minor
        off = min(off, sum(bears), most or off)
        weights = [units[place].goods.gross - units[place].off for place in eligible]
        for place, share in zip(eligible, _filled(off, weights, bears), strict=True):
            left[place] -= share
        taken.append((offer.id, off))
    return Outcome(sum(left), tuple(sorted(taken)))


def _order(offer: Offer) -> int:
    return 0 if isinstance(offer.plan, PercentAtThreshold) else 1 if isinstance(offer.plan, AmountAtThreshold) else 2


def threshold_off(offer: Offer, net: int, gross: int, context: Context) -> int:
    """What the offer takes off goods that come to `net` after item offers and `gross` before, other offers aside."""
    plan = offer.plan
    assert isinstance(plan, AmountAtThreshold | PercentAtThreshold)
    counted = gross if plan.base == "gross" else net
    bound = bound_of(offer, context)
    if isinstance(plan, PercentAtThreshold):
        off = max([percent(net, tier.percent_bp) for tier in plan.tiers if counted >= tier.threshold_minor], default=0)
        off = min(off, plan.ceiling_minor or off)
    elif plan.every:
        times = counted // plan.tiers[0].threshold_minor
        off = plan.tiers[0].amount_minor * min(times, bound.times or times)
    else:
        off = max([tier.amount_minor for tier in plan.tiers if counted >= tier.threshold_minor], default=0)
    return min(off, net, bound.off_minor or off)


def _points_off(plan: PointsOff, left: int, most: int, points: int) -> int:
    """The most steps of points that the member still has and the share of the rest allows, at most `most` off."""
    steps = points // plan.points
    steps = min(steps, int(Fraction(left * plan.share_max_bp, 10_000)) // plan.amount_minor)
    steps = min(steps, most // plan.amount_minor)
    return steps * plan.amount_minor if steps * plan.points >= plan.points_min else 0


def _filled(amount: int, weights: Sequence[int], bears: Sequence[int]) -> list[int]:
    """The amount by weight, none above what it can bear; what one cannot bear goes to the others."""
    shares = [0] * len(weights)
    open_places = [place for place, most in enumerate(bears) if most and weights[place]]
    while amount:
        found = allocate(amount, [weights[place] for place in open_places])
        full = [place for place, share in zip(open_places, found, strict=True) if share > bears[place]]
        if not full:
            for place, share in zip(open_places, found, strict=True):
                shares[place] = share
            break
        for place in full:
            shares[place] = bears[place]
            amount -= bears[place]
        open_places = [place for place in open_places if place not in full]
    return shares
