"""Every way of a component, beside the best choice and the amounts that it can give."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promotions
from promotions.frontier import undominated, ways_of
from promotions.reach import reachable
from tests.promotions.baskets import CONTEXT, basket_of, item_offers, line_lists, offer_lists
from tests.promotions.generate import GENERATORS
from tests.promotions.oracles import cpsat
from tests.promotions.oracles.check import check

WINDOW = 100


def parts_of(lines, offers):
    """The offer set and the solved components."""
    offer_set = promotions.compile(offers, store="s1")
    kept = promotions.price(basket_of(lines), offer_set, CONTEXT).memory.kept
    return offer_set, [part for clusters in kept.clusters.values() for one in clusters.values() for part in one.parts]


@settings(max_examples=200)
@given(line_lists, offer_lists(item_offers, 4))
def test_in_a_single_pot_the_ways_give_the_amounts_that_can_be_reached(lines, offers):
    offer_set, parts = parts_of(lines, offers)
    for _, component, choice in parts:
        ways = ways_of(component, choice, [0] * len(component.views), 1, offer_set, WINDOW)
        if not ways.complete or choice.gap:
            continue
        amounts = {option.less for option in ways.options}
        found = reachable(component, choice, offer_set, WINDOW)
        assert amounts == {amount for amount in range(WINDOW + 1) if found.bits >> amount & 1}
        for option in ways.options:
            assert option.more[0].net == option.more[0].room == option.less
            assert option.more[0].gross == 0


@settings(max_examples=200)
@given(line_lists, offer_lists(item_offers, 4))
def test_a_way_is_what_its_shares_come_to(lines, offers):
    offer_set, parts = parts_of(lines, offers)
    for _, component, choice in parts:
        size = len(component.views)
        ways = ways_of(component, choice, range(size), size, offer_set, WINDOW)
        for option, shares in zip(ways.options, ways.shares, strict=True):
            assert shares.off == choice.shares.off - option.less
            for view, found, more, best in zip(
                component.views, shares.views, option.more, choice.shares.views, strict=True
            ):
                assert sum(share.units for share in found) == view.units
                assert all(0 <= share.amount <= view.room for share in found)
                off = [sum(share.amount * share.units for share in shares) for shares in (best, found)]
                assert more.net == off[0] - off[1]


@given(st.integers(1, 5).flatmap(lambda size: st.sets(st.tuples(*[st.integers(0, 4)] * size), min_size=1)))
def test_only_what_something_else_surpasses_is_left_out(rows):
    kept = undominated(rows)
    best = [row for row in rows if not any(one != row and all(map(int.__ge__, one, row)) for one in rows)]
    assert kept == sorted(best, reverse=True)


@pytest.mark.parametrize("seed", [50049, 50097, 50149, 50171, 50189, 50221, 50302, 50303, 50344])
def test_what_takes_a_unit_from_where_it_is_worth_much_more_is_not_followed(seed):
    """These have thousands of ways to fill an offer, nearly all of which give up more than pays."""
    verdict = check(GENERATORS["mixed"](seed), {"CP-SAT": cpsat.best})
    assert not verdict.faults
    assert not verdict.capped
