"""What each part of the screen draws, as text: no terminal and no screen library needed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_terminal.checkout.state import CheckoutState, Level, Message, Mode
from pos_terminal.keymap import till_keys
from pos_terminal.locale.words import words
from pos_terminal.widgets.big import big
from pos_terminal.widgets.canvas import Row, columns, filled, row_cells, row_text
from pos_terminal.widgets.entry import Entry, draw_entry
from pos_terminal.widgets.header import draw_header
from pos_terminal.widgets.lines import draw_heads, draw_lines, scroll_top
from pos_terminal.widgets.list import Column, ListPanel, draw_list
from pos_terminal.widgets.message import draw_message
from pos_terminal.widgets.palette import STYLES
from pos_terminal.widgets.strip import draw_strip
from pos_terminal.widgets.total import draw_total
from pos_terminal.widgets.view import Chrome, Status, View
from promotions import AmountAtThreshold, AmountTier, Offer
from retail.feeds import BarcodeRow, ItemRow
from tests.pos_terminal.checkout.test_returns import lay_open, sold
from tests.pos_terminal.shop import CIDER, MILK, TEA, Counter

KEYS = till_keys().keymap
WIDTHS = (80, 100, 120, 200)


def view_of(state: CheckoutState, language: str = "zh_CN", chrome: Chrome | None = None) -> View:
    return View(state, words(language), chrome or Chrome("华东路店", "S1-01", "11-21 12:00"))


def text_of(rows: list[Row]) -> str:
    return "\n".join(row_text(row).rstrip() for row in rows)


@given(st.integers(0, 400), st.integers(1, 50), st.data())
def test_the_selected_line_is_always_visible(count: int, height: int, data: st.DataObject) -> None:
    selected = data.draw(st.integers(0, max(0, count - 1)))
    top = scroll_top(count, height, selected, data.draw(st.integers(0, 400)))
    assert 0 <= top <= max(0, count - 1)
    assert not count or top <= selected < top + height


def test_a_long_receipt_moves_rarely_so_that_a_scan_paints_one_line() -> None:
    top, moves = 0, 0
    for count in range(1, 101):
        moved = scroll_top(count, 13, count - 1, top)
        moves += moved != top
        top = moved
    assert moves <= 15


@pytest.mark.parametrize("width", WIDTHS)
def test_heads_and_lines_fill_their_width_to_the_cell(width: int) -> None:
    counter = Counter().open().scan(MILK, TEA, CIDER)
    view = view_of(counter.state)
    for row in (draw_heads(view, width), *draw_lines(view, width, 3, 0)):
        assert row_cells(row) == width


def test_a_struck_out_line_stays_and_says_so_in_words() -> None:
    counter = Counter().open().scan(MILK, TEA).press("remove_line")
    lines = text_of(draw_lines(view_of(counter.state), 80, 5, 0))
    assert "[删] 龙井茶" in lines


def test_a_shared_line_names_its_clerks_and_a_pool_its_code() -> None:
    counter = Counter().open().enter(f"07*60+12*40/{MILK}", f"@A/{TEA}")
    lines = text_of(draw_lines(view_of(counter.state), 80, 5, 0))
    assert "07+12" in lines
    assert "@A" in lines


def test_a_weighed_line_shows_its_weight_and_unit_price() -> None:
    counter = Counter()
    counter.shelves.codes["42"] = BarcodeRow("42", "apple")
    counter.open().enter("0.755*42")
    assert "0.755kg × 12.80" in text_of(draw_lines(view_of(counter.state), 80, 5, 0))


def test_a_hostile_name_is_drawn_as_text_within_its_column() -> None:
    counter = Counter()
    counter.shelves.items["milk"] = ItemRow("milk", "[red]\x1b[2J牛奶\u202e" + "长" * 60)
    counter.open().scan(MILK)
    row = draw_lines(view_of(counter.state), 80, 1, 0)[0]
    assert row_cells(row) == 80
    assert "\x1b" not in row_text(row)
    assert "[red][2J牛奶" in row_text(row)


def test_the_total_is_large_and_at_the_right_edge() -> None:
    counter = Counter().open().scan(TEA)
    rows = draw_total(view_of(counter.state), 80)
    for number, digits in enumerate(big("128.00"), 1):
        assert row_text(rows[number]).endswith(f"  {digits}  ")
    assert "合计" in row_text(rows[1])


def test_after_the_sale_the_change_stands_until_the_next_scan() -> None:
    counter = Counter().open().scan(MILK)
    counter.pay("10")
    assert "找零" in text_of(draw_total(view_of(counter.state), 80))
    counter.scan(MILK)
    assert "合计" in text_of(draw_total(view_of(counter.state), 80))


def test_a_part_payment_is_listed_and_what_is_open_is_the_large_figure() -> None:
    counter = Counter().open().scan(TEA).enter("").press("tender_card", "100")
    rows = draw_total(view_of(counter.state), 80)
    assert "银行卡 100.00" in text_of(rows)
    assert row_text(rows[1]).endswith(f"  {big('28.00')[0]}  ")
    assert "应收" in text_of(rows)


def test_nothing_of_the_receipt_is_seen_while_the_till_is_locked() -> None:
    counter = Counter().open().scan(TEA, "8800001").press("lock")
    assert "128" not in text_of(draw_total(view_of(counter.state), 80, plain=True)).replace(" ", "")
    assert "周" not in row_text(draw_entry(view_of(counter.state), Entry(), 80))


def test_figures_on_a_plain_terminal_are_ascii() -> None:
    assert all(row.isascii() for row in big("-1234567890.00", plain=True))
    assert len({len(row) for row in big("-1234567890.00")}) == 1


def test_the_lamps_tell_by_mark_and_word() -> None:
    good = Chrome("店", "01", "12:00", Status(online=True, unsent=0, printer="ok"))
    bad = Chrome("店", "01", "12:00", Status(online=False, unsent=12, printer="fault", offers_left_out=2))
    assert "●online ●printer" in row_text(draw_header(view_of(CheckoutState(), "en", good), 80))
    assert "○offline ↑12 ○printer ○offers 2" in row_text(draw_header(view_of(CheckoutState(), "en", bad), 80))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_header_keeps_clock_and_lamps_whatever_the_names(width: int) -> None:
    chrome = Chrome("很长的店名" * 20, "S1-01", "11-21 12:00", Status(True, 3, "ok"))
    row = draw_header(view_of(Counter().open().state, "zh_CN", chrome), width)
    assert row_cells(row) == width
    assert row_text(row).endswith("●联网 ↑3 ●打印机 11-21 12:00 ")


def test_the_entry_shows_text_quantity_and_sticky_clerk_and_hides_a_pin() -> None:
    counter = Counter().open().press("clerk", "07").enter("3*")
    shown = row_text(draw_entry(view_of(counter.state), Entry("690"), 80))
    assert "条码▸ 3 × 690" in shown
    assert "营业员 07" in shown
    masked = row_text(draw_entry(view_of(CheckoutState()), Entry("1234", masked=True, prompt="密码"), 80))
    assert "1234" not in masked
    assert "••••" in masked


@pytest.mark.parametrize(("level", "mark"), [(Level.INFO, "  "), (Level.REFUSED, " ! "), (Level.FAULT, " !! ")])
def test_the_level_of_a_message_is_told_by_its_mark(level: Level, mark: str) -> None:
    state = replace(CheckoutState(), message=Message("nothing_to_pay", level))
    assert row_text(draw_message(view_of(state), 80)).startswith(mark + "小票是空的")


def test_a_refusal_goes_before_an_open_question_and_the_question_before_information() -> None:
    info = replace(CheckoutState(), message=Message("welcome"))
    refused = replace(CheckoutState(), message=Message("nothing_to_pay", Level.REFUSED))
    assert row_text(draw_message(view_of(info), 80, "原因")).strip() == "? 原因"
    assert "小票是空的" in row_text(draw_message(view_of(refused), 80, "原因"))


@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_taken_back_of_an_offer_stands_under_the_goods_that_come_back(width: int) -> None:
    offer = Offer("t100", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")
    counter = Counter(offers=(offer,)).open()
    lay_open(counter, sold(counter, TEA, MILK)).scan(TEA)
    drawn = draw_lines(view_of(counter.state), width, 5, 0)
    assert {row_cells(row) for row in drawn[:2]} == {width}
    assert row_text(drawn[1]).split()[-2:] == ["满100减10", "0.27"]
    assert not row_text(drawn[2]).strip()


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("scope", ["sale", "tender"])
def test_the_strip_holds_every_function_key_at_80_columns_and_cuts_no_label(language: str, scope: str) -> None:
    rows = draw_strip(KEYS, scope, words(language), 80)  # type: ignore[arg-type]
    assert len(rows) <= 3
    assert all(row_cells(row) <= 80 for row in rows)
    shown = text_of(rows)
    for key, function in KEYS.key_strip(scope):  # type: ignore[arg-type]
        if key.startswith("f") and key[1:].isdigit():
            assert f" {key.upper()} {words(language).label(function)}" in shown


def test_the_strip_follows_the_stores_keys() -> None:
    keys = till_keys({"repeat": "ctrl+r", "hold": "f6", "recall": "f3"}).keymap
    shown = text_of(draw_strip(keys, "sale", words("zh_CN"), 80))
    assert "F6 挂单" in shown
    assert "F3 取单" in shown


def test_a_list_shows_its_chosen_row_and_a_word_when_it_is_empty() -> None:
    columns_ = (Column("品名"), Column("价格", 10, "right"))
    rows = tuple((f"商品{number}", f"{number}.00") for number in range(40))
    drawn = draw_list(ListPanel("查找", columns_, rows, 30, "回车"), 40, 12)
    assert len(drawn) == 12
    assert any("▸商品30" in row_text(row) for row in drawn)
    assert all(row_cells(row) <= 40 for row in drawn)
    assert "没有" in text_of(draw_list(ListPanel("查找", columns_, (), empty="没有找到"), 40, 12))


@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(sorted(STYLES))), max_size=6), st.integers(0, 80))
def test_a_filled_row_has_exactly_its_width(spans: list[tuple[str, str]], width: int) -> None:
    assert row_cells(filled(tuple(spans), width)) == width


def test_two_columns_keep_the_right_one_whole() -> None:
    assert row_text(columns((("很长的名字很长的名字", ""),), (("12.00", ""),), 16)) == "很长的名字…12.00"


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_narrow_terminal_is_cut_but_never_fails(mode: Mode, width: int) -> None:
    counter = Counter().open().scan(MILK, TEA)
    view = view_of(replace(counter.state, mode=mode))
    rows = [draw_header(view, width), draw_heads(view, width), *draw_lines(view, width, 4, 0), *draw_total(view, width)]
    assert all(row_cells(filled(row, width)) == width for row in rows)
