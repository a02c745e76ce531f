"""An amount off once enough is bought (满减, 每满减, K21)."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from promotions.plans.base import AMOUNT_MAX, BasketPlan, check_tiers


class AmountTier(msgspec.Struct, frozen=True):
    """From `threshold_minor` on, `amount_minor` is off."""

    threshold_minor: int
    amount_minor: int


class AmountAtThreshold(BasketPlan, frozen=True, kw_only=True, tag="amount_at_threshold"):
    """The amount of the highest tier reached; with `every`, the one tier's amount for each full threshold.

    >>> plan = AmountAtThreshold(tiers=(AmountTier(10_000, 1_000), AmountTier(20_000, 3_000)))
    >>> plan.off(19_999, 19_999, 0), plan.off(20_000, 20_000, 0), plan.short(19_999, 0)
    (1000, 3000, 1)
    """

    ORDER: ClassVar[int] = 1

    tiers: tuple[AmountTier, ...]
    every: bool = False

    def __post_init__(self) -> None:
        check_tiers([(tier.threshold_minor, tier.amount_minor) for tier in self.tiers], AMOUNT_MAX)
        for tier in self.tiers:
            if tier.amount_minor > tier.threshold_minor:
                raise ValueError(f"tiers: {tier.amount_minor} off is more than its threshold {tier.threshold_minor}")
        if self.every and len(self.tiers) != 1:
            raise ValueError("every: each full threshold needs exactly one tier")

    def steps(self, counted: int, steps_max: int) -> int:
        """Full thresholds, or 1 once the lowest tier is reached."""
        if not self.every:
            return int(counted >= self.tiers[0].threshold_minor)
        full = counted // self.tiers[0].threshold_minor
        return min(full, steps_max) if steps_max else full

    def off(self, counted: int, net: int, steps_max: int) -> int:
        """The amount reached, at most what the goods cost."""
        if self.every:
            return min(net, self.tiers[0].amount_minor * self.steps(counted, steps_max))
        reached = [tier.amount_minor for tier in self.tiers if counted >= tier.threshold_minor]
        return min(net, reached[-1]) if reached else 0

    def short(self, counted: int, steps_max: int) -> int:
        """To the next tier or the next full threshold."""
        if self.every:
            threshold = self.tiers[0].threshold_minor
            if steps_max and self.steps(counted, steps_max) == steps_max:
                return 0
            return threshold - counted % threshold
        return next((tier.threshold_minor - counted for tier in self.tiers if tier.threshold_minor > counted), 0)
