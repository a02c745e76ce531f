from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from devices.escpos import encode, realtime_pulse
from devices.printer import CoverOpen, Paper, PaperOut, PrinterError, PrinterOffline, PrinterUnknown
from devices.printers.dialogue import Waits
from devices.printers.network import NetworkPrinter
from devices.profiles import GENERIC_80
from devices.simulators.condition import Fault
from devices.simulators.printer import PrinterSimulator, TcpLine
from tests.devices.samples import sale_receipt

JOB = encode(sale_receipt(), GENERIC_80).data
SHORT_JOB = b"\x1b@\x1c&" + "小票\n".encode("gbk") + b"\x1dV\x42\x00\x1c."
QUICK = Waits(status_s=0.15, fence_s=0.25, fence_per_line_s=0.0, known_status_s=0.2)


@contextlib.contextmanager
def network_printer(simulator: PrinterSimulator, **options) -> Iterator[NetworkPrinter]:
    line = TcpLine(simulator)
    try:
        yield NetworkPrinter("127.0.0.1", line.port, waits=QUICK, **options)
    finally:
        line.close()


def wait_until(condition, timeout_s: float = 2.0) -> bool:
    deadline_s = time.monotonic() + timeout_s
    while not condition() and time.monotonic() < deadline_s:
        time.sleep(0.01)
    return condition()


def test_a_receipt_is_printed_and_cut_before_send_returns():
    simulator = PrinterSimulator()
    with network_printer(simulator) as printer:
        printer.send(JOB)
        (receipt,) = simulator.receipts
        assert receipt.cuts == 1
        assert "￥90.35" in receipt.text
        printer.send(JOB)
        assert len(simulator.receipts) == 2
    assert simulator.unknown == []


@pytest.mark.parametrize(
    ("fault", "error"),
    [(Fault.PAPER_OUT, PaperOut), (Fault.COVER_OPEN, CoverOpen), (Fault.OFFLINE, PrinterOffline)],
)
def test_a_printer_that_cannot_print_gets_nothing_and_the_cashier_is_told_why(fault, error):
    simulator = PrinterSimulator()
    simulator.fault = fault
    with network_printer(simulator) as printer:
        with pytest.raises(error) as caught:
            printer.send(JOB)
        assert not caught.value.outcome_unknown
        assert re.search("打印机.*小票已保留", caught.value.message("zh_CN"))
        assert "Receipt kept" in caught.value.message("en")
        simulator.fault = Fault.NONE
        assert not wait_until(lambda: simulator.receipts, 0.1)
        printer.send(JOB)
    assert [receipt.cuts for receipt in simulator.receipts] == [1]


class FailsMidway(PrinterSimulator):
    """Gets a fault after so many bytes of a job."""

    def __init__(self, fault: Fault, after_bytes: int) -> None:
        super().__init__()
        self._coming = fault
        self._left = after_bytes

    def receive(self, data: bytes) -> bytes:
        head, tail = data[: self._left], data[self._left :]
        self._left -= len(head)
        answers = super().receive(head)
        if tail and self.fault is Fault.NONE and self._coming is not Fault.NONE:
            self.fault, self._coming = self._coming, Fault.NONE
        return answers + super().receive(tail)


@pytest.mark.parametrize("fault", [Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.SILENT])
@pytest.mark.parametrize("after_bytes", [9, 300, len(JOB) + 9])
def test_a_fault_within_the_job_leaves_the_outcome_unknown_and_one_receipt_when_it_is_over(fault, after_bytes):
    simulator = FailsMidway(fault, after_bytes)
    with network_printer(simulator) as printer:
        began_s = time.monotonic()
        with pytest.raises(PrinterUnknown):
            printer.send(JOB)
        assert time.monotonic() - began_s < 2.0
        simulator.fault = Fault.NONE
        assert wait_until(lambda: simulator.receipts)
        assert [receipt.cuts for receipt in simulator.receipts] == [1]


