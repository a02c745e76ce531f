from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.escpos import encode
from devices.layout import Line, layout, wrap
from devices.profiles import GENERIC_58, GENERIC_80
from devices.receipt import Align, Cell, Columns, Receipt, Rule, Text
from devices.simulators.interpreter import render
from devices.simulators.paper import RenderedLine

PROFILES = {32: GENERIC_58, 42: replace(GENERIC_80, width_dots=512, width_cells=42), 48: GENERIC_80}
ALPHABET = "可口乐农夫山泉五花肉香葱苏打饼干茶叶蛋ABCdefg0123456789 ×—…“”①￥·℃éαЖ（）、，%/-."


def paper(receipt: Receipt, width_cells: int) -> tuple[RenderedLine, ...]:
    """The lines as the simulated printer, which knows nothing of our layout, puts them on its paper."""
    profile = PROFILES[width_cells]
    (printed,) = render(encode(receipt, profile).data, profile.width_dots)
    assert printed.unknown == ()
    return tuple(line for line in printed.lines if line.text)


def column_end(line: RenderedLine, text: str) -> int:
    """The cell after the last one of `text`, which ends the line's rightmost occurrence of it."""
    before = line.text[: line.text.rindex(text) + len(text)]
    return sum(1 if character.isascii() else 2 for character in before)


def random_names(count: int) -> list[str]:
    chance = random.Random(20261121)
    return ["".join(chance.choices(ALPHABET, k=chance.randint(1, 40))) for _ in range(count)]


@pytest.mark.parametrize("width_cells", [32, 42, 48])
def test_two_hundred_mixed_names_stay_on_the_paper_and_their_amounts_right_to_the_cell(width_cells):
    names = random_names(200)
    rows = [Columns((Cell(name), Cell("q1", 6), Cell(f"{i}.99", 10))) for i, name in enumerate(names)]
    lines = paper(Receipt(tuple(rows)), width_cells)
    assert not any(line.wrapped for line in lines)
    assert max(line.width_cells for line in lines) <= width_cells
    amounts = [line for line in lines if line.text.endswith(".99") and "q1" in line.text]
    assert len(amounts) == len(names)
    assert {line.width_cells for line in amounts} == {width_cells}
    assert {column_end(line, "q1") for line in amounts} == {width_cells - 11}


@pytest.mark.parametrize("width_cells", [32, 48])
def test_nothing_of_a_name_is_lost_by_wrapping(width_cells):
    for name in random_names(100):
        lines = paper(Receipt((Columns((Cell(name), Cell("8.88", 10))),)), width_cells)
        printed = "".join(line.text for line in lines).replace("8.88", "", 1).replace(" ", "")
        assert printed == name.replace(" ", "").replace("é", "é")


cell_texts = st.text(st.sampled_from(ALPHABET), max_size=30)
rows = st.builds(
    Columns,
    st.lists(
        st.builds(Cell, cell_texts, st.integers(0, 12), st.sampled_from([None, Align.LEFT, Align.RIGHT, Align.CENTER])),
        max_size=5,
    ).map(tuple),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
texts = st.builds(Text, cell_texts, st.sampled_from(Align), st.booleans(), st.booleans(), st.booleans())


@given(st.lists(rows | texts | st.builds(Rule, st.sampled_from("-=*—"))), st.integers(16, 64))
@settings(max_examples=200)
def test_no_line_is_ever_wider_than_the_paper(items, width_cells):
    for op in layout(Receipt(tuple(items)), width_cells).ops:
        assert isinstance(op, Line)
        across = 2 if op.double_width else 1
        assert len(op.data) * across <= width_cells
        op.data.decode("gbk")  # no character was cut in two


@given(cell_texts, st.integers(2, 48))
def test_wrapping_keeps_every_character_in_order(text, width_cells):
    lines = wrap(text.encode("gbk"), width_cells)
    assert b"".join(lines).replace(b" ", b"") == text.encode("gbk").replace(b" ", b"")
    assert all(len(line) <= width_cells for line in lines)


def printed_text(item, width_cells=32):
    ops = layout(Receipt((item,)), width_cells).ops
    return [op.data.decode("gbk") for op in ops if isinstance(op, Line)]


def test_a_long_amount_takes_the_room_it_needs_and_is_never_shortened():
    row = Columns((Cell("金条"), Cell("1", 6), Cell("1234567890.12", 8)))
    assert printed_text(row) == ["金条             1 1234567890.12"]
    row = Columns((Cell("一个很长的名字"), Cell("123456789.000", 6), Cell("12345678901234.12", 8)))
    assert printed_text(row) == ["一个很长的名字", " 123456789.000 12345678901234.12"]
    row = Columns((Cell("名"), Cell("1234567890123456.000", 6), Cell("12345678901234.12", 8)))
    assert printed_text(row) == ["名", "            1234567890123456.000", "               12345678901234.12"]


def test_a_name_without_room_beside_the_figures_stands_above_them():
    row = Columns((Cell("可口可乐 330ml 罐装"), Cell("3", 6), Cell("3.50", 9), Cell("10.50", 10)))
    assert printed_text(row) == ["可口可乐 330ml 罐装", "          3      3.50      10.50"]
    assert printed_text(row, 48) == ["可口可乐 330ml 罐装       3      3.50      10.50"]


def test_words_and_numbers_move_whole_to_the_next_line():
    assert printed_text(Text("农夫山泉天然饮用水 Spring 550ml")) == ["农夫山泉天然饮用水 Spring 550ml"]
    assert printed_text(Text("农夫山泉天然饮用水水 Spring 550ml")) == ["农夫山泉天然饮用水水 Spring", "550ml"]


def test_marks_do_not_begin_a_line_and_brackets_do_not_end_one():
    assert printed_text(Text("一二三四五六七八九十一二三四五六，完")) == [
        "一二三四五六七八九十一二三四五",
        "六，完",
    ]
    assert printed_text(Text("一二三四五六七八九十一二三四五（整箱）")) == [
        "一二三四五六七八九十一二三四五",
        "（整箱）",
    ]


def test_alignment_counts_cells_not_characters():
    assert printed_text(Text("合计①", Align.RIGHT), 16) == ["          合计①"]
    assert printed_text(Text("×2—", Align.CENTER), 17) == ["      ×2—"]


def test_double_width_has_half_the_cells():
    total = Columns((Cell("合计"), Cell("￥90.35")), double_width=True)
    assert printed_text(total) == ["合计     ￥90.35"]
    (line,) = paper(Receipt((total,)), 32)
    assert line.double_width
    assert line.width_cells == 32


def test_unprintable_characters_are_counted_over_the_whole_receipt():
    laid_out = layout(Receipt((Text("ก"), Columns((Cell("ཀ"), Cell("𠮷"))))), 32)
    assert laid_out.replaced == 3


def test_a_centred_heading_breaks_into_even_lines():
    assert printed_text(Text("掌柜便利·人民广场店", Align.CENTER, double_width=True)) == [
        "   掌柜便利·",
        "   人民广场店",
    ]
    assert printed_text(Text("欢迎光临", Align.CENTER)) == ["            欢迎光临"]
