"""The price of a basket under a set of offers: one pure function, the same at the till and at headquarters.

No clock, no chance, no storage: what the engine needs to know is in its arguments, and why an offer applied or did
not is part of its answer. The kinds of benefit are in `promotions.plans`.
"""

from __future__ import annotations

from promotions.basket import Article, Basket, BasketLine, Context, Coupon, Used
from promotions.circumstances import Audience, Condition, Slot, Window
from promotions.codec import OfferRefused, decode_offer, encode_offer, encode_offer_json
from promotions.compile import OfferSet, Skipped, compile
from promotions.engine import Applied, Priced, PricedLine, price
from promotions.explain import Note, Reason
from promotions.later import Earned, Issued, Stamped
from promotions.limits import Limits
from promotions.plans import (
    PLANS,
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Bracket,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    CouponNext,
    GroupOff,
    Level,
    NForPrice,
    OneUnit,
    Part,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    PointsEarned,
    PointsOff,
    Reward,
    SpecialPrice,
    Stamps,
)
from promotions.rule import Offer, UnknownOffer
from promotions.scope import Scope

__all__ = [
    "PLANS",
    "AmountAtThreshold",
    "AmountOff",
    "AmountTier",
    "Applied",
    "Article",
    "Audience",
    "Basket",
    "BasketLine",
    "Bracket",
    "Brackets",
    "Breaks",
    "Bundle",
    "BuyGet",
    "Condition",
    "Context",
    "Coupon",
    "CouponNext",
    "Earned",
    "GroupOff",
    "Issued",
    "Level",
    "Limits",
    "NForPrice",
    "Note",
    "Offer",
    "OfferRefused",
    "OfferSet",
    "OneUnit",
    "Part",
    "PercentAtThreshold",
    "PercentOff",
    "PercentTier",
    "PointsEarned",
    "PointsOff",
    "Priced",
    "PricedLine",
    "Reason",
    "Reward",
    "Scope",
    "Skipped",
    "Slot",
    "SpecialPrice",
    "Stamped",
    "Stamps",
    "UnknownOffer",
    "Used",
    "Window",
    "compile",
    "decode_offer",
    "encode_offer",
    "encode_offer_json",
    "price",
]
