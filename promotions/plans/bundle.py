"""Goods that belong together for one price, or cheaper (套餐, K12)."""

from __future__ import annotations

import msgspec

from promotions.plans.base import AMOUNT_MAX, GROUP_UNITS_MAX, PERCENT_SCALE, GroupPlan, check_one, check_range
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
    less, or each for `percent_bp` less (rounded for each of them). Parts may overlap; a unit fills one place."""

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
