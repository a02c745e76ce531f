"""A scanner in keyboard mode, read from its own event node with an exclusive grab: no layout, no focus, no timing.

The device is named by configuration (path or identity), never guessed: a wrong grab locks the cashier's keyboard.
"""

from __future__ import annotations

import contextlib
import errno
import select
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from devices.scanner import FaultCode, ScannerEvent, ScannerFault, ScanQueue, make_scan
from devices.scanners.keys import KeyDecoder, KeyEvent
from devices.scanners.reader import DeviceClaimed, DeviceLost, Reader


@dataclass(frozen=True, slots=True)
class Identity:
    """What stays the same when a device is plugged in again; None or "" matches anything."""

    vendor: int | None = None
    product: int | None = None
    unique: str = ""
    physical: str = ""

    def matches(self, device: Any) -> bool:
        return (
            self.vendor in (None, device.info.vendor)
            and self.product in (None, device.info.product)
            and self.unique in ("", device.uniq)
            and self.physical in ("", device.phys)
        )


class EvdevScanner:
    """Named by `path` (best a by-id link) or by vendor and product; `open_device` is handed in by tests."""

    def __init__(
        self,
        device_id: str,
        path: str = "",
        *,
        vendor: int | None = None,
        product: int | None = None,
        unique: str = "",
        physical: str = "",
        open_device: Callable[[], Any] | None = None,
    ) -> None:
        if not path and open_device is None and (vendor is None or product is None):
            raise ValueError("a scanner is named by its path, or by vendor and product")
        self.device_id = device_id
        self._path = path
        self._identity = Identity(vendor, product, unique, physical)
        self._open_device = open_device or self._find
        self.reader = Reader(device_id, self._open)

    def start(self, queue: ScanQueue) -> None:
        self.reader.start(queue)

    def close(self) -> None:
        self.reader.close()

    def _open(self) -> EvdevSource:
        try:
            device = self._open_device()
        except OSError as error:
            raise DeviceLost(str(error)) from error
        try:
            device.grab()
        except OSError as error:
            _close(device)
            taken = error.errno == errno.EBUSY
            raise (DeviceClaimed if taken else DeviceLost)(str(error)) from error
        return EvdevSource(device, self.device_id)

    def _find(self) -> Any:
        import evdev

        if self._path:
            return evdev.InputDevice(Path(self._path).resolve(), readonly=True)
        found = None
        for path in evdev.list_devices():
            device = evdev.InputDevice(path, readonly=True)
            if found is None and self._identity.matches(device):
                found = device
            else:
                _close(device)
        if found is None:
            raise DeviceLost("no such input device")
        return found


class EvdevSource:
    """A grabbed device. Waits on its descriptor, since evdev's own loop never ends when the device goes away."""

    def __init__(self, device: Any, device_id: str) -> None:
        self._device = device
        self._device_id = device_id
        self._decoder = KeyDecoder()

    def read(self, timeout_s: float) -> list[ScannerEvent]:
        try:
            ready, _, _ = select.select([self._device.fd], [], [], timeout_s)
            batch = list(self._device.read()) if ready else []
        except (OSError, ValueError) as error:
            raise DeviceLost(str(error)) from error
        if ready and not batch:
            raise DeviceLost("end of events")
        now_s = time.monotonic()
        frames = self._decoder.feed(
            KeyEvent(event.type, event.code, event.value, event.sec + event.usec / 1e6) for event in batch
        )
        return [
            make_scan(frame.text.encode(), self._device_id, now_s)
            if frame.complete
            else ScannerFault(FaultCode.PARTIAL, self._device_id, now_s)
            for frame in frames
        ]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._device.ungrab()
        _close(self._device)


def _close(device: Any) -> None:
    with contextlib.suppress(OSError):
        device.close()
