"""A printer on a serial line, through pyserial. The line is opened for each job, so a pulled plug heals itself."""

from __future__ import annotations

import contextlib
import termios
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from devices.printer import PrinterOffline, PrinterStatus
from devices.printers.dialogue import ChannelLost, Habits, Waits, ask_status, deliver

# termios.error is no OSError; an unplugged line raises any of the three (SerialException is an OSError).
LINE_ERRORS = (OSError, termios.error)


class SerialChannel:
    def __init__(self, line: Any) -> None:
        self._line = line

    def write(self, data: bytes) -> None:
        """All bytes, with the time their number needs at the line's speed."""
        try:
            self._line.write_timeout = 5.0 + 10 * len(data) / self._line.baudrate
            self._line.write(data)
            self._line.flush()
        except LINE_ERRORS as error:
            raise ChannelLost(f"write: {error}") from error

    def read(self, timeout_s: float) -> bytes:
        try:
            self._line.timeout = max(0.0, timeout_s)
            first: bytes = self._line.read(1)
            rest: bytes = self._line.read(self._line.in_waiting) if first else b""
        except LINE_ERRORS as error:
            raise ChannelLost(f"read: {error}") from error
        return first + rest

    def close(self) -> None:
        with contextlib.suppress(*LINE_ERRORS):
            self._line.close()


class SerialPrinter:
    """`flow_control`: none, rtscts, dsrdtr or xonxoff, as the printer's own switches say."""

    def __init__(
        self,
        port: str,
        baud: int = 115200,
        *,
        flow_control: str = "none",
        answers_status: bool | None = None,
        waits: Waits | None = None,
    ) -> None:
        if flow_control not in ("none", "rtscts", "dsrdtr", "xonxoff"):
            raise ValueError(f"unknown flow control {flow_control}")
        self._port = port
        self._baud = baud
        self._flow_control = flow_control
        self._habits = Habits(answers_status)
        self._waits = waits or Waits()

    def send(self, job: bytes) -> None:
        # A byte takes ten bits of line time, and the printer's answer comes after the last of them.
        line_s = 10 * len(job) / self._baud
        waits = replace(self._waits, fence_s=self._waits.fence_s + line_s)
        with self._opened() as channel:
            deliver(channel, job, self._habits, waits)

    def send_now(self, command: bytes) -> None:
        with self._opened() as channel:
            try:
                channel.write(command)
            except ChannelLost as lost:
                raise PrinterOffline(str(lost)) from lost

    def status(self) -> PrinterStatus:
        with self._opened() as channel:
            try:
                return ask_status(channel, self._habits, self._waits)
            except ChannelLost as lost:
                raise PrinterOffline(str(lost)) from lost

    @contextlib.contextmanager
    def _opened(self) -> Iterator[SerialChannel]:
        channel = SerialChannel(self._open())
        try:
            yield channel
        finally:
            channel.close()

    def _open(self) -> Any:
        import serial

        flow = {self._flow_control: True} if self._flow_control != "none" else {}
        deadline_s = time.monotonic() + 1.0
        while True:
            try:
                return serial.Serial(self._port, self._baud, exclusive=True, timeout=0, **flow)
            except LINE_ERRORS as error:
                if time.monotonic() >= deadline_s:
                    raise PrinterOffline(f"{self._port}: {error}") from error
                time.sleep(0.1)
