"""The more, the cheaper: one price for the whole quantity, set by how much is taken (量贩价, 满件折, K10, K13, K14)."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import msgspec

from promotions.plans.base import AMOUNT_MAX, PERCENT_SCALE, TIERS_MAX, PoolPlan, check_one, check_range, level_off
from promotions.scope import UNIT_PRICE_MAX


class Level(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """From `least` on, every unit taken costs `unit_price` (ten-thousandths), or is `percent_bp` (rounded once for all
    units of one article at one price) or `amount_minor` cheaper."""

    least: int
    unit_price: int = -1
    percent_bp: int = -1
    amount_minor: int = -1

    def __post_init__(self) -> None:
        check_range("least", self.least, 1, AMOUNT_MAX)
        check_one(self, "unit_price", "percent_bp", "amount_minor")
        check_range("unit_price", self.unit_price, -1, UNIT_PRICE_MAX)
        check_range("percent_bp", self.percent_bp, -1, PERCENT_SCALE)
        check_range("amount_minor", self.amount_minor, -1, AMOUNT_MAX)


class Breaks(PoolPlan, frozen=True, kw_only=True, tag="breaks"):
    """All units taken get the level reached by their number (`units`; a weighed line is one), their quantity
    (thousandths) or their regular price (`amount`, minor units): within the scope, or for each article by itself."""

    levels: tuple[Level, ...]
    by: Literal["units", "quantity", "amount"] = "units"
    same_article: bool = False

    def __post_init__(self) -> None:
        check_range("levels", len(self.levels), 1, TIERS_MAX)
        if any(lower.least >= upper.least for lower, upper in pairwise(self.levels)):
            raise ValueError("levels: each must begin above the one before")

    @property
    def one_article(self) -> bool:
        """As the retailer set it."""
        return self.same_article

    def measure(self, gross: int, quantity_milli: int) -> int:
        """What one unit adds to what the levels count."""
        return {"units": 1, "quantity": quantity_milli, "amount": gross}[self.by]

    def level_of(self, measure: int) -> int:
        """The place of the level that so much reaches; -1: none."""
        return sum(level.least <= measure for level in self.levels) - 1

    def off(self, level: int, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """What `count` equal units together get at a level."""
        return level_off(self.levels[level], gross, quantity_milli, count, currency)
