"""The offers that scenario tables name, of every kind and with every circumstance that a till can tell."""

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
    Condition,
    CouponNext,
    GroupOff,
    Level,
    Limits,
    Offer,
    OneUnit,
    Part,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    PointsEarned,
    Reward,
    Scope,
    Slot,
    SpecialPrice,
    Stamps,
    Window,
)

MILK, TEA, SOAP, CIDER = (Scope(items=(name,)) for name in ("milk", "tea", "soap", "cider"))
DRINKS: Final = Scope(items=("milk", "cider"))
FOOD: Final = Scope(departments=("10",))

KINDS: Final = {
    "set_120": Offer("set", Bundle(parts=(Part(CIDER),), price_minor=12_000), name="茶配果汁120", scope=TEA),
    "soap_second_half": Offer("half", BuyGet(1, 1, 5_000), name="第二件半价", scope=SOAP),
    "any_3_drinks_less_2": Offer("any3", GroupOff(count=3, amount_minor=200), name="饮料3件减2", scope=DRINKS),
    "soap_by_quantity": Offer(
        "breaks",
        Breaks(levels=(Level(least=3, percent_bp=1_000), Level(least=6, percent_bp=2_000))),
        name="3件9折6件8折",
        scope=SOAP,
    ),
    "soap_steps": Offer(
        "steps",
        Brackets(brackets=(Bracket(units=1, percent_bp=0), Bracket(units=1, percent_bp=5_000))),
        name="第二件五折",
        scope=SOAP,
    ),
    "cheapest_free": Offer(
        "cheapest", OneUnit(percent_bp=10_000), name="最低一件免单", scope=Scope(departments=("10",))
    ),
    "tea_ten_percent_most_10": Offer("most", PercentOff(1_000), name="茶九折最多减10", scope=TEA, off_max_minor=1_000),
    "noon_milk": Offer(
        "noon", AmountOff(50), name="午市牛奶减0.5", scope=MILK, window=Window(slots=(Slot(11 * 60, 12 * 60 + 30),))
    ),
    "weekend_milk": Offer("weekend", AmountOff(30), name="周末牛奶", scope=MILK, window=Window(weekdays=0b110_0000)),
    "clearance_half": Offer("clear", PercentOff(5_000), name="清仓五折", scope=Scope(stages=("clearance",))),
    "supplier_less_1": Offer("supplier", AmountOff(100), name="厂家补贴1元", scope=Scope(suppliers=("s9",))),
    "label_21_less_2": Offer("label", AmountOff(200), name="临期减2", scope=Scope(tags=("label:21",))),
    "birthday_tea": Offer("birthday", PercentOff(2_000), name="生日八折", scope=TEA, audience=Audience(birthday="day")),
    "staff_soap": Offer("staff", SpecialPrice(50_000), name="员工价", scope=SOAP, audience=Audience(groups=("staff",))),
    "first_purchase": Offer(
        "first",
        AmountAtThreshold(tiers=(AmountTier(1_000, 500),)),
        name="首单减5",
        audience=Audience(levels=("*",), purchases=(1,)),
    ),
    "coupon_tea": Offer("ctea", AmountOff(500), name="茶券", scope=TEA, audience=Audience(coupon="TEA5")),
    "coupon_each": Offer(
        "each", AmountOff(100), name="皂券", scope=SOAP, audience=Audience(coupon="S1"), per_coupon=True
    ),
    "card_3": Offer(
        "card", AmountAtThreshold(tiers=(AmountTier(500, 300),)), name="刷卡减3", audience=Audience(tenders=("card",))
    ),
    "damaged": Offer("damaged", PercentOff(5_000), name="破损半价", scope=SOAP, manual=True),
    "opening": Offer("opening", AmountAtThreshold(tiers=(AmountTier(500, 200),)), name="开业减2", manual=True),
    "two_soaps_most": Offer("two", AmountOff(100), name="限两件", scope=SOAP, times_max=2),
    "with_tea": Offer(
        "with", AmountOff(50), name="买茶牛奶减", scope=MILK, conditions=(Condition(TEA, quantity_min_milli=1),)
    ),
    "floor_soap": Offer("deep", PercentOff(9_000), name="香皂一折", scope=SOAP),
    "best_of_a": Offer("a", AmountAtThreshold(tiers=(AmountTier(1_000, 100),)), name="满10减1", group="g"),
    "best_of_b": Offer("b", PercentAtThreshold(tiers=(PercentTier(1_000, 1_500),)), name="满10打85折", group="g"),
    "points": Offer("points", PointsEarned(points=1, step=100), name="1元1分"),
    "stamp_soap": Offer("stamp", Stamps(counter="soap"), name="香皂集章", scope=SOAP),
    "back_5": Offer("back", CouponNext(series="BACK5", tiers=(AmountTier(10_000, 500),), days=30), name="满100返5元券"),
    "gift_milk": Offer("giftm", Reward(threshold_minor=1_500, given=MILK), name="满15送牛奶", scope=SOAP),
    "milk_for_1": Offer(
        "swap", Reward(threshold_minor=1_500, given=MILK, unit_price=10_000), name="满15加1元换牛奶", scope=SOAP
    ),
    "soap_once_a_day": Offer(
        "once", PercentOff(5_000), name="会员每日一次", scope=SOAP, limits=Limits(member_uses=1, period="day")
    ),
}
