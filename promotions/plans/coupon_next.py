"""A coupon for the next purchase (满返券, K29)."""

from __future__ import annotations

from promotions.plans.amount_at_threshold import AmountTier
from promotions.plans.base import AMOUNT_MAX, LaterPlan, check_range, check_tiers
from promotions.scope import check_names


class CouponNext(LaterPlan, frozen=True, kw_only=True, tag="coupon_next"):
    """A coupon of `series` worth `amount_minor` of the highest tier that the goods in scope finally cost; with `every`,
    one for each full threshold of the only tier. It holds for `days` days from the next one on (0: no end)."""

    series: str
    tiers: tuple[AmountTier, ...]
    every: bool = False
    days: int = 0

    def __post_init__(self) -> None:
        check_names("series", (self.series,))
        check_tiers([(tier.threshold_minor, tier.amount_minor) for tier in self.tiers], AMOUNT_MAX)
        check_range("days", self.days, 0, 3660)
        if self.every and len(self.tiers) != 1:
            raise ValueError("every: each full threshold needs exactly one tier")
