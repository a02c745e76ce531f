"""A real pseudo-terminal with a program in it: keys go in as bytes, the screen is what a terminal would show."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[3]
KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "backspace": "\x7f",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "insert": "\x1b[2~",
    "delete": "\x1b[3~",
    "f1": "\x1bOP",
    "f3": "\x1bOR",
    "f4": "\x1bOS",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f9": "\x1b[20~",
    "f10": "\x1b[21~",
    "f12": "\x1b[24~",
    "pagedown": "\x1b[6~",
    "ctrl+b": "\x02",
    "ctrl+delete": "\x1b[3;5~",
    "ctrl+e": "\x05",
    "ctrl+f": "\x06",
    "ctrl+k": "\x0b",
    "ctrl+n": "\x0e",
    "ctrl+q": "\x11",
}


def _take_terminal() -> None:
    """Make standard input the terminal that controls this process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Terminal:
    """A program in a terminal of its own. Leaving the context kills it.

    The terminal controls the program, so that it ends with it; without `controlling` only its lines hang up.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        columns: int = 80,
        rows: int = 24,
        environ: Mapping[str, str] | None = None,
        controlling: bool = True,
    ) -> None:
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.screen)
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        # A size in the environment would count for more than the terminal's own.
        left_out = ("COLORTERM", "NO_COLOR", "COLUMNS", "LINES")
        inherited = {name: value for name, value in os.environ.items() if name not in left_out}
        settings = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT), **(environ or {})}
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env={**inherited, **settings},
            start_new_session=True,
            preexec_fn=_take_terminal if controlling else None,
        )
        os.close(slave)
        self.raw = bytearray()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        os.close(self._master)

    def kill(self) -> None:
        """End the program as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def hang_up(self) -> None:
        """Close the terminal, as closing its window or losing its connection does."""
        os.close(self._master)
        self._master = os.open(os.devnull, os.O_RDWR)

    def press(self, *names: str) -> None:
        """Press keys by name, or type characters."""
        for name in names:
            os.write(self._master, KEYS.get(name, name).encode())
            # What follows Esc too closely is taken for the rest of one key's sequence.
            time.sleep(0.15 if name == "escape" else 0.002)

    def type(self, text: str) -> None:
        """Type characters, then Enter."""
        self.press(*text, "enter")

    def resize(self, columns: int, rows: int) -> None:
        """Give the terminal another size, as dragging its corner does."""
        self.screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.killpg(self.process.pid, signal.SIGWINCH)

    @property
    def text(self) -> str:
        """The screen as lines of text; the second cell of a wide character is left out."""
        return "\n".join(line.rstrip() for line in self.lines)

    @property
    def lines(self) -> list[str]:
        """The rows of the screen."""
        return ["".join(row[column].data for column in range(self.screen.columns)) for row in self._rows()]

    def wait_for(self, what: str | Callable[[str], bool], timeout_s: float = 20.0) -> str:
        """The screen, once it shows this text; AssertionError with the screen when it does not in time."""
        deadline_s = time.monotonic() + timeout_s
        shows = what if callable(what) else (lambda text: what in text)
        while not shows(self.text):
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or not self._read(left_s):
                raise AssertionError(f"not on the screen: {what}\n{self.text}")
        return self.text

    def settle(self, quiet_s: float = 0.25) -> str:
        """The screen, once nothing has changed for a while."""
        while self._read(quiet_s):
            pass
        return self.text

    def _rows(self) -> list[Mapping[int, pyte.screens.Char]]:
        return [self.screen.buffer[row] for row in range(self.screen.lines)]

    def _read(self, timeout_s: float) -> bool:
        """Take what the program has written; False when nothing came, or it has ended."""
        if not select.select([self._master], [], [], timeout_s)[0]:
            return False
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.raw += data
        self._stream.feed(data)
        return bool(data)
