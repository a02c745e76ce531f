"""Text as a terminal shows it: cut and filled by cells, never by characters, and harmless whatever it says.

Names come from outside. What a terminal would obey (escapes), or be fooled by (direction marks, invisible
characters), does not get through; markup is never interpreted, since nothing here reads it.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final, Literal

from rich.cells import cell_len

Align = Literal["left", "right", "center"]

ELLIPSIS: Final = "…"
UNSHOWABLE: Final = "?"
_DROPPED: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_DISPUTED: Final = frozenset(map(chr, (*range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400))))
"""Halves of flags, and skin tones: terminals and the screen library count them differently, and everything to
the right would shift. For all other characters the library's count is that of wcwidth, which terminals follow (a test
compares them)."""

_VARIATION: Final = frozenset({"\ufe0e", "\ufe0f"})


@lru_cache(8192)
def _cell(character: str) -> tuple[str, int]:
    """What is shown for a character, and its cells."""
    if character.isspace():
        return ("\u3000", 2) if character == "\u3000" else (" ", 1)
    if character in _VARIATION or unicodedata.category(character) in _DROPPED:
        return "", 0
    return (UNSHOWABLE, 1) if character in _DISPUTED else (character, cell_len(character))


@lru_cache(4096)
def safe(text: str) -> str:
    """The text without what a terminal would obey or be fooled by.

    >>> safe("茶\\x1b[2J\\u202e叶")
    '茶[2J叶'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_cell(character)[0] for character in text)


@lru_cache(8192)
def cells(text: str) -> int:
    """How many cells the text fills, once it is safe.

    >>> cells("可乐 330ml")
    10
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(_cell(character)[1] for character in text)


@lru_cache(8192)
def clip(text: str, width: int) -> str:
    """At most `width` cells of the text; a cut is shown by an ellipsis.

    >>> clip("农夫山泉", 6), clip("农夫山泉", 8)
    ('农夫…', '农夫山泉')
    """
    text = safe(text)
    if cells(text) <= width:
        return text
    kept, used = [], 0
    for character in text:
        size = _cell(character)[1]
        if used + size > width - 1:
            break
        kept.append(character)
        used += size
    return "".join(kept) + (ELLIPSIS if width > 0 else "")


@lru_cache(8192)
def fit(text: str, width: int, align: Align = "left") -> str:
    """Exactly `width` cells: cut or filled with blanks.

    >>> fit("可乐", 6), fit("3.50", 6, "right"), fit("可乐汽水", 5)
    ('可乐  ', '  3.50', '可乐…')
    """
    text = clip(text, width)
    blank = width - cells(text)
    if align == "right":
        return " " * blank + text
    if align == "center":
        return " " * (blank // 2) + text + " " * (blank - blank // 2)
    return text + " " * blank


def tail(text: str, width: int) -> str:
    """The last `width` cells of the text, for what is being typed.

    >>> tail("6901234567892", 6)
    '567892'
    """
    text = safe(text)
    while cells(text) > width:
        text = text[1:]
    return text


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at blanks where there are any; Chinese breaks anywhere.

    >>> wrap("Scan the receipt", 9)
    ['Scan the', 'receipt']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(safe(text)):
        if cells(line + piece.rstrip()) > width and line:
            lines.append(line.rstrip())
            line = ""
        line += piece.lstrip() if not line else piece
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _pieces(text: str) -> list[str]:
    """What a line may be broken between: words with the blank after them, and each wide character."""
    pieces: list[str] = []
    for character in text:
        joins = pieces and not pieces[-1].endswith(" ") and cells(pieces[-1][-1]) < 2 and cells(character) < 2
        if joins or (pieces and character in " 。，、：；！？）)…"):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces
