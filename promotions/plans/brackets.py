"""The first unit so much cheaper, the next ones so much (首件优惠, 第二件起, K13 by brackets and K15)."""

from __future__ import annotations

import msgspec

from promotions.plans.base import (
    AMOUNT_MAX,
    GROUP_UNITS_MAX,
    PERCENT_SCALE,
    TIERS_MAX,
    PoolPlan,
    check_one,
    check_range,
    level_off,
)
from promotions.scope import UNIT_PRICE_MAX


class Bracket(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The next `units` units (0: all further ones) cost `unit_price`, or are `percent_bp` or `amount_minor` cheaper,
    rounded for each unit. `percent_bp` 0: at their regular price."""

    units: int
    unit_price: int = -1
    percent_bp: int = -1
    amount_minor: int = -1

    def __post_init__(self) -> None:
        check_range("units", self.units, 0, GROUP_UNITS_MAX)
        check_one(self, "unit_price", "percent_bp", "amount_minor")
        check_range("unit_price", self.unit_price, -1, UNIT_PRICE_MAX)
        check_range("percent_bp", self.percent_bp, -1, PERCENT_SCALE)
        check_range("amount_minor", self.amount_minor, -1, AMOUNT_MAX)


class Brackets(PoolPlan, frozen=True, kw_only=True, tag="brackets"):
    """The units taken fill the brackets, dearest first; a unit beyond the last bracket is not taken. Within the scope
    once a receipt, or for each article by itself."""

    brackets: tuple[Bracket, ...]
    same_article: bool = False

    def __post_init__(self) -> None:
        check_range("brackets", len(self.brackets), 1, TIERS_MAX)
        if any(bracket.units == 0 for bracket in self.brackets[:-1]):
            raise ValueError("brackets: only the last one holds for all further units")
        if not any(bracket.percent_bp for bracket in self.brackets):
            raise ValueError("brackets: nothing is given")

    @property
    def one_article(self) -> bool:
        """As the retailer set it."""
        return self.same_article

    @property
    def room(self) -> int:
        """How many units the brackets hold; -1: any number."""
        return -1 if not self.brackets[-1].units else sum(bracket.units for bracket in self.brackets)

    @property
    def depth(self) -> int:
        """After so many units all further ones get the same."""
        return sum(bracket.units for bracket in self.brackets)

    def off_at(self, filled: int, gross: int, quantity_milli: int, currency: str) -> int:
        """What a unit gets that comes after so many others."""
        for bracket in self.brackets:
            if not bracket.units or filled < bracket.units:
                return level_off(bracket, gross, quantity_milli, 1, currency)
            filled -= bracket.units
        raise AssertionError("no bracket is left for this unit")
