"""What a cashier's typed line means: `3*`, `3*code`, `07/code`, `07*60+12*40/code`, `@A/`, a code, nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from retail.money import parse_minor

_ENTRY = re.compile(r"(?:(-?[0-9.]+)\*)?([^/]*/)?(?:(-?[0-9.]+)\*)?([^*]*)")
_SHARED = re.compile(r"([^/]*\+[^/]*/)(?:(-?[0-9.]+)\*)?([^*]*)")


@dataclass(frozen=True, slots=True)
class Entry:
    """The parts of what was typed, unchecked. `owner` None: no clerk was named; empty: the line is nobody's."""

    quantity: str = ""
    owner: str | None = None
    code: str = ""


def parse_entry(text: str) -> Entry | None:
    """The parts, or None when the text has no such form.

    >>> parse_entry("3*07/6901234567892")
    Entry(quantity='3', owner='07', code='6901234567892')
    >>> parse_entry("07*60+12*40/1001").owner
    '07*60+12*40'
    """
    typed = text.strip()
    if shared := _SHARED.fullmatch(typed):
        owner, quantity, code = shared.groups()
        return Entry(quantity or "", owner[:-1], code.strip())
    match = _ENTRY.fullmatch(typed)
    if match is None:
        return None
    before, prefix, after, code = match.groups()
    if before and after:
        return None
    return Entry(before or after or "", prefix[:-1] if prefix is not None else None, code.strip())


def parse_discount(text: str, currency: str) -> tuple[int, int]:
    """(basis points, minor units) of a reduction: `10%` or `9折` or `8.5折`, or an amount; ValueError otherwise.

    >>> parse_discount("10%", "CNY"), parse_discount("8.5折", "CNY"), parse_discount("1.50", "CNY")
    ((1000, 0), (1500, 0), (0, 150))
    """
    typed = text.strip().removeprefix("-")
    if typed.endswith("%"):
        bp = parse_minor(typed[:-1], "CNY")
    elif typed.endswith("折"):
        bp = 10_000 - parse_minor(typed[:-1], "CNY") * 10
    else:
        minor = parse_minor(typed, currency)
        if minor <= 0:
            raise ValueError(f"not a reduction: {text!r}")
        return 0, minor
    if not 0 < bp <= 10_000:
        raise ValueError(f"not a reduction: {text!r}")
    return bp, 0


def parse_count(text: str, currency: str) -> int:
    """Minor units of a cash count: an amount, or notes and coins as `100*5+50*2+3.5`; ValueError otherwise.

    >>> parse_count("100*5+50*2+3.5", "CNY")
    60350
    """
    total = 0
    for part in text.split("+"):
        value, times, pieces = part.strip().partition("*")
        if times and not (pieces.isascii() and pieces.isdigit() and len(pieces) < 7):
            raise ValueError(f"not a count: {text!r}")
        amount = parse_minor(value, currency)
        if amount < 0:
            raise ValueError(f"not a count: {text!r}")
        total += amount * int(pieces or "1")
    return total
