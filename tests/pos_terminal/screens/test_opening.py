"""The screen before the till behind it is open: what is typed waits, nothing is lost, a failure ends the program."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest
from textual import events
from textual.pilot import Pilot

from devices.scanners.keyboard import BurstDetector, KeyboardScanner
from pos_terminal.app import TillApp
from pos_terminal.checkout.commands import Command, Scanned, Told
from pos_terminal.checkout.effects import Effect
from pos_terminal.checkout.state import Mode
from pos_terminal.flow import Flow
from pos_terminal.keymap import till_keys
from pos_terminal.locale.words import Language
from tests.pos_terminal.screens.shop_till import ShopTill, screen_text
from tests.pos_terminal.shop import MILK, Counter


class SlowShop:
    """A program whose till opens when it is let."""

    def __init__(
        self, counter: Counter, language: Language = "zh_CN", *, keyboard: KeyboardScanner | None = None
    ) -> None:
        self.till = ShopTill(counter, language)
        self.may_open = threading.Event()
        self.error: Exception | None = None
        self._keyboard = keyboard
        self.app = TillApp(self._opening, language, till_keys().keymap)

    async def open(self, pilot: Pilot[None]) -> None:
        """Let it open, and wait until it has."""
        self.may_open.set()
        await asyncio.to_thread(self.app.opened)
        await pilot.pause()

    def _opening(self, app: TillApp) -> Flow:
        assert self.may_open.wait(10)
        if self.error is not None:
            raise self.error
        return Flow(app, self._open_till, keyboard=self._keyboard, keyboard_gap_s=0.2, raise_faults=True)

    def _open_till(self, post: Callable[[Command], None], show: Callable[[Effect], None]) -> ShopTill:
        self.till.show = show
        post(Told("printer_back"))
        return self.till


def typed(app: TillApp, text: str) -> None:
    for character in text:
        name = "enter" if character == "\r" else character
        app.post_message(events.Key(name, character))


@pytest.mark.parametrize(
    ("language", "shown"), [("zh_CN", ("请输工号", "正在打开")), ("en", ("Type your number", "being opened"))]
)
async def test_the_sign_on_is_shown_with_the_keys_before_the_till_is_open(
    language: Language, shown: tuple[str, ...]
) -> None:
    shop = SlowShop(Counter(), language)
    async with shop.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = screen_text(shop.app)
        assert all(text in before for text in (*shown, "F9"))
        await shop.open(pilot)
        after = screen_text(shop.app)
        assert shown[1] not in after
        place = [line for line in before.split("\n") if shown[0] in line]
        assert place == [line for line in after.split("\n") if shown[0] in line]
        assert before.split("\n").index(place[0]) == after.split("\n").index(place[0])


async def test_what_was_typed_before_is_taken_in_its_order_and_shown_nowhere_meanwhile() -> None:
    shop = SlowShop(Counter())
    async with shop.app.run_test(size=(80, 24)) as pilot:
        typed(shop.app, "01\r1234\r20")
        await pilot.pause()
        assert "1234" not in screen_text(shop.app)
        assert shop.till.submitted == []
        await shop.open(pilot)
        assert shop.till.state.mode is Mode.NO_SHIFT
        assert shop.app.flow.desk.text == "20"
        typed(shop.app, "0\r")
        await pilot.pause()
        assert shop.till.state.shift is not None
        assert shop.till.state.shift.float_amount == 20_000


async def test_what_services_post_while_opening_comes_before_what_was_typed() -> None:
    shop = SlowShop(Counter().open())
    async with shop.app.run_test(size=(80, 24)) as pilot:
        typed(shop.app, f"{MILK}\r")
        await shop.open(pilot)
        assert shop.till.submitted[0] == Told("printer_back")
        assert [line.code for line in shop.till.state.receipt.lines] == [MILK]


async def test_a_code_from_a_keyboard_scanner_is_still_told_from_typing_by_its_pace() -> None:
    shop = SlowShop(Counter().open(), keyboard=KeyboardScanner("wedge", BurstDetector(gap_max_s=0.2)))
    async with shop.app.run_test(size=(80, 24)) as pilot:
        typed(shop.app, "4")
        await pilot.pause(0.3)
        typed(shop.app, f"{MILK}\r")
        await shop.open(pilot)
        assert Scanned(MILK) in shop.till.submitted


async def test_a_till_that_cannot_be_opened_ends_the_program_and_says_why() -> None:
    shop = SlowShop(Counter())
    shop.error = OSError("no disk")
    async with shop.app.run_test(size=(80, 24)) as pilot:
        typed(shop.app, "01\r")
        await shop.open(pilot)
        assert shop.app.failure is shop.error
        assert shop.app._exit


async def test_a_program_left_while_it_opens_hands_the_till_over_to_be_closed() -> None:
    shop = SlowShop(Counter())
    async with shop.app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        shop.app.exit()
        await pilot.pause()
    shop.may_open.set()
    flow = await asyncio.to_thread(shop.app.opened)
    assert flow is not None
    assert flow.till is shop.till
