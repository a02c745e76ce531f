"""A percentage off once enough is bought (满折, K22)."""

from __future__ import annotations

import msgspec

from promotions.plans.base import AMOUNT_MAX, PERCENT_SCALE, BasketPlan, check_range, check_tiers, percent_of


class PercentTier(msgspec.Struct, frozen=True):
    """From `threshold_minor` on, `percent_bp` basis points are off."""

    threshold_minor: int
    percent_bp: int


class PercentAtThreshold(BasketPlan, frozen=True, kw_only=True, tag="percent_at_threshold"):
    """The percentage of the highest tier reached, on what the goods in scope cost after item offers, rounded half up
    once; at most `ceiling_minor` (0: no ceiling).

    >>> PercentAtThreshold(tiers=(PercentTier(10_000, 1_000),)).off(12_345, 12_345, 0)
    1235
    """

    tiers: tuple[PercentTier, ...]
    ceiling_minor: int = 0

    def __post_init__(self) -> None:
        check_tiers([(tier.threshold_minor, tier.percent_bp) for tier in self.tiers], PERCENT_SCALE)
        check_range("ceiling_minor", self.ceiling_minor, 0, AMOUNT_MAX)

    def steps(self, counted: int, steps_max: int) -> int:
        """1 once the lowest tier is reached."""
        return int(counted >= self.tiers[0].threshold_minor)

    def off(self, counted: int, net: int, steps_max: int) -> int:
        """The percentage reached."""
        reached = [tier.percent_bp for tier in self.tiers if counted >= tier.threshold_minor]
        off = percent_of(net, reached[-1]) if reached else 0
        return min(off, self.ceiling_minor) if self.ceiling_minor else off

    def short(self, counted: int, steps_max: int) -> int:
        """To the next tier."""
        return next((tier.threshold_minor - counted for tier in self.tiers if tier.threshold_minor > counted), 0)
