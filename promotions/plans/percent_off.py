"""A percentage off every unit (折扣, K2)."""

from __future__ import annotations

from typing import Literal

from promotions.plans.base import PERCENT_SCALE, PlainUnitPlan, check_range, percent_of


class PercentOff(PlainUnitPlan, frozen=True, tag="percent_off"):
    """`percent_bp` in basis points. Rounding `line`: once for all units of one article at one price, so that dividing
    a line among clerks changes nothing; `unit`: for each unit, as on a shelf label.

    >>> PercentOff(percent_bp=1000).off(115, 1000, 3, "CNY")
    35
    >>> PercentOff(percent_bp=1000, rounding="unit").off(115, 1000, 3, "CNY")
    36
    """

    percent_bp: int
    rounding: Literal["line", "unit"] = "line"

    def __post_init__(self) -> None:
        check_range("percent_bp", self.percent_bp, 1, PERCENT_SCALE)

    def off(self, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """The percentage of what these units cost."""
        if self.rounding == "unit":
            return percent_of(gross, self.percent_bp) * count
        return percent_of(gross * count, self.percent_bp)
