"""The cheapest or the dearest unit cheaper, once a receipt (最低价一件优惠, K17)."""

from __future__ import annotations

from typing import Literal

from promotions.plans.base import AMOUNT_MAX, PERCENT_SCALE, UnitPlan, check_one, check_range, level_off
from promotions.scope import UNIT_PRICE_MAX


class OneUnit(UnitPlan, frozen=True, kw_only=True, tag="one_unit"):
    """One unit among those of the scope that cost least (or most) at regular prices costs `unit_price`, or is
    `percent_bp` or `amount_minor` cheaper. Which unit that is does not depend on other offers."""

    which: Literal["cheapest", "dearest"] = "cheapest"
    unit_price: int = -1
    percent_bp: int = -1
    amount_minor: int = -1

    def __post_init__(self) -> None:
        check_one(self, "unit_price", "percent_bp", "amount_minor")
        check_range("unit_price", self.unit_price, -1, UNIT_PRICE_MAX)
        check_range("percent_bp", self.percent_bp, -1, PERCENT_SCALE)
        check_range("amount_minor", self.amount_minor, -1, AMOUNT_MAX)
        if 0 in (self.percent_bp, self.amount_minor):
            raise ValueError("percent_bp: nothing is given")

    def off(self, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """What each of these units would get."""
        return level_off(self, gross, quantity_milli, 1, currency) * count
