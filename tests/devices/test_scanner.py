from __future__ import annotations

import threading

import pytest

from devices.scanner import FaultCode, Scan, ScannerFault, ScanQueue, make_scan
from devices.scanners.memory import MemoryScanner
from tests.devices.events import next_fault, next_scan


def scan(number: int) -> Scan:
    return make_scan(str(number).encode(), "lane", float(number))


@pytest.mark.parametrize(
    ("raw", "aim", "text"),
    [
        (b"]E06901234567892", "]E0", "6901234567892"),
        (b"6901234567892", "", "6901234567892"),
        (b"]C1010692345600001810B2601\x1d17280331", "]C1", "010692345600001810B2601\x1d17280331"),
        ("]Q1掌柜".encode(), "]Q1", "掌柜"),
        ("]Q1掌柜".encode("gb18030"), "]Q1", "掌柜"),
        (b"]e0\xff\xfe", "]e0", "ÿþ"),
        (b"]", "", "]"),
        (b"]]E0", "", "]]E0"),
    ],
)
def test_a_scan_keeps_its_bytes_and_splits_off_the_aim_identifier(raw, aim, text):
    made = make_scan(raw, "lane1", 1.5)
    assert made == Scan(raw, text, aim, "lane1", 1.5)


def test_scans_come_out_in_order():
    queue = ScanQueue()
    for number in range(256):
        queue.put(scan(number))
    assert [next_scan(queue).text for _ in range(256)] == [str(number) for number in range(256)]
    assert queue.get() is None


def test_an_overflow_is_counted_and_told_in_its_place():
    queue = ScanQueue(size_max=3)
    for number in range(5):
        queue.put(scan(number))
    assert [next_scan(queue).text for _ in range(2)] == ["0", "1"]
    queue.put(scan(5))
    assert next_scan(queue).text == "2"
    fault = next_fault(queue)
    assert fault == ScannerFault(FaultCode.OVERFLOW, "lane", 4.0, count=2)
    assert next_scan(queue).text == "5"
    assert queue.get() is None
    assert fault.message("zh_CN") == "扫码太快，漏了 2 个：请重扫"
    assert fault.message("en") == "Scans came too fast, 2 missed: scan again"


def test_overflows_at_two_times_are_told_twice():
    queue = ScanQueue(size_max=2)
    events = []
    for number in range(12):
        queue.put(scan(number))
        if number in (3, 4):
            events.append(queue.get())
    while event := queue.get():
        events.append(event)
    lost = sum(event.count for event in events if isinstance(event, ScannerFault))
    taken = [event for event in events if isinstance(event, Scan)]
    assert lost + len(taken) == 12


def test_the_till_is_told_of_every_event_and_can_wait_for_one():
    told = threading.Semaphore(0)
    queue = ScanQueue(told.release)
    scanner = MemoryScanner("lane2")
    scanner.scan("lost before start")
    scanner.start(queue)
    threading.Timer(0.05, scanner.scan, ["]E06901234567892"]).start()
    event = queue.get(timeout_s=2.0)
    assert isinstance(event, Scan)
    assert (event.aim, event.text, event.device_id) == ("]E0", "6901234567892", "lane2")
    assert told.acquire(timeout=1.0)
    scanner.close()
    scanner.scan("lost after close")
    assert queue.get() is None
