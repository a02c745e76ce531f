"""A line that says how far it has come: redrawn in a terminal, now and then a new one in a log."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import Final, TextIO

BAR_CELLS: Final = 24
REDRAW_S: Final = 0.2
LOG_EVERY_S: Final = 15.0


@dataclass(slots=True)
class Progress:
    """How much of `total` is done."""

    label: str
    total: int
    out: TextIO = field(default_factory=lambda: sys.stderr)
    _began_s: float = field(default_factory=time.monotonic)
    _due_s: float = 0.0

    def show(self, done: int, detail: str = "", *, last: bool = False) -> None:
        """Draws the line if it is time to, and always when it is the last one."""
        now_s = time.monotonic()
        if now_s < self._due_s and not last:
            return
        terminal = self.out.isatty()
        self._due_s = now_s + (REDRAW_S if terminal else LOG_EVERY_S)
        line = self._line(done, now_s - self._began_s, detail)
        self.out.write(f"\r\x1b[K{line}" if terminal else f"{line}\n")
        if terminal and last:
            self.out.write("\n")
        self.out.flush()

    def _line(self, done: int, taken_s: float, detail: str) -> str:
        share = min(1.0, done / self.total) if self.total else 1.0
        filled = int(share * BAR_CELLS)
        bar = "#" * filled + "." * (BAR_CELLS - filled)
        left_s = taken_s / share - taken_s if share else 0.0
        figures = f"{done:,}/{self.total:,} {taken_s:.0f} s"
        rest = f", about {left_s:.0f} s left" if 0 < share < 1 else ""
        return f"{self.label} [{bar}] {figures}{rest} {detail}".rstrip()
