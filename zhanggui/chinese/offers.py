"""Offers: at least one of every kind that the engine knows, on goods where a cashier would look for them."""

from __future__ import annotations

from typing import Final

from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    Bracket,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    CouponNext,
    GroupOff,
    Level,
    Limits,
    NForPrice,
    Offer,
    OneUnit,
    Part,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    PointsEarned,
    PointsOff,
    Reward,
    Scope,
    Slot,
    SpecialPrice,
    Stamps,
    Window,
)

WHOLE_RECEIPT: Final = "整单优惠"
"""Of the offers on the whole receipt a customer gets the best one."""

ANY_MEMBER: Final = Audience(levels=("*",))
NEXT_COUPON: Final = "BACK20"
NOT_GOLD: Final = Scope(except_items=("2201",))
"""Gold by weight takes no offers on the whole receipt."""

ON_GOODS: Final = (
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
    Offer("OU-PEN", OneUnit(percent_bp=5_000), "文具一件半价", Scope(departments=("办公用品",))),
    Offer("GO-WEAR", GroupOff(count=2, percent_bp=1_000), "鞋服2件9折", Scope(departments=("服装鞋帽",))),
    Offer(
        "BU-TOY",
        Bundle(parts=(Part(Scope(items=("1602",))),), price_minor=4_800),
        "拼图配发夹48元",
        Scope(items=("1601",)),
    ),
    Offer(
        "BK-HOME",
        Breaks(levels=(Level(least=2, percent_bp=1_000), Level(least=3, percent_bp=1_500))),
        "家居2件9折、3件85折",
        Scope(departments=("家居用品",)),
    ),
    Offer(
        "ST-CARE",
        Brackets(brackets=(Bracket(units=1, percent_bp=0), Bracket(units=1, percent_bp=3_000))),
        "保健食品第二件7折",
        Scope(departments=("保健食品",)),
    ),
    Offer("CL-LAST", PercentOff(percent_bp=1_000), "尾货9折", Scope(stages=("clearance",))),
    Offer(
        "EV-MILK",
        PercentOff(percent_bp=2_000),
        "晚市鲜牛奶8折",
        Scope(items=("1001",)),
        Window(slots=(Slot(19 * 60, 22 * 60),)),
    ),
    Offer(
        "BD-COSM",
        PercentOff(percent_bp=2_000),
        "生日月化妆品8折",
        Scope(departments=("化妆品",)),
        audience=Audience(levels=("*",), birthday="month"),
    ),
    Offer("HAND-50", PercentOff(percent_bp=5_000), "破损半价", NOT_GOLD, manual=True),
    Offer(
        "STAMP-10",
        PercentOff(percent_bp=10_000),
        "集满10章送酸奶",
        Scope(items=("1002",)),
        limits=Limits(counter="yoghurt", counter_cost=10),
    ),
    Offer(
        "GIFT-300",
        Reward(threshold_minor=30_000, given=Scope(items=("1801",))),
        "满300送中性笔",
        NOT_GOLD,
    ),
)

ON_RECEIPT: Final = (
    Offer(
        "MJ-ALL",
        AmountAtThreshold(tiers=(AmountTier(20_000, 2_000), AmountTier(50_000, 6_000))),
        "满200减20，满500减60",
        NOT_GOLD,
        group=WHOLE_RECEIPT,
    ),
    Offer(
        "PT-1000",
        PercentAtThreshold(tiers=(PercentTier(100_000, 500),), ceiling_minor=20_000),
        "满1000打95折，最高减200",
        NOT_GOLD,
        group=WHOLE_RECEIPT,
    ),
)

BY_CUSTOMER: Final = (
    Offer(
        "CP-HELLO",
        AmountAtThreshold(tiers=(AmountTier(5_000, 500),)),
        "新客券满50减5",
        NOT_GOLD,
        audience=Audience(coupon="WELCOME5"),
    ),
    Offer(
        "CP-BACK",
        AmountAtThreshold(tiers=(AmountTier(10_000, 2_000),)),
        "回头券满100减20",
        NOT_GOLD,
        audience=Audience(coupon=NEXT_COUPON),
    ),
    Offer(
        "CARD-200",
        AmountAtThreshold(tiers=(AmountTier(20_000, 500),)),
        "刷卡满200减5",
        NOT_GOLD,
        audience=Audience(tenders=("card",)),
    ),
    Offer("PTS-OFF", PointsOff(points=100, amount_minor=100, share_max_bp=5_000), "100积分抵1元", audience=ANY_MEMBER),
)

FOR_LATER: Final = (
    Offer("PTS-EARN", PointsEarned(points=1, step=100), "1元1积分", audience=ANY_MEMBER),
    Offer(
        "BACK-200",
        CouponNext(series=NEXT_COUPON, tiers=(AmountTier(20_000, 2_000),), days=30),
        "满200返20元券",
        NOT_GOLD,
    ),
    Offer("STAMP", Stamps(counter="yoghurt"), "酸奶集章", Scope(items=("1002",)), audience=ANY_MEMBER),
)

OFFERS: Final = (*ON_GOODS, *ON_RECEIPT, *BY_CUSTOMER, *FOR_LATER)
