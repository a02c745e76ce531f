"""What the till says about offers, in Chinese and English: what was taken off, why not, and what is missing."""

from __future__ import annotations

from typing import Final

ANSWERS: Final[dict[str, tuple[str, str]]] = {
    "coupon_alone": ("连不上总部，券 {code} 现在不能收", "Nobody can be asked: coupon {code} cannot be taken now"),
    "coupon_checking": ("正在核对券 {code}…", "Checking coupon {code}…"),
    "coupon_damaged": ("券码不对：请重扫，或按票面输入", "Coupon code wrong: scan again, or type it as printed"),
    "coupon_expired": ("券 {code} 已过期", "Coupon {code} has expired"),
    "coupon_forged": ("券 {code} 是假的：请找店长", "Coupon {code} is forged: call the manager"),
    "coupon_given_back": ("券 {code} 已退还", "Coupon {code} given back"),
    "coupon_issuer_revoked": ("券 {code} 的发券机已停用：请找店长", "The issuer of coupon {code} is out of service"),
    "coupon_issuer_unknown": ("不是本企业的券：{code}", "Not a coupon of this chain: {code}"),
    "coupon_known": ("券 {code} 已收过：请换一张", "Coupon {code} is on the receipt already: take another"),
    "coupon_later": (
        "券 {code} 已收：不减价，另有所得",
        "Coupon {code} taken: no cut, but it brings something",
    ),
    "coupon_not_yet": ("券 {code} 还没到使用日期", "Coupon {code} cannot be used yet"),
    "coupon_redeemed": ("券 {code} 已用过", "Coupon {code} was used already"),
    "coupon_reserved": ("券 {code} 正在别的收银机上使用", "Coupon {code} is being used at another till"),
    "coupons_must_come_back": ("退货后返券 {amount} 须收回", "Coupons worth {amount} must come back"),
    "return_apart_first": (
        "返券要从退款扣：请先单独退货结算，再卖新货",
        "Coupons are taken off the refund: finish the return by itself first",
    ),
    "ask_issued_coupons": ("返券收回了吗？", "Were the coupons handed back?"),
    "coupon_saves": ("券 {code} 已收：省 {amount}", "Coupon {code} taken: saves {amount}"),
    "coupon_taken": ("券 {code} 已收，暂不减：{why}", "Coupon {code} taken, nothing off yet: {why}"),
    "coupon_series_unknown": ("不认识券 {code} 的系列：请找店长", "The series of coupon {code} is not known here"),
    "coupon_stopped": ("券 {code} 已停用", "Coupon {code} was stopped"),
    "coupon_too_late": ("券 {code} 核对太晚，没用上", "Coupon {code} was confirmed too late and was not used"),
    "coupon_unknown": ("没有这种券 {code}：请核对，或作商品扫", "No coupon {code}: check it, or scan it as goods"),
    "coupon_void": ("券 {code} 已作废", "Coupon {code} is void"),
    "coupons_too_many": ("券太多：请先结算这张小票", "Too many coupons: finish this receipt first"),
    "gift_open": (
        "“{name}”可再拿 {count} 件：扫商品，或按促销键选",
        "“{name}”: {count} more to take, scan them or press Offers",
    ),
    "held_without_coupons": ("已挂单；券请取单时再扫", "Put aside; scan the coupons again when it is recalled"),
    "near_more": ("再买 {amount} 可享“{name}”，省 {gain}", "{amount} more for “{name}”: saves {gain}"),
    "near_tender": ("用{tender}付可享“{name}”，再省 {gain}", "Paid by {tender}, “{name}” saves {gain} more"),
    "near_units": (
        "再拿 {count} 件“{item}”可享“{name}”，省 {gain}",
        "{count} more of “{item}” for “{name}”: saves {gain}",
    ),
    "no_promotions": ("没有可选的现场促销", "No manual offers to choose from"),
    "offer_taken_back": (
        "退货后不满 {threshold}，收回“{name}” {amount}",
        "Less than {threshold} is kept: {amount} of “{name}” taken back",
    ),
    "offer_taken_back_part": ("退货后“{name}”减少 {amount}", "{amount} of “{name}” taken back from what is kept"),
    "offers_taken_back": (
        "退货后不满 {threshold}，收回“{name}”等 {amount}",
        "Less than {threshold} is kept: {amount} of “{name}” and others taken back",
    ),
    "offers_taken_back_part": (
        "退货后“{name}”等减少 {amount}",
        "{amount} of “{name}” and others taken back from what is kept",
    ),
    "promotion_dropped": ("已取消“{name}”", "“{name}” is off again"),
    "promotion_saves": ("已选“{name}”：省 {amount}", "“{name}” chosen: saves {amount}"),
    "promotion_taken": ("已选“{name}”，暂不减：{why}", "“{name}” chosen, nothing off yet: {why}"),
    "ask_coupon": ("扫券或输券号", "Scan the coupon or type its code"),
    "ask_coupons": ("已收的券：选一张退还，或再加一张", "Coupons taken: choose one to give back, or add another"),
    "ask_promotion": ("选现场促销或赠品，可选几种；Esc 完成", "Choose offers or gifts, as many as apply; Esc ends"),
}
"""Answers and questions of the functions around offers."""

