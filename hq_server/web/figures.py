"""Figures as people read them: exact, from integers; no float on the way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from retail.money import MINOR_PER_MAJOR, Rounding, divide

SYMBOLS: Final[Mapping[str, str]] = {"CNY": "¥", "USD": "$", "EUR": "€", "HKD": "HK$", "JPY": "JP¥"}


def money(amount_minor: int, currency: str) -> str:
    """An amount with its sign, thousands and all decimals.

    >>> money(-123456, "CNY"), money(5, "JPY")
    ('-¥1,234.56', 'JP¥5')
    """
    per_major = MINOR_PER_MAJOR.get(currency, 100)
    whole, rest = divmod(abs(amount_minor), per_major)
    digits = len(str(per_major)) - 1
    decimals = f".{rest:0{digits}d}" if digits else ""
    return f"{'-' if amount_minor < 0 else ''}{SYMBOLS.get(currency, currency + ' ')}{whole:,}{decimals}"


def unit_price(amount: int, currency: str) -> str:
    """A unit price (ten-thousandths): two decimals, more where it has them.

    >>> unit_price(125000, "CNY"), unit_price(125, "CNY")
    ('¥12.50', '¥0.0125')
    """
    whole, rest = divmod(abs(amount), 10_000)
    decimals = f"{rest:04d}".rstrip("0").ljust(2, "0")
    return f"{'-' if amount < 0 else ''}{SYMBOLS.get(currency, currency + ' ')}{whole:,}.{decimals}"


def quantity(quantity_milli: int) -> str:
    """A quantity with thousands, and decimals where it has them.

    >>> quantity(1234000), quantity(-1250)
    ('1,234', '-1.25')
    """
    whole, rest = divmod(abs(quantity_milli), 1000)
    decimals = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{'-' if quantity_milli < 0 else ''}{whole:,}{decimals}"


def percent(part: int, whole: int) -> str:
    """A ratio with one decimal; empty when there is nothing to compare with.

    >>> percent(1, 3), percent(1, 0)
    ('33.3 %', '')
    """
    if whole <= 0:
        return ""
    tenths = divide(part * 1000, whole, Rounding.HALF_UP)
    return f"{'-' if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10} %"


def local_time(moment: datetime | None, utc_offset_min: int, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment on the clock of a place; empty for none."""
    if moment is None:
        return ""
    return (moment.astimezone(UTC) + timedelta(minutes=utc_offset_min)).strftime(form)
