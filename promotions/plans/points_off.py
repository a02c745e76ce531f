"""Points spent on the receipt (积分抵现, K26)."""

from __future__ import annotations

from typing import ClassVar

from promotions.plans.base import AMOUNT_MAX, PERCENT_SCALE, BasketPlan, check_range


class PointsOff(BasketPlan, frozen=True, kw_only=True, tag="points_off"):
    """For every `points` that the member spends `amount_minor` comes off, after all other offers; at least
    `points_min` points, and at most `share_max_bp` of what the goods then cost."""

    ORDER: ClassVar[int] = 2

    points: int
    amount_minor: int
    points_min: int = 0
    share_max_bp: int = PERCENT_SCALE

    def __post_init__(self) -> None:
        check_range("points", self.points, 1, AMOUNT_MAX)
        check_range("amount_minor", self.amount_minor, 1, AMOUNT_MAX)
        check_range("points_min", self.points_min, 0, AMOUNT_MAX)
        check_range("share_max_bp", self.share_max_bp, 1, PERCENT_SCALE)

    def steps(self, counted: int, steps_max: int) -> int:
        """1 where there is something to pay."""
        return int(counted > 0)

    def off(self, counted: int, net: int, steps_max: int) -> int:
        """Nothing before it is known what the other offers leave."""
        return 0

    def short(self, counted: int, steps_max: int) -> int:
        """There is no threshold."""
        return 0

    def parts(self, points: int, left: int, parts_max: int) -> int:
        """How often `points` of so many are spent where the goods still cost `left`."""
        share = left * self.share_max_bp // (self.amount_minor * PERCENT_SCALE)
        parts = min(points // self.points, share, parts_max)
        return parts if parts * self.points >= self.points_min else 0
