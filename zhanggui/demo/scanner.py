"""The demo's scanner: codes written into a named pipe are sent down a serial line, as a real scanner sends them."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from devices.simulators.scanner import ScannerSimulator

PIPE: Final = "scan"
LINE: Final = "scanner"


class NoScanner(RuntimeError):
    """Nobody listens: the demo is not running."""


@contextlib.contextmanager
def scanner(folder: Path) -> Iterator[Path]:
    """A scanner for as long as the block lasts; yields the serial line that the till reads."""
    pipe, line = folder / PIPE, folder / LINE
    pipe.unlink(missing_ok=True)
    os.mkfifo(pipe, 0o600)
    simulator = ScannerSimulator(line, "crlf")
    # Opened for both ways, the pipe never ends, however many writers come and go.
    reading = os.open(pipe, os.O_RDWR)
    thread = threading.Thread(target=_forward, args=(reading, simulator), name="demo-scanner", daemon=True)
    thread.start()
    try:
        yield line
    finally:
        pipe.unlink(missing_ok=True)
        os.write(reading, b"\0\n")
        thread.join()
        os.close(reading)
        simulator.close()


def scan(folder: Path, codes: Sequence[str]) -> None:
    """Scans these codes at the running demo's till. Raises NoScanner."""
    try:
        pipe = os.open(folder / PIPE, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in (errno.ENXIO, errno.ENOENT):
            raise NoScanner from error
        raise
    try:
        os.write(pipe, "".join(f"{code}\n" for code in codes).encode())
    finally:
        os.close(pipe)


def _forward(reading: int, simulator: ScannerSimulator) -> None:
    with os.fdopen(os.dup(reading), "rb") as lines:
        for line in lines:
            if line == b"\0\n":
                return
            if code := line.strip():
                simulator.scan(code)
