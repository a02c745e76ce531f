"""The whole program, driven by keys and scans as a cashier does, on the real core in the small shop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from textual import events
from textual.pilot import Pilot

from devices.scanner import FaultCode, ScannerFault, make_scan
from devices.scanners.keyboard import BurstDetector, KeyboardScanner
from pos_terminal.actions import Overlay
from pos_terminal.app import TillApp
from pos_terminal.checkout.commands import Pressed, Scanned, Told
from pos_terminal.checkout.state import Mode
from pos_terminal.widgets.canvas import Canvas, Row
from tests.pos_terminal.screens.shop_till import ShopTill, screen_text, shop_app
from tests.pos_terminal.shop import CIDER, MILK, SOAP, TEA, Counter

NAMES = {"*": "asterisk", "+": "plus", "-": "minus", ".": "full_stop", "/": "slash", " ": "space"}
SIGN_ON = ("0", "1", "enter", "1", "2", "3", "4", "enter")
OPEN = (*SIGN_ON, "2", "0", "0", "enter")


async def press(pilot: Pilot[None], *names: str) -> None:
    """Press keys by name or character, one after the other as a terminal sends them."""
    characters = {"enter": "\r", "space": " ", "tab": "\t"}
    for name in names:
        key = NAMES.get(name, name)
        character = name if len(name) == 1 else characters.get(name)
        pilot.app.post_message(events.Key(key, character))
    await pilot.pause()


def till_of(app: TillApp) -> ShopTill:
    assert isinstance(app.flow.till, ShopTill)
    return app.flow.till


def scan(app: TillApp, *codes: str) -> None:
    for code in codes:
        app.flow.scans.put(make_scan(code.encode(), "lane", 0.0))


async def test_from_sign_on_to_change_by_keyboard_and_scanner_alone() -> None:
    app = shop_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *SIGN_ON)
        assert "请输钱箱里的备用金" in screen_text(app)
        await press(pilot, "2", "0", "0", "enter")
        scan(app, MILK, TEA, SOAP)
        await pilot.pause()
        assert "3 行 3 件" in screen_text(app)
        await press(pilot, "enter", "1", "5", "0", "enter")
        last = app.flow.till.state.last
        assert last is not None
        assert (last.net, last.change) == (14_149, 851)
        assert "找零" in screen_text(app)


async def test_a_scan_is_a_command_whatever_is_open() -> None:
    app = shop_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *OPEN, "f1")
        scan(app, MILK)
        await pilot.pause()
        await press(pilot, "ctrl+f", "n")
        scan(app, TEA)
        await pilot.pause()
        assert [line.item.item for line in app.flow.till.state.receipt.lines] == ["milk", "tea"]
        assert app.flow.desk.overlay is None


async def test_a_typed_quantity_or_clerk_holds_for_the_scan_that_follows() -> None:
    app = shop_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *OPEN, *"3*")
        scan(app, MILK)
        await pilot.pause()
        await press(pilot, *"07/")
        scan(app, TEA)
        await pilot.pause()
        milk, tea = app.flow.till.state.receipt.lines
        assert (milk.quantity_milli, tea.ownership.shares[0].clerk) == (3000, "07")


async def test_many_scans_in_bursts_are_all_rung_up_in_their_order() -> None:
    app = shop_app()
    codes = [(MILK, TEA, SOAP, CIDER)[number % 7 % 4] for number in range(200)]
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *OPEN)
        for start in range(0, len(codes), 25):
            scan(app, *codes[start : start + 25])
            await pilot.pause()
        assert [line.code for line in app.flow.till.state.receipt.lines] == codes
        assert "200" in screen_text(app)


async def test_only_few_lines_are_painted_for_a_scan_on_a_long_receipt() -> None:
    app = shop_app(Counter().open().scan(*[MILK] * 100))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        stage = app.screen.get_child_by_id("stage")
        painted: list[int] = []
        assert isinstance(stage, Canvas)
        show = stage.show

        def counted(rows: Sequence[Row]) -> list[int]:
            changed = show(rows)
            painted.append(len(changed))
            return changed

        stage.show = counted  # type: ignore[method-assign]
        for _ in range(20):
            scan(app, TEA)
            await pilot.pause()
        assert sorted(painted)[len(painted) // 2] <= 2


async def test_the_language_changes_at_once_and_everywhere() -> None:
    app = shop_app(Counter().open().scan(MILK))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+n")
        shown = screen_text(app)
        assert "Total" in shown
        assert "F9 Total" in shown
        await press(pilot, "ctrl+n")
        assert "F9 结算" in screen_text(app)


async def test_a_second_person_approves_at_the_same_till() -> None:
    app = shop_app(Counter().open().scan(MILK))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+delete")
        assert "需要第二人授权" in screen_text(app)
        await press(pilot, "9", "0", "enter", *"9999")
        assert "9999" not in screen_text(app)
        await press(pilot, "enter")
        assert app.flow.till.state.receipt.lines == ()
        assert "整单已取消" in screen_text(app)


async def test_a_wrong_pin_is_told_and_shown_nowhere() -> None:
    app = shop_app()
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "0", "1", "enter", *"7777", "enter")
        assert app.flow.till.state.mode is Mode.SIGNED_OFF
        assert "工号或密码不对" in screen_text(app)
        assert "7777" not in screen_text(app)


async def test_hold_and_recall_from_a_list() -> None:
    app = shop_app(Counter().open().scan(MILK, TEA))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f3", "f4")
        assert "取哪一单" in screen_text(app)
        assert "131.50" in screen_text(app)
        await press(pilot, "enter")
        assert len(app.flow.till.state.receipt.lines) == 2


async def test_a_return_is_chosen_line_by_line_and_paid_out() -> None:
    counter = Counter().open().scan(MILK, TEA)
    counter.pay()
    app = shop_app(counter)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f10", *counter.numbers[-1], "enter")
        assert "退货：原小票 131.50" in screen_text(app)
        await press(pilot, "down", "space", "enter")
        assert "应退" in screen_text(app)
        await press(pilot, "enter", "enter")
        assert app.flow.till.state.last is not None
        assert app.flow.till.state.last.net == -12_800


async def test_a_blind_count_shows_no_expected_sum_before_it_is_typed() -> None:
    counter = Counter().open().scan(TEA)
    counter.pay()
    app = shop_app(counter)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f12", *_menu_number(app, "z_report"))
        assert "盘点钱箱" in screen_text(app)
        assert "328" not in screen_text(app)
        await press(pilot, *"100*3+28", "enter")
        await press(pilot, "enter")
        assert app.flow.till.state.mode is Mode.NO_SHIFT
        assert "差 0.00" in screen_text(app)


def _menu_number(app: TillApp, code: str) -> str:
    return str([function.code for function in app.flow.till.keys.menu()].index(code) + 1)


async def test_a_price_check_sells_nothing() -> None:
    app = shop_app(Counter().open())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "insert")
        scan(app, TEA)
        await pilot.pause()
        assert "龙井茶：128.00" in screen_text(app)
        assert app.flow.till.state.receipt.lines == ()


async def test_search_by_pinyin_sells_the_chosen_goods() -> None:
    app = shop_app(Counter().open())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+f", *"ljc")
        assert "龙井茶" in screen_text(app)
        await press(pilot, "enter")
        assert app.flow.till.state.receipt.lines[0].item.item == "tea"


async def test_stock_is_shown_and_escape_returns_to_the_lines() -> None:
    app = shop_app(Counter().open().scan(MILK))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+t")
        assert "南京路店" in screen_text(app)
        await press(pilot, "escape")
        assert "数量 × 单价" in screen_text(app)


async def test_a_lost_scanner_is_told_in_the_tills_language() -> None:
    app = shop_app(Counter().open())
    async with app.run_test(size=(80, 24)) as pilot:
        app.flow.scans.put(ScannerFault(FaultCode.LOST, "lane", 0.0))
        await pilot.pause()
        assert "扫描枪断开" in screen_text(app)


async def test_a_fault_of_the_program_is_told_and_the_receipt_stands() -> None:
    app = shop_app(Counter().open().scan(MILK))
    app.flow.raise_faults = False
    till = till_of(app)
    submit = till.submit

    def failing(command: object) -> object:
        if isinstance(command, Pressed):
            raise ZeroDivisionError("a fault")
        return submit(command)  # type: ignore[arg-type]

    till.submit = failing  # type: ignore[method-assign, assignment]
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f6")
        scan(app, TEA)
        await pilot.pause()
        assert len(app.flow.till.state.receipt.lines) == 2


async def test_services_post_from_their_own_threads() -> None:
    app = shop_app(Counter().open())
    async with app.run_test(size=(80, 24)) as pilot:
        await asyncio.to_thread(app.flow.post_command, Told("printer_back"))
        await pilot.pause()
        assert "打印机已恢复" in screen_text(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (60, 18), (24, 14)])
async def test_every_size_of_terminal_works_and_resizing_redraws(size: tuple[int, int]) -> None:
    app = shop_app(Counter().open().scan(*[MILK] * 40))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.resize_terminal(*size)
        await pilot.pause()
        lines = screen_text(app).split("\n")
        assert len(lines) == size[1]
        assert any("▸" in line for line in lines)


async def test_codes_from_a_keyboard_scanner_never_reach_the_entry() -> None:
    keyboard = KeyboardScanner("wedge", BurstDetector(gap_max_s=0.2))
    app = shop_app(Counter().open(), keyboard=keyboard, keyboard_gap_s=0.2)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *MILK, "enter")
        assert till_of(app).submitted[-1] == Scanned(MILK)
        assert app.flow.desk.text == ""
        await press(pilot, "4", "2")
        await pilot.pause(0.3)
        assert app.flow.desk.text == "42"


async def test_help_lists_every_function() -> None:
    app = shop_app(Counter().open())
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f1")
        assert app.flow.desk.overlay == Overlay("help")
        seen = screen_text(app)
        for _ in range(8):
            await press(pilot, "pagedown")
            seen += screen_text(app)
        for function in ("数量", "公拥组", "交班", "补打", "锁定收银机"):
            assert function in seen


async def test_a_plain_terminal_gets_no_character_that_it_lacks() -> None:
    app = shop_app(Counter().open().scan(MILK, TEA), plain=True)
    async with app.run_test(size=(80, 24)) as pilot:
        shown = screen_text(app)
        await press(pilot, "f9", "f1")
        shown += screen_text(app)
        assert not set(shown) & set("─×▸●○█▀…•↑↓·")
        assert "1 x 3.50" in shown
        assert "1 3 1 . 5 0" in shown
