from __future__ import annotations

import pytest

from pos_terminal.checkout.effects import ClearDraft, CommitSale
from pos_terminal.checkout.state import Level, Mode
from promotions import AmountOff, Offer, Window
from tests.pos_terminal.shop import MILK, NOON_MINUTE, SOAP, TEA, Counter


def test_empty_enter_is_total_then_exact_cash() -> None:
    till = Counter().open().scan(MILK, MILK)
    assert till.enter("").state.mode is Mode.TENDERING
    till.enter("")
    assert till.state.last is not None
    assert (till.state.last.net, till.state.last.change, till.state.last.number) == (700, 0, "S1-01-000001-3333")
    assert till.state.receipt.lines == ()
    assert ClearDraft() in till.effects


def test_cash_with_change_opens_the_drawer_and_the_tender_adds_up() -> None:
    till = Counter().open().scan(TEA)
    sale = till.pay("150")
    (tender,) = sale.tenders
    assert (tender.amount, tender.given, tender.change) == (12_800, 15_000, 2_200)
    assert till.state.last is not None
    assert till.state.last.change == 2_200
    assert any(isinstance(effect, CommitSale) and effect.open_drawer for effect in till.effects)


def test_several_tenders_settle_one_receipt_and_card_alone_opens_no_drawer() -> None:
    till = Counter().open().scan(TEA).enter("")
    till.press("tender_voucher", "50").press("tender_card", "28")
    assert till.told == "still_open"
    assert till.state.receipt.open_amount == 5_000
    sale = till.enter("100").book.sales[-1]
    assert [(tender.kind, tender.amount) for tender in sale.tenders] == [
        ("voucher", 5000),
        ("card", 2800),
        ("cash", 5000),
    ]
    till.scan(MILK).enter("").press("tender_card")
    assert [effect.open_drawer for effect in till.effects if isinstance(effect, CommitSale)] == [True, False]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (TEA, "code_as_money"),
        ("69012345", "code_as_money"),
        ("abc", "amount_not_read"),
        ("-5", "amount_not_positive"),
        ("0", "amount_not_positive"),
        ("1500", "change_too_large"),
        ("1e9", "amount_not_read"),
        ("99999999999", "amount_too_large"),
    ],
)
def test_what_is_no_payment_is_refused_and_the_receipt_stands(typed: str, told: str) -> None:
    till = Counter().open().scan(MILK).enter("", typed)
    assert till.told == told
    assert till.state.mode is Mode.TENDERING
    assert till.state.receipt.tenders == ()
    assert till.book.sales == []


def test_a_card_gives_no_change_and_a_voucher_may_be_worth_more() -> None:
    till = Counter().open().scan(MILK).enter("").press("tender_card", "10")
    assert till.told == "over_tender"
    till.press("tender_voucher", "10")
    (tender,) = till.book.sales[-1].tenders
    assert (tender.amount, tender.given, tender.change) == (350, 1_000, 0)


def test_means_that_the_store_does_not_take_are_refused() -> None:
    till = Counter().open().scan(MILK).enter("").press("tender_stored_value")
    assert till.told == "tender_not_taken"


def test_other_means_are_named_by_the_store_and_chosen_when_there_are_several() -> None:
    till = Counter().with_terms(other_tenders=("饭卡", "工会券")).open().scan(MILK).enter("").press("tender_other")
    assert till.state.asked is not None
    till.answer("工会券")
    assert till.book.sales[-1].tenders[0].name == "工会券"


def test_the_last_payment_can_be_taken_off_again_and_esc_goes_back_only_without_payments() -> None:
    till = Counter().open().scan(TEA).enter("").press("tender_card", "100")
    assert till.answer(None).told == "remove_tenders_first"
    assert till.press("remove_tender").told == "tender_removed"
    assert till.answer(None).state.mode is Mode.SELLING
    assert till.scan(MILK).due == 13_150


def test_goods_scanned_while_paying_are_rung_up_until_something_was_paid() -> None:
    till = Counter().open().scan(MILK).enter("").scan(SOAP)
    assert (till.state.mode, till.due) == (Mode.SELLING, 1_349)
    till.enter("").press("tender_card", "1").scan(MILK)
    assert till.told == "paid_already"
    assert till.due == 1_349


def test_a_payment_code_pays_as_wallet_and_its_digits_are_kept_nowhere() -> None:
    code = "134567890123456789"
    till = Counter().open().scan(MILK).enter("").scan(code)
    sale = till.book.sales[-1]
    assert sale.tenders[0].kind == "wallet_qr"
    assert code not in repr(sale)
    assert till.scan(code).told == "payment_code_on_sale"
    assert code not in repr(till.state.message)


def test_cash_rounds_the_amount_due_and_a_card_does_not() -> None:
    till = Counter().with_terms(rounding="down_10").open().scan(SOAP)
    sale = till.pay("10")
    assert (sale.net, sale.tenders[0].change) == (990, 10)
    assert next(cut for run in sale.lines[0].runs for cut in run.reductions).source == "rounding"
    till.scan(SOAP).enter("").press("tender_card")
    assert till.book.sales[-1].net == 999


def test_rounding_after_a_partial_card_payment_settles_the_rest() -> None:
    till = Counter().with_terms(rounding="half_10").open().scan(SOAP).enter("").press("tender_card", "5.03").enter("5")
    sale = till.book.sales[-1]
    assert sale.net == 1003
    assert [tender.amount for tender in sale.tenders] == [503, 500]


def test_taking_the_cash_off_again_takes_its_rounding_off() -> None:
    till = Counter().with_terms(rounding="down_10").open().scan(SOAP).enter("")
    till.refuse_with = "disk_full"
    till.enter("10")
    assert till.state.receipt.due == 990
    till.press("remove_tender")
    assert till.state.receipt.due == 999


def test_a_receipt_that_comes_to_nothing_is_finished_without_payment() -> None:
    till = Counter().open().scan(MILK).press("line_discount", "100%")
    assert till.state.asked is not None
    till.answer("", approver="90")
    assert till.told == "approver_over_limit"


def test_offers_are_decided_by_the_minute_payment_began() -> None:
    off = Offer("happy", AmountOff(100), window=Window(until_minute=NOON_MINUTE + 5))
    till = Counter(offers=(off,)).open().scan(MILK)
    assert till.due == 250
    till.enter("")
    till.minute += 10
    till.press("tender_card", "1")
    assert till.due == 250
    sale = till.enter("").book.sales[-1]
    assert (sale.net, sale.lines[0].runs[0].reductions[0].reference) == (250, "happy")


def test_the_receipt_keeps_the_offers_it_began_with() -> None:
    till = Counter(offers=(Offer("a", AmountOff(100)),)).open().scan(MILK)
    hash_before = till.world().offers.hash
    till.offers = (Offer("b", AmountOff(200)),)
    sale = till.scan(MILK).pay()
    assert (sale.net, sale.offer_set) == (500, hash_before)
    assert till.scan(MILK).pay().net == 150


@pytest.mark.parametrize("code", ["disk_full", "io_error"])
def test_a_commit_that_fails_leaves_the_receipt_and_enter_tries_again(code: str) -> None:
    till = Counter().open().scan(MILK, TEA)
    till.refuse_with = code
    till.enter("", "200")
    assert till.told == code
    assert till.state.message is not None
    assert till.state.message.level is Level.FAULT
    assert till.state.mode is Mode.TENDERING
    assert not till.book.sales
    assert len(till.state.receipt.lines) == 2
    till.refuse_with = ""
    till.enter("")
    assert till.state.last is not None
    assert (till.state.last.change, len(till.book.sales)) == (20_000 - 13_150, 1)
