"""What must hold for every receipt, whatever is on it and whatever is offered."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import promotions
from promotions import AmountOff, Basket, Context, Coupon, NForPrice, Offer, PercentAtThreshold, PercentOff, PercentTier
from promotions.units import line_runs
from tests.promotions.baskets import (
    CONTEXT,
    ITEMS,
    basket_of,
    contexts,
    item_offers,
    items,
    line_lists,
    offer_lists,
    offer_sets,
    piece,
    plain_item_offers,
    price,
    taken_by_offer,
    units_by_item,
    weighed,
)


@given(line_lists, offer_sets, contexts, st.randoms(use_true_random=False))
def test_the_order_of_scans_changes_neither_the_total_nor_what_any_unit_costs(lines, offers, context, random):
    shuffled = random.sample(lines, len(lines))
    one, other = price(lines, offers, context), price(shuffled, offers, context)
    assert one.total == other.total
    assert one.notes == other.notes
    assert (one.gap, one.nodes) == (other.gap, other.nodes)
    assert units_by_item(lines, one) == units_by_item(shuffled, other)


@given(line_lists, offer_sets, contexts, st.randoms(use_true_random=False))
def test_the_order_of_offers_changes_nothing(lines, offers, context, random):
    assert price(lines, offers, context) == price(lines, random.sample(offers, len(offers)), context)


@given(line_lists, offer_sets, contexts, st.data())
def test_dividing_a_line_among_clerks_changes_neither_the_total_nor_what_any_unit_costs(lines, offers, context, data):
    divided = []
    for line in lines:
        count = line.quantity_milli // 1000
        if line.counted and count > 1:
            first = data.draw(st.integers(1, count - 1))
            divided += [
                piece(0, line.item, first, takes_offers=line.takes_offers),
                piece(0, line.item, count - first, takes_offers=line.takes_offers),
            ]
        else:
            divided.append(line)
    one, other = price(lines, offers, context), price(divided, offers, context)
    assert one.total == other.total
    assert one.notes == other.notes
    assert units_by_item(lines, one) == units_by_item(divided, other)


@given(line_lists, offer_sets, contexts)
def test_the_cells_add_up_to_the_lines_and_no_unit_costs_less_than_nothing(lines, offers, context):
    priced = price(lines, offers, context)
    for line, answer in zip(lines, priced.lines, strict=True):
        assert sum(run.units * run.gross for run in answer.runs) == line.gross_minor
        assert sum(run.units * run.quantity_milli for run in answer.runs) == line.quantity_milli
        for run in answer.runs:
            assert run.units > 0
            assert all(cell.amount > 0 and cell.source == "offer" for cell in run.reductions)
            assert run.net >= 0 or line.gross_minor < 0
        if not line.takes_offers or line.quantity_milli <= 0:
            assert answer.runs == line_runs(line)
    assert priced.total == sum(answer.net for answer in priced.lines)
    assert priced.gross == sum(line.gross_minor for line in lines)
    taken = taken_by_offer(priced)
    assert taken == {note.offer: note.applied_minor for note in priced.notes if note.applied_minor}
    assert priced.total == priced.gross - sum(taken.values())


@given(line_lists, offer_sets)
def test_each_unit_is_in_at_most_one_item_offer(lines, offers):
    layers = {offer.id: offer.layer for offer in offers}
    for answer in price(lines, offers).lines:
        for run in answer.runs:
            assert sum(layers[cell.reference] == "item" for cell in run.reductions) <= 1


@given(st.lists(st.tuples(line_lists, contexts, st.booleans()), min_size=1, max_size=5), offer_sets, offer_sets)
def test_what_is_kept_from_before_never_changes_the_answer(receipts, offers, others):
    previous = None
    for lines, context, other in receipts:
        now = others if other else offers
        previous = price(lines, now, context, previous)
        assert previous == price(lines, now, context)


@given(line_lists, items, st.integers(1, 5), offer_sets)
def test_taking_back_what_was_added_is_as_before(lines, item, count, offers):
    before = price(lines, offers)
    added = price([*lines, piece(0, item, count)], offers, previous=before)
    assert price(lines, offers, previous=added) == before


@given(line_lists, offer_lists(item_offers, 5), plain_item_offers)
def test_one_more_item_offer_never_raises_the_total(lines, offers, more):
    offers = [offer for offer in offers if offer.id != more.id]
    assert price(lines, [*offers, more]).total <= price(lines, offers).total


@given(line_lists, items, offer_lists(item_offers, 5))
def test_one_more_unit_costs_at_most_its_price(lines, item, offers):
    assert price([*lines, piece(0, item, 1)], offers).total <= price(lines, offers).total + ITEMS[item][1]


@given(line_lists, line_lists, offer_lists(plain_item_offers, 4))
def test_two_baskets_cost_at_most_as_much_on_one_receipt_save_a_rounding_per_price(lines, more, offers):
    together = price([*lines, *more], offers).total
    apart = price(lines, offers).total + price(more, offers).total
    roundings = len({(line.item, 1000 if line.counted else line.quantity_milli) for line in [*lines, *more]})
    assert together <= apart + roundings * len(offers)


@given(st.lists(st.builds(piece, st.just(0), items, st.integers(1, 4)), max_size=5))
def test_everything_off_leaves_exactly_nothing(lines):
    assert price(lines, [Offer("all", PercentOff(percent_bp=10_000))]).total == 0
    assert price(lines, [Offer("all", PercentAtThreshold(tiers=(PercentTier(1, 10_000),)))]).total == 0


def test_amounts_in_tenths_of_a_cent_share_a_line_of_uneven_units():
    line = replace(piece(1, "a", 3), unit_price=3333, gross_minor=100)
    (answer,) = price([line], [Offer("p", PercentOff(percent_bp=1000))]).lines
    assert [(run.units, run.gross, run.net) for run in answer.runs] == [(1, 34, 31), (1, 33, 29), (1, 33, 30)]


def test_ten_thousand_pieces_are_priced_as_runs_and_not_one_by_one():
    offers = [
        Offer("a", NForPrice(count=3, price_minor=250)),
        Offer("b", PercentOff(percent_bp=1234)),
        Offer("t", PercentAtThreshold(tiers=(PercentTier(100, 777),))),
    ]
    priced = price([piece(1, "c", 10_000)], offers)
    assert sum(run.units for run in priced.lines[0].runs) == 10_000
    assert len(priced.lines[0].runs) < 10
    assert taken_by_offer(priced)["a"] == 3333 * (297 - 250)


def test_units_go_to_their_lines_by_line_number_wherever_the_lines_stand():
    offers = [Offer("y3", NForPrice(count=3, price_minor=250))]
    lines = (piece(1, "c", 1), piece(2, "c", 2))
    offer_set = promotions.compile(offers, store="s1")
    one, two = promotions.price(Basket(lines), offer_set, CONTEXT).lines
    assert promotions.price(Basket(lines[::-1]), offer_set, CONTEXT).lines == (two, one)
    assert [run.net for run in one.runs] == [83]


def test_a_line_number_occurs_once():
    with pytest.raises(ValueError, match="lines"):
        Basket((piece(1, "a", 1), piece(1, "b", 1)))


def test_a_basket_without_lines_costs_nothing():
    priced = price([], [Offer("a", AmountOff(amount_minor=1))])
    assert (priced.total, priced.gross, priced.lines, priced.notes) == (0, 0, (), ())


def test_coupons_that_took_effect_are_named_once_in_the_order_handed_over():
    offers = [
        Offer("a", AmountOff(amount_minor=1), audience=promotions.Audience(coupon="A")),
        Offer("b", PercentAtThreshold(tiers=(PercentTier(1, 500),)), audience=promotions.Audience(coupon="B")),
        Offer("c", PercentAtThreshold(tiers=(PercentTier(10**6, 500),)), audience=promotions.Audience(coupon="C")),
    ]
    context = Context(CONTEXT.local_minute, coupons=tuple(Coupon(code, code) for code in "CBABX"))
    assert price([piece(1, "d", 2)], offers, context).coupons_used == ("B", "A")


def test_other_offers_are_not_answered_from_what_was_kept():
    basket = basket_of([piece(1, "d", 2), weighed(2, "e", 750)])
    cheap = promotions.compile([Offer("a", AmountOff(amount_minor=100))], store="s1")
    dear = promotions.compile([Offer("a", AmountOff(amount_minor=1))], store="s1")
    before = promotions.price(basket, cheap, CONTEXT)
    assert promotions.price(basket, dear, CONTEXT, before) == promotions.price(basket, dear, CONTEXT)
