from __future__ import annotations

import pytest

from pos_terminal.checkout.commands import Picked
from pos_terminal.checkout.effects import AskStock, SaveDraft, ShowItems
from pos_terminal.checkout.state import Level, Mode
from retail.feeds import PriceRow
from tests.pos_terminal.shop import CASE, MILK, NOON_MINUTE, SOAP, TEA, Counter, label


def test_a_scan_becomes_a_line_at_todays_price_and_is_kept_in_the_draft() -> None:
    till = Counter().open().scan(MILK)
    (line,) = till.state.receipt.lines
    assert (line.item.name, line.quantity_milli, line.entry) == ("鲜牛奶 250ml", 1000, "scan")
    assert till.due == 350
    assert SaveDraft() in till.effects


def test_a_short_code_is_typed_and_a_pack_sells_its_pieces() -> None:
    till = Counter().open().enter("1001").scan(CASE)
    assert [line.quantity_milli for line in till.state.receipt.lines] == [1000, 6000]
    assert till.due == 999 + 6 * 350


def test_the_quantity_comes_before_the_code_and_holds_for_one_line() -> None:
    till = Counter().open().enter("3*").scan(MILK, MILK).enter(f"2*{SOAP}")
    assert [line.quantity_milli for line in till.state.receipt.lines] == [3000, 1000, 2000]


def test_the_quantity_key_takes_what_was_typed_before_it() -> None:
    till = Counter().open().press("quantity", "4").scan(MILK)
    assert till.due == 4 * 350
    assert till.press("quantity", "x").told == "quantity_not_read"
    assert till.press("quantity").told == "quantity_not_read"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("-3*1001", "quantity_negative"),
        ("0*1001", "quantity_zero"),
        ("99999*1001", "quantity_too_large"),
        ("123456789012*1001", "quantity_not_read"),
        ("1.5*1001", "whole_pieces_only"),
        ("*", "quantity_not_read"),
        ("*1001", "quantity_not_read"),
        ("3*4*1001", "entry_not_read"),
        ("9999", "code_unknown"),
        ("6901234560011", "bad_check_digit"),
        ("12.50", "unreadable"),
        ("2002", "not_on_sale"),
        ("2003", "no_price"),
        ("55/1001", "clerk_unknown"),
        ("66/1001", "clerk_unknown"),
        ("@B/1001", "pool_unknown"),
    ],
)
def test_what_cannot_be_sold_is_refused_with_a_reason_and_changes_nothing(typed: str, told: str) -> None:
    till = Counter().open().scan(MILK)
    till.enter(typed)
    assert till.told == told
    assert till.state.message is not None
    assert till.state.message.level is Level.REFUSED
    assert len(till.state.receipt.lines) == 1


def test_an_unknown_scan_does_not_swallow_the_quantity_of_the_next() -> None:
    till = Counter().open().enter("3*").scan("6900000000007")
    assert till.told == "code_unknown"
    assert till.scan(MILK).due == 3 * 350


def test_a_weight_label_sells_what_it_weighs_as_one_unit() -> None:
    till = Counter().open().scan(label("21", "00042", 755))
    (found,) = till.state.receipt.figures.lines
    assert (found.line.quantity_milli, found.gross) == (755, 966)
    assert len(found.runs) == 1


def test_an_amount_label_is_the_gross_and_its_weight_follows_from_the_price() -> None:
    till = Counter().open().scan(label("22", "00042", 1280))
    (found,) = till.state.receipt.figures.lines
    assert (found.gross, found.line.quantity_milli, found.source.kind) == (1280, 1000, "label")
    assert found.runs[0].units == 1


def test_a_label_is_not_multiplied_and_not_sold_empty() -> None:
    till = Counter().open().enter("3*").scan(label("21", "00042", 755))
    assert till.told == "label_times_quantity"
    assert till.answer(None).scan(label("21", "00042", 0)).told == "label_empty"
    assert till.scan(label("21", "00099", 755)).told == "plu_unknown"
    right = label("21", "00042", 755)
    assert till.scan(right[:-1] + str((int(right[-1]) + 1) % 10)).told == "bad_check_digit"
    assert till.state.receipt.lines == ()


