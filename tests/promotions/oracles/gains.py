"""What each kind of offer on goods takes off, in exact fractions and from the words of the rules."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Protocol

from promotions import AmountOff, Bundle, BuyGet, GroupOff, NForPrice, OneUnit, PercentOff, Reward, Scope, SpecialPrice
from retail.allocate import allocate, spread
from tests.promotions.oracles.goods import Goods, half_up

GROUP_KINDS: Final = (NForPrice, BuyGet, GroupOff, Bundle)
AnyGroup = NForPrice | BuyGet | GroupOff | Bundle
Slots = Sequence[Sequence[Goods]]


class Level(Protocol):
    """A price, a percentage or an amount; -1 where it is not the one."""

    @property
    def unit_price(self) -> int: ...
    @property
    def percent_bp(self) -> int: ...
    @property
    def amount_minor(self) -> int: ...


def price_of(unit_price: int, quantity_milli: int) -> int:
    """A quantity at a price in ten-thousandths of the major unit, in cents."""
    return half_up(Fraction(unit_price * quantity_milli, 100_000))


def percent(amount: int, percent_bp: int) -> int:
    """The share in basis points."""
    return half_up(Fraction(amount * percent_bp, 10_000))


def level_off(level: Level, goods: Goods, count: int) -> int:
    """What `count` units get under a level of any of the three sorts, floors aside."""
    if level.unit_price >= 0:
        return max(0, goods.gross * count - price_of(level.unit_price, goods.quantity_milli * count))
    if level.percent_bp >= 0:
        return percent(goods.gross * count, level.percent_bp)
    return amount_off(level.amount_minor, goods) * count


def amount_off(amount: int, goods: Goods) -> int:
    """So much off a piece, or off a kilogram."""
    return min(goods.gross, half_up(Fraction(amount * goods.quantity_milli, 1000)))


def unit_off(plan: object, goods: Goods, count: int) -> int:
    """What `count` units of the same goods get together, never below their floor."""
    if isinstance(plan, SpecialPrice | Reward):
        off = max(0, goods.gross * count - price_of(plan.unit_price, goods.quantity_milli * count))
    elif isinstance(plan, PercentOff) and plan.rounding == "unit":
        off = percent(goods.gross, plan.percent_bp) * count
    elif isinstance(plan, PercentOff):
        off = percent(goods.gross * count, plan.percent_bp)
    elif isinstance(plan, AmountOff):
        off = amount_off(plan.amount_minor, goods) * count
    else:
        assert isinstance(plan, OneUnit)
        off = level_off(plan, goods, count)
    return min(off, goods.room * count)


def shares_of_equals(amount: int, count: int) -> list[int]:
    """An amount over equal units, larger shares first."""
    return [share for units, share in spread(amount, count) for _ in range(units)] if count else []


def slot_scopes(plan: AnyGroup, scope: Scope) -> list[Scope]:
    """The goods of each slot."""
    if isinstance(plan, Bundle):
        return [scope, *(part.scope for part in plan.parts)]
    if isinstance(plan, BuyGet) and plan.given is not None:
        return [scope, plan.given]
    return [scope]


def slot_sizes(plan: AnyGroup) -> list[int]:
    """The units of each slot."""
    if isinstance(plan, Bundle):
        return [plan.count, *(part.count for part in plan.parts)]
    if isinstance(plan, BuyGet):
        return [plan.buy + plan.get] if plan.given is None else [plan.buy, plan.get]
    return [plan.count]


def same_article(plan: AnyGroup) -> bool:
    """Whether a group is of one article."""
    return not isinstance(plan, Bundle) and plan.same_article


def group_shares(plan: AnyGroup, share: str, slots: Slots) -> list[int] | None:
    """What each unit of a complete group gets, slot by slot, each slot dearest first; None where nothing is off."""
    units = [goods for slot in slots for goods in slot]
    grosses = [goods.gross for goods in units]
    rewarded = list(range(len(units)))
    if isinstance(plan, NForPrice):
        off = sum(grosses) - plan.price_minor
    elif isinstance(plan, BuyGet):
        rewarded = rewarded[-plan.get :]
        off = sum(percent(grosses[unit], plan.percent_bp) for unit in rewarded)
    elif plan.percent_bp >= 0:
        off = sum(percent(gross, plan.percent_bp) for gross in grosses)
    elif plan.amount_minor >= 0:
        off = min(plan.amount_minor, sum(grosses))
    else:
        assert isinstance(plan, Bundle)
        off = sum(grosses) - plan.price_minor
    if off <= 0:
        return None
    places = rewarded if share == "rewarded" else list(range(len(units)))
    shares = [0] * len(units)
    for place, amount in zip(places, allocate(off, [grosses[place] for place in places]), strict=True):
        shares[place] = min(amount, units[place].room)
    return shares if any(shares) else None
