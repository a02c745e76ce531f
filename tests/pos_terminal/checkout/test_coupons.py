"""Coupons for offers: what they give is said at once, and those that give nothing stay the customer's."""

from __future__ import annotations

from pos_terminal.checkout.coupons import COUPONS_MAX
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
from tests.pos_terminal.shop import SOAP, TEA, Counter

COUPON = Offer("tea5", AmountOff(500), name="茶券", scope=Scope(items=("tea",)), audience=Audience(coupon="TEA5"))


def test_a_coupon_says_at_once_what_it_saves() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA)
    counter.press("coupon", "TEA5")
    assert counter.due == 12_300
    assert counter.said() == "券 TEA5 已收：省 5.00"
    assert counter.said("en") == "Coupon TEA5 taken: saves 5.00"


def test_a_coupon_is_known_by_its_scan_too() -> None:
    counter = Counter(offers=(COUPON,)).open().scan("TEA5-0017", TEA)
    assert counter.state.receipt.coupons == (Coupon("TEA5-0017", "TEA5"),)
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
    counter = Counter(offers=(COUPON,)).open().scan(TEA, "TEA5-1", "TEA5-1")
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
    counter = Counter(offers=(COUPON,)).open().scan(TEA, "TEA5-1")
    counter.press("coupon").answer("+").answer("TEA5-2")
    assert [one.code for one in counter.state.receipt.coupons] == ["TEA5-1", "TEA5-2"]


def test_a_scan_answers_the_question_for_a_coupon() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA).press("coupon").scan("TEA5")
    assert (counter.asking, counter.due) == ("", 12_300)


def test_a_coupon_may_be_shown_while_paying_as_long_as_nothing_is_paid() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA).enter("").scan("TEA5")
    assert counter.state.mode is Mode.TENDERING
    assert counter.due == 12_300
    counter.press("tender_card", "100").scan("TEA5-2")
    assert counter.told == "not_a_payment"


def test_coupons_have_an_end() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(*(f"TEA5-{number}" for number in range(COUPONS_MAX + 1)))
    assert counter.told == "coupons_too_many"


def test_a_held_receipt_asks_for_its_coupons_again() -> None:
    counter = Counter(offers=(COUPON,)).open().scan(TEA, "TEA5").press("hold")
    assert counter.told == "held_without_coupons"
