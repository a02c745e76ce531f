"""The number printed on a receipt: the till's code, its own counter, and four characters of the entry's hash.

Numbers are never leased from anybody. The characters let a person's typing error, and a receipt of a copied
disk that counted on by itself, be told from the real one; they prove nothing else, identity is (stream, seq).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

ALPHABET: Final = "34679ACDEFGHJKMNPQRTUVWXY"
"""Digits and capitals of which none is taken for another: no 0 O, 1 I L, 2 Z, 5 S, 8 B."""

CHECK_LENGTH: Final = 4
COUNTER_WIDTH: Final = 6

_TILL = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
_NUMBER = re.compile(rf"({_TILL.pattern})-([0-9]{{{COUNTER_WIDTH},18}})-([{ALPHABET}]{{{CHECK_LENGTH}}})")


@dataclass(frozen=True, slots=True)
class ReceiptNumber:
    """A receipt's printed number, in its parts. ValueError for a till code or counter that cannot be
    printed."""

    till: str
    counter: int
    check: str

    def __post_init__(self) -> None:
        if not _TILL.fullmatch(self.till):
            raise ValueError(f"a till code has capitals, digits and single hyphens: {self.till!r}")
        if not 0 <= self.counter < 10**18:
            raise ValueError(f"a receipt counter is 0 or more: {self.counter}")
        if len(self.check) != CHECK_LENGTH or not set(self.check) <= set(ALPHABET):
            raise ValueError(f"not check characters: {self.check!r}")

    def __str__(self) -> str:
        return f"{self.till}-{self.counter:0{COUNTER_WIDTH}d}-{self.check}"


def check_characters(entry_hash: bytes) -> str:
    """Four characters that follow from a journal entry's 32-byte hash.

    >>> check_characters(bytes(32))
    '3333'
    """
    if len(entry_hash) != 32:
        raise ValueError("an entry's hash has 32 bytes")
    rest = int.from_bytes(entry_hash, "big")
    characters = []
    for _ in range(CHECK_LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(characters)


def receipt_number(till: str, counter: int, entry_hash: bytes) -> ReceiptNumber:
    """The number to print on the receipt that was written as the entry with this hash.

    >>> str(receipt_number("S012-03", 4812, bytes(32)))
    'S012-03-004812-3333'
    """
    return ReceiptNumber(till, counter, check_characters(entry_hash))


def parse_receipt_number(text: str) -> ReceiptNumber | None:
    """The parts of a number as a person typed it (small letters and blanks at the ends allowed), else
    None."""
    typed = text.strip(" ")
    match = _NUMBER.fullmatch(typed.upper()) if typed.isascii() else None
    if match is None:
        return None
    number = ReceiptNumber(match[1], int(match[3]), match[4])
    return number if str(number) == typed.upper() else None


def belongs_to(number: ReceiptNumber, entry_hash: bytes) -> bool:
    """Whether the number was printed for the entry with this hash."""
    return number.check == check_characters(entry_hash)
