"""Taking the next event from a scan queue, of the kind the test expects."""

from __future__ import annotations

from devices.scanner import Scan, ScannerFault, ScanQueue


def next_scan(queue: ScanQueue, timeout_s: float = 2.0) -> Scan:
    event = queue.get(timeout_s)
    assert isinstance(event, Scan), event
    return event


def next_fault(queue: ScanQueue, timeout_s: float = 3.0) -> ScannerFault:
    event = queue.get(timeout_s)
    assert isinstance(event, ScannerFault), event
    return event
