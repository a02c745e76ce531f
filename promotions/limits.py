"""How often an offer may be used. Every limit becomes a bound on the receipt at hand before anything is chosen."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

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
