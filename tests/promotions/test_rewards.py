"""Gifts and goods at a price once enough is bought."""

from __future__ import annotations

import pytest
from msgspec import structs

from promotions import AmountOff, NForPrice, Offer, Reward, Scope
from tests.promotions.baskets import piece, price, taken_by_offer

GIFT = Scope(items=("e",))


def reward(**fields):
    """So many units of e for nothing."""
    plan = Reward(threshold_minor=666, given=GIFT)
    return Offer("gift", structs.replace(plan, **fields))


def noted(priced, offer="gift"):
    """The note of an offer."""
    return next(note for note in priced.notes if note.offer == offer)


def test_the_goods_given_count_toward_no_threshold_whether_given_or_bought():
    assert price([piece(1, "d", 1), piece(2, "e", 4)], [reward()]).total == 333 + 460
    assert price([piece(1, "d", 2), piece(2, "e", 4)], [reward()]).total == 666 + 345


@pytest.mark.parametrize(("count", "given"), [(1, 0), (2, 1), (3, 1), (4, 2), (6, 3), (9, 3)])
def test_for_every_full_threshold_there_is_one_more_as_long_as_there_are_any(count, given):
    priced = price([piece(1, "d", count), piece(2, "e", 3)], [reward(every=True)])
    assert taken_by_offer(priced)["gift"] == 115 * given
    assert noted(priced).gift_units == max(0, count // 2 - 3)


def test_a_gift_that_is_earned_and_not_there_is_asked_for():
    note = noted(price([piece(1, "d", 2)], [reward(units=2)]))
    assert (note.reason, note.gift_units, note.missing_units) == ("too_few_units", 2, 2)


def test_what_is_missing_for_a_gift_is_said():
    note = noted(price([piece(1, "d", 1), piece(2, "e", 1)], [reward()]))
    assert (note.reason, note.missing_minor, note.gift_units) == ("too_little", 333, 0)


def test_an_offer_is_held_back_for_a_gift_that_is_worth_more():
    less = Offer("less", AmountOff(amount_minor=10), scope=Scope(items=("d",)))
    priced = price([piece(1, "d", 2), piece(2, "e", 1)], [less, reward()])
    assert taken_by_offer(priced) == {"gift": 115}
    assert (noted(priced, "less").reason, noted(priced, "less").other) == ("held_back", "gift")


def test_no_offer_is_held_back_for_a_gift_that_is_worth_less():
    less = Offer("less", AmountOff(amount_minor=60), scope=Scope(items=("d",)))
    assert taken_by_offer(price([piece(1, "d", 2), piece(2, "e", 1)], [less, reward()])) == {"less": 120}


def test_no_offer_is_held_back_for_a_gift_that_may_not_be_rescued():
    less = Offer("less", AmountOff(amount_minor=10), scope=Scope(items=("d",)))
    strict = Offer("gift", reward().plan, rescue=False)
    assert taken_by_offer(price([piece(1, "d", 2), piece(2, "e", 1)], [less, strict])) == {"less": 20}


def test_regular_prices_count_where_the_offer_says_so():
    less = Offer("less", AmountOff(amount_minor=10), scope=Scope(items=("d",)))
    priced = price([piece(1, "d", 2), piece(2, "e", 1)], [less, reward(base="gross")])
    assert taken_by_offer(priced) == {"less": 20, "gift": 115}


def test_a_unit_given_is_in_no_other_offer():
    group = Offer("three", NForPrice(count=3, price_minor=200), scope=GIFT)
    priced = price([piece(1, "d", 2), piece(2, "e", 3)], [group, reward()])
    assert taken_by_offer(priced) == {"three": 145}
    assert price([piece(1, "d", 2), piece(2, "e", 4)], [group, reward()]).total == 666 + 200


def test_goods_of_an_exclusive_offer_lead_to_no_gift():
    alone = Offer("alone", AmountOff(amount_minor=1), scope=Scope(items=("d",)), exclusive=True)
    priced = price([piece(1, "d", 2), piece(2, "e", 1)], [alone, reward()])
    assert taken_by_offer(priced) == {"gift": 115}
    dear = Offer("alone", AmountOff(amount_minor=100), scope=Scope(items=("d",)), exclusive=True)
    assert taken_by_offer(price([piece(1, "d", 2), piece(2, "e", 1)], [dear, reward()])) == {"alone": 200}


def test_a_part_of_what_is_earned_costs_a_price():
    priced = price([piece(1, "d", 2), piece(2, "e", 1)], [reward(unit_price=1500)])
    assert priced.total == 666 + 15
