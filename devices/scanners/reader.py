"""The thread of a scanner that can be unplugged: open, read, report its loss once, wait a little, open again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from devices.scanner import FaultCode, ScannerEvent, ScannerFault, ScanQueue

BACKOFF_FIRST_S = 0.2
BACKOFF_LAST_S = 5.0
READ_WAIT_S = 0.1


class DeviceLost(Exception):
    """The device is not there or went away."""


class DeviceClaimed(DeviceLost):
    """Another program holds the device."""


class Source(Protocol):
    """An open scanner; every failure is DeviceLost."""

    def read(self, timeout_s: float) -> list[ScannerEvent]: ...

    def close(self) -> None: ...


class Reader:
    """Keeps one source open. A loss is told once, until the device is back; both are events in the queue."""

    def __init__(self, device_id: str, open_source: Callable[[], Source]) -> None:
        self._device_id = device_id
        self._open_source = open_source
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: FaultCode | None = None
        self.opened = threading.Event()
        """Set while the device is open."""

    def start(self, queue: ScanQueue) -> None:
        if self._thread is None:
            self._thread = threading.Thread(
                target=self._run, args=(queue,), name=f"scanner-{self._device_id}", daemon=True
            )
            self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _run(self, queue: ScanQueue) -> None:
        backoff_s = BACKOFF_FIRST_S
        while not self._stop.is_set():
            try:
                source = self._open_source()
            except DeviceLost as lost:
                self._tell_loss(queue, lost)
                self._stop.wait(backoff_s)
                backoff_s = min(BACKOFF_LAST_S, backoff_s * 2)
                continue
            backoff_s = BACKOFF_FIRST_S
            self._read_until_lost(source, queue)

    def _read_until_lost(self, source: Source, queue: ScanQueue) -> None:
        try:
            self.opened.set()
            if self._told is not None:
                self._told = None
                queue.put(ScannerFault(FaultCode.BACK, self._device_id, time.monotonic()))
            while not self._stop.is_set():
                for event in source.read(READ_WAIT_S):
                    queue.put(event)
        except DeviceLost as lost:
            self._tell_loss(queue, lost)
            self._stop.wait(BACKOFF_FIRST_S)
        finally:
            self.opened.clear()
            source.close()

    def _tell_loss(self, queue: ScanQueue, lost: DeviceLost) -> None:
        code = FaultCode.CLAIMED if isinstance(lost, DeviceClaimed) else FaultCode.LOST
        if self._told is not code:
            self._told = code
            queue.put(ScannerFault(code, self._device_id, time.monotonic(), detail=str(lost)))
