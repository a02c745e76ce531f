"""Further goods free or at a price once enough is bought (满赠, 换购, K19 and K20)."""

from __future__ import annotations

from typing import Literal

from promotions.plans.base import AMOUNT_MAX, GROUP_UNITS_MAX, UnitPlan, check_range
from promotions.scope import UNIT_PRICE_MAX, Scope
from retail.money import extend_minor


class Reward(UnitPlan, frozen=True, kw_only=True, tag="reward"):
    """Once the goods of the offer's scope come to `threshold_minor`, `units` units of `given` cost `unit_price`
    (ten-thousandths; 0: a gift); with `every`, so many for each full threshold. The goods given must be on the
    receipt. They never count toward the threshold, whether they are given or bought."""

    threshold_minor: int
    given: Scope
    units: int = 1
    unit_price: int = 0
    every: bool = False
    base: Literal["net", "gross"] = "net"

    def __post_init__(self) -> None:
        check_range("threshold_minor", self.threshold_minor, 1, AMOUNT_MAX)
        check_range("units", self.units, 1, GROUP_UNITS_MAX)
        check_range("unit_price", self.unit_price, 0, UNIT_PRICE_MAX)
        if self.given == Scope():
            raise ValueError("given: say which goods are given")

    @property
    def part_scopes(self) -> tuple[Scope, ...]:
        """The goods given; those of the offer's scope lead to them."""
        return (self.given,)

    def times(self, counted: int) -> int:
        """How many units are earned when so many minor units count toward the threshold."""
        full = counted // self.threshold_minor
        return self.units * (full if self.every else min(full, 1))

    def short(self, counted: int) -> int:
        """How much more would have to be bought for the next units; 0 when there are none."""
        if counted >= self.threshold_minor and not self.every:
            return 0
        return self.threshold_minor - counted % self.threshold_minor

    def off(self, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """What units of the goods given get together once they are earned."""
        return max(0, gross * count - extend_minor(self.unit_price, quantity_milli * count, currency))
