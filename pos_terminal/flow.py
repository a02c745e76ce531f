"""The way of keys, scans and commands to the till, and of what follows to the screen.

Scans do not pass through keys at all: whatever is being shown, a scan is a command. One thread, the loop's, submits
commands; devices and services post to it.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from queue import SimpleQueue
from typing import Protocol

from devices.scanner import Scan, Scanner, ScannerEvent, ScanQueue
from devices.scanners.keyboard import GAP_MAX_S, KeyboardScanner
from pos_terminal.actions import Desk, Key, Outcome, Overlay, press, scanned, settle
from pos_terminal.app import CommandsWaiting, KeyStroke, ScansWaiting, TillApp
from pos_terminal.checkout.commands import Command, Scanned, Told
from pos_terminal.checkout.effects import Beep, Effect, ShowHelp, ShowItems, ShowMenu, ShowOffers
from pos_terminal.checkout.state import CheckoutState, Level
from pos_terminal.locale.words import words
from pos_terminal.screens.face import Face
from pos_terminal.screens.port import TillPort
from pos_terminal.widgets.view import Chrome, View

FOUND_MAX = 200
TIMER_MARGIN_S = 0.01
_log = logging.getLogger(__name__)


class OpenTill(Protocol):
    """Opens the till behind the screen. `post` may be called on any thread; `show` is called on the screen's."""

    def __call__(self, post: Callable[[Command], None], show: Callable[[Effect], None]) -> TillPort: ...


class Flow:
    """Holds the desk and what stands between keys, scans, the till and the screen; no rule of selling.

    It is made on any thread, which opens the till; from `start` on it belongs to the program's loop.
    """

    def __init__(
        self,
        app: TillApp,
        open_till: OpenTill,
        *,
        scanners: Sequence[Scanner] = (),
        keyboard: KeyboardScanner | None = None,
        keyboard_gap_s: float = GAP_MAX_S,
        beep: bool = True,
        raise_faults: bool = False,
    ) -> None:
        self._app = app
        self.scans = ScanQueue(self._scan_ready)
        self._scanners = scanners
        self._keyboard = keyboard
        self._keyboard_gap_s = keyboard_gap_s
        self._beep = beep
        self.raise_faults = raise_faults
        self._posted: SimpleQueue[Command] = SimpleQueue()
        self._started = False
        self._desk = Desk()
        self._face = Face(app.checkout)
        self._chrome = Chrome()
        self.till = open_till(self.post_command, self._show)

    @property
    def desk(self) -> Desk:
        """What belongs to the screen alone."""
        return self._desk

    def post_command(self, command: Command) -> None:
        """Have the till carry out a command, in turn; from any thread, also before the start."""
        self._posted.put(command)
        if self._started:
            self._app.post_message(CommandsWaiting())

    def start(self) -> None:
        """Listens to services and scanners. What was posted before is asked for with `take_commands`."""
        self._started = True
        self._chrome = self.till.chrome()
        for scanner in (*self._scanners, *([self._keyboard] if self._keyboard else [])):
            scanner.start(self.scans)

    def stop(self) -> None:
        """Lets go of the scanners."""
        for scanner in self._scanners:
            scanner.close()

    def take_commands(self) -> None:
        """Everything that services posted, in its order; painted once."""
        while not self._posted.empty():
            self._submit(self._posted.get_nowait())
        self._chrome = self.till.chrome()
        self.draw()

    def take_scans(self) -> None:
        """Everything that was scanned, in its order; painted once."""
        while (event := self.scans.get()) is not None:
            self._take(event)
        self.draw()

    def key(self, stroke: KeyStroke) -> None:
        """A key; with a keyboard scanner it may turn out to be part of a code, and is held back until that is known."""
        key = Key.of(stroke.name, stroke.character)
        if self._keyboard is None or stroke.pasted:
            self._work(key)
            return
        ending = {"enter": "\r", "tab": "\t"}.get(key.name, key.typed)
        if not ending:
            self._type_all(self._keyboard.idle(math.inf))
            self._work(key)
            return
        self._type_all(self._keyboard.key(ending, stroke.at_s))
        self._app.set_timer(self._keyboard_gap_s + TIMER_MARGIN_S, self._keyboard_idle)

    def tick(self) -> None:
        """Once a second: clock and lamps."""
        chrome = self.till.chrome()
        if chrome != self._chrome:
            self._chrome = chrome
            self._face.draw_header(self._view(self.till.state))

    def draw(self) -> None:
        """Draws the till as it stands."""
        self._face.draw(self._view(self.till.state), self._desk, self.till.keys)

    def _scan_ready(self) -> None:
        self._app.post_message(ScansWaiting())

    def _take(self, event: ScannerEvent) -> None:
        if isinstance(event, Scan):
            outcome = scanned(self._desk)
            self._desk = outcome.desk
            self._follow(outcome)
            self._submit(Scanned(event.aim + event.text))
            return
        detail = event.message(self.till.state.language)
        self._submit(Told("scanner_fault", Level.FAULT, (("detail", detail),)))

    def _keyboard_idle(self) -> None:
        if self._keyboard is not None:
            self._type_all(self._keyboard.idle(self._app.now_s()))

    def _type_all(self, characters: Sequence[str]) -> None:
        for character in characters:
            self._work(_key_of(character))

    def _work(self, key: Key) -> None:
        """What a key does, and the screen after it."""
        desk = replace(self._desk, page=self._app.checkout.page)
        outcome = press(desk, self.till.state, self.till.keys, key)
        self._desk = outcome.desk
        self._follow(outcome)
        self.draw()

    def _follow(self, outcome: Outcome) -> None:
        if outcome.leave:
            self._app.exit()
        if outcome.search:
            self._search()
        for command in (outcome.before, outcome.command):
            if command is not None:
                self._submit(command)

    def _submit(self, command: Command) -> None:
        """Hand a command to the till. A fault of the program is told and logged; the receipt stands as it was."""
        before = self.till.state
        try:
            after = self.till.submit(command)
        except Exception:
            if self.raise_faults or isinstance(command, Told):
                raise
            _log.exception("%s", type(command).__name__)
            after = self.till.submit(Told("program_fault", Level.FAULT))
        self._desk = settle(self._desk, before, after)

    def _show(self, effect: Effect) -> None:
        """What the core asks the screen itself to do."""
        match effect:
            case ShowHelp():
                self._desk = replace(self._desk, text="", overlay=Overlay("help"))
            case ShowMenu():
                self._desk = replace(self._desk, text="", overlay=Overlay("menu"))
            case ShowOffers():
                self._desk = replace(self._desk, text="", overlay=Overlay("offers"))
            case ShowItems(text=text):
                self._desk = replace(self._desk, text=text, overlay=Overlay("items"))
                self._search()
            case Beep(refused=True) if self._beep:
                self._app.bell()

    def _search(self) -> None:
        overlay = self._desk.overlay
        if overlay is not None:
            found = tuple(self.till.search(self._desk.text, FOUND_MAX))
            self._desk = replace(self._desk, overlay=replace(overlay, found=found))

    def _view(self, state: CheckoutState) -> View:
        return View(state, words(state.language), self._chrome)


def _key_of(character: str) -> Key:
    """The key for a character that turned out to be typed by a person after all."""
    names = {"\r": "enter", "\n": "enter", "\t": "tab", "+": "plus", "-": "minus", "*": "asterisk", " ": "space"}
    return Key(names.get(character, character), "" if character in "\r\n\t" else character)
