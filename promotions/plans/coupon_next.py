"""A coupon for the next purchase (满返券, K29)."""

from __future__ import annotations

from promotions.plans.amount_at_threshold import AmountTier
from promotions.plans.base import AMOUNT_MAX, LaterPlan, check_range, check_tiers
from promotions.scope import check_names


class CouponNext(LaterPlan, frozen=True, kw_only=True, tag="coupon_next"):
    """A coupon of `series`, worth the only tier's `amount_minor`, once the goods in scope finally cost its threshold;
    with `every`, one for each full threshold. It holds for `days` days from the next one on (0: no end).

    All coupons of a series are worth the same at the till that takes them: several amounts are several offers, each
    with its own series, in one `group`.
    """

    series: str
    tiers: tuple[AmountTier, ...]
    every: bool = False
    days: int = 0

    def __post_init__(self) -> None:
        check_names("series", (self.series,))
        check_tiers([(tier.threshold_minor, tier.amount_minor) for tier in self.tiers], AMOUNT_MAX)
        check_range("days", self.days, 0, 3660)
        if len(self.tiers) != 1:
            raise ValueError("tiers: coupons of one series are worth the same, so there is exactly one")
