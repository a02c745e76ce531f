"""What a receipt earns, from its final lines and the words of the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from promotions import BasketLine, Context, CouponNext, Offer, PointsEarned, PricedLine, Stamps

Line = tuple[BasketLine, PricedLine]


def earned(offers: Sequence[Offer], lines: Sequence[Line], context: Context, total: int) -> list[tuple[str, int]]:
    """Points by offer; of a group the most count."""
    by_group: dict[str, list[tuple[int, int, str]]] = {}
    for offer in offers:
        plan = offer.plan
        if not isinstance(plan, PointsEarned) or not context.member_level:
            continue
        net, quantity_milli = _base(offer, lines, ())
        net = _paid(net, context, total)
        steps = {"money": net // plan.step, "quantity": quantity_milli // plan.step, "receipt": int(quantity_milli > 0)}
        points = plan.points * steps[plan.by]
        if points:
            by_group.setdefault(offer.group or "\0" + offer.id, []).append((-points, -offer.rank, offer.id))
    return sorted((offer, -points) for group in by_group.values() for points, _, offer in [min(group)])


def issued(offers: Sequence[Offer], lines: Sequence[Line], context: Context, total: int) -> list[tuple[str, int, int]]:
    """Coupons by offer: how many, and worth how much."""
    found: list[tuple[str, int, int]] = []
    for offer in offers:
        plan = offer.plan
        if not isinstance(plan, CouponNext):
            continue
        net, _ = _base(offer, lines, ())
        net = _paid(net, context, total)
        reached = [tier for tier in plan.tiers if net >= tier.threshold_minor]
        if reached:
            count = net // plan.tiers[0].threshold_minor if plan.every else 1
            found.append((offer.id, count, reached[-1].amount_minor))
    return sorted(found)


def stamped(offers: Sequence[Offer], lines: Sequence[Line], context: Context, total: int) -> list[tuple[str, int]]:
    """Stamps by offer. Units given for stamps earn none."""
    found: list[tuple[str, int]] = []
    for offer in offers:
        plan = offer.plan
        if not isinstance(plan, Stamps):
            continue
        paying = {other.id for other in offers if other.limits.counter == plan.counter}
        net, quantity_milli = _base(offer, lines, paying)
        net = _paid(net, context, total)
        steps = {"money": net // plan.step, "quantity": quantity_milli // plan.step, "receipt": int(quantity_milli > 0)}
        if steps[plan.by]:
            found.append((offer.id, steps[plan.by]))
    return sorted(found)


def _paid(net: int, context: Context, total: int) -> int:
    """The part of an amount that vouchers do not pay."""
    return net * max(0, total - context.vouchers_minor) // total if total > 0 else net


def _base(offer: Offer, lines: Sequence[Line], without: Iterable[str]) -> tuple[int, int]:
    """What the goods in scope finally cost, and how much they are."""
    net = quantity_milli = 0
    for line, priced in lines:
        if line.quantity_milli <= 0 or line.gross_minor < 0 or not offer.scope.covers(line.article):
            continue
        for run in priced.runs:
            if not any(cell.reference in without for cell in run.reductions):
                net += run.units * run.net
                quantity_milli += run.units * run.quantity_milli
    return net, quantity_milli
