"""How often an offer may be used. Every limit becomes a bound on the receipt at hand before anything is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import msgspec

from promotions.basket import Used
from promotions.plans.base import AMOUNT_MAX, check_range
from promotions.scope import NAME_CHARS_MAX

USES_MAX: Final = 1_000_000_000

Period = Literal["ever", "day", "week", "month", "year"]


class Limits(msgspec.Struct, frozen=True, omit_defaults=True):
    """Bounds over receipts; 0: none. A use is a receipt on which the offer took something off.

    `member_uses` per member within `period` of the store's calendar (an offer with it is for members only);
    `total_uses`, `total_units` (units, groups or full thresholds, as `times_max` counts them) and `total_minor` (the
    budget) over all stores. `unknown` says what holds where nobody can tell how far the offer is used up: `accept` it
    (headquarters reconciles later) or `refuse` it. A budget closes an offer once it is spent; the receipt that spends
    it is served whole.

    `counter` names a running count of the member's (stamps, 集章) of which every application takes `counter_cost`.
    """

    member_uses: int = 0
    period: Period = "ever"
    total_uses: int = 0
    total_units: int = 0
    total_minor: int = 0
    unknown: Literal["accept", "refuse"] = "accept"
    counter: str = ""
    counter_cost: int = 0

    def __post_init__(self) -> None:
        check_range("member_uses", self.member_uses, 0, USES_MAX)
        check_range("total_uses", self.total_uses, 0, USES_MAX)
        check_range("total_units", self.total_units, 0, USES_MAX)
        check_range("total_minor", self.total_minor, 0, AMOUNT_MAX)
        check_range("counter", len(self.counter), 0, NAME_CHARS_MAX)
        check_range("counter_cost", self.counter_cost, 1 if self.counter else 0, USES_MAX if self.counter else 0)
        if self.period != "ever" and not self.member_uses:
            raise ValueError("period: only uses per member are counted by period")

    @property
    def counted(self) -> bool:
        """Whether earlier receipts have a say."""
        return bool(self.member_uses or self.total_uses or self.total_units or self.total_minor)


def period_start(period: Period, business_date: int) -> int:
    """The first day of the period that a business date (YYYYMMDD) is in; 0 for `ever`. Weeks begin on Monday.

    >>> period_start("week", 20260101)
    20251229
    """
    if period == "ever":
        return 0
    if period == "year":
        return business_date // 10_000 * 10_000 + 101
    if period == "month":
        return business_date // 100 * 100 + 1
    if period == "day":
        return business_date
    day = date(business_date // 10_000, business_date // 100 % 100, business_date % 100)
    monday = day - timedelta(days=day.weekday())
    return monday.year * 10_000 + monday.month * 100 + monday.day


class Total(NamedTuple):
    """What all stores together have used of an offer."""

    receipts: int = 0
    units: int = 0
    amount_minor: int = 0


def used(limits: Limits, total: Total, member_days: Mapping[int, int], business_date: int) -> Used:
    """How far an offer is used up before a receipt of this business date. `member_days` says on which days the member
    used it how often; those before the period are over, those after it (another store is a day ahead) count."""
    start = period_start(limits.period, business_date)
    by_member = sum(uses for day, uses in member_days.items() if day >= start)
    return Used(max(0, by_member), max(0, total.receipts), max(0, total.units), max(0, total.amount_minor))
