"""Which of many offers to compile for the receipts of one store in one week: those that can have a say there.

A chain's year holds a hundred thousand offers, of which a store's week knows some hundreds. An offer that names none
of the goods in the baskets at hand, or asks for a coupon that nobody handed over, changes no price; leaving it out
saves compiling it. (The notes on a receipt do not mention it then; a till compiles all offers of its store.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from promotions.plans import GroupPlan, Reward
from promotions.rule import Offer


class Calendar:
    """Offers by the goods they name."""

    def __init__(self, offers: Sequence[Offer]) -> None:
        self._by_item: dict[str, list[int]] = {}
        self._wide: list[int] = []
        self._stores: list[frozenset[str]] = []
        self._offers = offers
        for place, offer in enumerate(offers):
            self._stores.append(frozenset(offer.stores))
            items = _items_of(offer)
            if items is None:
                self._wide.append(place)
            for item in items or ():
                self._by_item.setdefault(item, []).append(place)

    def holding(self, store: str, items: Iterable[str], series: Iterable[str] = ()) -> list[Offer]:
        """The offers that may change a price at this store where these goods and coupons come over the counter."""
        handed = frozenset(series)
        places = set(self._wide)
        for item in items:
            places.update(self._by_item.get(item, ()))
        return [
            offer
            for place in sorted(places)
            if not self._stores[place] or store in self._stores[place]
            for offer in (self._offers[place],)
            if not offer.audience.coupon or offer.audience.coupon in handed
        ]


def _items_of(offer: Offer) -> tuple[str, ...] | None:
    """The goods that an offer names one by one, or None where it names them otherwise too."""
    scopes = [offer.scope]
    if isinstance(offer.plan, GroupPlan):
        scopes.extend(offer.plan.part_scopes)
    if isinstance(offer.plan, Reward):
        scopes.append(offer.plan.given)
    if not all(scope.items for scope in scopes):
        return None
    return tuple(dict.fromkeys(item for scope in scopes for item in scope.items))
