"""From exact cost to money people read."""

from __future__ import annotations

from typing import Final

from retail.money import MINOR_PER_MAJOR, Rounding, divide

COST_SCALE: Final = 10_000_000
"""Cost is kept in ten-millionths of the major unit."""


def cost_minor(cost_scaled: int, currency: str) -> int:
    """A cost in minor units, rounded half up: the only place where cost is rounded.

    >>> cost_minor(80_049_999, "CNY")
    800
    """
    return divide(cost_scaled, COST_SCALE // MINOR_PER_MAJOR[currency], Rounding.HALF_UP)


def margin_minor(net: int, tax: int, cost_scaled: int, uncosted_net: int, currency: str) -> int:
    """What is left of sales whose cost is known: net less tax less cost."""
    return net - tax - uncosted_net - cost_minor(cost_scaled, currency)
