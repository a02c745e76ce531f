"""The key strip: what each key does now, always in the same place and order, from the one table of functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pos_terminal.widgets.canvas import Row, Span
from pos_terminal.widgets.cells import cells
from retail.functions import Scope
from retail.key_names import key_cap
from retail.keymap import Keymap

if TYPE_CHECKING:
    from pos_terminal.locale.words import Words

HEIGHT = 3


def draw_strip(keymap: Keymap, scope: Scope, words: Words, width: int, height: int = HEIGHT) -> list[Row]:
    """Keys and labels in as many rows as there are: Enter, then function keys. What has no room is found in the help.

    No entry is cut: one that does not fit on a row begins the next, and the last row may leave some out.
    """
    rows: list[Row] = []
    row: list[Span] = []
    used = 0
    for cap, label in _entries(keymap, scope, words):
        size = cells(cap) + cells(label) + 4
        if used + size > width + 1:
            if len(rows) == height - 1:
                continue
            rows.append(tuple(row))
            row, used = [], 0
        row += [(f" {cap} ", "key"), (f"{label} ", "label")]
        used += size - 1
    return [*rows, tuple(row)]


def cap_text(key: str) -> str:
    """A key as the strip prints it, short: `^D` for Ctrl+D."""
    return key_cap(key).replace("Ctrl+", "^")


def _entries(keymap: Keymap, scope: Scope, words: Words) -> Iterator[tuple[str, str]]:
    entries = keymap.key_strip(scope)
    for key, function in sorted(entries, key=lambda entry: entry[0] != "enter"):
        yield cap_text(key), words.label(function)
