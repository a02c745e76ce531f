"""What each key does, face by face. No screen is needed: the desk is a value and a key is a function of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser

from pos_terminal.actions import Desk, FoundItem, Key, Outcome, Overlay, press, scanned, settle
from pos_terminal.checkout.commands import Answered, Entered, Moved, Picked, PinTyped, Pressed
from pos_terminal.checkout.state import Asked, CheckoutState, Mode, Operator, Returning
from pos_terminal.keymap import till_keys

KEYS = till_keys().keymap
SELLING = CheckoutState(mode=Mode.SELLING, operator=Operator("01", "王芳", "cashier"))
TENDERING = replace(SELLING, mode=Mode.TENDERING)
NAMES = {"*": "asterisk", "+": "plus", "-": "minus", ".": "full_stop", "/": "slash", " ": "space", "%": "percent_sign"}


def key(name: str) -> Key:
    """A key by its name, or the key of one character."""
    if len(name) == 1:
        return Key(NAMES.get(name, name), name)
    return Key(name)


def after(state: CheckoutState, *names: str, desk: Desk | None = None) -> Outcome:
    """What the last of these keys leads to."""
    outcome = Outcome(desk or Desk())
    for name in names:
        outcome = press(outcome.desk, state, KEYS, key(name))
    return outcome


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (["6", "9", "0", "enter"], Entered("690")),
        (["enter"], Entered("")),
        (["3", "*", "enter"], Entered("3*")),
        (["3", "*", "6", "9", "enter"], Entered("3*69")),
        (["*"], Pressed("quantity", "")),
        (["f9"], Pressed("total", "")),
        (["+"], Pressed("total", "")),
        (["-"], Pressed("remove_line", "")),
        (["delete"], Pressed("remove_line", "")),
        (["0", "7", "f5"], Pressed("clerk", "07")),
        (["0", "7", "/", "6", "9", "enter"], Entered("07/69")),
        (["up"], Moved(-1)),
        (["pagedown"], Moved(10)),
        (["escape"], Answered(None)),
        (["ctrl+n"], Pressed("language", "")),
        (["茶", "enter"], Entered("茶")),
    ],
)
def test_on_the_sale(names: list[str], command: object) -> None:
    assert after(SELLING, *names).command == command


@pytest.mark.parametrize("typed", ["07*60+12*40/69", "7-2", "@A/3*69", "3*07/69"])
def test_signs_within_an_entry_are_text(typed: str) -> None:
    assert after(SELLING, *typed, "enter").command == Entered(typed)


@pytest.mark.parametrize("prefix", ["3*", "07/", "07*60+12*40/", "3*07/"])
def test_a_prefix_holds_for_the_scan_or_the_function_that_follows(prefix: str) -> None:
    typed = after(SELLING, *prefix).desk
    assert scanned(typed).before == Entered(prefix)
    assert scanned(typed).desk.text == ""
    searched = after(SELLING, "ctrl+f", desk=typed)
    assert (searched.before, searched.command) == (Entered(prefix), Pressed("search"))


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (["enter"], Pressed("tender_cash", "")),
        (["1", "0", "0", "enter"], Pressed("tender_cash", "100")),
        (["5", "0", "f5"], Pressed("tender_card", "50")),
        (["f6"], Pressed("tender_wallet_qr", "")),
        (["f7"], Pressed("tender_stored_value", "")),
        (["2", "0", "f8"], Pressed("tender_voucher", "20")),
        (["f10"], Pressed("tender_coupon", "")),
        (["insert"], Pressed("tender_other", "")),
        (["delete"], Pressed("remove_tender", "")),
        (["escape"], Answered(None)),
    ],
)
def test_on_the_payment(names: list[str], command: object) -> None:
    assert after(TENDERING, *names).command == command


def test_escape_clears_what_was_typed_before_it_goes_back() -> None:
    outcome = after(SELLING, "1", "2", "escape")
    assert (outcome.desk.text, outcome.command) == ("", None)
    assert after(SELLING, "escape", desk=outcome.desk).command == Answered(None)


def test_every_command_leaves_an_empty_line() -> None:
    for names in (["5", "enter"], ["5", "f5"], ["3", "*", "f6"]):
        assert after(SELLING, *names).desk.text == ""


def test_a_scan_never_joins_digits_that_were_typed_before_it() -> None:
    outcome = scanned(after(SELLING, "3").desk)
    assert (outcome.before, outcome.desk.text) == (None, "")


def test_number_and_pin_sign_on_and_the_pin_is_in_no_repr() -> None:
    state = CheckoutState()
    outcome = after(state, "0", "1", "enter", "9", "8", "7", "6")
    assert "9876" not in repr(outcome)
    outcome = after(state, "enter", desk=outcome.desk)
    assert outcome.command == PinTyped("01", "9876")
    assert "9876" not in repr(outcome)
    assert outcome.desk == Desk()


def test_an_empty_pin_is_not_sent() -> None:
    assert after(CheckoutState(), "0", "1", "enter", "enter").command is None


def test_a_locked_till_asks_only_for_the_pin_of_who_locked_it() -> None:
    locked = replace(SELLING, locked=True)
    desk = settle(Desk(), SELLING, locked)
    assert after(locked, "1", "2", "enter", desk=desk).command == PinTyped("01", "12")


def test_a_second_person_signs_with_number_and_pin_or_escape_gives_up() -> None:
    asked = replace(SELLING, asked=Asked("cancel_receipt", "approval"))
    assert after(asked, "9", "0", "enter", "1", "enter").command == PinTyped("90", "1")
    assert after(asked, "escape").command == Answered(None)


def test_a_question_is_answered_with_enter_and_functions_wait() -> None:
    asked = replace(SELLING, asked=Asked("no_sale", "reason"))
    assert after(asked, "换", "零", "enter").command == Answered("换零")
    assert after(asked, "f9").command is None
    assert after(asked, "0", "7", "*", "6", "0", "+", "enter").command == Answered("07*60+")
    assert after(asked, "ctrl+n").command == Pressed("language", "")


def test_a_choice_is_made_by_arrows_or_by_number_or_by_code() -> None:
    asked = replace(SELLING, asked=Asked("department", "choice", (("10", "食品"), ("30", "日用"))))
    assert after(asked, "enter").command == Answered("10")
    assert after(asked, "down", "down", "enter").command == Answered("30")
    assert after(asked, "3", "0", "enter").command == Answered("30")
    assert after(asked, "2", "enter").command == Answered("30")
    assert after(asked, "9", "enter").command is None


def test_the_menu_runs_a_function_by_its_number() -> None:
    outcome = after(SELLING, "f12")
    assert outcome.desk.overlay == Overlay("menu")
    menu = KEYS.menu()
    assert after(SELLING, "2", desk=outcome.desk).command == Pressed(menu[1].code)
    assert after(SELLING, "down", "enter", desk=outcome.desk).command == Pressed(menu[1].code)
    assert after(SELLING, "escape", desk=outcome.desk).desk.overlay is None


def test_the_help_opens_on_every_face_and_any_key_closes_it() -> None:
    for state in (SELLING, TENDERING, CheckoutState(), replace(SELLING, mode=Mode.NO_SHIFT)):
        opened = after(state, "f1").desk
        assert opened.overlay == Overlay("help")
        assert after(state, "down", "x", desk=opened).desk.overlay is None


def test_the_search_list_is_narrowed_by_typing_and_sells_the_chosen_row() -> None:
    found = (FoundItem("tea", "茶", "1", "1.00"), FoundItem("milk", "奶", "2", "2.00"))
    desk = Desk(overlay=Overlay("items", 0, found))
    typed = after(SELLING, "n", desk=desk)
    assert (typed.search, typed.desk.text) == (True, "n")
    chosen = after(SELLING, "down", "enter", desk=desk)
    assert chosen.command == Picked("milk")
    assert chosen.desk.overlay is None
    assert after(SELLING, "enter", desk=Desk(overlay=Overlay("items"))).command is None


def test_in_a_return_signs_are_text_and_space_takes_the_chosen_line() -> None:
    opened = Returning(None, None, (), True, selected=4)  # type: ignore[arg-type]
    state = replace(SELLING, mode=Mode.RETURNING, returning=opened)
    assert after(state, "*", "enter").command == Entered("*")
    assert after(state, "1", "*", "2", "enter").command == Entered("1*2")
    assert after(state, "space").command == Entered("4")


def test_a_count_is_typed_with_signs() -> None:
    state = replace(SELLING, mode=Mode.COUNTING, asked=Asked("z_report", "count"))
    typed = [*"100*5+3.5"]
    assert after(state, *typed, "enter").command == Answered("100*5+3.5")


def test_the_program_ends_by_ctrl_q_only_while_nobody_is_signed_on() -> None:
    assert after(CheckoutState(), "ctrl+q").leave
    assert not after(SELLING, "ctrl+q").leave


FACES = [
    CheckoutState(),
    SELLING,
    TENDERING,
    replace(SELLING, mode=Mode.NO_SHIFT),
    replace(SELLING, mode=Mode.RETURNING),
    replace(SELLING, mode=Mode.SAVING),
    replace(SELLING, locked=True),
    replace(SELLING, asked=Asked("no_sale", "reason")),
    replace(SELLING, asked=Asked("department", "choice", (("10", "食品"),))),
    replace(SELLING, asked=Asked("cancel_receipt", "approval")),
]
ANY_KEY = st.one_of(
    st.sampled_from(
        [*NAMES.values(), "enter", "escape", "backspace", "up", "down", "pageup", "tab", "f1", "f11", "f12"]
    ),
    st.sampled_from(sorted({name for names in KEYS.keys.values() for name in names})),
    st.characters(),
)


@given(st.sampled_from(FACES), st.lists(ANY_KEY, max_size=30))
def test_no_sequence_of_keys_breaks_the_desk(state: CheckoutState, names: list[str]) -> None:
    outcome = after(state, *names)
    assert len(outcome.desk.text) <= 120
    assert outcome.desk.text.isprintable()


@pytest.mark.parametrize(
    ("sequence", "name", "typed"),
    [
        ("\x1bOj", "asterisk", "*"),
        ("\x1b[57411u", "asterisk", "*"),
        ("\x1b[57413;1;43u", "plus", "+"),
        ("\x1b[57412u", "minus", "-"),
        ("\x1bOp", "0", "0"),
        ("\x1b[57399u", "0", "0"),
        ("\x1bOM", "enter", ""),
        ("\x1b[57414u", "enter", ""),
        ("\x1b[3;5~", "ctrl+delete", ""),
        ("\x1b[1~", "home", ""),
        ("\x7f", "backspace", ""),
        ("\x08", "backspace", ""),
        ("\x0e", "ctrl+n", ""),
        ("茶", "茶", "茶"),
    ],
)
def test_both_blocks_of_the_keyboard_are_the_same_in_every_terminal(sequence: str, name: str, typed: str) -> None:
    (event,) = [one for one in XTermParser(False).feed(sequence) if isinstance(one, events.Key)]
    found = Key.of(event.key, event.character)
    assert (found.name, found.typed) == (name, typed)
