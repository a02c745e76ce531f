"""What a receipt brings beyond its price: points, coupons for the next purchase, stamps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Earned:
    """Points that an offer gives."""

    offer: str
    points: int


@dataclass(frozen=True, slots=True)
class Issued:
    """`count` coupons of a series that an offer gives, each worth `amount_minor` for `days` days from the next one on
    (0: no end)."""

    offer: str
    series: str
    count: int
    amount_minor: int
    days: int


@dataclass(frozen=True, slots=True)
class Stamped:
    """So much more on one of the member's running counts."""

    offer: str
    counter: str
    count: int
