"""Money as whole minor units (fen, cents) and unit prices as exact ten-thousandths of the major unit.

A float never enters: an amount is an integer that adds up, and every division names its rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import total_ordering
from typing import Final

MINOR_PER_MAJOR: Final[dict[str, int]] = {"CNY": 100, "USD": 100, "EUR": 100, "HKD": 100, "JPY": 1}
"""Minor units in a major one, for each currency that a store may run in (ISO 4217)."""

UNIT_PRICE_SCALE: Final = 10_000
"""A unit price counts ten-thousandths of the major unit: fuel, fabric and wholesale need more than cents."""


class CurrencyMismatch(ValueError):
    """Two currencies met in one sum."""


class Rounding(Enum):
    """How a division ends when it does not come out even."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"
    UP = "up"


def divide(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The rounded quotient; halves and directions are by magnitude, so a refund mirrors its sale.

    >>> divide(5, 2, Rounding.HALF_UP), divide(-5, 2, Rounding.HALF_UP), divide(5, 2, Rounding.HALF_EVEN)
    (3, -3, 2)
    """
    if denominator == 0:
        raise ZeroDivisionError("divide: the denominator is zero")
    negative = (numerator < 0) != (denominator < 0)
    whole, rest = divmod(abs(numerator), abs(denominator))
    if rest:
        twice = 2 * rest - abs(denominator)
        away_from_zero = {
            Rounding.UP: True,
            Rounding.DOWN: False,
            Rounding.HALF_UP: twice >= 0,
            Rounding.HALF_EVEN: twice > 0 or (twice == 0 and whole % 2 == 1),
        }
        whole += away_from_zero[rounding]
    return -whole if negative else whole


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency in minor units."""

    minor: int
    currency: str = "CNY"

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"money counts whole minor units, not {self.minor!r}")

    def _same(self, other: Money) -> None:
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} met {other.currency}")

    def __add__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor + other.minor, self.currency)

    def __sub__(self, other: Money) -> Money:
        self._same(other)
        return Money(self.minor - other.minor, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        self._same(other)
        return self.minor < other.minor

    def __str__(self) -> str:
        return format_minor(self.minor, self.currency)


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """The price of one unit in ten-thousandths of the major unit."""

    scaled: int
    currency: str = "CNY"

    def amount_for(self, quantity_milli: int, rounding: Rounding = Rounding.HALF_UP) -> Money:
        """What this quantity (in thousandths of the unit) costs.

        >>> UnitPrice(35_000).amount_for(755)
        Money(minor=264, currency='CNY')
        """
        return Money(extend_minor(self.scaled, quantity_milli, self.currency, rounding), self.currency)


def extend_minor(
    unit_price_scaled: int, quantity_milli: int, currency: str = "CNY", rounding: Rounding = Rounding.HALF_UP
) -> int:
    """Unit price × quantity in minor units: the same rule as `UnitPrice.amount_for` without the wrapping."""
    return divide(unit_price_scaled * quantity_milli * MINOR_PER_MAJOR[currency], UNIT_PRICE_SCALE * 1000, rounding)


def price_of_minor(amount_minor: int, currency: str = "CNY") -> int:
    """The unit price, in ten-thousandths, of something that costs this many minor units."""
    return amount_minor * UNIT_PRICE_SCALE // MINOR_PER_MAJOR[currency]


def format_minor(amount_minor: int, currency: str = "CNY") -> str:
    """Plain digits with a point, without a sign for the currency: `-1234` fen is `-12.34`."""
    per_major = MINOR_PER_MAJOR[currency]
    sign = "-" if amount_minor < 0 else ""
    if per_major == 1:
        return f"{sign}{abs(amount_minor)}"
    whole, rest = divmod(abs(amount_minor), per_major)
    return f"{sign}{whole}.{rest:02d}"


def parse_minor(text: str, currency: str = "CNY") -> int:
    """Minor units for what a person typed (`12`, `12.3`, `.5`); ValueError when it is not an amount.

    >>> parse_minor("12.3"), parse_minor(".05"), parse_minor("-7")
    (1230, 5, -700)
    """
    per_major = MINOR_PER_MAJOR[currency]
    digits = 0 if per_major == 1 else 2
    body = text.strip()
    sign = -1 if body.startswith("-") else 1
    whole, point, fraction = body.removeprefix("-").partition(".")
    typed = whole + fraction
    if not typed.isascii() or not typed.isdigit() or len(fraction) > digits or len(whole) > 12:
        raise ValueError(f"not an amount of money: {text!r}")
    if point and not digits:
        raise ValueError(f"{currency} has no decimals: {text!r}")
    return sign * (int(whole or "0") * per_major + int(fraction.ljust(digits, "0") or "0"))
