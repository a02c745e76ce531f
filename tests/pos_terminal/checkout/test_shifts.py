from __future__ import annotations

import pytest

from pos_terminal.checkout.commands import SignedOn
from pos_terminal.checkout.effects import OpenDrawer, PrintReport
from pos_terminal.checkout.shifts import plausible
from pos_terminal.checkout.state import Mode, Operator
from retail.documents.till import CashMovement, NoSale, ShiftClose, ShiftOpen
from tests.pos_terminal.shop import MILK, TEA, TODAY, Counter

CASHIER = Operator("01", "王芳", "cashier")


def test_a_shift_opens_with_its_float_on_todays_business_date() -> None:
    till = Counter().do(SignedOn(CASHIER, None))
    assert till.state.mode is Mode.NO_SHIFT
    assert till.enter("x").told == "amount_not_read"
    till.enter("200.50")
    assert till.state.shift is not None
    assert (till.state.shift.number, till.state.shift.business_date) == (1, TODAY)
    assert till.book.of(ShiftOpen) == [ShiftOpen(1, "01", "CNY", 20_050)]


@pytest.mark.parametrize("clock", [19700101, 20990101])
def test_a_clock_that_cannot_be_right_is_not_believed(clock: int) -> None:
    till = Counter(local_date=clock).do(SignedOn(CASHIER, None)).enter("200")
    assert till.state.asked is not None
    assert till.state.asked.kind == "date"
    assert till.enter("2026").told == "date_not_read"
    till.enter("200").enter("20261121")
    assert till.state.shift is not None
    assert till.state.shift.business_date == TODAY


def test_a_business_date_never_goes_back() -> None:
    assert plausible(20261121, 20261121, typed=False)
    assert plausible(20261222, 20261121, typed=False)
    assert not plausible(20261223, 20261121, typed=False)
    assert plausible(20261223, 20261121, typed=True)
    assert not plausible(20261120, 20261121, typed=True)
    assert not plausible(20260231, 0, typed=True)


def test_the_count_is_blind_and_what_was_expected_is_shown_only_afterwards() -> None:
    till = Counter().open("200").scan(TEA)
    till.pay("150")
    till.press("cash_in", "50").answer("零钱")
    till.press("z_report")
    assert till.state.asked is not None
    assert "expected" not in dict(till.state.asked.values)
    assert till.enter("abc").told == "count_not_read"
    till.enter("100*3+50+20*1+7.5")
    assert till.state.asked is not None
    assert till.state.asked.kind == "confirm"
    assert dict(till.state.asked.values) == {"cash": "377.50"}
    till.answer("")
    (close,) = till.book.of(ShiftClose)
    assert isinstance(close, ShiftClose)
    (count,) = close.counts
    assert (count.expected, count.counted, close.receipts, close.net) == (37_800, 37_750, 1, 12_800)
    assert till.told == "shift_closed"
    assert till.state.message is not None
    assert dict(till.state.message.values)["difference"] == "-0.50"
    assert till.state.mode is Mode.NO_SHIFT
    assert till.scan(MILK).told == "open_shift_first"


def test_esc_at_the_count_goes_back_to_selling_and_forgets_the_count() -> None:
    till = Counter().open().press("z_report").enter("10").answer(None)
    assert (till.state.mode, till.state.counting) == (Mode.SELLING, None)
    assert till.scan(MILK).press("z_report").told == "finish_receipt_first"


def test_x_prints_and_changes_nothing() -> None:
    till = Counter().open().press("x_report")
    assert PrintReport("x") in till.effects
    assert till.state.mode is Mode.SELLING


def test_cash_out_needs_a_reason_and_a_second_person_and_then_opens_the_drawer() -> None:
    till = Counter().open().press("cash_out", "100").answer("存行").answer("", approver="90")
    (movement,) = till.book.of(CashMovement)
    assert movement == CashMovement(1, "01", "CNY", -10_000, "存行", "90")
    assert OpenDrawer() in till.effects
    assert till.press("cash_in", "-5").told == "amount_not_read"


def test_the_drawer_opens_without_a_sale_only_on_record() -> None:
    till = Counter().open().press("no_sale").answer("换零钱").answer("", approver="90")
    assert till.book.of(NoSale) == [NoSale(1, "01", "换零钱", "90")]
    assert OpenDrawer() in till.effects
