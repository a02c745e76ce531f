"""A printer behind a file: a device node such as the usblp one of a USB printer, or a plain file to look at later."""

from __future__ import annotations

import contextlib
import os
import select
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from devices.printer import PrinterOffline, PrinterStatus
from devices.printers.dialogue import ChannelLost, Habits, Waits, ask_status, deliver

WRITE_TIMEOUT_S = 10.0


class FileChannel:
    """A non-blocking descriptor; only a character device is read from."""

    def __init__(self, descriptor: int, *, readable: bool) -> None:
        self._descriptor = descriptor
        self._readable = readable

    def write(self, data: bytes) -> None:
        """All bytes; a node that takes none for ten seconds (no paper, switched off) is lost."""
        left = memoryview(data)
        deadline_s = time.monotonic() + WRITE_TIMEOUT_S
        while left:
            wait_s = max(0.0, deadline_s - time.monotonic())
            try:
                if not select.select([], [self._descriptor], [], wait_s)[1]:
                    raise ChannelLost("the printer takes no data")
                written = os.write(self._descriptor, left)
            except BlockingIOError:
                continue
            except OSError as error:
                raise ChannelLost(f"write: {error}") from error
            left = left[written:]
            deadline_s = time.monotonic() + WRITE_TIMEOUT_S

    def read(self, timeout_s: float) -> bytes:
        if not self._readable:
            return b""
        try:
            if select.select([self._descriptor], [], [], max(0.0, timeout_s))[0]:
                return os.read(self._descriptor, 4096)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise ChannelLost(f"read: {error}") from error
        return b""

    def close(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)


class FilePrinter:
    """Appends jobs to `path`. A device node is asked for its status as far as it answers, a plain file is not."""

    def __init__(self, path: str | Path, *, answers_status: bool | None = None, waits: Waits | None = None) -> None:
        self._path = Path(path)
        self._habits = Habits(answers_status)
        self._waits = waits or Waits()

    def send(self, job: bytes) -> None:
        with self._opened() as (channel, habits):
            deliver(channel, job, habits, self._waits)

    def send_now(self, command: bytes) -> None:
        with self._opened() as (channel, _):
            try:
                channel.write(command)
            except ChannelLost as lost:
                raise PrinterOffline(str(lost)) from lost

    def status(self) -> PrinterStatus:
        with self._opened() as (channel, habits):
            try:
                return ask_status(channel, habits, self._waits)
            except ChannelLost as lost:
                raise PrinterOffline(str(lost)) from lost

    @contextlib.contextmanager
    def _opened(self) -> Iterator[tuple[FileChannel, Habits]]:
        try:
            is_device = stat.S_ISCHR(self._path.stat().st_mode)
        except OSError:
            is_device = False
        access = os.O_RDWR | os.O_NOCTTY if is_device else os.O_WRONLY | os.O_APPEND | os.O_CREAT
        try:
            descriptor = os.open(self._path, access | os.O_NONBLOCK, 0o600)
        except OSError as error:
            raise PrinterOffline(f"{self._path}: {error}") from error
        channel = FileChannel(descriptor, readable=is_device)
        try:
            yield channel, self._habits if is_device else Habits(answers=False)
        finally:
            channel.close()
