"""Why the receipt costs what it costs."""

from __future__ import annotations

from typing import get_args

import pytest

from pos_terminal.checkout.explaining import REASONS, explained, name_of
from pos_terminal.checkout.messages import MESSAGES, words_of
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    CouponNext,
    Offer,
    PercentOff,
    PointsEarned,
    Scope,
    Slot,
    Stamps,
    Window,
)
from promotions.explain import Reason
from tests.pos_terminal.shop import MILK, SOAP, TEA, Counter

SPEND = Offer("spend", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")


def test_every_reason_of_the_engine_has_words() -> None:
    assert "applied" in REASONS
    assert "too_few_units" in REASONS
    assert {reason for part in get_args(Reason) for reason in (get_args(part) or (part,))} == REASONS
    assert {f"why_{reason}" for reason in REASONS} <= MESSAGES.keys()


def test_applied_offers_stand_first_then_what_is_near_then_the_rest() -> None:
    night = Offer("night", PercentOff(5_000), name="夜市", window=Window(slots=(Slot(20 * 60, 22 * 60),)))
    soap = Offer("soap", AmountOff(100), name="香皂立减", scope=Scope(items=("soap",)))
    far = Offer("far", AmountAtThreshold(tiers=(AmountTier(1_000_000, 1),)), name="满一万减")
    counter = Counter(offers=(night, soap, SPEND, far)).open().enter(f"6*{SOAP}")
    receipt = counter.state.receipt
    found = explained(receipt, "CNY", receipt.figures.lines[0])
    told = [(one.name, one.off, words_of(one.what, "zh_CN") if one.what else "") for one in found]
    assert told == [
        ("香皂立减", 600, ""),
        ("满100减10", 0, "还差 46.06"),
        ("夜市", 0, "现在不做，时段 20:00–22:00"),
        ("满一万减", 0, "还差 9946.06"),
    ]


@pytest.mark.parametrize(("line", "here"), [(0, {"香皂立减", "满100减10"}), (1, {"满100减10"})])
def test_an_offer_stands_with_the_lines_whose_goods_it_names(line: int, here: set[str]) -> None:
    soap = Offer("soap", AmountOff(100), name="香皂立减", scope=Scope(items=("soap",)))
    receipt = Counter(offers=(soap, SPEND)).open().scan(SOAP, MILK).state.receipt
    found = explained(receipt, "CNY", receipt.figures.lines[line])
    assert {one.name for one in found if one.here} == here


def test_a_name_full_of_escapes_is_harmless() -> None:
    offer = Offer("x", AmountOff(100), name="\x1b[2J特\u0007价")
    receipt = Counter(offers=(offer,)).open().scan(SOAP).state.receipt
    assert name_of(receipt.offers, "x") == " [2J特 价"
    assert explained(receipt, "CNY")[0].name == " [2J特 价"


def test_an_offer_without_a_name_is_called_by_its_code() -> None:
    receipt = Counter(offers=(Offer("AO-1", AmountOff(100)),)).open().scan(SOAP).state.receipt
    assert [one.name for one in explained(receipt, "CNY")] == ["AO-1"]


def test_nothing_on_the_receipt_explains_nothing() -> None:
    assert explained(Counter(offers=(SPEND,)).open().state.receipt, "CNY") == ()


def test_what_is_worth_something_later_is_said_in_points_coupons_and_stamps() -> None:
    offers = (
        Offer("p", PointsEarned(points=2, step=100)),
        Offer("s", Stamps(counter="soap")),
        Offer("c", CouponNext(series="BACK", tiers=(AmountTier(500, 100),))),
    )
    receipt = Counter(offers=offers).open().scan("8800001", SOAP).state.receipt
    told = {one.offer: (one.held, words_of(one.what, "zh_CN") if one.what else "") for one in explained(receipt, "CNY")}
    assert told == {"p": (True, "得 18 积分"), "s": (True, "集章 +1"), "c": (True, "得 1 张券，每张 1.00")}


def test_an_offer_left_out_to_keep_a_threshold_says_which_one_and_that_it_saves_more() -> None:
    tea = Offer("tea", AmountOff(500), name="茶立减5", scope=Scope(items=("tea",)))
    spend = Offer("spend", AmountAtThreshold(tiers=(AmountTier(12_800, 2_000),)), name="满128减20")
    counter = Counter(offers=(tea, spend)).open().scan(TEA)
    assert counter.due == 10_800
    told = {one.name: words_of(one.what, "zh_CN") for one in explained(counter.state.receipt, "CNY") if one.what}
    assert told == {"茶立减5": "没用更省：为凑“满128减20”"}
