"""The three shops, their people and members, and how they sell."""

from __future__ import annotations

from typing import Final

from retail.feeds import CouponSeriesRow, MemberRow
from zhanggui import master
from zhanggui.chinese import goods
from zhanggui.chinese.offers import NEXT_COUPON, OFFERS
from zhanggui.master import Chain, Member, Person, SettingValue, Shop

ZONES: Final = (("BJ", "北京区"), ("SH", "上海区"))
SHOPS: Final = (
    Shop("BJ01", "中关村店", "BJ", ("BJ01-01", "BJ01-02")),
    Shop("BJ02", "国贸店", "BJ", ("BJ02-01",)),
    Shop("SH01", "徐家汇店", "SH", ("SH01-01",)),
)
PEOPLE: Final = (
    Person("01", "王芳", master.CASHIER, "BJ01"),
    Person("02", "刘洋", master.CASHIER, "BJ01"),
    Person("09", "陈静", master.MANAGER, "BJ01"),
    Person("07", "李娜", master.CLERK, "BJ01"),
    Person("12", "张伟", master.CLERK, "BJ01"),
    Person("15", "赵敏", master.CLERK, "BJ01"),
    Person("21", "周杰", master.CASHIER, "BJ02"),
    Person("29", "吴丽", master.MANAGER, "BJ02"),
    Person("27", "郑强", master.CLERK, "BJ02"),
    Person("32", "孙悦", master.CLERK, "BJ02"),
    Person("41", "沈怡", master.CASHIER, "SH01"),
    Person("49", "顾明", master.MANAGER, "SH01"),
    Person("47", "陆瑶", master.CLERK, "SH01"),
    Person("52", "徐斌", master.CLERK, "SH01"),
)
MEMBERS: Final = (
    Member(MemberRow("M0001", card="8800000001", level="silver", name="林*", birthday=1122, purchases=12)),
    Member(
        MemberRow("M0002", card="8800000002", level="gold", name="何**", birthday=308, groups=("staff",), purchases=40)
    ),
    Member(MemberRow("M0003", card="8800000003", level="standard", name="马*", purchases=0)),
)
COUPONS: Final = (CouponSeriesRow(NEXT_COUPON, "回头券", offline="accept"),)
CARD_FORM: Final = "88[0-9]{8}"
POOLS: Final = ("A", "B")
"""Counters whose lines belong to all their clerks together: A jewellery, B cosmetics."""


def chain() -> Chain:
    """Everything headquarters needs to know of the Chinese chain."""
    return Chain(
        name="掌柜样例店",
        currency="CNY",
        utc_offset_min=480,
        zones=ZONES,
        shops=SHOPS,
        people=PEOPLE,
        roles=master.sample_roles(),
        items=tuple(goods.items()),
        barcodes=tuple(goods.barcodes()),
        prices=tuple(goods.prices()),
        costs=tuple(goods.costs()),
        members=MEMBERS,
        offers=OFFERS,
        settings=settings(),
        coupons=COUPONS,
    )


def settings() -> tuple[SettingValue, ...]:
    """Every trade is a department that goods without a code can be keyed into; cash is cut to ten fen (抹零)."""
    departments = [
        {"code": trade, "name": trade, "tax_code": goods.TAX_CODES[goods.VAT], "tax_rate_bp": goods.VAT}
        for trade in goods.TRADES
    ]
    return (
        SettingValue("currency", "CNY"),
        SettingValue("departments", departments),
        SettingValue("pools", list(POOLS)),
        SettingValue("rounding", "down_10"),
        SettingValue("barcode_rules", {"members": [{"pattern": CARD_FORM}]}),
        SettingValue("receipt_footer", ["谢谢惠顾，欢迎再次光临", "凭小票七日内退换"]),
    )
