from __future__ import annotations

from pos_terminal.checkout.commands import Answered, SignedOn, SignOnRefused
from pos_terminal.services.sign_on import SignOnDesk
from retail.feeds import StaffRow
from tests.pos_terminal.premises import Clocks, pin_hash

WANG = StaffRow("01", "王芳", "cashier", pin_hash("1234"))


def test_the_right_pin_signs_on_or_approves() -> None:
    desk = SignOnDesk(lambda: 0)
    found = desk.check("01", "1234", "", None, WANG)
    assert isinstance(found, SignedOn)
    assert found.operator.name == "王芳"
    assert desk.check("01", "1234", "no_sale", None, WANG) == Answered("", "01")


def test_nobody_and_people_without_pin_or_no_longer_there_are_refused() -> None:
    desk = SignOnDesk(lambda: 0)
    assert desk.check("99", "1234", "", None, None) == SignOnRefused(0, "99")
    assert desk.check("07", "", "", None, StaffRow("07", "李强")) == SignOnRefused(0, "07")
    gone = StaffRow("01", "王芳", "cashier", pin_hash("1234"), active=False)
    assert desk.check("01", "1234", "", None, gone) == SignOnRefused(0, "01")


def test_the_waits_are_none_five_times_then_double_up_to_a_minute() -> None:
    clocks = Clocks()
    desk = SignOnDesk(lambda: clocks.steady_ms)
    waits = []
    for _ in range(12):
        found = desk.check("01", "0000", "", None, WANG)
        assert isinstance(found, SignOnRefused)
        waits.append(found.wait_s)
        clocks.pass_ms(found.wait_s * 1000)
    assert waits == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert isinstance(desk.check("01", "1234", "", None, WANG), SignedOn)
    assert desk.check("01", "0000", "", None, WANG) == SignOnRefused(0, "01")


def test_while_waiting_even_the_right_pin_is_refused() -> None:
    desk = SignOnDesk(lambda: 0)
    for _ in range(6):
        desk.check("01", "0000", "", None, WANG)
    assert desk.check("01", "1234", "", None, WANG) == SignOnRefused(1, "01")
