"""What a component can give besides its best: every amount that brute force finds, and no other."""

from __future__ import annotations

from itertools import combinations_with_replacement, product
from random import Random

import pytest

import promotions
from promotions import Basket, OneUnit
from promotions.choose import choose
from promotions.components import split
from promotions.conditions import bound_of
from promotions.groupings import groupings_of
from promotions.looks import bounds_in
from promotions.reach import reachable
from tests.promotions.generate import case_of
from tests.promotions.kinds import BASKET_KINDS, KINDS, LATER_KINDS
from tests.promotions.oracles.gains import GROUP_KINDS, group_shares, same_article, slot_scopes, slot_sizes
from tests.promotions.oracles.goods import stock_of
from tests.promotions.oracles.ways import TooMany, ways_of

ITEM_KINDS = [kind for kind in KINDS if kind not in (*LATER_KINDS, *BASKET_KINDS, "reward")]
WINDOW = 150


def group_ways(offer, stock, context) -> list[tuple[tuple[int, ...], int]]:
    """Units taken and what is off, for every choice of units for the slots of whole groups. Groups are made by rule:
    in each slot the dearest first."""
    sizes = slot_sizes(offer.plan)
    places = [
        [place for place, (goods, _) in enumerate(stock) if scope.covers(goods.article)]
        for scope in slot_scopes(offer.plan, offer.scope)
    ]
    times = bound_of(offer, context).times
    found = []
    for groups in range(1, sum(count for _, count in stock) // sum(sizes) + 1):
        if times and groups > times:
            break
        chosen = [combinations_with_replacement(slot, size * groups) for slot, size in zip(places, sizes, strict=True)]
        for slots in product(*chosen):
            members = [place for slot in slots for place in slot]
            counts = tuple(members.count(place) for place in range(len(stock)))
            if all(count <= held for count, (_, held) in zip(counts, stock, strict=True)):
                off = _off_of(offer, stock, slots, sizes, groups)
                if off:
                    found.append((counts, off))
    return found


def _off_of(offer, stock, slots, sizes, groups) -> int:
    """Nothing where one of the groups would be worth nothing, or of several articles against its rule."""
    total = 0
    for number in range(groups):
        group = [slot[number * size : (number + 1) * size] for slot, size in zip(slots, sizes, strict=True)]
        goods = [[stock[place][0] for place in slot] for slot in group]
        shares = group_shares(offer.plan, offer.share, goods)
        if shares is None:
            return 0
        total += sum(shares)
    return total


def every_off(stock, offers, context) -> set[int]:
    """All discounts there are, by trying every way of every offer beside every way of the others."""
    counts = tuple(count for _, count in stock)
    found = {(counts, 0)}
    for offer in offers:
        if isinstance(offer.plan, GROUP_KINDS) and not same_article(offer.plan):
            ways = group_ways(offer, stock, context)
        else:
            ways = [(way.counts, way.off) for way in ways_of(offer, stock, context, 3_000)]
        more = set()
        for left, off in found:
            for taken, less in ways:
                rest = tuple(a - b for a, b in zip(left, taken, strict=True))
                if min(rest) >= 0:
                    more.add((rest, off + less))
            if len(more) > 30_000:
                raise TooMany
        found |= more
    return {off for _, off in found}


def whole_parts(case, offer_set):
    """All components with the stock of each, offers in no best choice included."""
    memory = promotions.price(Basket(case.lines), offer_set, case.context).memory
    for cluster in [one for clusters in memory.kept.clusters.values() for one in clusters.values()]:
        candidates = [look.candidates for look in cluster.looks]
        groupings = groupings_of(cluster.members, candidates, offer_set)
        bounds = bounds_in(cluster.looks)
        for part in split(cluster.members, candidates, groupings, offer_set, bounds, whole=True):
            keys = [cluster.members[place].key for place in part.members]
            yield part.component, tuple(entry for entry in stock_of(case.lines) if _is_one_of(entry[0], keys))


def _is_one_of(goods, keys) -> bool:
    return (goods.article, goods.gross, goods.quantity_milli, goods.floor) in [
        (key.article, -key.negative_gross, key.quantity_milli, key.floor) for key in keys
    ]


def named(component, offer_set):
    """The offers of a component; none where one is only for the cheapest unit of the whole basket."""
    places = {tie.offer for tie in component.ties} | {offer for view in component.views for offer in view.unit}
    offers = [offer_set.offers[place] for place in places]
    return [] if any(isinstance(offer.plan, OneUnit) for offer in offers) else offers


@pytest.mark.parametrize("start", range(0, 240, 40))
def test_exactly_the_amounts_that_trying_everything_finds_are_reachable(start):
    told = 0
    for seed in range(start, start + 40):
        random = Random(f"reach {seed}")
        case = case_of("reach", random, random.randint(1, 6), random.choices(ITEM_KINDS, k=random.randint(1, 2)), 0.15)
        offer_set = promotions.compile([offer for offer in case.offers if not offer.exclusive], store="s1")
        for component, stock in whole_parts(case, offer_set):
            try:
                offs = every_off(stock, named(component, offer_set), case.context)
            except TooMany:
                continue
            best = choose(component, offer_set)
            found = reachable(component, best, offer_set, WINDOW)
            held = {best.shares.off - off for off in offs if best.shares.off - off <= WINDOW}
            if named(component, offer_set):
                assert found.complete
                assert {g for g in range(WINDOW + 1) if found.bits >> g & 1} == held, seed
                told += sum(choice_is_sound(found, amount) for amount in held)
    assert told > 40


def choice_is_sound(found, held_back) -> bool:
    """Whether the choice gives so much less, and every unit once."""
    shares = found.choice(held_back).shares
    units = [sum(share.units for share in view) for view in shares.views]
    off = sum(share.units * share.amount for view in shares.views for share in view)
    assert off == shares.off == found.best.shares.off - held_back
    assert units == [view.units for view in found.component.views]
    return True
