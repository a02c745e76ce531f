"""In whatever order the classes are searched, the same choice is best."""

from __future__ import annotations

from random import Random

import pytest

import promotions
from promotions import Basket, BuyGet, GroupOff, NForPrice, Offer, Scope
from promotions.order import order_of, reordered
from promotions.search import Search
from promotions.shares import shares_of
from tests.promotions import world

ANYTHING = {
    "a percentage": GroupOff(count=3, percent_bp=1000),
    "an amount": GroupOff(count=2, amount_minor=40),
    "a price": NForPrice(count=3, price_minor=900),
}


def components(plan, size: int, seed: int):
    """The components of a receipt with one offer on everything beside those of the world."""
    anything = Offer("zz", plan, scope=Scope())
    offer_set = promotions.compile([*world.offers(10_000), anything], store="s1")
    memory = promotions.price(Basket(tuple(world.lines(size, seed))), offer_set, world.NOW).memory
    found = [cluster for clusters in memory.kept.clusters.values() for cluster in clusters.values()]
    return offer_set, [part for cluster in found for part in cluster.parts if len(part.component.ties) > 1]


@pytest.mark.parametrize("name", ANYTHING)
def test_the_order_of_the_search_changes_nothing(name: str):
    other = 0
    for seed in range(4):
        offer_set, parts = components(ANYTHING[name], 16, seed)
        for part in parts:
            search = Search(part.component, offer_set)
            other += search.is_reordered
            plain = Search(part.component, offer_set, dearest_first=True)
            assert not plain.is_reordered
            best, found = plain.best(None, 10**9), search.best(None, 10**9)
            assert found == best
            assert shares_of(best, part.component, offer_set) == part.choice.shares
    assert other


def test_goods_between_which_the_cheapest_are_free_stand_dearest_first():
    seen = 0
    for seed in range(6):
        offer_set, parts = components(GroupOff(count=3, percent_bp=1000), 40, seed)
        for part in parts:
            order = order_of(part.component, offer_set)
            assert sorted(order) == list(range(len(part.component.views)))
            for tie in part.component.ties:
                if isinstance(offer_set.offers[tie.offer].plan, BuyGet):
                    places = [order.index(view) for slot in tie.slots for view in slot]
                    assert places == sorted(places)
                    seen += len(places) > 1
    assert seen


def test_a_component_in_another_order_holds_the_same_classes_and_ties():
    offer_set, parts = components(GroupOff(count=3, percent_bp=1000), 30, 1)
    component = max((part.component for part in parts), key=lambda one: len(one.views))
    order = list(range(len(component.views)))
    Random(7).shuffle(order)
    other = reordered(component, order)
    for tie, moved in zip(component.ties, other.ties, strict=True):
        for places, found in zip(tie.slots, moved.slots, strict=True):
            assert {component.views[view] for view in places} == {other.views[view] for view in found}
            assert list(found) == sorted(found)
    inverse = [order.index(view) for view in range(len(order))]
    assert reordered(other, inverse) == component
    assert offer_set.offers
