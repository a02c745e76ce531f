"""A scanner without a device: codes are handed in by a test, a demo or a script."""

from __future__ import annotations

from devices.scanner import ScanQueue, make_scan


class MemoryScanner:
    def __init__(self, device_id: str = "memory") -> None:
        self.device_id = device_id
        self._queue: ScanQueue | None = None

    def start(self, queue: ScanQueue) -> None:
        self._queue = queue

    def close(self) -> None:
        self._queue = None

    def scan(self, raw: str | bytes, at_s: float | None = None) -> None:
        """One code, as if read now; nothing happens while the scanner is closed."""
        if self._queue is not None:
            data = raw.encode() if isinstance(raw, str) else raw
            self._queue.put(make_scan(data, self.device_id, at_s))
