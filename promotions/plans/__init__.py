"""Every kind of benefit there is, by the name it is written under. A new kind is a file and a line here."""

from __future__ import annotations

from typing import Final

from promotions.plans.amount_at_threshold import AmountAtThreshold, AmountTier
from promotions.plans.amount_off import AmountOff
from promotions.plans.base import BasketPlan, GroupPlan, LaterPlan, Layer, PlainUnitPlan, Plan, PoolPlan, UnitPlan
from promotions.plans.brackets import Bracket, Brackets
from promotions.plans.breaks import Breaks, Level
from promotions.plans.bundle import Bundle, Part
from promotions.plans.buy_get import BuyGet
from promotions.plans.coupon_next import CouponNext
from promotions.plans.group_off import GroupOff
from promotions.plans.n_for_price import NForPrice
from promotions.plans.one_unit import OneUnit
from promotions.plans.percent_at_threshold import PercentAtThreshold, PercentTier
from promotions.plans.percent_off import PercentOff
from promotions.plans.points_earned import PointsEarned
from promotions.plans.points_off import PointsOff
from promotions.plans.reward import Reward
from promotions.plans.special_price import SpecialPrice
from promotions.plans.stamps import Stamps

AnyPlan = (
    SpecialPrice
    | PercentOff
    | AmountOff
    | OneUnit
    | NForPrice
    | BuyGet
    | GroupOff
    | Bundle
    | Breaks
    | Brackets
    | Reward
    | AmountAtThreshold
    | PercentAtThreshold
    | PointsOff
    | PointsEarned
    | CouponNext
    | Stamps
)

PLANS: Final[dict[str, type[Plan]]] = {
    "special_price": SpecialPrice,
    "percent_off": PercentOff,
    "amount_off": AmountOff,
    "one_unit": OneUnit,
    "n_for_price": NForPrice,
    "buy_get": BuyGet,
    "group_off": GroupOff,
    "bundle": Bundle,
    "breaks": Breaks,
    "brackets": Brackets,
    "reward": Reward,
    "amount_at_threshold": AmountAtThreshold,
    "percent_at_threshold": PercentAtThreshold,
    "points_off": PointsOff,
    "points_earned": PointsEarned,
    "coupon_next": CouponNext,
    "stamps": Stamps,
}

__all__ = [
    "PLANS",
    "AmountAtThreshold",
    "AmountOff",
    "AmountTier",
    "AnyPlan",
    "BasketPlan",
    "Bracket",
    "Brackets",
    "Breaks",
    "Bundle",
    "BuyGet",
    "CouponNext",
    "GroupOff",
    "GroupPlan",
    "LaterPlan",
    "Layer",
    "Level",
    "NForPrice",
    "OneUnit",
    "Part",
    "PercentAtThreshold",
    "PercentOff",
    "PercentTier",
    "PlainUnitPlan",
    "Plan",
    "PointsEarned",
    "PointsOff",
    "PoolPlan",
    "Reward",
    "SpecialPrice",
    "Stamps",
    "UnitPlan",
]
