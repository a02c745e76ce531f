"""Rebinding keys: what works, and every way it can clash."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.functions import BY_CODE, FUNCTIONS
from retail.key_names import is_key, key_cap
from retail.keymap import Clash, ClashKind, Keymap, keymap


def clash_kinds(*overrides):
    result = keymap(*overrides)
    assert not isinstance(result, Keymap)
    return [clash.kind for clash in result]


def test_the_defaults_do_not_clash():
    assert isinstance(keymap(), Keymap)


@pytest.mark.parametrize(
    ("scope", "key", "code"),
    [
        ("sale", "f9", "total"),
        ("sale", "plus", "total"),
        ("sale", "f5", "clerk"),
        ("tender", "f5", "tender_card"),
        ("tender", "enter", "tender_cash"),
        ("sale", "delete", "remove_line"),
        ("tender", "delete", "remove_tender"),
        ("sale", "f1", "help"),
        ("tender", "f1", "help"),
    ],
)
def test_a_key_means_what_its_screen_says(scope, key, code):
    default = keymap()
    assert isinstance(default, Keymap)
    function = default.function_for(scope, key)
    assert function is not None
    assert function.code == code


def test_a_key_of_the_other_screen_does_nothing():
    default = keymap()
    assert isinstance(default, Keymap)
    assert default.function_for("tender", "f9") is None
    assert default.function_for("sale", "f20") is None


def test_a_role_overrides_its_store():
    moved = keymap({"repeat": "f14", "total": "f9"}, {"repeat": "f15, f16"})
    assert isinstance(moved, Keymap)
    assert moved.keys["repeat"] == ("f15", "f16")
    assert moved.key_of("repeat") == "f15"
    assert moved.function_for("sale", "f14") is None
    assert moved.function_for("sale", "plus") is None


def test_two_functions_may_trade_keys():
    traded = keymap({"hold": "f4", "recall": "f3"})
    assert isinstance(traded, Keymap)
    assert traded.function_for("sale", "f3") == BY_CODE["recall"]


def test_a_function_without_a_key_moves_to_the_menu():
    moved = keymap({"repeat": "", "x_report": "f13"})
    assert isinstance(moved, Keymap)
    assert moved.key_of("repeat") == ""
    menu = [function.code for function in moved.menu()]
    assert "repeat" in menu
    assert "x_report" not in menu
    assert [function.code for function in moved.menu()].count("cash_in") == 1


def test_the_strip_shows_function_keys_first_and_in_order():
    default = keymap()
    assert isinstance(default, Keymap)
    keys = [key for key, _ in default.key_strip("sale")]
    assert keys[:11] == [f"f{n}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12)]
    assert {function.scope for _, function in default.key_strip("tender")} == {"tender", "any"}


def test_every_function_is_on_the_strip_or_in_the_menu():
    default = keymap()
    assert isinstance(default, Keymap)
    shown = {f.code for scope in ("sale", "tender") for _, f in default.key_strip(scope)}
    listed = {f.code for f in default.menu()}
    assert shown | listed == set(BY_CODE)
    assert not shown & listed


@pytest.mark.parametrize(
    ("override", "kind"),
    [
        ({"repeat": "f5"}, ClashKind.SAME_KEY),
        ({"tender_card": "f1"}, ClashKind.SAME_KEY),
        ({"lock": "f5"}, ClashKind.SAME_KEY),
        ({"repeat": "f11"}, ClashKind.TERMINAL),
        ({"repeat": "ctrl+c"}, ClashKind.TERMINAL),
        ({"repeat": "shift+f6"}, ClashKind.TERMINAL),
        ({"repeat": "ctrl+i"}, ClashKind.TERMINAL),
        ({"repeat": "7"}, ClashKind.TYPING),
        ({"repeat": "r"}, ClashKind.TYPING),
        ({"repeat": "enter"}, ClashKind.TYPING),
        ({"repeat": "slash"}, ClashKind.TYPING),
        ({"repeat": "F6"}, ClashKind.UNKNOWN_KEY),
        ({"repeat": "f0"}, ClashKind.UNKNOWN_KEY),
        ({"repeat": "hyper+x"}, ClashKind.UNKNOWN_KEY),
        ({"repeat": "*"}, ClashKind.UNKNOWN_KEY),
        ({"fly": "f13"}, ClashKind.UNKNOWN_FUNCTION),
        ({"total": ""}, ClashKind.REQUIRED),
        ({"menu": " , "}, ClashKind.REQUIRED),
    ],
)
def test_each_clash_is_reported(override, kind):
    assert kind in clash_kinds(override)


def test_all_clashes_are_reported_at_once_and_in_words():
    result = keymap({"repeat": "f5", "fly": "f6", "hold": "f11", "help": ""})
    assert not isinstance(result, Keymap)
    assert {clash.kind for clash in result} == {
        ClashKind.SAME_KEY,
        ClashKind.UNKNOWN_FUNCTION,
        ClashKind.TERMINAL,
        ClashKind.REQUIRED,
    }
    assert Clash(ClashKind.SAME_KEY, "f5", ("repeat", "clerk")).describe("zh") == (
        "按键 F5 同时用于：重复上次、营业员。请给其中一个换键。"
    )
    for clash in result:
        assert "{" not in clash.describe("en") + clash.describe("zh")


def test_each_screen_reports_its_own_clash():
    result = keymap({"repeat": "f7", "tender_card": "f7"})
    assert not isinstance(result, Keymap)
    assert {clash.functions for clash in result} == {
        ("repeat", "line_discount"),
        ("tender_card", "tender_stored_value"),
    }


@given(st.dictionaries(st.sampled_from([*BY_CODE, "fly"]), st.text(max_size=12), max_size=5))
def test_no_override_raises_and_no_usable_map_has_a_doubled_key(override):
    result = keymap(override)
    if isinstance(result, Keymap):
        for scope in ("sale", "tender"):
            keys = [k for f in FUNCTIONS if f.scope in (scope, "any") for k in result.keys[f.code]]
            assert len(keys) == len(set(keys))
    else:
        assert result
        assert all(clash.describe("zh") and clash.describe("en") for clash in result)


@pytest.mark.parametrize(
    ("name", "cap"),
    [("f12", "F12"), ("ctrl+delete", "Ctrl+Del"), ("pageup", "PgUp"), ("minus", "-"), ("ctrl+p", "Ctrl+P")],
)
def test_key_caps(name, cap):
    assert is_key(name)
    assert key_cap(name) == cap


@pytest.mark.parametrize(
    "name", ["", "+", "f0", "f25", "ctrl+", "ctrl+ctrl+a", "ctrl+1", "１", "f１", "ctrl+plus", "é"]
)
def test_what_is_no_key(name):
    assert not is_key(name)


SCREEN_LIBRARY = """
from textual._xterm_parser import XTermParser
from textual.events import Key
for sent in %r:
    print(",".join(event.key for event in XTermParser().feed(sent) if isinstance(event, Key)))
"""


def test_the_names_are_those_of_the_screen_library():
    sent = {
        "*": "asterisk",
        "+": "plus",
        "-": "minus",
        "\x1bOP": "f1",
        "\x1b[24~": "f12",
        "\x1b[3~": "delete",
        "\x1b[3;5~": "ctrl+delete",
        "\x1b[2~": "insert",
        "\x1b[H": "home",
        "\x1b[F": "end",
        "\x04": "ctrl+d",
        "\r": "enter",
    }
    program = SCREEN_LIBRARY % (list(sent),)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == list(sent.values())
    assert all(is_key(name) for name in sent.values())
