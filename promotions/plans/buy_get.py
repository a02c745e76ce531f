"""Buy N, get M free or cheaper (买N送M, K5, K6, K7 and K9). The units given must be in the basket: nothing is added."""

from __future__ import annotations

from typing import Literal

from promotions.plans.base import GROUP_UNITS_MAX, PERCENT_SCALE, GroupPlan, check_range, percent_of
from promotions.scope import Scope


class BuyGet(GroupPlan, frozen=True, tag="buy_get"):
    """Of every `buy` + `get` units the `get` cheapest are off by `percent_bp` (10000: free), rounded for each of them.

    With `same_article` all are of one article. With `given` the units given come from those goods and the units
    bought from the offer's own scope. Groups are made as is best for the customer; with `favour` `shop` they are made
    before anything is chosen, the dearest goods bought with the cheapest given.

    >>> BuyGet(buy=2, get=1).group_off([[450, 400, 300]])
    300
    """

    buy: int
    get: int
    percent_bp: int = PERCENT_SCALE
    same_article: bool = False
    given: Scope | None = None
    favour: Literal["customer", "shop"] = "customer"

    def __post_init__(self) -> None:
        check_range("buy", self.buy, 1, GROUP_UNITS_MAX)
        check_range("get", self.get, 1, GROUP_UNITS_MAX)
        check_range("percent_bp", self.percent_bp, 1, PERCENT_SCALE)
        if self.same_article and self.given is not None:
            raise ValueError("given: units of the same article have no scope of their own")

    @property
    def sizes(self) -> tuple[int, ...]:
        """One slot for both, or one each when the units given have a scope of their own."""
        return (self.buy + self.get,) if self.given is None else (self.buy, self.get)

    @property
    def one_article(self) -> bool:
        """As the retailer set it."""
        return self.same_article

    @property
    def part_scopes(self) -> tuple[Scope, ...]:
        """Where the units given come from, if not from among those bought."""
        return () if self.given is None else (self.given,)

    def gain(self, slot: int, fill: int, gross: int, count: int) -> int:
        """The reward of every unit that stands behind the first `buy` of its group."""
        reward = percent_of(gross, self.percent_bp)
        if self.given is not None:
            return reward * count * slot
        size = self.buy + self.get
        groups, rest = divmod(fill + count, size)
        rewarded = groups * self.get + max(0, rest - self.buy) - max(0, fill - self.buy)
        return reward * rewarded

    def excess(self, filled: int, gross: int) -> int:
        """The units bought earned a share that is only given with the cheaper ones to come."""
        if self.given is not None:
            return 0
        size = self.buy + self.get
        weight = self.get * filled if filled <= self.buy else self.buy * (size - filled)
        return -(-weight * percent_of(gross, self.percent_bp) // size)

    def share_bound(self, slot: int, gross: int) -> int:
        """The cheapest `get` of a group are worth at most their share of it by number."""
        reward = percent_of(gross, self.percent_bp)
        return reward * self.get if self.given is None else reward * slot * (self.buy + self.get)
