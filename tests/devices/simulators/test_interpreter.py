from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.escpos import encode
from devices.profiles import GENERIC_58, GENERIC_80
from devices.simulators import glyphs
from devices.simulators.condition import Condition, Fault
from devices.simulators.interpreter import Interpreter, render
from tests.devices.samples import sale_receipt

JOB = b"\x10\x04\x01" + encode(sale_receipt(), GENERIC_58).data + b"\x10\x14\x01\x00\x01\x1bp\x00\x19\xfa\x1dr\x01"


def outcome(interpreter: Interpreter) -> tuple[object, ...]:
    interpreter.tear_off()
    papers = [(paper.text, paper.cuts, paper.image.tobytes()) for paper in interpreter.receipts]
    return papers, interpreter.kicks, bytes(interpreter.answers), interpreter.unknown


WHOLE = Interpreter(384)
WHOLE.feed(JOB)
EXPECTED = outcome(WHOLE)


@given(st.lists(st.integers(0, len(JOB)), max_size=8))
@settings(max_examples=20, deadline=None)
def test_bytes_in_any_pieces_make_the_same_paper(cuts):
    interpreter = Interpreter(384)
    edges = [0, *sorted(cuts), len(JOB)]
    for start, end in zip(edges, edges[1:], strict=False):  # noqa: RUF007 pieces may be empty
        interpreter.feed(JOB[start:end])
    assert outcome(interpreter) == EXPECTED
    assert EXPECTED[1:] == (2, b"\x12\x00", [])


COMMANDS = (
    rb"\x1b \x1d \x1c \x10 \x1d(k \x1d(k\x03\x001Q0 \x1d(k\x04\x001P0 \x1dk \x1dk\x43\x0d \x1dk\x49\x04{B \x1dv0\x00"
)
COMMANDS += rb" \x1dv0\x00\x01\x00\x01\x00 \x1dh \x1dw \x1dV \x1b@ \xff"
commands = st.sampled_from([command.decode("unicode_escape").encode("latin-1") for command in COMMANDS.split()])


@given(st.lists(commands | st.binary(max_size=4), max_size=60).map(b"".join))
@settings(max_examples=300, deadline=None)
def test_any_bytes_at_all_are_survived(data):
    (plain,) = render(b"ok\n", 384)
    assert {paper.image.width for paper in render(data, 384)} <= {plain.image.width}, "paper is as wide as its roll"


@pytest.mark.parametrize(("width_dots", "fit"), [(384, 16), (512, 21), (576, 24)])
def test_the_paper_breaks_a_line_that_is_too_long(width_dots, fit):
    (paper,) = render("\u6c49".encode("gbk") * (fit + 1) + b"\n", width_dots)
    assert paper.text_lines == ("汉" * fit, "汉")
    assert [line.wrapped for line in paper.lines] == [False, True]


def test_what_it_does_not_know_is_noted():
    (paper,) = render(b"\x1bZ\x07ok\n\x1d(L\x02\x00\x01\x02\x1c-\x0a")
    assert paper.unknown == (b"\x1bZ", b"\x07", b"\x1d(L\x02\x00\x01\x02", b"\x1c-")
    assert paper.text_lines[0] == "ok"


def test_without_paper_only_real_time_commands_are_obeyed():
    condition = Condition(Fault.PAPER_OUT)
    interpreter = Interpreter(condition=condition)
    interpreter.feed("小票\n".encode("gbk") + b"\x1bp\x00\x19\xfa\x1dV\x42\x00\x1dr\x01")
    assert (interpreter.kicks, interpreter.receipts, bytes(interpreter.answers)) == (0, [], b"")
    interpreter.feed(b"\x10\x14\x01\x00\x01\x10\x04\x04")
    assert (interpreter.kicks, bytes(interpreter.answers)) == (1, b"\x7e")
    condition.fault = Fault.NONE
    interpreter.work()
    assert (interpreter.kicks, bytes(interpreter.answers)) == (2, b"\x7e\x00")
    assert interpreter.receipts[0].text_lines[0] == "小票"


def test_double_size_and_bold_are_seen_on_the_picture():
    def black(data: bytes) -> int:
        (paper,) = render(data + "汉".encode("gbk") + b"\n")
        return sum(paper.image.histogram()[:128])

    plain = black(b"")
    assert black(b"\x1bE\x01") > plain * 1.1
    assert black(b"\x1d!\x11") > plain * 3


def test_without_any_font_characters_show_as_boxes(monkeypatch):
    monkeypatch.setattr(glyphs, "font_path", lambda: None)
    glyphs.glyph.cache_clear()
    glyphs._font.cache_clear()
    try:
        (paper,) = render(encode(sale_receipt(), GENERIC_80).data)
        box = glyphs.glyph("汉", wide=True)
        assert box.getpixel((1, 12)) == 0
        assert box.getpixel((12, 12)) == 255
        assert "合计" in paper.text
    finally:
        glyphs.glyph.cache_clear()
        glyphs._font.cache_clear()


def test_the_packaged_font_is_there_and_draws_different_characters():
    path = glyphs.font_path()
    assert path is not None
    assert path.name.startswith("NotoSansSC")
    assert glyphs.glyph("茶", wide=True).tobytes() != glyphs.glyph("叶", wide=True).tobytes()
