"""Every N units together for one price (N件组合价, K8)."""

from __future__ import annotations

from promotions.plans.base import AMOUNT_MAX, GROUP_UNITS_MAX, GroupPlan, check_range


class NForPrice(GroupPlan, frozen=True, tag="n_for_price"):
    """`count` units for `price_minor`, mixed within the scope or all of one article.

    >>> NForPrice(count=3, price_minor=1000).group_off([[450, 400, 400]])
    250
    """

    count: int
    price_minor: int
    same_article: bool = False

    def __post_init__(self) -> None:
        check_range("count", self.count, 2, GROUP_UNITS_MAX)
        check_range("price_minor", self.price_minor, 0, AMOUNT_MAX)

    @property
    def sizes(self) -> tuple[int, ...]:
        """One slot of N units."""
        return (self.count,)

    @property
    def one_article(self) -> bool:
        """As the retailer set it."""
        return self.same_article

    def gain(self, slot: int, fill: int, gross: int, count: int) -> int:
        """Each unit's gross."""
        return gross * count

    @property
    def completion(self) -> int:
        """Less the price."""
        return -self.price_minor
