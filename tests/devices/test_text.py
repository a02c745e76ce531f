from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.escpos import encode
from devices.profiles import GENERIC_80
from devices.receipt import Receipt, Text
from devices.simulators.interpreter import render
from devices.text import ENCODINGS, cells, glyphs, printable, terminal_safe


def two_byte_characters() -> list[str]:
    found = []
    for lead in range(0x81, 0xFF):
        for trail in [*range(0x40, 0x7F), *range(0x80, 0xFF)]:
            try:
                found.append(bytes((lead, trail)).decode("gbk"))
            except UnicodeDecodeError:
                continue
    return found


def test_every_two_byte_character_of_gbk_reaches_the_paper_unchanged():
    characters = two_byte_characters()
    assert len(characters) == 21_791
    characters.remove("\u3000")
    rows = ["".join(characters[start : start + 24]) for start in range(0, len(characters), 24)]
    printed = render(encode(Receipt(tuple(Text(row) for row in rows)), GENERIC_80).data)[0]
    assert "".join(printed.text_lines) == unicodedata.normalize("NFC", "".join(rows))
    assert not any(line.wrapped for line in printed.lines)
    assert printed.unknown == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("¥3.50", "￥3.50"),
        ("苹果•红", "苹果·红"),
        ("½磅", "1/2磅"),
        ("jalapeño", "jalapeno"),
        ("cafe\u0301", "café"),
        ("€5", "EUR5"),
        ("a\u00a0b\tc\r\nd", "a b c  d"),
        ("奶茶🧋🎉", "奶茶"),
        ("ｱ", "ア"),
    ],
)
def test_characters_the_printer_lacks_become_what_a_reader_expects(text, expected):
    result = printable(text)
    assert result.data.decode("gbk") == expected
    assert result.replaced == 0


def test_characters_without_a_likeness_are_printed_as_question_marks_and_counted():
    result = printable("𠮷野家 ཀ ก 茶")
    assert result.data.decode("gbk") == "?野家 ? ? 茶"
    assert result.replaced == 3


def test_rare_han_survive_in_gb18030_and_take_two_cells():
    result = printable("𠮷", "gb18030")
    assert result.data == "𠮷".encode("gb18030")
    assert len(result.data) == 4
    assert cells(result.data) == 2
    assert result.replaced == 0


@given(st.text(st.characters(exclude_categories=())), st.sampled_from(ENCODINGS))
def test_no_text_ever_becomes_a_control_byte(text, encoding):
    data = printable(text, encoding).data
    assert all(byte >= 0x20 and byte != 0x7F for byte in data)
    assert b"".join(glyphs(data)) == data


@given(st.text(st.characters(codec="gbk"), max_size=60))
def test_cells_of_gbk_text_are_its_encoded_length(text):
    data = printable(text).data
    assert cells(data) == len(data)


@given(st.text(st.characters(exclude_categories=())))
def test_text_for_a_terminal_holds_nothing_it_would_obey(text):
    safe = terminal_safe(text)
    assert not any(unicodedata.category(character) in ("Cc", "Cf", "Cs") for character in safe)


def test_text_for_a_terminal_keeps_what_people_read():
    assert terminal_safe("五花肉 ×2 “黑猪”\n①🧋") == "五花肉 ×2 “黑猪” ①🧋"
