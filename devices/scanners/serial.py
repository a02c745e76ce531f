"""A scanner on a serial line or USB-COM: bytes with AIM identifiers, no keyboard layout. The preferred way for 2D."""

from __future__ import annotations

import contextlib
import errno
import termios
import time
from typing import Any

from devices.scanner import FaultCode, ScannerEvent, ScannerFault, ScanQueue, make_scan
from devices.scanners.framer import Framer
from devices.scanners.reader import DeviceClaimed, DeviceLost, Reader

# termios.error is no OSError; an unplugged line raises any of these, depending on the call.
LINE_ERRORS = (OSError, termios.error, TypeError)
IDLE_FLUSH_S = 0.2


class SerialScanner:
    """`suffix`: "crlf" for CR, LF or both; "stx" for STX…ETX; "none" when silence is all that ends a code."""

    def __init__(self, device_id: str, port: str, baud: int = 9600, *, suffix: str = "crlf") -> None:
        if suffix not in ("crlf", "stx", "none"):
            raise ValueError(f"unknown suffix {suffix}")
        self.device_id = device_id
        self._port = port
        self._baud = baud
        self._suffix = suffix
        self.reader = Reader(device_id, self._open)

    def start(self, queue: ScanQueue) -> None:
        self.reader.start(queue)

    def close(self) -> None:
        self.reader.close()

    def _open(self) -> SerialSource:
        import serial

        try:
            line = serial.Serial(self._port, self._baud, timeout=0, exclusive=True)
        except LINE_ERRORS as error:
            taken = getattr(error, "errno", None) in (errno.EBUSY, errno.EAGAIN) or "lock" in str(error)
            raise (DeviceClaimed if taken else DeviceLost)(f"{self._port}: {error}") from error
        framer = Framer(stx_etx=self._suffix == "stx", has_suffix=self._suffix != "none")
        return SerialSource(line, framer, self.device_id)


class SerialSource:
    """The open line. Its first read waits, the rest takes what is there: a scan costs one wake-up."""

    def __init__(self, line: Any, framer: Framer, device_id: str) -> None:
        self._line = line
        self._framer = framer
        self._device_id = device_id
        self._last_byte_s = 0.0

    def read(self, timeout_s: float) -> list[ScannerEvent]:
        try:
            self._line.timeout = timeout_s
            data: bytes = self._line.read(1)
            if data:
                data += self._line.read(self._line.in_waiting)
        except LINE_ERRORS as error:
            raise DeviceLost(str(error)) from error
        now_s = time.monotonic()
        if data:
            self._last_byte_s = now_s
            frames = self._framer.feed(data)
        else:
            frames = self._framer.flush() if now_s - self._last_byte_s >= IDLE_FLUSH_S else []
        return [
            make_scan(frame.data, self._device_id, now_s)
            if frame.complete
            else ScannerFault(FaultCode.TOO_LONG, self._device_id, now_s)
            for frame in frames
        ]

    def close(self) -> None:
        with contextlib.suppress(*LINE_ERRORS):
            self._line.close()
