"""The real program in a real terminal, with a scanner on a line and a printer on the network: as in a shop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devices.simulators.condition import Fault
from devices.simulators.printer import PrinterSimulator, TcpLine
from devices.simulators.scanner import ScannerSimulator
from tests.pos_terminal.e2e.terminal import Terminal
from tests.pos_terminal.premises import enrol, sales, supply
from tests.pos_terminal.shop import MILK, SOAP, TEA


class Lane:
    """One checkout lane: folder, settings, scanner, printer."""

    def __init__(self, folder: Path) -> None:
        self.data = enrol(folder / "data")
        supply(self.data)
        self.printer = PrinterSimulator()
        self._line = TcpLine(self.printer)
        self.scanner = ScannerSimulator(folder / "scanner")
        self.config = folder / "till.toml"
        self.config.write_text(
            f'data = "data"\n[printer]\nkind = "network"\nhost = "127.0.0.1"\nport = {self._line.port}\n'
            f'[[scanners]]\nkind = "serial"\npath = "{folder / "scanner"}"\n[agent]\ndeadline_ms = 100\n'
        )

    def terminal(self, *, controlling: bool = True) -> Terminal:
        return Terminal(["-m", "pos_terminal.cli", "run", "--config", str(self.config)], controlling=controlling)

    def scan(self, terminal: Terminal, code: str, shows: str) -> None:
        """Scan, and see it on the screen."""
        self.scanner.scan(code)
        terminal.wait_for(shows)

    def close(self) -> None:
        self._line.close()
        self.scanner.close()


@pytest.fixture
def lane(tmp_path: Path) -> Iterator[Lane]:
    made = Lane(tmp_path)
    yield made
    made.close()


def sign_on(terminal: Terminal) -> None:
    terminal.wait_for("请输工号")
    terminal.type("01")
    terminal.wait_for("请输密码")
    terminal.type("1234")


def until(done: Callable[[], bool], timeout_s: float = 10.0) -> None:
    deadline_s = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < deadline_s
        time.sleep(0.02)


def test_from_sign_on_to_the_printed_receipt_and_again_after_paper_ran_out(lane: Lane) -> None:
    with lane.terminal() as terminal:
        sign_on(terminal)
        terminal.wait_for("还没有开班")
        terminal.type("200")
        terminal.wait_for("可以收银")
        lane.scan(terminal, f"]E0{MILK}", "1 行 1 件")
        lane.scan(terminal, f"]E0{TEA}", "2 行 2 件")
        lane.scan(terminal, f"]E0{SOAP}", "3 行 3 件")
        terminal.press("f9")
        terminal.wait_for("应收")
        terminal.type("150")
        terminal.wait_for("找零")
        until(lambda: len(lane.printer.receipts) == 1)
        assert lane.printer.kicks == 1
        receipt = lane.printer.receipts[0].text
        assert "141.49" in receipt
        assert "8.51" in receipt
        lane.printer.fault = Fault.PAPER_OUT
        lane.scan(terminal, MILK, "1 行 1 件")
        terminal.press("enter", "enter")
        terminal.wait_for("缺纸")
        terminal.wait_for("○打印机")
        lane.printer.fault = Fault.NONE
    assert [sale.net for sale in sales(lane.data)] == [14_149, 350]


def test_a_receipt_open_at_a_power_cut_is_offered_back_and_paid(lane: Lane) -> None:
    with lane.terminal() as terminal:
        sign_on(terminal)
        terminal.wait_for("还没有开班")
        terminal.type("200")
        terminal.wait_for("可以收银")
        lane.scan(terminal, MILK, "1 行 1 件")
        lane.scan(terminal, TEA, "2 行 2 件")
        time.sleep(0.3)  # the draft is written off the paint path
        terminal.kill()
    with lane.terminal() as terminal:
        sign_on(terminal)
        terminal.wait_for("继续这张小票")
        terminal.press("enter")
        terminal.wait_for("2 行 2 件")
        terminal.press("enter", "enter")
        terminal.wait_for("已收")
        until(lambda: len(lane.printer.receipts) == 1)
    assert [sale.net for sale in sales(lane.data)] == [13_150]


@pytest.mark.parametrize(("controlling", "ends_with"), [(True, {-signal.SIGHUP, 129}), (False, {129})])
def test_a_till_whose_terminal_is_gone_ends_and_leaves_its_files_to_the_next(
    lane: Lane, controlling: bool, ends_with: set[int]
) -> None:
    with lane.terminal(controlling=controlling) as terminal:
        terminal.wait_for("请输工号")
        terminal.hang_up()
        assert terminal.process.wait(10) in ends_with
    with lane.terminal() as terminal:
        terminal.wait_for("请输工号")


def test_number_and_pin_may_be_typed_while_the_till_is_still_being_opened(lane: Lane) -> None:
    with lane.terminal() as terminal:
        terminal.wait_for("正在打开")
        terminal.type("01")
        terminal.type("1234")
        assert "正在打开" not in terminal.wait_for("还没有开班")


def test_a_second_till_on_the_same_files_is_refused_with_a_word(lane: Lane) -> None:
    with lane.terminal() as first:
        first.wait_for("请输工号")
        with lane.terminal() as second:
            second.wait_for("另一个程序正在使用")
            assert second.process.wait(10) == 1
        first.press("ctrl+q")
        assert first.process.wait(10) == 0
