"""Key events of a scanner in keyboard mode → codes. Pure, and free of the desktop's layout: key positions only.

A scanner types as on a US keyboard; that is what its set-up sheet must say. Codes are the kernel's key numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

EV_KEY = 1
KEY_DOWN, KEY_UP = 1, 0
ENTER, KEYPAD_ENTER, TAB = 28, 96, 15
TERMINATORS = frozenset({ENTER, KEYPAD_ENTER, TAB})
SHIFTS, CONTROLS, CAPS_LOCK = frozenset({42, 54}), frozenset({29, 97}), 58
UNKNOWN_KEY = "\ufffd"
"""Stands for a key not in the table, so that an incomplete code can never match an article."""
RESET_AFTER_S = 1.0


def _table() -> dict[int, tuple[str, str]]:
    rows = (
        (2, "1234567890-=", "!@#$%^&*()_+"),
        (16, "qwertyuiop[]", "QWERTYUIOP{}"),
        (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
        (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
        (55, "*", "*"),
        (57, " ", " "),
        (71, "789-456+1230.", "789-456+1230."),
        (98, "/", "/"),
    )
    return {
        first + offset: (plain, shifted)
        for first, plains, shifteds in rows
        for offset, (plain, shifted) in enumerate(zip(plains, shifteds, strict=True))
    }


CHARACTERS = _table()
_QUIET_KEYS = SHIFTS | CONTROLS | {CAPS_LOCK, 56, 100, 69, 125, 126}


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One event as the kernel gives it; `at_s` on the kernel's clock."""

    type: int
    code: int
    value: int
    at_s: float


@dataclass(frozen=True, slots=True)
class KeyFrame:
    """A finished code, or (`complete` False) the beginning of one that was broken off."""

    text: str
    at_s: float
    complete: bool = True


@dataclass(slots=True)
class KeyDecoder:
    """Follows one keyboard. A gap of more than a second within a code breaks it off."""

    terminators: frozenset[int] = TERMINATORS
    reset_after_s: float = RESET_AFTER_S
    _text: list[str] = field(default_factory=list)
    _held: set[int] = field(default_factory=set)
    _caps: bool = False
    _last_s: float = 0.0

    def feed(self, events: Iterable[KeyEvent]) -> list[KeyFrame]:
        """The codes that end within `events`; key repeats and everything but keys are passed over."""
        frames: list[KeyFrame] = []
        for event in events:
            if event.type != EV_KEY or event.value not in (KEY_DOWN, KEY_UP):
                continue
            if event.value == KEY_UP:
                self._held.discard(event.code)
                continue
            self._held.add(event.code)
            self._press(event, frames)
        return frames

    def _press(self, event: KeyEvent, frames: list[KeyFrame]) -> None:
        if self._text and event.at_s - self._last_s > self.reset_after_s:
            frames.append(KeyFrame("".join(self._text), self._last_s, complete=False))
            self._text.clear()
        self._last_s = event.at_s
        if event.code in self.terminators:
            if self._text:
                frames.append(KeyFrame("".join(self._text), event.at_s))
                self._text.clear()
        elif event.code == CAPS_LOCK:
            self._caps = not self._caps
        elif event.code not in _QUIET_KEYS:
            self._text.append(self._character(event.code))

    def _character(self, code: int) -> str:
        plain, shifted = CHARACTERS.get(code, (UNKNOWN_KEY, UNKNOWN_KEY))
        shift = bool(self._held & SHIFTS)
        if self._held & CONTROLS:
            # GS comes as Ctrl+], the other separators likewise by their position in ASCII.
            base = shifted if shift else plain.upper()
            return chr(ord(base) & 0x1F) if "@" <= base <= "_" else UNKNOWN_KEY
        if self._caps and plain.isalpha():
            shift = not shift
        return shifted if shift else plain
