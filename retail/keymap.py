"""Which key does what on this till: the defaults, changed by the store and then by the role.

A map that cannot work is not half used: every problem is reported at once, in words, and the till says so at
start.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from retail.functions import BY_CODE, FUNCTIONS, Function, Language, Scope
from retail.key_names import TERMINAL_KEYS, TYPING_KEYS, is_key, key_cap

REQUIRED: Final = ("total", "menu", "help")
"""What must keep a key: without them a cashier could neither finish a sale nor find anything."""


class ClashKind(Enum):
    """What is wrong with a binding: words in Chinese and English, with the key and the functions to fill
    in."""

    SAME_KEY = (
        "按键 {key} 同时用于：{functions}。请给其中一个换键。",
        "Key {key} is on: {functions}. Move one of them.",
    )
    TERMINAL = (
        "终端会占用按键 {key}，“{functions}”收不到。请换一个键。",
        "The terminal keeps key {key} for itself: {functions} would not get it. Choose another.",
    )
    TYPING = (
        "按键 {key} 用来输入，不能用于“{functions}”。请换一个键。",
        "Key {key} is needed for typing and cannot be {functions}. Choose another.",
    )
    UNKNOWN_KEY = (
        "没有名为 {key} 的按键（用于“{functions}”）。请按按键参考改写。",
        "There is no key named {key} (for {functions}). Use a name from the key reference.",
    )
    UNKNOWN_FUNCTION = (
        "没有代码为 {functions} 的功能。请按按键参考改写。",
        "There is no function with the code {functions}. Use a code from the key reference.",
    )
    REQUIRED = (
        "功能“{functions}”必须有一个按键。请给它一个键。",
        "{functions} must keep a key. Give it one.",
    )


@dataclass(frozen=True, slots=True)
class Clash:
    """One reason why a keymap cannot be used. `functions` are codes."""

    kind: ClashKind
    key: str
    functions: tuple[str, ...]

    def describe(self, language: Language) -> str:
        """One sentence for the person who wrote the keymap: what is wrong, and what to do."""
        names = [BY_CODE[code].label(language) if code in BY_CODE else code for code in self.functions]
        words = self.kind.value[0 if language == "zh" else 1]
        return words.format(key=key_cap(self.key), functions=("、" if language == "zh" else ", ").join(names))


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of every function, by code; the first one of each is printed."""

    keys: Mapping[str, tuple[str, ...]]
    _by_key: Mapping[tuple[Scope, str], str]

    def function_for(self, scope: Scope, key: str) -> Function | None:
        """What a key does on a screen."""
        code = self._by_key.get((scope, key)) or self._by_key.get(("any", key))
        return BY_CODE[code] if code else None

    def key_of(self, code: str) -> str:
        """The first key of a function; empty when it is picked from the menu."""
        keys = self.keys[code]
        return keys[0] if keys else ""

    def key_strip(self, scope: Scope) -> tuple[tuple[str, Function], ...]:
        """What the key strip of a screen shows: first keys and functions, function keys first, in their
        order."""
        shown = [(self.key_of(f.code), f) for f in FUNCTIONS if f.scope in (scope, "any") and self.keys[f.code]]
        return tuple(sorted(shown, key=lambda entry: _strip_order(entry[0])))

    def menu(self) -> tuple[Function, ...]:
        """What the menu lists: the functions of the sale that have no key, in the order of the table."""
        return tuple(f for f in FUNCTIONS if f.scope != "tender" and not self.keys[f.code])


def keymap(*overrides: Mapping[str, str]) -> Keymap | tuple[Clash, ...]:
    """The keymap that follows from the defaults and each override in turn (the store's, then the role's).

    An override gives a function code its keys, separated by commas; an empty text takes its keys away. All
    clashes are returned when there is one.

    >>> keymap({"repeat": "f5"})[0].describe("en")
    'Key F5 is on: Repeat, Clerk. Move one of them.'
    """
    keys = {function.code: function.default_keys for function in FUNCTIONS}
    clashes: list[Clash] = []
    for override in overrides:
        for code, text in override.items():
            if code in BY_CODE:
                keys[code] = tuple(dict.fromkeys(key.strip() for key in text.split(",") if key.strip()))
            else:
                clashes.append(Clash(ClashKind.UNKNOWN_FUNCTION, "", (code,)))
    clashes += _unusable(keys)
    clashes += _doubled(keys)
    if clashes:
        return tuple(clashes)
    by_key = {(BY_CODE[code].scope, key): code for code, its_keys in keys.items() for key in its_keys}
    return Keymap(MappingProxyType(keys), MappingProxyType(by_key))


def _unusable(keys: Mapping[str, tuple[str, ...]]) -> Iterator[Clash]:
    for code, its_keys in keys.items():
        if code in REQUIRED and not its_keys:
            yield Clash(ClashKind.REQUIRED, "", (code,))
        for key in its_keys:
            if not is_key(key):
                yield Clash(ClashKind.UNKNOWN_KEY, key, (code,))
            elif key in TERMINAL_KEYS or key.startswith("shift+f"):
                yield Clash(ClashKind.TERMINAL, key, (code,))
            elif key in TYPING_KEYS and key not in BY_CODE[code].default_keys:
                yield Clash(ClashKind.TYPING, key, (code,))


def _doubled(keys: Mapping[str, tuple[str, ...]]) -> Iterator[Clash]:
    """Keys that two functions of one screen share. A function for any screen stands on both."""
    seen: dict[str, list[str]] = {}
    for code, its_keys in keys.items():
        for key in its_keys:
            seen.setdefault(key, []).append(code)
    for key, codes in seen.items():
        groups = (tuple(c for c in codes if BY_CODE[c].scope in (scope, "any")) for scope in ("sale", "tender"))
        for on_screen in dict.fromkeys(groups):
            if len(on_screen) > 1:
                yield Clash(ClashKind.SAME_KEY, key, on_screen)


def _strip_order(key: str) -> tuple[int, str]:
    number = key.removeprefix("f")
    return (int(number), "") if number.isdecimal() and key != number else (100, "")
