"""An amount off every unit (立减, K2)."""

from __future__ import annotations

from promotions.plans.base import AMOUNT_MAX, PlainUnitPlan, check_range
from retail.quantity import MILLI


class AmountOff(PlainUnitPlan, frozen=True, tag="amount_off"):
    """`amount_minor` off each piece or each unit of measure, at most what the goods cost.

    >>> AmountOff(amount_minor=50).off(400, 1000, 3, "CNY"), AmountOff(amount_minor=500).off(400, 1000, 3, "CNY")
    (150, 1200)
    """

    amount_minor: int

    def __post_init__(self) -> None:
        check_range("amount_minor", self.amount_minor, 1, AMOUNT_MAX)

    def off(self, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """The amount for each unit; of weighed goods in proportion to the weight, rounded half up."""
        return min(gross, (2 * self.amount_minor * quantity_milli + MILLI) // (2 * MILLI)) * count
