"""Forced offers, offers in the shop's favour and priorities choose in turn among what is left."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

import promotions
from promotions import AmountAtThreshold, AmountOff, AmountTier, Basket, BuyGet, NForPrice, Offer, PercentOff, Scope
from tests.promotions.baskets import (
    CONTEXT,
    basket_of,
    basket_offers,
    item_offers,
    line_lists,
    offer_lists,
    piece,
    price,
    taken_by_offer,
)

staged = st.tuples(item_offers, st.booleans(), st.integers(1, 3), st.booleans(), st.integers(0, 2)).map(
    lambda made: replace_offer(made[0], forced=made[1], priority=made[2], exclusive=made[3], rank=made[4])
)


def replace_offer(offer, **fields):
    """The offer with other fields."""
    return Offer(**{name: getattr(offer, name) for name in offer.__struct_fields__} | fields)


@given(line_lists, offer_lists(staged, 5), offer_lists(basket_offers, 2))
def test_scan_by_scan_it_is_the_price_of_a_new_receipt(lines, items, baskets):
    offer_set = promotions.compile(items + baskets, store="s1")
    basket = basket_of(lines)
    previous = None
    for count in range(len(lines) + 1):
        part = Basket(basket.lines[:count])
        previous = promotions.price(part, offer_set, CONTEXT, previous)
        assert previous == promotions.price(part, offer_set, CONTEXT)
    back = promotions.price(Basket(basket.lines[:1]), offer_set, CONTEXT, previous)
    assert back == promotions.price(Basket(basket.lines[:1]), offer_set, CONTEXT)


@given(line_lists, offer_lists(staged, 5), offer_lists(basket_offers, 2))
def test_all_that_is_taken_stands_on_the_lines(lines, items, baskets):
    priced = price(lines, items + baskets)
    taken = taken_by_offer(priced)
    assert priced.total == sum(line.net for line in priced.lines) == priced.gross - sum(taken.values())
    assert taken == {one.offer: one.off_minor for one in priced.applied}
    by_id = {offer.id: offer for offer in items + baskets}
    for line in priced.lines:
        for run in line.runs:
            layers = [by_id[cell.reference].layer for cell in run.reductions]
            assert layers.count("item") <= 1
            if any(by_id[cell.reference].exclusive for cell in run.reductions):
                assert len(layers) == 1


def test_a_forced_offer_goes_before_a_better_one():
    offers = [
        Offer("forced", AmountOff(amount_minor=1), forced=True, times_max=2),
        Offer("better", PercentOff(percent_bp=5000)),
    ]
    assert taken_by_offer(price([piece(1, "c", 3)], offers)) == {"forced": 2, "better": 50}


def test_of_forced_offers_the_higher_rank_goes_first_then_the_smaller_id():
    offers = [
        Offer("a", AmountOff(amount_minor=9), forced=True),
        Offer("b", AmountOff(amount_minor=2), forced=True, rank=1, times_max=1),
    ]
    assert taken_by_offer(price([piece(1, "c", 2)], offers)) == {"a": 9, "b": 2}


def test_the_units_bought_in_a_group_are_not_free_for_later_passes():
    group = Offer("get", BuyGet(buy=1, get=1), forced=True, share="rewarded")
    later = Offer("later", AmountOff(amount_minor=5))
    assert taken_by_offer(price([piece(1, "c", 3)], [group, later])) == {"get": 99, "later": 5}


def test_the_dearest_are_bought_and_the_cheapest_given_in_the_shops_favour():
    offer = Offer("shop", BuyGet(buy=2, get=1, favour="shop"))
    assert price([piece(1, "d", 2), piece(2, "e", 2), piece(3, "f", 2)], [offer]).total == 666 + 230


def test_a_later_priority_takes_what_the_first_leaves_and_is_held_back_for_a_threshold():
    offers = [
        Offer("first", AmountOff(amount_minor=3), scope=Scope(items=("d",)), times_max=1),
        Offer("then", AmountOff(amount_minor=100), scope=Scope(items=("d",)), priority=2),
        Offer("spend", AmountAtThreshold(tiers=(AmountTier(663, 150),))),
    ]
    priced = price([piece(1, "d", 2)], offers)
    assert taken_by_offer(priced) == {"first": 3, "spend": 150}
    assert {note.offer: (note.reason, note.other) for note in priced.notes}["then"] == ("held_back", "spend")


def test_an_earlier_priority_is_never_held_back():
    offers = [
        Offer("first", AmountOff(amount_minor=3), scope=Scope(items=("d",))),
        Offer("then", NForPrice(count=2, price_minor=1), scope=Scope(items=("f",)), priority=2),
        Offer("spend", AmountAtThreshold(tiers=(AmountTier(335, 150),))),
    ]
    assert price([piece(1, "d", 1), piece(2, "f", 2)], offers).total == 331
