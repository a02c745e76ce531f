"""Stamps toward a later reward (集章, 累计消费, K35)."""

from __future__ import annotations

from typing import Literal

from promotions.plans.base import AMOUNT_MAX, LaterPlan, check_range
from promotions.scope import check_names


class Stamps(LaterPlan, frozen=True, kw_only=True, tag="stamps"):
    """One more on the member's `counter` for every full `step`: thousandths of the goods in scope (`quantity`), minor
    units of what they finally cost (`money`), or once a receipt that has any (`receipt`; `step` is then 1). Goods
    given for stamps earn none."""

    counter: str
    step: int = 1000
    by: Literal["quantity", "money", "receipt"] = "quantity"

    def __post_init__(self) -> None:
        check_names("counter", (self.counter,))
        check_range("step", self.step, 1, AMOUNT_MAX)
        if self.by == "receipt" and self.step != 1:
            raise ValueError("step: a receipt counts once")