def test_a_measured_item_found_by_name_asks_for_its_weight_first() -> None:
    till = Counter().open().do(Picked("apple"))
    assert till.told == "weigh_first"
    till.enter("0.5*").do(Picked("apple"))
    assert till.due == 640


def test_a_line_keeps_the_price_of_its_scan_when_the_price_changes() -> None:
    till = Counter().open()
    till.shelves.price_rows.append(PriceRow("milk", 40_000, scope="zone:east", from_minute=NOON_MINUTE + 1))
    till.scan(MILK)
    till.minute += 1
    till.scan(MILK)
    assert [found.net for found in till.state.receipt.figures.lines] == [350, 400]
    assert till.pay().net == 750


def test_a_removed_line_stays_on_record_and_counts_no_more() -> None:
    till = Counter().open().scan(MILK, TEA).press("remove_line")
    assert till.told == "line_removed"
    assert till.state.receipt.selected == 1
    sale = till.pay()
    assert sale.net == 350
    assert [line.voided is not None for line in sale.lines] == [False, True]
    assert sale.lines[1].voided is not None
    assert sale.lines[1].voided.by == "01"
    assert sum(run.units * run.gross for run in sale.lines[1].runs) == 12_800
    assert till.book.sums[("stock", ("milk",))] == (-1000,)
    assert ("stock", ("tea",)) not in till.book.sums


def test_repeat_sells_the_last_line_again_with_its_quantity_and_clerk() -> None:
    till = Counter().open().enter(f"07/2*{MILK}").press("repeat")
    first, second = till.state.receipt.lines
    assert (second.quantity_milli, second.ownership) == (2000, first.ownership)
    assert till.due == 1400


def test_goods_without_a_code_are_keyed_into_a_department() -> None:
    till = Counter().open().enter("2*").press("department", "12.50")
    assert till.state.asked is not None
    assert [value for value, _ in till.state.asked.values] == ["10", "30"]
    till.answer("10")
    (line,) = till.state.receipt.lines
    assert (line.entry, line.item.tax_rate_bp, till.due) == ("department", 900, 2500)
    assert till.press("department", "x").told == "amount_not_read"


def test_a_price_check_tells_the_price_and_sells_nothing() -> None:
    till = Counter().open().press("price_check").scan(TEA)
    assert till.told == "price_is"
    assert till.state.message is not None
    assert dict(till.state.message.values)["price"] == "128.00"
    assert till.state.receipt.lines == ()
    assert len(till.scan(TEA).state.receipt.lines) == 1


def test_search_and_stock_are_asked_of_services() -> None:
    till = Counter().open().press("search", "xnn").scan(MILK).press("stock_query")
    assert ShowItems("xnn") in till.effects
    assert AskStock("milk", "鲜牛奶 250ml") in till.effects


def test_a_member_gets_the_members_price_on_all_lines_also_when_shown_late() -> None:
    till = Counter().open().scan(TEA)
    assert till.due == 12_800
    till.scan("8800001")
    assert till.due == 11_800
    sale = till.pay()
    assert (sale.member, sale.lines[0].price_source.kind) == ("m1", "member:gold")
    assert till.press("member", "123").told == "member_unknown"


def test_scans_while_a_sale_is_being_written_are_kept_in_order() -> None:
    till = Counter().open().scan(MILK)
    till.held_back = True
    till.enter("", "").scan(TEA, SOAP).enter("2*").scan(MILK)
    assert till.state.mode is Mode.SAVING
    assert till.state.receipt.lines[0].item.item == "milk"
    till.release()
    assert [line.item.item for line in till.state.receipt.lines] == ["tea", "soap", "milk"]
    assert till.due == 12_800 + 999 + 700


def test_names_with_control_characters_never_reach_a_message() -> None:
    till = Counter().open()
    till.enter("\x1b[31m9\x07/1001")
    assert till.state.message is not None
    shown = "".join(text for _, text in till.state.message.values)
    assert shown.isprintable()


def test_nothing_sells_before_sign_on_and_shift() -> None:
    till = Counter().scan(MILK)
    assert till.told == "sign_on_first"
    assert till.press("hold").told == "sign_on_first"
    assert till.press("language").state.language == "en"
