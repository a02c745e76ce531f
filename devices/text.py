"""Text as the paper takes it: the bytes a GB printer prints, and how many cells they fill.

A GB printer gives every two-byte character two cells, so cells are counted on encoded bytes; East-Asian width
disagrees for 446 characters, among them × — … “” ①. Whatever comes in (an article name, a member's name), what
goes out holds no control byte: data can never become a printer command.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

ENCODINGS = ("gbk", "gb18030")
UNPRINTABLE = "?"

REPLACEMENTS = {
    "¥": "￥",  # four bytes in gb18030 and absent from gbk; printers show an unrelated character
    "•": "·",
    "€": "EUR",
    "£": "GBP",
    "\u2012": "-",
    "\u2212": "-",
    "½": "1/2",
    "¼": "1/4",
    "¾": "3/4",
    "²": "2",
    "³": "3",
    "©": "(C)",
    "®": "(R)",
    "™": "TM",
}
_PICTURES = ((0x1F000, 0x1FAFF), (0x2600, 0x27BF), (0x2B00, 0x2BFF), (0xE0000, 0xE007F))


@dataclass(frozen=True, slots=True)
class Printable:
    """Bytes without any control byte; `replaced` characters became `?`, `dropped` ones left no trace."""

    data: bytes
    replaced: int = 0
    dropped: int = 0


def printable(text: str, encoding: str = "gbk") -> Printable:
    """What the printer gets for `text`. Every kind of white space, line ends too, becomes one blank each.

    >>> printable("可乐\u00a0¥3").data.decode("gbk")
    '可乐 ￥3'
    >>> printable("a\x1bp\x00b").data
    b'apb'
    """
    assert encoding in ENCODINGS, encoding
    pieces: list[bytes] = []
    replaced = dropped = 0
    for character in unicodedata.normalize("NFC", text):
        piece = _encode(character, encoding)
        if piece is None:
            replaced += 1
            piece = UNPRINTABLE.encode()
        elif not piece:
            dropped += 1
        pieces.append(piece)
    return Printable(b"".join(pieces), replaced, dropped)


def _encode(character: str, encoding: str) -> bytes | None:
    """Bytes of one character, empty when it is to vanish, None when the printer has nothing like it."""
    if character in REPLACEMENTS:
        return REPLACEMENTS[character].encode(encoding)
    if character.isspace():
        return "\u3000".encode(encoding) if character == "\u3000" else b" "
    category = unicodedata.category(character)
    if category in ("Cc", "Cf", "Cs", "Mn", "Me"):
        return b""
    try:
        return character.encode(encoding) if encoding == "gbk" else _gb18030(character)
    except UnicodeEncodeError:
        pass
    if any(first <= ord(character) <= last for first, last in _PICTURES):
        return b""
    return _closest(character, encoding)


def _gb18030(character: str) -> bytes:
    """Bytes of one character; private-use and unassigned code points are refused, no printer draws them."""
    if unicodedata.category(character) in ("Co", "Cn"):
        raise UnicodeEncodeError("gb18030", character, 0, 1, "no glyph")
    return character.encode("gb18030")


def _closest(character: str, encoding: str) -> bytes | None:
    """A look-alike by compatibility or without its accent (ñ → n), None if there is none."""
    plain = "".join(part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part))
    if not plain or plain == character or any(unicodedata.category(part)[0] == "C" for part in plain):
        return None
    try:
        return plain.encode(encoding)
    except UnicodeEncodeError:
        return None


def glyphs(data: bytes) -> Iterator[bytes]:
    """The characters of GB-encoded bytes, each uncut: one, two or (gb18030) four bytes."""
    index = 0
    while index < len(data):
        length = 1
        if data[index] >= 0x81:
            four = index + 1 < len(data) and 0x30 <= data[index + 1] <= 0x39
            length = 4 if four else 2
        yield data[index : index + length]
        index += length


def cells(data: bytes) -> int:
    """Printer cells of GB-encoded bytes: 1 for one byte, 2 for a longer character.

    >>> cells("可乐×2".encode("gbk"))
    7
    """
    return sum(1 if len(glyph) == 1 else 2 for glyph in glyphs(data))


def terminal_safe(text: str) -> str:
    """`text` without what a terminal would obey or be fooled by: control bytes, escapes, direction marks.

    >>> terminal_safe("茶\x1b[2J\u202e叶")
    '茶[2J叶'
    """
    kept = (" " if character in "\t\n\r\x0b\x0c\x85\u2028\u2029" else character for character in text)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
