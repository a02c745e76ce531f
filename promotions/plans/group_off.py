"""A percentage or an amount off every complete group (整组折扣, K10 and K11)."""

from __future__ import annotations

from promotions.plans.base import (
    AMOUNT_MAX,
    GROUP_UNITS_MAX,
    PERCENT_SCALE,
    GroupPlan,
    check_one,
    check_range,
    percent_of,
)


class GroupOff(GroupPlan, frozen=True, kw_only=True, tag="group_off"):
    """Of every `count` units, mixed within the scope or all of one article, each gets `percent_bp` off (rounded for
    each of them), or the group `amount_minor`, never more than it costs.

    >>> GroupOff(count=3, amount_minor=200).group_off([[450, 400, 400]])
    200
    """

    count: int
    percent_bp: int = -1
    amount_minor: int = -1
    same_article: bool = False

    def __post_init__(self) -> None:
        check_range("count", self.count, 2, GROUP_UNITS_MAX)
        check_one(self, "percent_bp", "amount_minor")
        check_range("percent_bp", self.percent_bp, -1, PERCENT_SCALE)
        check_range("amount_minor", self.amount_minor, -1, AMOUNT_MAX)
        if 0 in (self.percent_bp, self.amount_minor):
            raise ValueError("percent_bp: nothing is given")

    @property
    def sizes(self) -> tuple[int, ...]:
        """One slot."""
        return (self.count,)

    @property
    def one_article(self) -> bool:
        """As the retailer set it."""
        return self.same_article

    def gain(self, slot: int, fill: int, gross: int, count: int) -> int:
        """The percentage of every unit, if it is one."""
        return percent_of(gross, self.percent_bp) * count if self.percent_bp >= 0 else 0

    @property
    def completion(self) -> int:
        """The amount, if it is one."""
        return max(0, self.amount_minor)
