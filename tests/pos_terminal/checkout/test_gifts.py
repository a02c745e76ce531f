"""Goods that are given once enough is bought (满赠), or sold at a price then (换购): told, listed, rung up."""

from __future__ import annotations

from promotions import Offer, Reward, Scope
from tests.pos_terminal.shop import MILK, SOAP, Counter

GIFT = Offer("gift", Reward(threshold_minor=1_000, given=Scope(items=("milk",))), name="满10送牛奶")
SWAP = Offer("swap", Reward(threshold_minor=1_000, given=Scope(items=("milk",)), unit_price=10_000), name="加1元换牛奶")


def counter_with(offer: Offer) -> Counter:
    return Counter(offers=(offer,)).rights_for("cashier", "promotion").open()


def test_a_gift_within_reach_is_told_once_and_added_from_the_list() -> None:
    counter = counter_with(GIFT).scan(SOAP)
    assert counter.told == ""
    assert counter.scan(SOAP).said() == "“满10送牛奶”可再拿 1 件：扫商品，或按促销键选"
    assert counter.scan(SOAP).told == ""
    counter.press("promotion")
    assert counter.state.asked is not None
    assert counter.state.asked.values == (("goods:milk", "+ 鲜牛奶 250ml  0.00  (满10送牛奶)"),)
    counter.answer("goods:milk")
    assert (counter.due, len(counter.state.receipt.lines)) == (2_997, 4)


def test_goods_at_a_price_are_listed_with_it_and_cost_it() -> None:
    counter = counter_with(SWAP).scan(SOAP, SOAP).press("promotion")
    assert counter.state.asked is not None
    assert counter.state.asked.values == (("goods:milk", "+ 鲜牛奶 250ml  1.00  (加1元换牛奶)"),)
    assert counter.answer("goods:milk").due == 2_098


def test_a_gift_not_taken_is_told_with_the_total_and_may_still_be_scanned() -> None:
    counter = counter_with(GIFT).scan(SOAP, SOAP).enter("")
    assert counter.told == "gift_open"
    assert counter.scan(MILK).due == 1_998


def test_a_gift_that_is_on_the_receipt_is_not_told_again() -> None:
    counter = counter_with(GIFT).scan(SOAP, SOAP, MILK)
    assert (counter.told, counter.due) == ("", 1_998)
    assert counter.enter("").told == ""


def test_nothing_is_given_below_the_threshold() -> None:
    counter = counter_with(GIFT).scan(SOAP, MILK)
    assert counter.due == 1_349
    assert [note.reason for note in counter.notes] == ["too_little"]
