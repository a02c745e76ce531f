from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import PIL.Image
import pytest
import zxingcpp

from devices.drawer import open_drawer
from devices.escpos import encode
from devices.printer import PaperOut
from devices.printers.network import NetworkPrinter
from devices.printers.serial import SerialPrinter
from devices.profiles import GENERIC_58, GENERIC_80
from devices.scanner import FaultCode, ScanQueue
from devices.scanners.serial import SerialScanner
from tests.devices.events import next_scan
from tests.devices.samples import QR_DATA, sale_receipt


@contextlib.contextmanager
def program(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-u", "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            yield running
        finally:
            running.send_signal(signal.SIGINT)
            assert running.wait(5.0) == 0


def next_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline()


def say(running: subprocess.Popen[str], line: str) -> None:
    assert running.stdin is not None
    running.stdin.write(line + "\n")
    running.stdin.flush()


def test_the_printer_program_shows_receipts_as_pictures_and_text_and_takes_faults(tmp_path):
    with program("devices.simulators.printer", "--port", "0", "--out", str(tmp_path / "out")) as running:
        found = re.search(r":(\d+),", next_line(running))
        assert found is not None
        printer = NetworkPrinter("127.0.0.1", int(found.group(1)))
        printer.send(encode(sale_receipt(), GENERIC_80).data)
        assert next_line(running).startswith("0001: ")
        open_drawer(printer, GENERIC_80)
        assert next_line(running) == "drawer opened (1)\n"
        assert "￥90.35" in (tmp_path / "out" / "0001.txt").read_text(encoding="utf-8")
        with PIL.Image.open(tmp_path / "out" / "0001.png") as picture:
            assert QR_DATA in {symbol.text for symbol in zxingcpp.read_barcodes(picture)}
        say(running, "paper_out")
        assert next_line(running) == "fault: paper_out\n"
        with pytest.raises(PaperOut):
            printer.send(b"x\n")
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["0001.png", "0001.txt"]


def test_the_printer_program_serves_a_serial_line_of_58_mm(tmp_path):
    link = tmp_path / "line"
    options = ("--pty", str(link), "--out", str(tmp_path / "out"), "--width", "58")
    with program("devices.simulators.printer", *options) as running:
        assert str(link) in next_line(running)
        SerialPrinter(str(link)).send(encode(sale_receipt(), GENERIC_58).data + b"\x1dV\x42\x00")
        next_line(running)
        with PIL.Image.open(tmp_path / "out" / "0001.png") as picture:
            assert picture.width == 384 + 48
    assert not link.is_symlink()


def test_the_scanner_program_sends_codes_to_whoever_listens(tmp_path):
    link = tmp_path / "scanner"
    queue = ScanQueue()
    scanner = SerialScanner("lane1", str(link))
    options = ("--link", str(link), "--delay-ms", "0", "--pace-ms", "20")
    with program("devices.simulators.scanner", *options) as running:
        next_line(running)
        scanner.start(queue)
        assert scanner.reader.opened.wait(2.0)
        say(running, "]E06901234567892")
        say(running, "6923456000018")
        first, second = next_scan(queue), next_scan(queue)
    assert (first.aim, first.text, second.text) == ("]E0", "6901234567892", "6923456000018")
    event = queue.get(2.0)
    assert event is not None
    assert getattr(event, "code", None) is FaultCode.LOST
    scanner.close()


def test_the_scanner_program_scans_what_it_is_given_at_a_pace(tmp_path):
    link = tmp_path / "scanner"
    queue = ScanQueue()
    scanner = SerialScanner("lane1", str(link))
    scanner.start(queue)
    queue.get(2.0)
    options = ("--link", str(link), "--no-aim", "--delay-ms", "900", "--pace-ms", "10", "]E01", "2", "3")
    with program("devices.simulators.scanner", *options) as running:
        next_line(running)
        queue.get(2.0)
        began_s = time.monotonic()
        assert [next_scan(queue).text for _ in range(3)] == ["1", "2", "3"]
        assert time.monotonic() - began_s < 3.0
    scanner.close()
