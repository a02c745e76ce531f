from __future__ import annotations

import time

import pytest

from devices.scanner import FaultCode, Scan, ScanQueue
from devices.scanners.serial import SerialScanner
from devices.simulators.scanner import ScannerSimulator
from tests.devices.events import next_fault, next_scan


def started(link, queue, **options) -> SerialScanner:
    scanner = SerialScanner("lane1", str(link), **options)
    scanner.start(queue)
    assert scanner.reader.opened.wait(2.0)
    return scanner


def scan_at_pace(simulator: ScannerSimulator, queue: ScanQueue, count: int, pace_s: float) -> list[Scan]:
    """Send so many codes on an even beat, some split within the code; what was received, in order."""
    found: list[Scan] = []
    began_s = time.monotonic()
    for number in range(count):
        time.sleep(max(0.0, began_s + number * pace_s - time.monotonic()))
        simulator.scan(f"]E0{6901234000000 + number}", split_at=number % 17 if number % 3 else None)
        while isinstance(event := queue.get(), Scan):
            found.append(event)
    while len(found) < count and isinstance(event := queue.get(1.0), Scan):
        found.append(event)
    return found


@pytest.mark.parametrize(
    ("count", "pace_s"), [(300, 0.02), pytest.param(1000, 0.1, marks=pytest.mark.slow, id="1000-at-10-a-second")]
)
def test_no_scan_is_lost_merged_or_out_of_order(tmp_path, count, pace_s):
    simulator, queue = ScannerSimulator(tmp_path / "scanner"), ScanQueue()
    scanner = started(tmp_path / "scanner", queue)
    found = scan_at_pace(simulator, queue, count, pace_s)
    scanner.close()
    simulator.close()
    assert [scan.text for scan in found] == [str(6901234000000 + number) for number in range(count)]
    assert {scan.aim for scan in found} == {"]E0"}


def test_a_burst_larger_than_the_queue_is_told_not_swallowed(tmp_path):
    simulator, queue = ScannerSimulator(tmp_path / "scanner", "crlf"), ScanQueue(size_max=100)
    scanner = started(tmp_path / "scanner", queue)
    for number in range(150):
        simulator.scan(f"{6901234000000 + number}")
        if number % 50 == 0:
            time.sleep(0.01)
    time.sleep(0.2)
    scanner.close()
    simulator.close()
    assert [next_scan(queue).text for _ in range(100)] == [str(6901234000000 + number) for number in range(100)]
    fault = next_fault(queue)
    assert (fault.code, fault.count, len(queue)) == (FaultCode.OVERFLOW, 50, 0)


@pytest.mark.parametrize("suffix", ["cr", "lf", "crlf"])
def test_any_line_ending_will_do(tmp_path, suffix):
    simulator, queue = ScannerSimulator(tmp_path / "scanner", suffix), ScanQueue()
    scanner = started(tmp_path / "scanner", queue)
    simulator.scan("]C1010692345600001810B2601\x1d17280331")
    simulator.scan("]Q1掌柜")
    first, second = next_scan(queue), next_scan(queue)
    assert (first.aim, first.text) == ("]C1", "010692345600001810B2601\x1d17280331")
    assert (second.aim, second.text) == ("]Q1", "掌柜")
    time.sleep(0.05)
    assert queue.get() is None
    scanner.close()
    simulator.close()


def test_a_scanner_without_a_suffix_ends_its_code_by_silence(tmp_path):
    simulator, queue = ScannerSimulator(tmp_path / "scanner", "none"), ScanQueue()
    scanner = started(tmp_path / "scanner", queue, suffix="none")
    simulator.scan("6901234567892", split_at=5)
    assert next_scan(queue).text == "6901234567892"
    scanner.close()
    simulator.close()


def test_stx_and_etx_frame_a_code(tmp_path):
    simulator, queue = ScannerSimulator(tmp_path / "scanner", "stx"), ScanQueue()
    scanner = started(tmp_path / "scanner", queue, suffix="stx")
    simulator.scan("6901234567892")
    assert next_scan(queue).text == "6901234567892"
    scanner.close()
    simulator.close()


@pytest.mark.parametrize("times", [3, pytest.param(50, marks=pytest.mark.slow)])
def test_a_scanner_pulled_and_plugged_in_again_loses_no_first_scan(tmp_path, times):
    link, queue = tmp_path / "scanner", ScanQueue()
    simulator = ScannerSimulator(link)
    scanner = started(link, queue)
    for number in range(times):
        simulator.scan(f"{number}-before")
        assert next_scan(queue).text == f"{number}-before"
        simulator.close()
        assert next_fault(queue).code is FaultCode.LOST
        simulator = ScannerSimulator(link)
        plugged_in_s = time.monotonic()
        assert next_fault(queue).code is FaultCode.BACK
        assert time.monotonic() - plugged_in_s < 2.0
    scanner.close()
    simulator.close()
    assert queue.get() is None


def test_a_line_another_program_holds_is_told_as_taken(tmp_path):
    simulator, first_queue, second_queue = ScannerSimulator(tmp_path / "scanner"), ScanQueue(), ScanQueue()
    first = started(tmp_path / "scanner", first_queue)
    second = SerialScanner("lane1", str(tmp_path / "scanner"))
    second.start(second_queue)
    fault = next_fault(second_queue)
    assert fault.code is FaultCode.CLAIMED
    assert "占用" in fault.message("zh_CN")
    simulator.scan("6901234567892")
    assert next_scan(first_queue).text == "6901234567892"
    first.close()
    assert next_fault(second_queue).code is FaultCode.BACK
    second.close()
    simulator.close()
