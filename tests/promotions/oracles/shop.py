"""Groups made in the retailer's favour: no choice, the dearest goods bought with the cheapest given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from promotions import BuyGet, Context, Offer
from promotions.conditions import bound_of
from tests.promotions.oracles.gains import group_shares
from tests.promotions.oracles.goods import Stock
from tests.promotions.oracles.ways import Counts, Off, Way


def shop_ways(offer: Offer, stock: Stock, left: Counts, context: Context) -> list[Way]:
    """The one way there is, among the units that are left."""
    plan = offer.plan
    assert isinstance(plan, BuyGet)
    counts = [0] * len(stock)
    units: list[Off] = []
    off = groups = 0
    for bought, given in _groups(offer, plan, stock, left, bound_of(offer, context).times):
        slots = [[*bought, *given]] if plan.given is None else [bought, given]
        shares = group_shares(plan, offer.share, [[stock[place][0] for place in slot] for slot in slots])
        if shares is None:
            continue
        groups += 1
        off += sum(shares)
        for place, share in zip([*bought, *given], shares, strict=True):
            counts[place] += 1
            units.append((place, share, offer.exclusive))
    return [Way(tuple(counts), tuple(sorted(units)), off, groups)]


def _groups(
    offer: Offer, plan: BuyGet, stock: Stock, left: Counts, times: int
) -> Iterator[tuple[list[int], list[int]]]:
    free = [place for place, count in enumerate(left) for _ in range(count)]
    bought = [place for place in free if offer.scope.covers(stock[place][0].article)]
    if plan.given is not None:
        given = [place for place in free if place not in bought and plan.given.covers(stock[place][0].article)]
        yield from _paired(bought, given, plan, min(len(bought) // plan.buy, len(given) // plan.get), times)
        return
    items = sorted({stock[place][0].article.item for place in bought}) if plan.same_article else [""]
    made = 0
    for item in items:
        queue = [place for place in bought if not item or stock[place][0].article.item == item]
        for group in _paired(queue, queue, plan, len(queue) // (plan.buy + plan.get), times):
            made += 1
            if not times or made <= times:
                yield group


def _paired(
    bought: Sequence[int], given: Sequence[int], plan: BuyGet, groups: int, times: int
) -> Iterator[tuple[list[int], list[int]]]:
    """The next dearest with the next cheapest, dearest first within each."""
    for group in range(min(groups, times) if times else groups):
        start, end = group * plan.buy, len(given) - group * plan.get
        yield list(bought[start : start + plan.buy]), list(given[end - plan.get : end])
