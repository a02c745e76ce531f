"""Offers: one of every kind that the engine knows, on goods where a cashier would look for them."""

from __future__ import annotations

from typing import Final

from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    BuyGet,
    NForPrice,
    Offer,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    Scope,
    SpecialPrice,
)

WHOLE_RECEIPT: Final = "整单优惠"
"""Of the offers on the whole receipt a customer gets the best one."""

OFFERS: Final = (
    Offer("SP-1002", SpecialPrice(unit_price=149_000), "酸奶特价14.90", Scope(items=("1002",))),
    Offer(
        "PO-COSM",
        PercentOff(percent_bp=1200),
        "化妆品会员88折",
        Scope(departments=("化妆品",)),
        audience=Audience(levels=("silver", "gold")),
    ),
    Offer("AO-2101", AmountOff(amount_minor=2000), "球拍立减20元", Scope(items=("2101",))),
    Offer("NP-SNACK", NForPrice(count=3, price_minor=2500), "零食任选3件25元", Scope(items=("1101", "1102"))),
    Offer("BG-TOWEL", BuyGet(buy=2, get=1), "毛巾买2送1", Scope(items=("2401",))),
    Offer(
        "MJ-ALL",
        AmountAtThreshold(tiers=(AmountTier(20_000, 2_000), AmountTier(50_000, 6_000))),
        "满200减20，满500减60",
        Scope(except_items=("2201",)),
        group=WHOLE_RECEIPT,
    ),
    Offer(
        "PT-1000",
        PercentAtThreshold(tiers=(PercentTier(100_000, 500),), ceiling_minor=20_000),
        "满1000打95折，最高减200",
        Scope(except_items=("2201",)),
        group=WHOLE_RECEIPT,
    ),
)