WHY: Final[dict[str, tuple[str, str]]] = {
    "brings_coupons": ("得 {count} 张券，每张 {amount}", "brings {count} coupon(s) of {amount}"),
    "brings_points": ("得 {count} 积分", "brings {count} points"),
    "brings_stamps": ("集章 +{count}", "brings {count} stamp(s)"),
    "why_applied": ("已减", "applied"),
    "why_not_yet": ("还没开始", "has not begun yet"),
    "why_over": ("已结束", "is over"),
    "why_other_day": ("今天不做", "not today"),
    "why_other_hour": ("现在不做，时段 {hours}", "not at this hour, only {hours}"),
    "why_members_only": ("要会员：请刷会员卡", "members only: read the card"),
    "why_other_level": ("限会员级别 {other}", "for member level {other}"),
    "why_other_group": ("限指定会员", "for chosen members only"),
    "why_not_birthday": ("限会员生日", "only around the member's birthday"),
    "why_other_purchase": ("限第 {other} 次购物", "for purchase number {other} only"),
    "why_coupon_needed": ("要券 {other}", "needs coupon {other}"),
    "why_other_tender": ("限用{other}付款", "only if paid by {other}"),
    "why_other_terminal": ("本机不做", "not at this till"),
    "why_not_picked": ("现场促销：按促销键选", "manual: choose it with Offers"),
    "why_goods_missing": ("小票上缺指定商品", "other goods must be bought, too"),
    "why_goods_too_many": ("超出可享数量", "more on the receipt than it allows"),
    "why_too_few_points": ("积分不够", "not enough points"),
    "why_too_few_stamps": ("集章不够", "not enough stamps"),
    "why_used_up": ("已用完", "used up"),
    "why_use_unknown": ("查不到已用次数，暂不做", "earlier uses are not known here"),
    "why_too_few_units": ("再拿 {count} 件", "{count} more needed"),
    "why_too_few": ("数量不够", "not enough of them"),
    "why_no_gain": ("现价已更低", "today's price is lower already"),
    "why_better_offer": ("商品已享更省的促销", "a better offer has these goods"),
    "why_too_little": ("还差 {amount}", "{amount} short"),
    "why_excluded": ("与“{other}”只享一项", "only one of this and “{other}”"),
    "why_nothing_left": ("已没有可减的", "nothing left to take off"),
    "why_held_back": ("没用更省：为凑“{other}”", "left out to keep “{other}”, which saves more"),
    "why_not_here": ("小票上没有参加的商品", "no goods of this offer on the receipt"),
    "why_next_amount": ("再买 {amount} 减更多", "{amount} more takes more off"),
    "why_next_units": ("再拿 {count} 件减更多", "{count} more takes more off"),
    "why_gift": ("可再拿 {count} 件", "{count} more to take"),
    "why_other": ("暂不适用", "does not apply now"),
    "why_later": ("购后所得", "counts after the purchase"),
}
"""Why an offer did not apply, or what its next step needs."""

OFFERS: Final[dict[str, tuple[str, str]]] = {**ANSWERS, **WHY}
