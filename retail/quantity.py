"""Quantities as whole thousandths of a unit: three pieces are 3000, 0.755 kg is 755.

A counted unit (piece, bottle) sells in whole units only; a measured unit (kg, metre, litre) sells as one
indivisible line, whatever its weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from retail.money import Rounding, divide

MILLI: Final = 1000

QUANTITY_LIMIT_MILLI: Final = 10_000_000 * MILLI
"""No line of goods is larger; anything above is a code typed into the wrong field."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount of goods in thousandths of `unit`."""

    milli: int
    unit: str = "ea"

    def __str__(self) -> str:
        return format_milli(self.milli)


def format_milli(quantity_milli: int) -> str:
    """Shortest plain digits: 3000 is `3`, 755 is `0.755`, -1500 is `-1.5`."""
    sign = "-" if quantity_milli < 0 else ""
    whole, rest = divmod(abs(quantity_milli), MILLI)
    return f"{sign}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")


def parse_milli(text: str) -> int:
    """Thousandths for what a person typed; ValueError when it is not a quantity or is beyond any shop's reach.

    >>> parse_milli("3"), parse_milli("0.755")
    (3000, 755)
    """
    whole, _, fraction = text.strip().partition(".")
    typed = whole + fraction
    if not typed.isascii() or not typed.isdigit() or len(fraction) > 3:
        raise ValueError(f"not a quantity: {text!r}")
    milli = int(whole or "0") * MILLI + int(fraction.ljust(3, "0") or "0")
    if milli > QUANTITY_LIMIT_MILLI:
        raise ValueError(f"quantity out of reach: {text!r}")
    return milli


def is_counted(quantity_milli: int) -> bool:
    """Whether this is a whole number of pieces, which can be split into equal units."""
    return quantity_milli % MILLI == 0


def ratio_of(amount: int, part_milli: int, whole_milli: int) -> int:
    """The share of `amount` that a part of a weighed line carries, rounded half up."""
    return divide(amount * part_milli, whole_milli, Rounding.HALF_UP)
