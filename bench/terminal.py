"""A program in a real pseudo-terminal, and the moment a text appears on it."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from typing import Self

ESCAPES = re.compile(rb"\x1b\[[0-9;?:<>=]*[ -/]*[@-~]|\x1b[()][A-Z0-9]|\x1b[=>]")


class Screen:
    """A child process with its terminal. Use as a context manager: it ends with the block."""

    def __init__(
        self, command: Sequence[str], *, columns: int = 100, rows: int = 30, environ: Mapping[str, str]
    ) -> None:
        self._process, self._handle = pty.fork()
        if self._process == 0:
            os.execvpe(command[0], list(command), dict(environ))
        fcntl.ioctl(self._handle, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._seen = b""
        self._at = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._process, signal.SIGKILL)
        os.waitpid(self._process, 0)
        os.close(self._handle)

    @property
    def process(self) -> int:
        """The child's process number."""
        return self._process

    def type(self, text: str) -> None:
        """Sends keys."""
        os.write(self._handle, text.encode())

    def wait_for(self, *texts: str, timeout_s: float = 20.0) -> float:
        """Reads until every text was painted since the last call; gives the moment the last of them came.

        Raises TimeoutError with what was painted instead. Escape sequences between the letters do not count.
        """
        wanted = [text.encode() for text in texts]
        end = time.perf_counter() + timeout_s
        while True:
            plain = ESCAPES.sub(b"", self._seen)
            if all(text in plain for text in wanted):
                self._seen = b""
                return self._at
            left = end - time.perf_counter()
            if left <= 0:
                raise TimeoutError(f"not painted within {timeout_s} s: {texts}; instead: {plain[-600:]!r}")
            if select.select([self._handle], [], [], left)[0]:
                self._seen += os.read(self._handle, 65_536)
                self._at = time.perf_counter()

    def drain(self, quiet_s: float = 0.05) -> None:
        """Reads until nothing has come for a while."""
        while select.select([self._handle], [], [], quiet_s)[0]:
            os.read(self._handle, 65_536)
        self._seen = b""
