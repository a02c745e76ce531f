"""What a linter finds, and what it looks at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import msgspec

from promotions.basket import Article
from promotions.rule import Offer

Severity = Literal["error", "warning", "hint"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "hint")

CODES: Final[Mapping[str, Severity]] = {
    "dead_window": "error",
    "already_over": "error",
    "no_goods": "error",
    "condition_no_goods": "error",
    "needs_itself": "error",
    "no_stores": "error",
    "never_gives": "warning",
    "floor_voids": "warning",
    "floor_cuts": "hint",
    "gives_all": "warning",
    "always_reached": "warning",
    "group_alone": "hint",
    "never_better": "warning",
    "same_as": "warning",
    "adds_up": "warning",
    "overlaps": "hint",
    "crowded": "warning",
    "hard": "warning",
    "budget_open": "hint",
}
"""Every code and how grave it is: an error keeps an offer from being approved."""


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something about an offer: with which `other` one, on which item for `example`, and the sentence's figures."""

    code: str
    severity: Severity
    offer: str
    other: str = ""
    example: str = ""
    figures: dict[str, Any] = {}


def finding(code: str, offer: str, *, other: str = "", example: str = "", **figures: Any) -> Finding:
    """A finding with the severity of its code."""
    return Finding(code, CODES[code], offer, other, example, figures)


@dataclass(frozen=True, slots=True)
class Goods:
    """An item of the catalogue: what scopes see of it, and every unit price it has in some store (ten-thousandths,
    ascending, at least one)."""

    article: Article
    prices: tuple[int, ...]
    counted: bool = True
    floor: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """An offer and the stores that have it."""

    offer: Offer
    stores: frozenset[str]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What offers are judged against: the clock, the money, and coupons that come from elsewhere than an offer."""

    currency: str
    now_minute: int = 0
    series: frozenset[str] = field(default_factory=frozenset)
