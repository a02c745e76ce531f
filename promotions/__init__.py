"""The price of a basket under a set of offers: one pure function, the same at the till and at headquarters.

No clock, no chance, no storage: what the engine needs to know is in its arguments, and why an offer applied or did
not is part of its answer.
"""

from __future__ import annotations

from promotions.basket import Article, Basket, BasketLine, Context
from promotions.codec import OfferRefused, decode_offer, encode_offer, encode_offer_json
from promotions.compile import OfferSet, Skipped, compile
from promotions.engine import Priced, PricedLine, price
from promotions.explain import Note, Reason
from promotions.plans import (
    PLANS,
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    BuyGet,
    NForPrice,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    SpecialPrice,
)
from promotions.rule import Audience, Offer, Slot, UnknownOffer, Window
from promotions.scope import Scope

__all__ = [
    "PLANS",
    "AmountAtThreshold",
    "AmountOff",
    "AmountTier",
    "Article",
    "Audience",
    "Basket",
    "BasketLine",
    "BuyGet",
    "Context",
    "NForPrice",
    "Note",
    "Offer",
    "OfferRefused",
    "OfferSet",
    "PercentAtThreshold",
    "PercentOff",
    "PercentTier",
    "Priced",
    "PricedLine",
    "Reason",
    "Scope",
    "Skipped",
    "Slot",
    "SpecialPrice",
    "UnknownOffer",
    "Window",
    "compile",
    "decode_offer",
    "encode_offer",
    "encode_offer_json",
    "price",
]
