"""The least a Textual till could do: a code comes in on a terminal line, one label changes. Nothing else.

`python -m bench.floor_app LINE` is what the till's scan-to-paint and start times are measured against.
"""

from __future__ import annotations

import os
import sys
import threading
import tty

from textual.app import App, ComposeResult
from textual.widgets import Static


class FloorApp(App[None]):
    """One label that shows the last code."""

    def __init__(self, line: str) -> None:
        super().__init__()
        self._line = line
        self._label = Static("ready", markup=False)

    def compose(self) -> ComposeResult:
        """The label alone."""
        yield self._label

    def on_mount(self) -> None:
        """Begins to read codes."""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        handle = os.open(self._line, os.O_RDONLY | os.O_NOCTTY)
        tty.setraw(handle)
        self.call_from_thread(self._label.update, "line open")
        held = b""
        while chunk := os.read(handle, 4096):
            *codes, held = (held + chunk).split(b"\r")
            for code in codes:
                self.call_from_thread(self._label.update, code.decode())


if __name__ == "__main__":
    FloorApp(sys.argv[1]).run()
