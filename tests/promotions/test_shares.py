"""A choice becomes shares of units: groups in order, dearest first, each discount over the units that earned it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import promotions
from promotions import BuyGet, NForPrice, Offer, PercentOff
from promotions.components import Component, Tie, View
from promotions.search import Taken, Way
from promotions.shares import Given, Share, groups_of, shares_of


def view(gross: int, units: int) -> View:
    """A class of so many pieces that no offer per unit names."""
    return View("a", gross, 1000, units, (), gross)


def test_a_group_spreads_its_discount_over_all_its_units_by_what_they_cost():
    offer_set = promotions.compile([Offer("o", NForPrice(count=3, price_minor=500))], store="s1")
    component = Component((view(300, 2), view(100, 2)), (Tie(0, "", ((0, 1),)),))
    shares = shares_of(Way(((), ()), (Taken(0, 0, 0, 2), Taken(0, 0, 1, 1))), component, offer_set)
    assert shares.views == ((Share(0, 86, 2),), (Share(0, 28, 1), Share(-1, 0, 1)))
    assert shares.given == (Given(0, 200, 1),)
    assert shares.off == 200


def test_a_group_that_is_worth_nothing_is_dissolved():
    offer_set = promotions.compile([Offer("o", NForPrice(count=2, price_minor=500))], store="s1")
    component = Component((view(300, 2), view(100, 2)), (Tie(0, "", ((0, 1),)),))
    shares = shares_of(Way(((), ()), (Taken(0, 0, 0, 2), Taken(0, 0, 1, 2))), component, offer_set)
    assert shares.views == ((Share(0, 50, 2),), (Share(-1, 0, 2),))
    assert shares.given == (Given(0, 100, 1),)


def test_units_under_one_offer_share_its_one_rounding():
    offer_set = promotions.compile([Offer("o", PercentOff(percent_bp=1000))], store="s1")
    component = Component((View("a", 115, 1000, 4, (0,), 115),))
    shares = shares_of(Way((((0, 3),),), ()), component, offer_set)
    assert shares.views == ((Share(0, 12, 2), Share(0, 11, 1), Share(-1, 0, 1)),)
    assert shares.given == (Given(0, 35, 3),)


def test_a_thousand_equal_groups_are_one_entry():
    assert list(groups_of([[(0, 3001), (1, 2)]], (3,))) == [([[0, 0, 0]], 1000), ([[0, 1, 1]], 1)]
    assert list(groups_of([[(0, 4)], [(1, 1), (2, 1)]], (2, 1))) == [([[0, 0], [1]], 1), ([[0, 0], [2]], 1)]


@given(st.lists(st.integers(1, 9), min_size=1, max_size=6), st.integers(1, 5))
def test_groups_use_every_unit_once_and_in_order(counts, size):
    counts[-1] += -sum(counts) % size
    found = [view for group, repeats in groups_of([list(enumerate(counts))], (size,)) for view in group[0] * repeats]
    assert sorted(found) == [view for view, count in enumerate(counts) for _ in range(count)]
    assert len(found) % size == 0


def test_units_of_two_slots_are_matched_in_order():
    plan = BuyGet(buy=1, get=1, percent_bp=5000, given=promotions.Scope(items=("b",)))
    offer_set = promotions.compile([Offer("o", plan)], store="s1")
    component = Component((view(400, 2), view(200, 2)), (Tie(0, "", ((0, 1), (0, 1))),))
    way = Way(((), ()), (Taken(0, 0, 0, 2), Taken(0, 1, 1, 2)))
    assert shares_of(way, component, offer_set).given == (Given(0, 200, 2),)
