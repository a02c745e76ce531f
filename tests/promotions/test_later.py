"""What a receipt brings for another day."""

from __future__ import annotations

from promotions import (
    AmountOff,
    AmountTier,
    Audience,
    Context,
    Coupon,
    CouponNext,
    Earned,
    Issued,
    Limits,
    Offer,
    PointsEarned,
    Scope,
    Stamped,
    Stamps,
)
from tests.promotions.baskets import CONTEXT, piece, price, weighed

MEMBER = Context(CONTEXT.local_minute, "gold")


def test_points_are_for_what_is_paid_also_on_goods_that_take_no_offers():
    lines = [piece(1, "d", 2), piece(2, "e", 1, takes_offers=False), piece(3, "d", -1)]
    offers = [Offer("half", AmountOff(amount_minor=133)), Offer("points", PointsEarned(points=2, step=50))]
    priced = price(lines, offers, MEMBER)
    assert priced.total == 400 + 115 - 333
    assert priced.earned == (Earned("points", 2 * (515 // 50)),)


def test_without_a_member_there_are_no_points():
    priced = price([piece(1, "d", 2)], [Offer("points", PointsEarned(points=1))])
    assert priced.earned == ()
    assert [note.reason for note in priced.notes] == ["members_only"]


def test_what_vouchers_pay_earns_in_proportion_nothing():
    context = Context(CONTEXT.local_minute, "gold", vouchers_minor=100)
    offers = [Offer("x", PointsEarned(points=1, step=1), scope=Scope(categories=("y",)))]
    lines = [piece(1, "d", 1), piece(2, "c", 1)]
    assert price(lines, offers, context).earned == (Earned("x", 333 * 332 // 432),)


def test_of_a_group_the_most_points_count_and_others_add_up():
    offers = [
        Offer("a", PointsEarned(points=1, step=100), group="g"),
        Offer("b", PointsEarned(points=2, step=150), group="g"),
        Offer("c", PointsEarned(points=7, by="receipt", step=1)),
    ]
    priced = price([piece(1, "d", 2)], offers, MEMBER)
    assert priced.earned == (Earned("b", 8), Earned("c", 7))
    assert {note.offer: (note.reason, note.other) for note in priced.notes}["a"] == ("excluded", "b")


def test_coupons_for_the_next_purchase_count_full_thresholds():
    plan = CouponNext(series="NEXT", tiers=(AmountTier(200, 20),), every=True, days=30)
    priced = price([piece(1, "d", 2)], [Offer("next", plan)])
    assert priced.issued == (Issued("next", "NEXT", 3, 20, 30),)
    short = price([piece(1, "e", 1)], [Offer("next", plan)])
    assert short.issued == ()
    assert [(note.reason, note.missing_minor) for note in short.notes] == [("too_little", 85)]


def test_goods_given_for_stamps_bring_none():
    free = Offer(
        "free",
        AmountOff(amount_minor=333),
        scope=Scope(items=("d",)),
        limits=Limits(counter="cups", counter_cost=10),
    )
    stamps = Offer("stamps", Stamps(counter="cups"), scope=Scope(items=("d",)))
    context = Context(CONTEXT.local_minute, "gold", counters={"cups": 25})
    priced = price([piece(1, "d", 5)], [free, stamps], context)
    assert priced.total == 3 * 333
    assert priced.stamped == (Stamped("stamps", "cups", 3),)


def test_weighed_goods_bring_stamps_by_weight():
    stamps = Offer("kilo", Stamps(counter="kilos", step=500))
    assert price([weighed(1, "d", 1700)], [stamps], MEMBER).stamped == (Stamped("kilo", "kilos", 3),)


def test_a_coupon_that_brings_points_is_used_up_and_one_that_does_nothing_is_not():
    offers = [
        Offer("points", PointsEarned(points=1), audience=Audience(coupon="P")),
        Offer("none", AmountOff(amount_minor=1), scope=Scope(items=("a",)), audience=Audience(coupon="N")),
    ]
    context = Context(CONTEXT.local_minute, "gold", (Coupon("n1", "N"), Coupon("p1", "P"), Coupon("p2", "P")))
    assert price([piece(1, "d", 1)], offers, context).coupons_used == ("p1",)


def test_every_application_takes_a_coupon_of_its_own():
    offer = Offer("each", AmountOff(amount_minor=1), audience=Audience(coupon="N"), per_coupon=True)
    context = Context(CONTEXT.local_minute, "gold", (Coupon("n1", "N"), Coupon("n2", "N")))
    priced = price([piece(1, "d", 3)], [offer], context)
    assert (priced.total, priced.coupons_used) == (997, ("n1", "n2"))
    assert price([piece(1, "d", 1)], [offer], context).coupons_used == ("n1",)
