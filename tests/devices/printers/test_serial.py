from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.escpos import encode
from devices.printer import Paper, PaperOut, PrinterOffline, PrinterUnknown
from devices.printers.dialogue import Waits
from devices.printers.serial import SerialPrinter
from devices.profiles import GENERIC_58, GENERIC_80
from devices.receipt import QrCode, Receipt
from devices.simulators.condition import Fault
from devices.simulators.printer import PrinterSimulator, PtyLine
from tests.devices.samples import sale_receipt

QUICK = Waits(status_s=0.2, fence_s=0.4, fence_per_line_s=0.0)


@contextlib.contextmanager
def serial_printer(simulator: PrinterSimulator, folder: Path) -> Iterator[SerialPrinter]:
    line = PtyLine(simulator, folder / "printer")
    try:
        yield SerialPrinter(str(folder / "printer"), waits=QUICK)
    finally:
        line.close()


def test_receipts_with_pictures_cross_a_serial_line_unchanged(tmp_path):
    simulator = PrinterSimulator(384)
    job = encode(sale_receipt(), GENERIC_58).data
    with serial_printer(simulator, tmp_path) as printer:
        assert printer.status().paper is Paper.OK
        printer.send(job)
        printer.send(encode(Receipt((QrCode("x" * 300),)), GENERIC_58).data)
        simulator.end_of_line()
        assert simulator.unknown == []
        assert "￥90.35" in simulator.receipts[0].text


def test_faults_on_a_serial_line_are_told_apart(tmp_path):
    simulator = PrinterSimulator()
    job = encode(sale_receipt(), GENERIC_80).data
    with serial_printer(simulator, tmp_path) as printer:
        simulator.fault = Fault.PAPER_OUT
        with pytest.raises(PaperOut):
            printer.send(job)
        simulator.fault = Fault.NONE
        printer.send(job)
        with pytest.raises(PrinterUnknown):
            printer.send(b"\x1d(k\xff\x01")  # a command that waits for its rest, so the end is never reached
    with pytest.raises(PrinterOffline):
        printer.send(job)


def test_a_wrong_flow_control_is_refused():
    with pytest.raises(ValueError, match="flow control"):
        SerialPrinter("x", flow_control="maybe")
