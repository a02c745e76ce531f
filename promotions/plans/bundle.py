"""Goods that belong together for one price, or cheaper (套餐, K12)."""

from __future__ import annotations

import msgspec

from promotions.plans.base import (
    AMOUNT_MAX,
    GROUP_UNITS_MAX,
    PERCENT_SCALE,
    GroupPlan,
    check_one,
    check_range,
    percent_of,
)
from promotions.scope import Scope

PARTS_MAX = 5


class Part(msgspec.Struct, frozen=True, omit_defaults=True):
    """`count` units of these goods."""

    scope: Scope
    count: int = 1

    def __post_init__(self) -> None:
        check_range("count", self.count, 1, GROUP_UNITS_MAX)


class Bundle(GroupPlan, frozen=True, kw_only=True, tag="bundle"):
    """`count` units of the offer's scope and those of every part together for `price_minor`, or for `amount_minor`
    less, or each for `percent_bp` less (rounded for each of them). Parts may overlap; a unit fills one place.

    >>> Bundle(parts=(Part(Scope(items=("fries",))),), price_minor=3000).group_off([[2500], [900]])
    400
    """

    count: int = 1
    parts: tuple[Part, ...]
    price_minor: int = -1
    amount_minor: int = -1
    percent_bp: int = -1

    def __post_init__(self) -> None:
        check_range("count", self.count, 1, GROUP_UNITS_MAX)
        check_range("parts", len(self.parts), 1, PARTS_MAX)
        check_one(self, "price_minor", "amount_minor", "percent_bp")
        check_range("price_minor", self.price_minor, -1, AMOUNT_MAX)
        check_range("amount_minor", self.amount_minor, -1, AMOUNT_MAX)
        check_range("percent_bp", self.percent_bp, -1, PERCENT_SCALE)
        if 0 in (self.percent_bp, self.amount_minor):
            raise ValueError("percent_bp: nothing is given")

    @property
    def sizes(self) -> tuple[int, ...]:
        """A slot for the offer's scope and one for each part."""
        return (self.count, *[part.count for part in self.parts])

    @property
    def one_article(self) -> bool:
        """Bundles are of several articles."""
        return False

    @property
    def part_scopes(self) -> tuple[Scope, ...]:
        """The goods of the parts."""
        return tuple([part.scope for part in self.parts])

    def gain(self, slot: int, fill: int, gross: int, count: int) -> int:
        """Each unit's percentage; at a price for all, its gross."""
        if self.percent_bp >= 0:
            return percent_of(gross, self.percent_bp) * count
        return gross * count if self.price_minor >= 0 else 0

    @property
    def completion(self) -> int:
        """The amount off, or less the price."""
        return -self.price_minor if self.price_minor >= 0 else max(0, self.amount_minor)