def test_a_reset_at_any_offset_is_never_reported_as_printed():
    simulator = PrinterSimulator()
    whole = len(JOB) + 9 + 3
    line = TcpLine(simulator)
    try:
        for offset in range(1, whole, whole // 40):
            before = sum(receipt.cuts for receipt in simulator.receipts)
            simulator.reset_after_bytes = offset
            with pytest.raises(PrinterError) as caught:
                NetworkPrinter("127.0.0.1", line.port, waits=QUICK).send(JOB)
            cuts = sum(receipt.cuts for receipt in simulator.receipts) - before
            assert cuts <= 1
            if offset <= 9:
                assert cuts == 0
            else:
                assert isinstance(caught.value, PrinterUnknown)
    finally:
        line.close()


def test_after_a_reset_the_next_job_is_printed():
    simulator = PrinterSimulator()
    with network_printer(simulator) as printer:
        simulator.reset_after_bytes = 400
        with pytest.raises(PrinterUnknown):
            printer.send(JOB)
        printer.send(JOB)
    assert [receipt.cuts for receipt in simulator.receipts] == [0, 1]


def test_a_silent_printer_prints_but_silence_is_not_taken_for_health():
    simulator = PrinterSimulator()
    simulator.fault = Fault.SILENT
    with network_printer(simulator) as printer:
        status = printer.status()
        assert not status.answered
        assert status.paper is Paper.UNKNOWN
        assert not status.online
        for _ in range(3):
            printer.send(SHORT_JOB)
        began_s = time.monotonic()
        printer.send(SHORT_JOB)
        assert time.monotonic() - began_s < QUICK.status_s + 0.15, "the question is no longer asked"
        assert wait_until(lambda: len(simulator.receipts) == 4)


def test_a_printer_that_used_to_answer_and_falls_silent_gets_nothing():
    simulator = PrinterSimulator()
    with network_printer(simulator) as printer:
        printer.send(SHORT_JOB)
        simulator.fault = Fault.SILENT
        with pytest.raises(PrinterOffline):
            printer.send(SHORT_JOB)
    assert len(simulator.receipts) == 1


def test_status_tells_paper_cover_and_drawer_apart():
    simulator = PrinterSimulator()
    with network_printer(simulator) as printer:
        assert printer.status().paper is Paper.OK
        assert printer.status().drawer_level == 0
        printer.send_now(realtime_pulse(2))
        assert wait_until(lambda: simulator.kicks == 1)
        assert printer.status().drawer_level == 1
        simulator.close_drawer()
        simulator.fault = Fault.PAPER_NEAR_END
        status = printer.status()
        assert (status.paper, status.online, status.drawer_level) == (Paper.NEAR_END, True, 0)
        printer.send(SHORT_JOB)
        simulator.fault = Fault.COVER_OPEN
        assert printer.status().cover_open
        assert not printer.status().online


def test_the_drawer_opens_without_paper():
    simulator = PrinterSimulator()
    simulator.fault = Fault.PAPER_OUT
    with network_printer(simulator) as printer:
        printer.send_now(realtime_pulse(2))
        assert wait_until(lambda: simulator.kicks == 1)


@pytest.fixture
def black_hole() -> Iterator[int]:
    """A port that takes no connection and refuses none: its queue is full."""
    with socket.socket() as listener, contextlib.ExitStack() as stack:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]


def test_an_address_that_swallows_everything_fails_in_time(black_hole):
    printer = NetworkPrinter("127.0.0.1", black_hole, connect_timeout_s=0.5)
    began_s = time.monotonic()
    with pytest.raises(PrinterOffline):
        printer.send(JOB)
    assert time.monotonic() - began_s < 1.5


def test_a_printer_that_is_busy_for_a_moment_is_waited_for():
    simulator = PrinterSimulator()
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    lines: list[TcpLine] = []
    timer = threading.Timer(0.3, lambda: lines.append(TcpLine(simulator, port)))
    timer.start()
    try:
        NetworkPrinter("127.0.0.1", port, waits=QUICK).send(SHORT_JOB)
    finally:
        timer.join()
        lines[0].close()
    assert len(simulator.receipts) == 1


def test_late_status_bytes_are_not_taken_for_the_end_of_the_job():
    """A printer that answers the questions and then repeats an answer, but never reaches the end of the job."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(64)
                connection.sendall(b"\x12\x12\x12\x12")
                while connection.recv(4096):
                    connection.sendall(b"\x16")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        with pytest.raises(PrinterUnknown):
            NetworkPrinter("127.0.0.1", server.getsockname()[1], waits=QUICK).send(SHORT_JOB)
        thread.join(2.0)
