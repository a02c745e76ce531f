"""The till as a program in a terminal: the sign-on screen at once, and behind it the till as soon as it is open.

Opening takes longer than painting: the rules of selling are loaded, files are read. So the screen is there first, takes
keys, and hands them over in their order; another thread opens the till meanwhile. Keys are taken before the screen
library looks for a focus. Only what the first screen needs is imported here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from textual import events
from textual.app import App
from textual.message import Message
from textual.screen import Screen

from pos_terminal.locale.words import Language, words
from pos_terminal.screens.checkout import CheckoutScreen
from pos_terminal.widgets.canvas import Canvas
from retail.keymap import Keymap

if TYPE_CHECKING:
    from pos_terminal.flow import Flow

TICK_S = 1.0
_log = logging.getLogger(__name__)


class CommandsWaiting(Message, bubble=False):
    """Services have something for the till."""


class ScansWaiting(Message, bubble=False):
    """There is something in the scanners' queue."""


class Opened(Message, bubble=False):
    """The till is open, or could not be opened."""


class KeyStroke(NamedTuple):
    """A key as the screen library names it, what it types, when it came; `pasted`: not by hand, nor by a scanner."""

    name: str
    character: str | None
    at_s: float
    pasted: bool = False


class TillApp(App[None]):
    """The program. What it does with keys and scans is the flow's, which `opening` makes together with the till."""

    CSS_PATH: ClassVar[str] = "app.tcss"
    ENABLE_COMMAND_PALETTE = False
    TITLE = "掌柜 Zhanggui"

    def __init__(
        self,
        opening: Callable[[TillApp], Flow],
        language: Language,
        keys: Keymap,
        *,
        plain: bool = False,
        handle_signals: bool = False,
    ) -> None:
        super().__init__()
        Canvas.plain = plain
        self.checkout = CheckoutScreen()
        self.failure: Exception | None = None
        """Why the till could not be opened."""
        self._opening = opening
        self._language = language
        self._keys = keys
        self._handle_signals = handle_signals
        self._thread = threading.Thread(target=self._open_behind, name="opening", daemon=True)
        self._flow: Flow | None = None
        self._started = False
        self._early: deque[KeyStroke] = deque()

    @property
    def flow(self) -> Flow:
        """What keys and scans lead to, once the till is open."""
        assert self._flow is not None
        return self._flow

    def open(self) -> None:
        """Opens the till on this thread. Raises what the opening raises."""
        self._flow = self._opening(self)

    def opened(self) -> Flow | None:
        """Waits for an opening under way; the flow, None when there is no open till."""
        if self._thread.is_alive():
            self._thread.join()
        return self._flow

    def now_s(self) -> float:
        """The moment, as key strokes carry it."""
        return time.monotonic()

    def get_default_screen(self) -> Screen[Any]:
        return self.checkout

    def on_mount(self) -> None:
        if self._handle_signals:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self.exit)
        if self._flow is not None:
            self._start(self._flow)
            self.post_message(CommandsWaiting())

    def on_unmount(self) -> None:
        if self._flow is not None:
            self._flow.stop()

    def on_canvas_resized(self) -> None:
        """The places have their size: at start, and whenever the terminal's changes."""
        if self._started:
            self.flow.draw()
            return
        self.checkout.draw_opening(words(self._language), self._keys)
        if self._thread.ident is None:
            self._thread.start()

    async def on_event(self, event: events.Event) -> None:
        """Keys come here first. None is forwarded: nothing on the screen has a focus."""
        if isinstance(event, events.Key):
            self._take(KeyStroke(event.key, event.character, self.now_s()))
        elif isinstance(event, events.Paste):
            for character in event.text:
                self._take(KeyStroke(character, character, self.now_s(), pasted=True))
        else:
            await super().on_event(event)

    def on_opened(self) -> None:
        """Goes on with the till, and with the keys that came before it; ends when there is none."""
        if self._flow is None:
            self.exit()
            return
        self._start(self._flow)
        self._flow.take_commands()
        while self._early:
            self._flow.key(self._early.popleft())

    def on_commands_waiting(self) -> None:
        self.flow.take_commands()

    def on_scans_waiting(self) -> None:
        self.flow.take_scans()

    def _take(self, stroke: KeyStroke) -> None:
        if self._started:
            self.flow.key(stroke)
        else:
            self._early.append(stroke)

    def _start(self, flow: Flow) -> None:
        flow.start()
        self._started = True
        self.set_interval(TICK_S, flow.tick)
        _log.info("ready")

    def _open_behind(self) -> None:
        try:
            self.open()
        except Exception as error:  # noqa: BLE001 whoever runs the program tells it, once the terminal is free again
            self.failure = error
        with contextlib.suppress(RuntimeError):  # the program was left meanwhile: its loop is closed
            self.post_message(Opened())
