"""What a receipt says of uses and stamps, and what of it comes back with the goods."""

from __future__ import annotations

from dataclasses import replace

import promotions
from promotions import AmountOff, Basket, Context, Limits, Offer, Priced, price
from promotions.applied import told_of
from promotions.refund import moved, sold
from promotions.reversal import reversal
from retail.documents.offers import Reversal, Stamped
from retail.documents.sale import Sale
from retail.effects import Sums, add, effects
from tests.factories.counter import Counter, sell
from tests.factories.receipts import envelope_for, sale_of, with_struct
from tests.promotions.baskets import CONTEXT, piece

REWARD = Offer("cup", AmountOff(30), limits=Limits(counter="coffee", counter_cost=10, member_uses=5))
LINES = (piece(1, "b", 3),)
MEMBER = replace(CONTEXT, member_level="gold", counters={"coffee": 25})


def priced(context: Context) -> Priced:
    return price(Basket(LINES), promotions.compile([REWARD], store="s1"), context)


def test_an_offer_for_stamps_takes_what_its_applications_cost() -> None:
    told = told_of(priced(MEMBER), promotions.compile([REWARD], store="s1"), LINES, ())
    assert told.stamped == (Stamped("cup", "coffee", -20),)
    assert [(offer.offer, offer.times, offer.counted) for offer in told.offers] == [("cup", 2, True)]


def test_without_enough_stamps_nothing_is_taken() -> None:
    few = replace(MEMBER, counters={"coffee": 9})
    assert told_of(priced(few), promotions.compile([REWARD], store="s1"), LINES, ()).stamped == ()


def sale_with_stamps() -> Sale:
    made = sell(LINES, [REWARD], MEMBER)
    return with_struct(made, member="88", stamped=(Stamped("cup", "coffee", -20), Stamped("give", "coffee", 3)))


def test_what_was_taken_comes_back_with_the_last_of_the_goods_and_what_was_given_goes_by_and_by() -> None:
    counter = Counter(sale_with_stamps())
    found: list[Reversal | None] = []
    for _ in range(3):
        before = counter.already
        counter.take((1, 1000))
        was, now = moved(counter.receipt, before, counter.already)
        found.append(reversal(sold(counter.sale), counter.document, 20260415, was, now))
    assert [None if one is None else [entry.count for entry in one.stamped] for one in found] == [[1], [1], [-20, 1]]
    assert [bool(one and one.offers) for one in found] == [False, False, True]
    sums: Sums = {}
    add(sums, effects(envelope_for(counter.sale), counter.sale))
    for one in found:
        assert one is not None
        document = with_struct(sale_of([]), reversals=(one,))
        add(sums, effects(envelope_for(document), document))
    kept = {place: amounts for place, amounts in sums.items() if place[0] in ("offer_use", "member_use", "stamp")}
    assert set(kept) == {
        ("offer_use", ("cup",)),
        ("member_use", ("cup", "88", 20260415)),
        ("stamp", ("88", "coffee")),
    }
    assert all(not any(amounts) for amounts in kept.values())
