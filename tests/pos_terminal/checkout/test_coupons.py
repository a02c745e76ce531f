"""Coupons for offers: what they give is said at once, and those that give nothing stay the customer's."""

from __future__ import annotations

import re

import pytest

from pos_terminal.checkout.commands import CouponChecked
from pos_terminal.checkout.coupons import COUPONS_MAX
from pos_terminal.checkout.effects import AskCoupon, ReleaseCoupons
from pos_terminal.checkout.state import Mode
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    Coupon,
    Offer,
    Scope,
)
from retail.coupon_issue import unique_code
from retail.coupons import Refusal
from tests.pos_terminal.shop import SOAP, TEA, Counter

SOAP_COUPON = Offer("soap1", AmountOff(100), scope=Scope(items=("soap",)), audience=Audience(coupon="SOAP1"))
COUPON = Offer("tea5", AmountOff(500), name="茶券", scope=Scope(items=("tea",)), audience=Audience(coupon="TEA5"))


def test_a_coupon_says_at_once_what_it_saves() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA)
    counter.press("coupon", "TEA5")
    assert counter.due == 12_300
    assert counter.said() == "券 TEA5 已收：省 5.00"
    assert counter.said("en") == "Coupon TEA5 taken: saves 5.00"


def test_a_coupon_is_known_by_its_scan_too() -> None:
    counter = Counter(offers=(COUPON,)).open().scan("TEA5", TEA)
    assert counter.state.receipt.coupons == (Coupon("TEA5", "TEA5"),)
    assert counter.due == 12_300


def test_a_coupon_for_goods_that_are_not_there_says_so_and_waits_for_them() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(SOAP, "TEA5")
    assert counter.said() == "券 TEA5 已收，暂不减：小票上没有参加的商品"
    assert counter.scan(TEA).due == 999 + 12_300


def test_a_coupon_whose_threshold_is_not_reached_says_what_is_short() -> None:
    plan = AmountAtThreshold(tiers=(AmountTier(2_000, 500),))
    counter = Counter(offers=(Offer("c", plan, audience=Audience(coupon="C")),)).open().scan(SOAP, "C")
    assert counter.said() == "券 C 已收，暂不减：还差 10.01"


def test_the_same_coupon_counts_once() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, "TEA5", "TEA5")
    assert counter.told == "coupon_known"
    assert len(counter.state.receipt.coupons) == 1


def test_coupons_printed_alike_count_each_where_each_is_used_up() -> None:
    each = Offer("c", AmountOff(500), scope=Scope(items=("tea",)), audience=Audience(coupon="C"), per_coupon=True)
    counter = Counter(offers=(each,)).open().enter(f"3*{TEA}").scan("C", "C")
    assert len(counter.state.receipt.coupons) == 2
    assert counter.due == 3 * 12_800 - 2 * 500


def test_what_is_neither_goods_nor_coupon_is_refused_as_goods_are() -> None:
    counter = Counter(offers=(COUPON,)).open().scan("X-9")
    assert counter.told == "code_unknown"
    assert counter.press("coupon", "X-9").told == "coupon_unknown"


def test_a_coupon_is_given_back_from_the_list() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, "TEA5")
    counter.press("coupon")
    assert counter.asking == "choice"
    counter.answer("1")
    assert counter.state.receipt.coupons == ()
    assert (counter.told, counter.due) == ("coupon_given_back", 12_800)


def test_another_coupon_is_added_from_the_list() -> None:
    counter = Counter(offers=(COUPON, SOAP_COUPON)).open().scan(TEA, "TEA5")
    counter.press("coupon").answer("+").answer("SOAP1")
    assert [one.code for one in counter.state.receipt.coupons] == ["TEA5", "SOAP1"]


def test_a_scan_answers_the_question_for_a_coupon() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA).press("coupon").scan("TEA5")
    assert (counter.asking, counter.due) == ("", 12_300)


def test_a_coupon_may_be_shown_while_paying_as_long_as_nothing_is_paid() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA).enter("").scan("TEA5")
    assert counter.state.mode is Mode.TENDERING
    assert counter.due == 12_300
    counter.press("tender_card", "100").scan("SOAP1")
    assert counter.told == "not_a_payment"


