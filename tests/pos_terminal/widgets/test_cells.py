"""Widths are counted in cells, by our table, the screen library's and the terminal's alike; and text is only text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from wcwidth import wcwidth

from pos_terminal.widgets.cells import cells, clip, fit, safe, tail, wrap

TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("茶叶可乐éß\u200d\ufe0f\u202e\x1b\x07\t🇨🍎〇×—“")), max_size=40
)


@given(TEXT)
def test_safe_text_holds_nothing_a_terminal_would_obey(text: str) -> None:
    for character in safe(text):
        assert unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co", "Cn")


def test_the_count_of_every_character_is_wcwidths_or_it_is_not_shown() -> None:
    for number in range(0x20, 0x20000):
        character = chr(number)
        if safe(character) == character:
            assert cells(character) == wcwidth(character), hex(number)


@given(TEXT)
def test_our_count_is_the_screen_librarys_count(text: str) -> None:
    assert cells(text) == sum(cell_len(character) for character in safe(text))


@given(TEXT, st.integers(0, 60), st.sampled_from(["left", "right", "center"]))
def test_fit_fills_exactly_its_width(text: str, width: int, align: str) -> None:
    assert cells(fit(text, width, align)) == width


@given(TEXT, st.integers(1, 60))
def test_clip_and_tail_never_go_over(text: str, width: int) -> None:
    assert cells(clip(text, width)) <= width
    assert cells(tail(text, width)) <= width


@given(TEXT, st.integers(4, 60))
def test_wrapped_lines_fit_and_lose_no_character(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert all(cells(line.rstrip()) <= max(width, longest_word(text)) for line in lines)
    assert "".join("".join(lines).split()) == "".join(safe(text).split())


def longest_word(text: str) -> int:
    return max((cells(word) for word in safe(text).split()), default=0)


@pytest.mark.parametrize("name", ["[red]茶[/red]", "\x1b[31m茶\x1b[0m", "茶\r\n叶", "[/]", "\\[茶"])
def test_markup_and_escapes_in_names_stay_text(name: str) -> None:
    shown = safe(name)
    assert "\x1b" not in shown
    assert "[" not in name or "[" in shown
