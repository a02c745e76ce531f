"""The names of keys, as the till's screen library gives them, and which of them a function may take."""

from __future__ import annotations

from typing import Final

_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_SYMBOLS: Final = {
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "slash": "/",
    "full_stop": ".",
    "equals_sign": "=",
    "comma": ",",
    "backslash": "\\",
    "grave_accent": "`",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}
_CAPS: Final = {
    "insert": "Ins",
    "delete": "Del",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "backspace": "⌫",
    "space": "Space",
}
_NAMED: Final = frozenset(_CAPS)

TYPING_KEYS: Final = (
    _LETTERS
    | frozenset("0123456789")
    | frozenset(("full_stop", "slash", "space", "enter", "escape", "tab", "backspace"))
    | frozenset(("up", "down", "left", "right", "pageup", "pagedown"))
)
"""Keys that enter, correct or choose: codes, amounts, `07/` before a code, the selected line."""

TERMINAL_KEYS: Final = frozenset(
    ("f11", "ctrl+c", "ctrl+z", "ctrl+s", "ctrl+q", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h")
)
"""Keys that a terminal keeps (full screen, interrupt, stop, flow control) or cannot tell from Tab, Enter and
Backspace. Shift with a function key belongs to them too: many terminals send another key for it."""


def is_key(name: str) -> bool:
    """Whether a key of this name exists: `f5`, `delete`, `asterisk`, `ctrl+delete`, `ctrl+p`, `alt+1`."""
    *modifiers, key = name.split("+")
    if len(modifiers) != len(set(modifiers)) or not set(modifiers) <= {"ctrl", "alt", "shift"}:
        return False
    if key.startswith("f") and key[1:].isascii() and key[1:].isdecimal():
        return key[1] != "0" and 1 <= int(key[1:]) <= 24
    if key in _NAMED:
        return True
    if len(key) == 1:
        return key in _LETTERS or (key in "0123456789" and "ctrl" not in modifiers)
    return key in _SYMBOLS and not modifiers


def key_cap(name: str) -> str:
    """What is printed for a key on strip, help and keytop.

    >>> key_cap("ctrl+delete"), key_cap("asterisk"), key_cap("f5")
    ('Ctrl+Del', '*', 'F5')
    """
    *modifiers, key = name.split("+")
    cap = _CAPS.get(key) or _SYMBOLS.get(key) or key.upper()
    return "+".join([*(modifier.capitalize() for modifier in modifiers), cap])
