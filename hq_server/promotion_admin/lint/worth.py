"""What an offer can give at most on goods of the catalogue, piece by piece, at the prices they have."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from hq_server.promotion_admin.lint.finding import Goods
from hq_server.promotion_admin.lint.reach import Shelf
from promotions.plans import (
    Bracket,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    GroupOff,
    Level,
    NForPrice,
    OneUnit,
    PlainUnitPlan,
    Reward,
)
from promotions.plans.base import PERCENT_SCALE, percent_of
from promotions.rule import Offer
from promotions.scope import Scope
from retail.money import extend_minor, price_of_minor

PIECE_MILLI: Final = 1000


def grosses(goods: Goods, currency: str) -> list[int]:
    """What one piece (or unit of measure) costs in minor units, at each of its prices."""
    return [extend_minor(price, PIECE_MILLI, currency) for price in goods.prices]


def best_unit_off(plan: PlainUnitPlan, gross: int, currency: str, count: int = 1) -> int:
    """What `count` pieces at this price get."""
    return plan.off(gross, PIECE_MILLI, count, currency)


def step_off(step: OneUnit | Level | Bracket, gross: int, currency: str) -> int:
    """What one piece gets of a price, a percentage or an amount, whichever is filled."""
    if step.unit_price >= 0:
        return max(0, gross - extend_minor(step.unit_price, PIECE_MILLI, currency))
    return percent_of(gross, step.percent_bp) if step.percent_bp >= 0 else min(gross, step.amount_minor)


def group_share(offer: Offer, gross: int) -> tuple[int, int] | None:
    """(amount, units): per so many units worth `gross` each the offer gives at most this amount, in whatever mixture of
    goods. None for kinds that are no groups of one scope."""
    plan = offer.plan
    if isinstance(plan, NForPrice):
        return max(0, gross * plan.count - plan.price_minor), plan.count
    if isinstance(plan, BuyGet) and plan.given is None:
        return percent_of(gross, plan.percent_bp) * plan.get, plan.buy + plan.get
    if isinstance(plan, GroupOff):
        amount = percent_of(gross, plan.percent_bp) * plan.count if plan.percent_bp >= 0 else plan.amount_minor
        return amount, plan.count
    return None


def never_gives(offer: Offer, shelf: Shelf, currency: str) -> bool:
    """Whether no goods are dear enough for the offer to take anything off. Amounts that are always worth something are
    not looked at."""
    plan = offer.plan
    dearest = _dearest(shelf, [offer.scope], currency)
    if isinstance(plan, PlainUnitPlan):
        return all(
            best_unit_off(plan, gross, currency) == 0
            for place in shelf.named(offer.scope)
            for gross in grosses(shelf.goods[place], currency)
        )
    if isinstance(plan, OneUnit):
        return step_off(plan, dearest, currency) == 0
    if isinstance(plan, Breaks | Brackets):
        steps: Iterable[Level | Bracket] = plan.levels if isinstance(plan, Breaks) else plan.brackets
        return all(step_off(step, dearest, currency) == 0 for step in steps)
    if isinstance(plan, NForPrice):
        return dearest * plan.count <= plan.price_minor
    if isinstance(plan, BuyGet | GroupOff) and plan.percent_bp >= 0:
        return dearest * plan.percent_bp * 2 < PERCENT_SCALE
    if isinstance(plan, Bundle) and plan.price_minor >= 0:
        whole = dearest * plan.count + sum(_dearest(shelf, [part.scope], currency) * part.count for part in plan.parts)
        return whole <= plan.price_minor
    if isinstance(plan, Reward):
        return price_of_minor(_dearest(shelf, [plan.given], currency), currency) <= plan.unit_price
    return False


def _dearest(shelf: Shelf, scopes: Iterable[Scope], currency: str) -> int:
    """What the dearest goods of the scopes cost."""
    return max(
        (
            extend_minor(max(shelf.goods[place].prices), PIECE_MILLI, currency)
            for scope in scopes
            for place in shelf.named(scope)
        ),
        default=0,
    )
