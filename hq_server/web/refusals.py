"""What the reader of offers says is wrong, in Chinese too. Its reasons are English sentences of a fixed shape."""

from __future__ import annotations

import re
from typing import Final

from hq_server.web.offer_form import show_number
from hq_server.web.words import Language

PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    (r"(?P<a>\S+) is not within (?P<b>\S+) to (?P<c>\S+)", "{a} 不在 {b} 到 {c} 之间"),
    (r"no amount is that small and that large", "没有这样又小又大的金额"),
    (r"no quantity is that small and that large", "没有这样又小又大的数量"),
    (r"no price is that low and that high", "没有这样又低又高的价格"),
    (r"nothing is given", "没有任何优惠"),
    (r"only the last one holds for all further units", "只有最后一行可以是“其余全部”"),
    (r"a time slot that ends when it starts has no length", "时段的开始和结束不能相同"),
    (r"each full threshold needs exactly one tier", "“每满”只能有一档"),
    (r"coupons of one series are worth the same, so there is exactly one", "同一系列的券金额相同，只能有一档"),
    (r"nothing is left of the goods named", "所选商品都被除外了"),
    (r"offers on the receipt exclude each other by group", "整单优惠请用互斥组"),
    (r"say which goods are given", "请选择赠送哪些商品"),
    (r"units of the same article have no scope of their own", "“须同一商品”时不能另选赠品"),
    (r"only offers on the whole receipt exclude each other by group", "只有整单优惠有互斥组"),
    (r"each must begin above the one before", "每档的起点须高于上一档"),
    (r"offers on groups are bounded by times_max", "组合优惠请用“每单次数”限制"),
    (r"only offers .* are priced again", "只有整单优惠可以退货重算"),
    (r"no coupon is asked for", "没有要求用券"),
    (r"only uses per member are counted by period", "只有会员次数可以按周期计"),
    (r"only offers on goods have a priority or are forced", "只有商品优惠有优先级或可强制"),
    (r"this kind of offer rewards all its goods alike", "这种方式的优惠由全部商品分摊"),
    (r"a receipt counts once", "按每单时只能填 1"),
    (r"how a receipt is paid is known too late for offers on goods", "商品优惠时还不知道付款方式"),
    (r"thresholds and what is given must rise together", "门槛和优惠须逐档升高"),
    (r"a price by quantity holds for the whole quantity", "量贩价不限次数"),
    (r"no receipt holds that many groups", "一单没有这么多组"),
    (r"the offer ends before it starts", "结束早于开始"),
    (r"(?P<a>\S+) off is more than its threshold (?P<b>\S+)", "优惠 {a} 超过门槛 {b}"),
    (r"exactly one of (?P<a>.+) says what is given", "价格、百分比、金额只填一个"),
    (r"a name has 1 to (?P<a>\d+) characters", "名称须为 1 到 {a} 个字符"),
    (r"at most (?P<a>\d+) names", "最多 {a} 个"),
    (r"more than (?P<a>\d+) bytes", "超过 {a} 字节"),
    (r"Object missing required field `(?P<a>\w+)`", "缺少 {a}"),
    (r"Expected `(?P<a>[^`]+)`, got `(?P<b>[^`]+)`", "须为 {a}，现在是 {b}"),
    (r"Invalid enum value (?P<a>.+)", "没有 {a} 这个选项"),
    (r"kind (?P<a>.+)", "没有 {a} 这种方式"),
    (r"version (?P<a>.+)", "版本 {a}"),
    (r"needs (?P<a>.+)", "需要 {a}"),
)
"""Every reason that can come from the form, and its Chinese."""

_RANGE: Final = re.compile(r"(-?\d+) is not within (-?\d+) to (-?\d+)")
_READY: Final = tuple((re.compile(pattern), words) for pattern, words in PATTERNS)


def _typed(number: str, form: str) -> str:
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    return sign + show_number(int(digits), form)


def reason_in(language: Language, reason: str, *, form: str = "") -> str:
    """The reason in the reader's language; as it is where there are no words for it. With a `form` the numbers of a
    range are written as they are typed.

    >>> reason_in("zh", "0 is not within 1 to 10000"), reason_in("en", "0 is not within 1 to 10000", form="percent")
    ('0 不在 1 到 10000 之间', '0 is not within 0.01 to 100')
    """
    if form and (ends := _RANGE.fullmatch(reason)):
        reason = "{} is not within {} to {}".format(*(_typed(end, form) for end in ends.groups()))
    if language == "en":
        return reason
    for pattern, words in _READY:
        found = pattern.fullmatch(reason)
        if found is not None:
            return words.format(**found.groupdict())
    return reason
