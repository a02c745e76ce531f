"""Every kind of benefit there is, by the name it is written under. A new kind is a file and a line here."""

from __future__ import annotations

from typing import Final

from promotions.plans.amount_at_threshold import AmountAtThreshold, AmountTier
from promotions.plans.amount_off import AmountOff
from promotions.plans.base import BasketPlan, GroupPlan, Plan, UnitPlan
from promotions.plans.buy_get import BuyGet
from promotions.plans.n_for_price import NForPrice
from promotions.plans.percent_at_threshold import PercentAtThreshold, PercentTier
from promotions.plans.percent_off import PercentOff
from promotions.plans.special_price import SpecialPrice

AnyPlan = SpecialPrice | PercentOff | AmountOff | NForPrice | BuyGet | AmountAtThreshold | PercentAtThreshold

PLANS: Final[dict[str, type[Plan]]] = {
    "special_price": SpecialPrice,
    "percent_off": PercentOff,
    "amount_off": AmountOff,
    "n_for_price": NForPrice,
    "buy_get": BuyGet,
    "amount_at_threshold": AmountAtThreshold,
    "percent_at_threshold": PercentAtThreshold,
}

__all__ = [
    "PLANS",
    "AmountAtThreshold",
    "AmountOff",
    "AmountTier",
    "AnyPlan",
    "BasketPlan",
    "BuyGet",
    "GroupPlan",
    "NForPrice",
    "PercentAtThreshold",
    "PercentOff",
    "PercentTier",
    "Plan",
    "SpecialPrice",
    "UnitPlan",
]
