"""Points that the receipt earns (消费积分, K25)."""

from __future__ import annotations

from typing import Literal

from promotions.plans.base import AMOUNT_MAX, LaterPlan, check_range


class PointsEarned(LaterPlan, frozen=True, kw_only=True, tag="points_earned"):
    """`points` for every full `step`: minor units of what the goods in scope finally cost (`money`), their thousandths
    (`quantity`), or once a receipt that has any (`receipt`; `step` is then 1). What vouchers pay earns nothing. Double
    points are a second offer that gives the same again."""

    points: int
    step: int = 100
    by: Literal["money", "quantity", "receipt"] = "money"

    def __post_init__(self) -> None:
        check_range("points", self.points, 1, AMOUNT_MAX)
        check_range("step", self.step, 1, AMOUNT_MAX)
        if self.by == "receipt" and self.step != 1:
            raise ValueError("step: a receipt counts once")
