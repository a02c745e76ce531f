"""Offers by hand: picked, dropped, several at once, with the rights that are needed."""

from __future__ import annotations

from pos_terminal.checkout.effects import Commit
from promotions import (
    AmountAtThreshold,
    AmountTier,
    Offer,
    PercentOff,
    Scope,
    Window,
)
from retail.documents.till import Override
from tests.pos_terminal.shop import MILK, SOAP, Counter

MANUAL = Offer("damaged", PercentOff(5_000), name="破损半价", scope=Scope(items=("soap",)), manual=True)
SPEND = Offer("spend", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")


def manager(offers: tuple[Offer, ...]) -> Counter:
    """The manager at the till, who may pick offers."""
    counter = Counter(offers=offers).open()
    counter.rights_for("cashier", "promotion")
    return counter


def test_an_offer_by_hand_is_picked_and_dropped_in_the_list() -> None:
    counter = manager((MANUAL,)).scan(SOAP).press("promotion")
    assert counter.state.asked is not None
    assert counter.state.asked.values == (("offer:damaged", "[ ] 破损半价  -5.00"),)
    counter.answer("offer:damaged")
    assert (counter.due, counter.said()) == (499, "已选“破损半价”：省 5.00")
    assert counter.state.asked.values[0][1].startswith("[x]")
    counter.answer("offer:damaged")
    assert (counter.due, counter.said()) == (999, "已取消“破损半价”")
    assert counter.answer(None).asking == ""


def test_several_offers_by_hand_may_be_picked_on_one_receipt() -> None:
    second = Offer("opening", AmountAtThreshold(tiers=(AmountTier(100, 100),)), name="开业", manual=True)
    counter = manager((MANUAL, second)).scan(SOAP).press("promotion").answer("offer:damaged").answer("offer:opening")
    assert counter.due == 399
    assert counter.state.receipt.picked == ("damaged", "opening")


def test_picking_without_the_right_calls_a_second_person_who_is_on_record() -> None:
    counter = Counter(offers=(MANUAL,)).open().scan(SOAP).press("promotion").answer("offer:damaged")
    assert counter.asking == "approval"
    counter.rights_for("manager", "approve:promotion")
    counter.answer("", "90")
    assert counter.due == 499
    records = [
        one.document for one in counter.effects if isinstance(one, Commit) and isinstance(one.document, Override)
    ]
    assert [(one.function, one.approver, one.subject, one.amount) for one in records] == [
        ("promotion", "90", "damaged", 500)
    ]


def test_an_offer_by_hand_that_gives_nothing_says_why() -> None:
    counter = manager((MANUAL,)).scan(MILK).press("promotion").answer("offer:damaged")
    assert counter.said() == "已选“破损半价”，暂不减：小票上没有参加的商品"


def test_what_is_not_open_now_is_not_in_the_list() -> None:
    later = Offer("later", PercentOff(100), manual=True, window=Window(from_minute=10**9))
    assert manager((later,)).scan(SOAP).press("promotion").told == "no_promotions"


def test_an_automatic_offer_cannot_be_picked() -> None:
    counter = manager((SPEND, MANUAL)).scan(SOAP).press("promotion").answer("offer:spend")
    assert counter.told == "no_promotions"
    assert counter.state.receipt.picked == ()


def test_a_scan_ends_the_list_and_sells() -> None:
    counter = manager((MANUAL,)).scan(SOAP).press("promotion").scan(MILK)
    assert (counter.asking, len(counter.state.receipt.lines)) == ("", 2)


def test_what_was_picked_ends_with_the_receipt() -> None:
    counter = manager((MANUAL,)).scan(SOAP).press("promotion").answer("offer:damaged").answer(None)
    counter.pay("10")
    assert counter.scan(SOAP).due == 999


def test_a_scan_does_not_end_the_call_for_a_second_person() -> None:
    counter = Counter(offers=(MANUAL,)).open().scan(SOAP).press("promotion").answer("offer:damaged").scan(MILK)
    assert (counter.asking, counter.told) == ("approval", "finish_question_first")
    assert len(counter.state.receipt.lines) == 1