def test_coupons_have_an_end() -> None:
    each = Offer("c", AmountOff(1), audience=Audience(coupon="C"), per_coupon=True)
    counter = Counter(offers=(each,)).open().scan(*("C" for _ in range(COUPONS_MAX + 1)))
    assert counter.told == "coupons_too_many"


# Coupons with a code of their own

UNIQUE = unique_code("TEA5", 123_456)


def asked(counter: Counter) -> list[AskCoupon]:
    return [effect for effect in counter.effects if isinstance(effect, AskCoupon)]


def released(counter: Counter) -> list[str]:
    return [code for effect in counter.effects if isinstance(effect, ReleaseCoupons) for code in effect.codes]


def with_unique(*goods: str) -> Counter:
    """A coupon of its own code was scanned after these goods, and may be taken."""
    counter = Counter(offers=(COUPON,)).open().scan(*goods, UNIQUE)
    (ask,) = asked(counter)
    return counter.do(CouponChecked(UNIQUE, "TEA5", ask.receipt))


def test_a_coupon_of_its_own_is_asked_about_before_it_counts() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, UNIQUE)
    assert (counter.told, counter.due) == ("coupon_checking", 12_800)
    (ask,) = asked(counter)
    assert (ask.coupon.code, ask.coupon.series, ask.today) == (UNIQUE, "TEA5", 20261121)
    counter.do(CouponChecked(UNIQUE, "TEA5", ask.receipt))
    assert (counter.told, counter.due) == ("coupon_saves", 12_300)


def test_a_coupon_may_come_before_all_goods() -> None:
    counter = with_unique()
    assert counter.scan(TEA).due == 12_300


@pytest.mark.parametrize("refusal", list(Refusal))
def test_every_refusal_has_words_and_leaves_the_receipt_as_it_was(refusal: Refusal) -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, UNIQUE)
    counter.do(CouponChecked(UNIQUE, "TEA5", asked(counter)[0].receipt, str(refusal)))
    assert counter.told == f"coupon_{refusal}"
    assert re.search(r"[\u4e00-\u9fff]", counter.said())
    assert (counter.due, counter.state.receipt.coupons) == (12_800, ())


def test_a_mistyped_coupon_is_caught_by_its_check_characters() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, UNIQUE[:-1] + ("3" if UNIQUE[-1] != "3" else "4"))
    assert (counter.told, asked(counter)) == ("coupon_damaged", [])


def test_an_answer_that_comes_after_its_receipt_counts_for_no_other() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, UNIQUE)
    (ask,) = asked(counter)
    counter.pay("200")
    counter.minute += 1
    counter.scan(TEA).do(CouponChecked(UNIQUE, "TEA5", ask.receipt))
    assert (counter.told, counter.due, released(counter)) == ("coupon_too_late", 12_800, [UNIQUE])


def test_an_answer_after_the_first_payment_is_too_late() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, UNIQUE).enter("").press("tender_card", "100")
    counter.do(CouponChecked(UNIQUE, "TEA5", asked(counter)[0].receipt))
    assert (counter.told, counter.due) == ("coupon_too_late", 12_800)


def test_a_coupon_that_took_effect_is_kept_and_one_that_did_not_is_let_go() -> None:
    used = with_unique(TEA)
    used.pay("200")
    assert released(used) == []
    idle = with_unique(SOAP)
    idle.pay("200")
    assert released(idle) == [UNIQUE]


def test_coupons_are_let_go_when_given_back_and_when_the_receipt_is_held() -> None:
    back = with_unique(TEA).press("coupon").answer("1")
    assert released(back) == [UNIQUE]
    held = with_unique(TEA).press("hold")
    assert released(held) == [UNIQUE]


def test_a_customer_who_leaves_before_buying_leaves_no_coupon_and_no_card_behind() -> None:
    counter = with_unique().scan("8800001")
    assert counter.press("cancel_receipt").told == "receipt_cancelled"
    assert released(counter) == [UNIQUE]
    assert counter.scan(TEA).due == 12_800
    assert counter.state.receipt.member == ""
