"""Groups made in the shop's favour: nothing is chosen. The dearest goods are bought with the cheapest given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from promotions.components import View
from promotions.grouped import group_shares
from promotions.plans import BuyGet
from promotions.rule import Offer
from promotions.shares import Given, Shares, ordered


def shop_shares(offer: Offer, place: int, slots: Sequence[Sequence[int]], views: Sequence[View], times: int) -> Shares:
    """What the offer at this place in the set gives the units of these classes, in at most so many groups (0: no
    bound); the other units stay free.

    As many groups are made as there can be: each of the next dearest units bought and the next cheapest given. A unit
    that could be either is bought. Of several articles with groups of their own the first in order are served first.
    """
    plan = offer.plan
    assert isinstance(plan, BuyGet)
    counts: list[Counter[tuple[int, int]]] = [Counter() for _ in views]
    off = made = 0
    items = sorted({views[view].item for view in slots[0]}) if plan.same_article else [""]
    groups = [group for item in items for group in _groups(plan, slots, views, item, times)]
    for group in groups[:times] if times else groups:
        shares = group_shares(offer, plan, group, views)
        if any(shares):
            for view, amount in zip([view for filled in group for view in filled], shares, strict=True):
                counts[view][place, amount] += 1
            off += sum(shares)
            made += 1
    cut = tuple([ordered(found, view.units) for found, view in zip(counts, views, strict=True)])
    return Shares(cut, (Given(place, off, made),) if made else ())


def _groups(
    plan: BuyGet, slots: Sequence[Sequence[int]], views: Sequence[View], item: str, times: int
) -> Iterator[list[list[int]]]:
    """The classes of each group by slot; of one article if `item` is set."""
    bought = _units([view for view in slots[0] if not item or views[view].item == item], views)
    if plan.given is None:
        given, count = bought, len(bought) // (plan.buy + plan.get)
    else:
        given = _units([view for view in slots[1] if view not in slots[0]], views)
        count = min(len(bought) // plan.buy, len(given) // plan.get)
    for number in range(min(count, times) if times else count):
        end = len(given) - number * plan.get
        buys, gets = bought[number * plan.buy : (number + 1) * plan.buy], given[end - plan.get : end]
        yield [[*buys, *gets]] if plan.given is None else [buys, gets]


def _units(places: Sequence[int], views: Sequence[View]) -> list[int]:
    """The class of every single unit, dearest first."""
    return [view for view in places for _ in range(views[view].units)]
