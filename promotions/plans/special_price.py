"""A fixed price per unit (特价, K1); with a member level as its audience the member price (会员价, K3)."""

from __future__ import annotations

from promotions.plans.base import AMOUNT_MAX, PlainUnitPlan, check_range, extended


class SpecialPrice(PlainUnitPlan, frozen=True, tag="special_price"):
    """`unit_price` in ten-thousandths of the major unit, per piece or per unit of measure.

    >>> SpecialPrice(unit_price=35_000).off(400, 1000, 3, "CNY")
    150
    """

    unit_price: int

    def __post_init__(self) -> None:
        check_range("unit_price", self.unit_price, 0, AMOUNT_MAX)

    def off(self, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """The difference to the special price; nothing where goods are already cheaper."""
        price = gross * count - extended(self.unit_price, quantity_milli * count, currency)
        return price if price > 0 else 0
