"""Figures three rows high, for the one amount that cashier and customer look at."""

from __future__ import annotations

from typing import Final

ROWS: Final = 3
_GLYPHS: Final[dict[str, tuple[str, str, str]]] = {
    "0": ("█▀█", "█ █", "▀▀▀"),
    "1": ("▀█ ", " █ ", "▀▀▀"),
    "2": ("▀▀█", "█▀▀", "▀▀▀"),
    "3": ("▀▀█", " ▀█", "▀▀▀"),
    "4": ("█ █", "▀▀█", "  ▀"),
    "5": ("█▀▀", "▀▀█", "▀▀▀"),
    "6": ("█▀▀", "█▀█", "▀▀▀"),
    "7": ("▀▀█", "  █", "  ▀"),
    "8": ("█▀█", "█▀█", "▀▀▀"),
    "9": ("█▀█", "▀▀█", "▀▀▀"),
    "-": ("   ", "▀▀ ", "   "),
    ".": (" ", " ", "▀"),
}


def big(amount: str, *, plain: bool = False) -> tuple[str, str, str]:
    """The three rows of an amount, all of the same width; in the middle row alone on a plain terminal.

    >>> print("\\n".join(row.rstrip() for row in big("1.20")))
    ▀█    ▀▀█ █▀█
     █    █▀▀ █ █
    ▀▀▀ ▀ ▀▀▀ ▀▀▀
    >>> big("1.20", plain=True)[1]
    '1 . 2 0'
    """
    if plain:
        row = " ".join(amount)
        return " " * len(row), row, " " * len(row)
    glyphs = [_GLYPHS[character] for character in amount]
    first, second, third = (" ".join(glyph[row] for glyph in glyphs) for row in range(ROWS))
    return first, second, third
