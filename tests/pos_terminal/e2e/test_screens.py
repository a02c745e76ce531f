"""What the terminal shows at 80 × 24, in Chinese and in English, kept as text.

`ZHANGGUI_WRITE_GOLDEN=1 pytest tests/pos_terminal/e2e/test_screens.py` writes the files anew: look at the difference.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from tests.pos_terminal.e2e.terminal import Terminal
from tests.pos_terminal.shop import MILK, TEA

GOLDEN = Path(__file__).parent / "golden"
HEAD = "\n" + "=" * 80 + "\n"
PROGRAM = "tests/pos_terminal/e2e/shop_program.py"
WALK = (
    ("signed off", ("",)),
    ("a number is typed, now the PIN", ("0", "1", "enter", "1", "2")),
    ("no shift yet", ("3", "4", "enter")),
    ("ready", ("2", "0", "0", "enter")),
    (
        "three lines, one shared, one struck out",
        (*MILK, "enter", *f"07*60+12*40/2*{TEA}", "enter", *MILK, "enter", "delete"),
    ),
    ("an unknown code", ("9", "9", "9", "enter")),
    ("paying", ("f9",)),
    ("a part is paid by card", ("1", "0", "0", "f5")),
    ("paid, with change", ("2", "0", "0", "enter")),
    ("help", ("f1",)),
    ("menu", ("escape", "f12")),
    ("search", ("escape", "ctrl+f", "x")),
    ("return", ("escape", "f10")),
)


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_each_face_at_80_by_24_is_as_it_was(language: str) -> None:
    path = GOLDEN / f"screens-{language}.txt"
    if os.environ.get("ZHANGGUI_WRITE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(HEAD.join(walk(language, {})), "utf-8")
    faces = path.read_text("utf-8").split(HEAD)
    expected = dict(zip((name for name, _ in WALK), faces, strict=True))
    assert walk(language, expected) == list(expected.values())


def face_of(terminal: Terminal, expected: str | None) -> str:
    """The screen as soon as it is what is expected, or what it has become after five seconds."""
    if expected is None:
        return terminal.settle(0.5)
    with contextlib.suppress(AssertionError):
        terminal.wait_for(expected.__eq__, 5.0)
    return terminal.text


def walk(language: str, expected: dict[str, str]) -> list[str]:
    """Every face of the walk; each as soon as it is what is expected, else what it has settled to."""
    faces = []
    with Terminal([PROGRAM, language]) as terminal:
        terminal.wait_for("S1-01")
        for name, keys in WALK:
            terminal.press(*keys)
            faces.append(face_of(terminal, expected.get(name)))
        assert len(terminal.lines) == 24
    return faces


def test_the_screen_follows_the_size_of_the_terminal() -> None:
    with Terminal([PROGRAM, "zh_CN"]) as terminal:
        terminal.wait_for("S1-01")
        terminal.press("0", "1", "enter", *"1234", "enter", *"200", "enter", *MILK, "enter")
        terminal.wait_for("1 行 1 件")
        for columns, rows in ((120, 40), (60, 20), (80, 24)):
            terminal.resize(columns, rows)
            terminal.wait_for(lambda text, rows=rows: "F9 结算" in "\n".join(text.split("\n")[rows - 3 :]))  # type: ignore[misc]
            assert "鲜牛奶 250ml" in terminal.text
            assert "3.50" in terminal.text


def test_without_colours_everything_is_still_told() -> None:
    with Terminal([PROGRAM, "zh_CN"], environ={"NO_COLOR": "1", "TERM": "xterm"}) as terminal:
        terminal.wait_for("S1-01")
        terminal.press("0", "1", "enter", *"1234", "enter", *"200", "enter", *MILK, "enter", *"999", "enter")
        terminal.wait_for("! 没有条码 999")
        assert b"38;5" not in terminal.raw
        assert b"38;2" not in terminal.raw
        assert b"[7m" in terminal.raw or b";7m" in terminal.raw


def test_a_name_full_of_escapes_reaches_the_terminal_as_letters() -> None:
    with Terminal([PROGRAM, "zh_CN", "hostile"]) as terminal:
        terminal.wait_for("S1-01")
        terminal.press("0", "1", "enter", *"1234", "enter", *"200", "enter", *MILK, "enter")
        terminal.wait_for("[red]牛奶[2J]0;title")
        assert b"\x1b[2J" not in terminal.raw
        assert b"\x1b]0;" not in terminal.raw
