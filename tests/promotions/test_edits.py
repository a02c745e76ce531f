"""A receipt is changed scan by scan; whatever is kept from one scan to the next, the price is that of a new receipt."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

import promotions
from promotions import Basket, BasketLine, Context, NForPrice, Offer, PercentOff, Priced, Scope
from tests.promotions.baskets import CONTEXT, ITEMS, contexts, lines, offer_sets, piece

Open = dict[int, BasketLine]

adds = st.tuples(st.just("add"), lines)
repeats = st.tuples(st.just("repeat"), st.integers(0, 9))
voids = st.tuples(st.just("void"), st.integers(0, 9))
recounts = st.tuples(st.just("recount"), st.integers(0, 9), st.integers(1, 5))
splits = st.tuples(st.just("split"), st.integers(0, 9), st.integers(1, 4))
reprices = st.tuples(st.just("reprice"), st.integers(0, 9), st.sampled_from([1, 99, 333]))
turns = st.tuples(st.just("turn"))
members = st.tuples(st.just("context"), contexts)
minutes = st.tuples(st.just("minute"))
edits = st.lists(
    st.one_of(adds, adds, adds, repeats, voids, recounts, splits, reprices, turns, members, minutes),
    min_size=1,
    max_size=12,
)


def edited(found: Open, context: Context, edit: tuple) -> tuple[Open, Context]:
    """The receipt after an edit. Lines that it does not concern stay the very same objects."""
    kind, *rest = edit
    if kind == "context":
        return found, rest[0]
    if kind == "minute":
        return found, replace(context, local_minute=context.local_minute + 1)
    if kind == "turn":
        return dict(reversed(found.items())), context
    number = max(found, default=0) + 1
    if kind == "add":
        return {**found, number: replace(rest[0], number=number)}, context
    if not found:
        return found, context
    line = found[sorted(found)[rest[0] % len(found)]]
    return {**found, **_changed(line, number, kind, *rest[1:])} if kind != "void" else _without(found, line), context


def _without(found: Open, line: BasketLine) -> Open:
    return {number: one for number, one in found.items() if one is not line}


def _changed(line: BasketLine, number: int, kind: str, value: int = 0) -> Open:
    count = line.quantity_milli // 1000
    if kind == "repeat":
        return {number: replace(line, number=number)}
    if kind == "recount":
        return {line.number: piece(line.number, line.item, value, takes_offers=line.takes_offers)}
    if kind == "reprice":
        return {line.number: replace(line, unit_price=value * 100, gross_minor=value * count, takes_offers=False)}
    if not line.counted or not 0 < value < count:
        return {}
    price = ITEMS[line.item][1]
    return {
        line.number: replace(line, quantity_milli=value * 1000, gross_minor=price * value),
        number: replace(
            line, number=number, quantity_milli=(count - value) * 1000, gross_minor=price * (count - value)
        ),
    }


@settings(max_examples=400)
@given(edits, offer_sets)
def test_after_every_edit_the_price_is_that_of_a_receipt_priced_from_nothing(found, offers):
    offer_set = promotions.compile(offers, store="s1")
    previous: Priced | None = None
    receipt: Open = {}
    context = CONTEXT
    for edit in found:
        receipt, context = edited(receipt, context, edit)
        basket = Basket(tuple(receipt.values()))
        previous = promotions.price(basket, offer_set, context, previous)
        assert previous == promotions.price(basket, offer_set, context)


@given(edits, offer_sets, offer_sets)
def test_what_one_receipt_keeps_may_serve_another_receipt_with_other_offers(found, offers, others):
    sets = [promotions.compile(one, store="s1") for one in (offers, others)]
    previous: Priced | None = None
    receipt: Open = {}
    context = CONTEXT
    for turn, edit in enumerate(found):
        receipt, context = edited(receipt, context, edit)
        basket = Basket(tuple(receipt.values())[turn % 2 :])
        previous = promotions.price(basket, sets[turn % 3 // 2], context, previous)
        assert previous == promotions.price(basket, sets[turn % 3 // 2], context)


def test_one_more_line_leaves_the_other_lines_as_they_were():
    offers = [
        Offer("y3", NForPrice(count=3, price_minor=250), scope=Scope(items=("c",))),
        Offer("p", PercentOff(percent_bp=1000), scope=Scope(items=("d", "e"))),
    ]
    offer_set = promotions.compile(offers, store="s1")
    first = (piece(1, "c", 2), piece(2, "d", 3), piece(3, "e", 1))
    before = promotions.price(Basket(first), offer_set, CONTEXT)
    after = promotions.price(Basket((*first, piece(4, "c", 1))), offer_set, CONTEXT, before)
    assert after.lines[0] != before.lines[0]
    assert after.lines[1] is before.lines[1]
    assert after.lines[2] is before.lines[2]


def test_choices_that_are_long_gone_are_not_kept_for_ever():
    offer_set = promotions.compile([Offer("p", PercentOff(percent_bp=1000))], store="s1")
    previous: Priced | None = None
    for count in range(1, 500):
        previous = promotions.price(Basket((piece(1, "d", count),)), offer_set, CONTEXT, previous)
    assert previous is not None
    assert len(previous.memory.choices) < 100
