from __future__ import annotations

import contextlib
import os
import threading
import tty

import pytest

from devices.escpos import encode
from devices.printer import PaperOut, PrinterOffline
from devices.printers.dialogue import Waits
from devices.printers.file import FilePrinter
from devices.profiles import GENERIC_80
from devices.simulators.condition import Fault
from devices.simulators.interpreter import render
from devices.simulators.printer import PrinterSimulator, PtyLine
from tests.devices.samples import sale_receipt

JOB = encode(sale_receipt(), GENERIC_80).data


def test_a_plain_file_collects_the_jobs_without_questions(tmp_path):
    printer = FilePrinter(tmp_path / "printer.bin")
    printer.send(JOB)
    printer.send_now(b"\x1bp\x00\x19\xfa")
    printer.send(JOB)
    assert not printer.status().answered
    data = (tmp_path / "printer.bin").read_bytes()
    assert data == JOB + b"\x1bp\x00\x19\xfa" + JOB
    assert [(paper.cuts, paper.kicks) for paper in render(data)] == [(1, 0), (1, 1)]


def test_a_device_node_is_asked_like_any_printer(tmp_path):
    simulator = PrinterSimulator()
    with contextlib.closing(PtyLine(simulator, tmp_path / "lp0")):
        printer = FilePrinter(tmp_path / "lp0", waits=Waits(0.2, 0.4, 0.0))
        printer.send(JOB)
        assert [receipt.cuts for receipt in simulator.receipts] == [1]
        simulator.fault = Fault.PAPER_OUT
        with pytest.raises(PaperOut):
            printer.send(JOB)


def test_a_missing_node_is_an_offline_printer(tmp_path):
    with pytest.raises(PrinterOffline):
        FilePrinter(tmp_path / "missing" / "lp0").send(JOB)


def test_a_long_job_waits_for_a_slow_device(tmp_path):
    master, slave = os.openpty()
    tty.setraw(slave)
    received = bytearray()

    def read_slowly() -> None:
        while len(received) < 50_000:
            received.extend(os.read(master, 512))

    thread = threading.Thread(target=read_slowly, daemon=True)
    thread.start()
    FilePrinter(os.ttyname(slave), answers_status=False).send(b"x" * 50_000)
    thread.join(5.0)
    os.close(slave)
    os.close(master)
    assert bytes(received) == b"x" * 50_000
