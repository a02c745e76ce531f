"""Points, stamps, coupons for later and uses: undone in step with the goods, and wholly with the last of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from promotions import (
    AmountAtThreshold,
    AmountTier,
    Audience,
    BasketLine,
    Context,
    CouponNext,
    Limits,
    Offer,
    PointsEarned,
    Scope,
    Stamps,
    decode_offer,
)
from promotions.applied import Told, told_of
from promotions.refund import left_of, moved
from promotions.reversal import CouponDue, coupons_due, reversal
from retail.documents.offers import Issued, Reversal
from retail.documents.sale import Sale
from tests.factories.counter import Counter, sell

CONTEXT = Context(local_minute=29_920_920, member_level="gold")
DATE = 20261121
POINTS = Offer("points", PointsEarned(points=1, step=100))
STAMPS = Offer("stamps", Stamps(counter="cups"))
NEXT = Offer("next", CouponNext(series="NEXT", tiers=(AmountTier(20_000, 3_000),), days=30))
EVERY = Offer("every", CouponNext(series="EVERY", tiers=(AmountTier(5_000, 500),), every=True))
TEN_OFF = Offer("mj", AmountAtThreshold(tiers=(AmountTier(20_000, 2_000),)), limits=Limits(member_uses=1))


def line(number: int, price: int, units: int = 1) -> BasketLine:
    """So many pieces at a price."""
    return BasketLine(number, f"i{number}", "d", "x", "b", units * 1000, price * 100, price * units)


def counter(*offers: Offer, lines: tuple[BasketLine, ...] = (line(1, 12_000), line(2, 10_000))) -> Counter:
    """A receipt of these goods, a member's."""
    return Counter(structs.replace(sell(lines, offers, CONTEXT), member="88", points_spent=300))


def step(shop: Counter, *wanted: tuple[int, int]) -> tuple[Reversal | None, list[CouponDue]]:
    """What taking these goods back undoes, and what becomes due of coupons."""
    before = shop.already
    shop.take(*wanted)
    was, now = moved(shop.receipt, before, shop.already)
    return reversal(shop.receipt, shop.document, DATE, was, now), list(coupons_due(shop.receipt, was, now))


def undone(shop: Counter, *wanted: tuple[int, int]) -> Reversal | None:
    """What taking these goods back undoes."""
    return step(shop, *wanted)[0]


def test_points_and_stamps_go_with_the_money_and_wholly_with_the_last_goods():
    shop = counter(POINTS, STAMPS)
    assert (shop.sale.earned[0].points, shop.sale.stamped[0].count) == (220, 2)
    first = undone(shop, (2, 1000))
    assert first is not None
    assert ([one.points for one in first.earned], [one.count for one in first.stamped]) == ([100], [1])
    assert (first.points_returned, first.member, first.business_date, first.offers) == (136, "88", DATE, ())
    second = undone(shop, (1, 1000))
    assert second is not None
    assert ([one.points for one in second.earned], [one.count for one in second.stamped]) == ([120], [1])
    assert second.points_returned == 164


def test_a_coupon_for_later_is_cancelled_once_what_is_kept_does_not_earn_it():
    shop = counter(NEXT)
    assert [(one.count, one.amount) for one in shop.sale.issued] == [(1, 3_000)]
    first, due = step(shop, (2, 1000))
    assert first is not None
    assert (first.issued, [(one.coupons, one.rest) for one in due]) == (
        (Issued("next", "NEXT", 1, 3_000, 30),),
        [(1, 0)],
    )
    _, due = step(shop, (1, 1000))
    assert due == []


def test_a_coupon_that_is_not_handed_back_is_not_cancelled():
    shop = counter(NEXT)
    shop.take_all()
    was, now = moved(shop.receipt, (), shop.already)
    back = reversal(shop.receipt, shop.document, DATE, was, now)
    assert back is not None
    assert back.issued == (Issued("next", "NEXT", 1, 3_000, 30),)
    kept = reversal(shop.receipt, shop.document, DATE, was, now, handed_back=False)
    assert kept == structs.replace(back, issued=())


def test_of_coupons_for_every_full_amount_as_many_are_cancelled_as_amounts_are_missed():
    shop = counter(EVERY)
    assert [(one.count, one.amount) for one in shop.sale.issued] == [(4, 500)]
    first = undone(shop, (2, 1000))
    assert first is not None
    assert first.issued == (Issued("every", "EVERY", 2, 500, 0),)


def test_uses_are_given_back_only_with_the_last_of_the_goods():
    shop = counter(TEN_OFF)
    first = undone(shop, (2, 1000))
    assert first is not None
    assert first.offers == ()
    last = undone(shop, (1, 1000))
    assert last is not None
    assert [(one.offer, one.counted) for one in last.offers] == [("mj", True)]


def test_nothing_undone_is_nothing_told():
    shop = Counter(sell([line(1, 12_000), line(2, 10_000)], [], CONTEXT))
    assert undone(shop, (2, 1000)) is None


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 20_000)), min_size=1, max_size=4), st.data())
def test_whatever_the_order_all_is_undone_once(pieces: list[tuple[int, int]], data: st.DataObject):
    lines = tuple(line(number, price, units) for number, (units, price) in enumerate(pieces, 1))
    shop = counter(POINTS, STAMPS, NEXT, EVERY, TEN_OFF, lines=lines)
    told: list[Reversal] = []
    due: list[CouponDue] = []
    units = [number for number, (count, _) in enumerate(pieces, 1) for _ in range(count)]
    for number in data.draw(st.permutations(units)):
        found, coupons = step(shop, (number, 1000))
        told += [found] if found is not None else []
        due += coupons
    sale = shop.sale
    assert sum(one.points for back in told for one in back.earned) == sum(one.points for one in sale.earned)
    assert sum(one.count for back in told for one in back.stamped) == sum(one.count for one in sale.stamped)
    assert sum(back.points_returned for back in told) == sale.points_spent
    assert worth(due) == sum(one.count * one.amount for one in sale.issued)
    assert [one.offer for back in told for one in back.offers] == [
        one.offer for one in sale.offers if one.off or one.times
    ]


def worth(due: list[CouponDue]) -> int:
    return sum(one.coupons * one.issued.amount + one.rest for one in due)


def test_a_coupon_whose_terms_cannot_be_read_is_cancelled_with_the_last_of_the_goods():
    shop = counter(NEXT)
    unread = tuple(structs.replace(one, body=b"\xc1") for one in shop.sale.offers)
    shop.sale = structs.replace(shop.sale, offers=unread)
    first = undone(shop, (2, 1000))
    assert first is not None
    assert first.issued == ()
    assert worth(step(shop, (1, 1000))[1]) == 3_000


def test_terms_are_small_whatever_goods_and_circumstances_an_offer_names():
    scope = Scope(items=tuple(f"i{number}" for number in range(5_000)))
    wide = structs.replace(TEN_OFF, scope=scope, stores=("s1",), audience=Audience(levels=("gold",)))
    (applied,) = counter(wide).sale.offers
    assert (applied.lines, len(applied.body) < 120) == ((1, 2), True)
    terms = decode_offer(applied.body)
    assert isinstance(terms, Offer)
    assert (terms.id, terms.plan, terms.scope) == ("mj", TEN_OFF.plan, Scope())


def test_a_receipt_without_goods_going_out_says_nothing_of_offers():
    assert told_of(None, None, (), ()) == Told()  # type: ignore[arg-type]
    empty: Sale = sell([], [], CONTEXT)
    assert left_of(Counter(empty).receipt, ()).refunded == 0
