"""Every shortcut leads where the whole search leads: to the same shares, not only to the same sum."""

from __future__ import annotations

from random import Random

import pytest

import promotions
from promotions import Basket
from promotions.choose import choose
from promotions.clusters import given_in_all
from promotions.components import split
from promotions.groupings import groupings_of
from promotions.looks import bounds_in
from promotions.search import Search
from promotions.shares import shares_of
from tests.promotions import world
from tests.promotions.generate import case_of
from tests.promotions.kinds import BASKET_KINDS, KINDS, LATER_KINDS

ITEM_KINDS = [kind for kind in KINDS if kind not in (*LATER_KINDS, *BASKET_KINDS, "reward")]


def clusters(case, offer_set):
    """What belongs together."""
    memory = promotions.price(Basket(case.lines), offer_set, case.context).memory
    return [cluster for clusters in memory.kept.clusters.values() for cluster in clusters.values()]


def parts(cluster, offer_set, *, whole):
    """The components of a cluster."""
    candidates = [look.candidates for look in cluster.looks]
    groupings = groupings_of(cluster.members, candidates, offer_set)
    return split(cluster.members, candidates, groupings, offer_set, bounds_in(cluster.looks), whole=whole)


def searched(component, offer_set):
    """What the search finds when nothing is left out and nothing is cut off."""
    search = Search(component, offer_set)
    return shares_of(search.best(None, 10**9), component, offer_set)


@pytest.mark.parametrize("start", range(0, 400, 100))
def test_offers_left_out_and_classes_on_their_own_change_nothing(start):
    seen = 0
    for seed in range(start, start + 100):
        random = Random(f"shortcuts {seed}")
        kinds = random.choices(ITEM_KINDS, k=random.randint(1, 4))
        case = case_of("shortcuts", random, random.randint(1, 8), kinds, 0.1)
        offer_set = promotions.compile(case.offers, store="s1")
        for cluster in clusters(case, offer_set):
            whole = [searched(part.component, offer_set) for part in parts(cluster, offer_set, whole=True)]
            cut = [choose(part.component, offer_set).shares for part in parts(cluster, offer_set, whole=False)]
            given = [given_in_all(entry for shares in found for entry in shares.given) for found in (whole, cut)]
            assert given[0] == given[1], seed
            seen += bool(given[0])
    assert seen > 60


def test_pruned_and_narrowed_searches_find_what_a_full_one_finds():
    offer_set = promotions.compile(world.offers(10_000), store="s1")
    tied = 0
    for seed in range(4):
        memory = promotions.price(Basket(tuple(world.lines(100, seed))), offer_set, world.NOW).memory
        for clusters in memory.kept.clusters.values():
            for cluster in clusters.values():
                for part in cluster.parts:
                    if part.component.ties:
                        tied += 1
                        search = Search(part.component, offer_set)
                        some = search.some(8)
                        pruned = shares_of(search.best(some, 10**9), part.component, offer_set)
                        assert pruned == searched(part.component, offer_set) == part.choice.shares
                        assert some.worth <= search.best(some, 10**9).worth
                        assert pruned.off <= search.bounds.limit
    assert tied > 80
