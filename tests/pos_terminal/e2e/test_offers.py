"""Offers in a real terminal, as a cashier with a queue uses them: coupon, offers by hand, the explanation, the hint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pos_terminal.e2e.terminal import Terminal
from tests.pos_terminal.shop import MILK, SOAP, TEA

PROGRAM = "tests/pos_terminal/e2e/shop_program.py"


@pytest.fixture(params=["zh_CN", "en"])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def terminal(language: str) -> Iterator[Terminal]:
    """Three kinds of goods are rung up."""
    with Terminal([PROGRAM, language, "offers"]) as made:
        made.wait_for("S1-01")
        made.press("0", "1", "enter", *"1234", "enter", *"200", "enter")
        for code in (f"2*{SOAP}", f"2*{MILK}", TEA):
            made.type(code)
        made.wait_for("119.74")
        yield made


def told(language: str, chinese: str, english: str) -> str:
    return chinese if language == "zh_CN" else english


def row_of(terminal: Terminal, name: str) -> str:
    """The last row of the panel that names an offer, blanks joined."""
    rows = [" ".join(row.split()) for row in terminal.text.splitlines()[:15] if name in row]
    assert rows, f"{name} is not on the screen:\n{terminal.text}"
    return rows[-1]


def test_a_coupon_is_taken_listed_and_given_back(terminal: Terminal, language: str) -> None:
    terminal.press("ctrl+k", *"TEA5", "enter")
    terminal.wait_for(told(language, "券 TEA5 已收：省 5.00", "Coupon TEA5 taken: saves 5.00"))
    terminal.press("ctrl+k", "down", "enter")
    terminal.wait_for(told(language, "券 TEA5 已退还", "Coupon TEA5 given back"))


def test_several_offers_by_hand_are_picked_without_leaving_the_list(terminal: Terminal, language: str) -> None:
    terminal.press("ctrl+b")
    terminal.wait_for("[ ] 破损半价  -9.99")
    terminal.press("enter")
    terminal.wait_for(told(language, "已选“破损半价”：省 9.99", "“破损半价” chosen: saves 9.99"))
    terminal.press("down", "enter")
    terminal.wait_for(told(language, "已选“开业立减2元”：省 2.00", "“开业立减2元” chosen: saves 2.00"))
    assert "1 [x] 破损半价" in terminal.text
    assert "2 [x] 开业立减2元" in terminal.text
    terminal.press("escape", *MILK, "enter")
    terminal.wait_for(told(language, "4 行 6 件", "Lines 4  Pieces 6"))


def test_the_explanation_says_of_every_line_and_offer_why(terminal: Terminal, language: str) -> None:
    terminal.press("ctrl+e")
    terminal.wait_for(told(language, "本行", "This line"))
    terminal.settle()
    assert row_of(terminal, "满100减10") == told(
        language, "● 满100减10 再买 10.02 减更多 -10.00", "● 满100减10 10.02 more takes more off -10.00"
    )
    assert row_of(terminal, "茶券减5元").startswith(
        told(language, "○ 茶券减5元 要券 TEA5", "○ 茶券减5元 needs coupon TEA5")
    )
    assert row_of(terminal, "香皂买二送一") == told(
        language, "○ 香皂买二送一 再拿 1 件", "○ 香皂买二送一 1 more needed"
    )
    terminal.press("up")
    terminal.wait_for("2 鲜牛奶 250ml")
    assert row_of(terminal, "牛奶会员九折") == told(
        language, "○ 牛奶会员九折 要会员：请刷会员卡", "○ 牛奶会员九折 members only: read the card"
    )
    hours = told(language, "现在不做，时段 20:00–22:00", "not at this hour, only 20:00–22:00")
    assert row_of(terminal, "夜市七折") == f"○ 夜市七折 [2J {hours}"
    assert b"\x1b[2J" not in terminal.raw
    terminal.press("escape")
    terminal.wait_for(told(language, "品名", "Item"))


def test_the_total_brings_the_most_valuable_hint(terminal: Terminal, language: str) -> None:
    terminal.press("f9")
    terminal.wait_for(told(language, "再买 10.02 可享“满100减10”，省 20.00", "10.02 more for “满100减10”: saves 20.00"))
    terminal.press("ctrl+e")
    terminal.wait_for(told(language, "共省 10.00", "Saved in all 10.00"))
    terminal.press("escape", "enter")
    terminal.wait_for("S1-01-000001")
