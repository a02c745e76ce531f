"""What the linter says of offers, each on a shelf of a few goods."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.promotion_admin.lint import CODES, Finding, Goods, Placed, Surroundings, lint
from hq_server.promotion_admin.lint.hard import trial
from hq_server.promotion_admin.lint.reach import is_dead, meeting_minutes, open_minutes
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Article,
    Audience,
    Basket,
    BasketLine,
    Bundle,
    BuyGet,
    Condition,
    Context,
    CouponNext,
    Limits,
    NForPrice,
    Offer,
    Part,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    Reward,
    Scope,
    Slot,
    SpecialPrice,
    Stamps,
    Window,
    compile,
    price,
)
from promotions.conditions import closed_window

STORES = frozenset(("S1", "S2"))
TEA = Scope(categories=("tea",))
GOODS = [
    Goods(Article("t1", "food", "tea", "longjing"), (40_000, 45_000)),
    Goods(Article("t2", "food", "tea", "biluochun"), (60_000,)),
    Goods(Article("m1", "food", "milk", "bright"), (12_000,), floor=12_000),
    Goods(Article("w1", "fresh", "apples", ""), (99_900,), counted=False),
]
DAY = 1440
MONDAY = 4 * DAY
"""1970-01-05."""


def offer(name: str, plan: Any, scope: Scope = TEA, **more: Any) -> Offer:
    """An offer on tea unless told otherwise."""
    return Offer(name, plan, scope=scope, **more)


def found(*offers: Offer, focus: str | None = None, now_minute: int = 0, **around: Any) -> list[Finding]:
    """What is found when both stores have all offers."""
    placed = [Placed(one, STORES) for one in offers]
    return lint(placed, GOODS, Surroundings("CNY", now_minute, **around), focus=focus)


def codes(*offers: Offer, **more: Any) -> list[tuple[str, str, str]]:
    """The findings as (code, offer, other)."""
    return [(one.code, one.offer, one.other) for one in found(*offers, **more)]


def test_a_sound_offer_has_no_findings() -> None:
    assert found(offer("a", PercentOff(1000))) == []


@pytest.mark.parametrize(
    ("window", "dead"),
    [
        (Window(), False),
        (Window(from_minute=MONDAY, until_minute=MONDAY + 2 * DAY, weekdays=0b000_0100), True),
        (Window(from_minute=MONDAY, until_minute=MONDAY + 2 * DAY, weekdays=0b000_0010), False),
        (Window(from_minute=MONDAY + 600, until_minute=MONDAY + 720, slots=(Slot(720, 800),)), True),
        (Window(from_minute=MONDAY + 600, until_minute=MONDAY + 721, slots=(Slot(720, 800),)), False),
        (Window(from_minute=MONDAY, until_minute=MONDAY + 60, weekdays=0b100_0000, slots=(Slot(1380, 30),)), False),
    ],
)
def test_a_window_that_never_opens_is_an_error(window: Window, dead: bool) -> None:
    assert is_dead(window) == dead
    assert codes(offer("a", PercentOff(1000), window=window)) == ([("dead_window", "a", "")] if dead else [])


@given(
    st.builds(
        Window,
        weekdays=st.integers(1, 127),
        slots=st.lists(
            st.tuples(st.integers(0, 1439), st.integers(0, 1440)).filter(lambda pair: pair[0] != pair[1]), max_size=3
        ).map(lambda pairs: tuple(Slot(*pair) for pair in pairs)),
    ),
    st.integers(0, 7 * DAY - 1),
)
def test_the_minutes_of_the_week_are_those_the_engine_opens(window: Window, minute: int) -> None:
    assert bool(open_minutes(window) >> minute & 1) == (closed_window(window, MONDAY + minute) is None)


@given(st.integers(0, 3000), st.integers(1, 3000), st.integers(0, 3000), st.integers(1, 3000))
def test_two_windows_meet_exactly_when_a_minute_is_in_both(
    start: int, length: int, other: int, other_length: int
) -> None:
    one = Window(from_minute=start, until_minute=start + length, slots=(Slot(1300, 200),))
    two = Window(from_minute=other, until_minute=other + other_length, slots=(Slot(100, 400), Slot(1310, 1320)))
    minutes = range(max(start, other), min(start + length, other + other_length))
    together = any(closed_window(one, m) is None and closed_window(two, m) is None for m in minutes)
    assert meeting_minutes(one, two) == together


def test_an_offer_that_is_over_or_nowhere_is_an_error() -> None:
    assert codes(offer("a", PercentOff(1000), window=Window(until_minute=100)), now_minute=100) == [
        ("already_over", "a", "")
    ]
    assert codes(offer("a", PercentOff(1000), stores=("S9",))) == [("no_stores", "a", "")]


def test_scopes_without_goods_are_errors_with_their_field() -> None:
    (one,) = found(offer("a", Reward(threshold_minor=5000, given=Scope(items=("gone",)))))
    assert (one.code, one.severity, one.figures) == ("no_goods", "error", {"field": "plan.given"})
    (one,) = found(offer("a", PercentOff(500), conditions=(Condition(Scope(brands=("x",)), quantity_min_milli=1),)))
    assert (one.code, one.figures) == ("condition_no_goods", {"number": 1})
    assert found(offer("a", PercentOff(500), conditions=(Condition(Scope(brands=("x",)), quantity_max_milli=0),))) == []
    assert found(offer("a", PercentOff(500), Scope(tags=("label:24",)))) == []


@pytest.mark.parametrize(
    "plan",
    [
        SpecialPrice(60_000),
        NForPrice(count=3, price_minor=1800),
        Bundle(parts=(Part(Scope(items=("m1",))),), price_minor=720),
    ],
)
def test_a_price_above_what_the_goods_cost_never_gives_anything(plan: Any) -> None:
    assert codes(offer("a", plan)) == [("never_gives", "a", "")]


@pytest.mark.parametrize(
    "plan",
    [
        SpecialPrice(59_900),
        NForPrice(count=3, price_minor=1799),
        Bundle(parts=(Part(Scope(items=("m1",))),), price_minor=719),
    ],
)
def test_a_price_just_below_gives_something(plan: Any) -> None:
    assert codes(offer("a", plan)) == []


def test_floors_that_leave_nothing_or_less_are_told() -> None:
    milk = Scope(categories=("milk",))
    assert codes(offer("a", PercentOff(1000), milk)) == [("floor_voids", "a", "")]
    (one,) = found(offer("a", PercentOff(1000), Scope(departments=("food",))))
    assert (one.code, one.example, one.figures) == ("floor_cuts", "m1", {"count": 1})


def test_goods_given_away_are_told() -> None:
    (one,) = found(offer("a", AmountOff(450)))
    assert (one.code, one.example) == ("gives_all", "t1")
    assert codes(offer("a", AmountAtThreshold(tiers=(AmountTier(5000, 5000),)))) == [("gives_all", "a", "")]


def test_a_threshold_below_the_cheapest_goods_is_told() -> None:
    (one,) = found(offer("a", PercentAtThreshold(tiers=(PercentTier(400, 1000),))))
    assert (one.code, one.example, one.figures) == ("always_reached", "t1", {"cheapest_minor": 400})
    assert found(offer("a", PercentAtThreshold(tiers=(PercentTier(401, 1000),)))) == []


def test_a_coupon_that_only_the_offer_itself_gives_can_never_be_had() -> None:
    ring = Offer("a", CouponNext(series="r", tiers=(AmountTier(1, 1),)), audience=Audience(coupon="r"))
    assert codes(ring) == [("needs_itself", "a", "")]
    assert codes(ring, series=frozenset("r")) == []
    start = Offer("b", CouponNext(series="r", tiers=(AmountTier(1, 1),)))
    assert codes(ring, start) == []


def test_a_ring_of_offers_is_found_with_whoever_depends_on_it() -> None:
    one = Offer("a", CouponNext(series="x", tiers=(AmountTier(1, 1),)), audience=Audience(coupon="y"))
    two = Offer("b", CouponNext(series="y", tiers=(AmountTier(1, 1),)), audience=Audience(coupon="x"))
    user = offer("c", PercentOff(1000), audience=Audience(coupon="x"))
    printed = offer("d", PercentOff(100), Scope(categories=("milk",)), audience=Audience(coupon="printed"))
    told = [entry for entry in found(one, two, user, printed) if entry.code == "needs_itself"]
    assert [entry.offer for entry in told] == ["a", "b", "c"]
    assert told[2].figures == {"kind": "coupon", "name": "x"}


def test_stamps_that_nobody_gives_can_never_be_had() -> None:
    reward = offer("a", PercentOff(1000), limits=Limits(counter="tea", counter_cost=10))
    assert codes(reward) == [("needs_itself", "a", "")]
    assert codes(reward, Offer("b", Stamps(counter="tea"))) == []


def test_an_offer_that_is_never_better_than_another_is_told() -> None:
    small = offer("a", PercentOff(500), Scope(items=("t1",)))
    big = offer("b", PercentOff(1000))
    assert codes(small, big) == [("never_better", "a", "b")]
    assert codes(small, big, focus="a") == [("never_better", "a", "b")]
    assert codes(small, big, focus="b") == []


@pytest.mark.parametrize(
    "more",
    [
        {"audience": Audience(levels=("gold",))},
        {"window": Window(until_minute=MONDAY)},
        {"limits": Limits(total_uses=5)},
        {"manual": True},
        {"times_max": 3},
        {"stores": ("S1",)},
    ],
)
def test_an_offer_bound_by_more_beats_nobody(more: dict[str, Any]) -> None:
    assert codes(offer("a", PercentOff(500)), offer("b", PercentOff(1000), **more), focus="a") == [
        ("overlaps", "a", "b")
    ]


def test_an_offer_that_comes_after_another_of_all_its_goods_never_wins() -> None:
    first, later = offer("a", PercentOff(500)), offer("b", PercentOff(1000), priority=2)
    assert codes(first, later) == [("never_better", "b", "a")]
    assert codes(offer("a", PercentOff(500), forced=True), offer("b", PercentOff(1000))) == [("never_better", "b", "a")]


def test_equal_offers_are_told_apart_from_overlaps() -> None:
    one = offer("a", PercentOff(1000))
    assert codes(one, offer("b", PercentOff(1000)), focus="a") == [("same_as", "a", "b")]
    other = offer("b", SpecialPrice(43_000))
    (told,) = found(one, other, focus="a")
    assert (told.code, told.severity, told.figures) == ("overlaps", "hint", {"count": 2})


def test_offers_that_never_meet_are_not_told() -> None:
    one = offer("a", PercentOff(500))
    for more in (
        {"window": Window(weekdays=1, slots=(Slot(0, 60),))},
        {"audience": Audience(terminals=("self",))},
        {"stores": ("S2",)},
    ):
        apart = offer("c", PercentOff(300), window=Window(weekdays=2), audience=Audience(terminals=("lane",)))
        kept = offer("d", PercentOff(400), Scope(categories=("tea",)), **more)
        pair = [apart, kept] if "stores" not in more else [offer("c", PercentOff(300), stores=("S1",)), kept]
        assert codes(*pair) == []
    assert codes(one, Offer("b", PercentOff(500), scope=Scope(categories=("milk", "apples")))) == [
        ("floor_cuts", "b", ""),
    ]


@given(st.lists(st.sampled_from(["t1", "t2"]), min_size=1, max_size=6), st.integers(1, 4000), st.integers(1, 2400))
def test_what_is_called_never_better_saves_nobody_a_cent(items: list[str], percent_bp: int, price_minor: int) -> None:
    group = offer("a", NForPrice(count=3, price_minor=price_minor))
    unit = offer("b", PercentOff(percent_bp))
    told = ("never_better", "a", "b") in codes(group, unit, focus="a")
    prices = {"t1": 40_000, "t2": 60_000}
    lines = [BasketLine(n, i, "food", "tea", "", 1000, prices[i], prices[i] // 100) for n, i in enumerate(items, 1)]
    both, alone = (
        price(Basket(tuple(lines)), compile(offers, store="S1"), Context(local_minute=0)).total
        for offers in ([group, unit], [unit])
    )
    assert not told or both == alone


def test_offers_on_the_receipt_add_up_unless_a_group_keeps_them_apart() -> None:
    tiers = (AmountTier(10_000, 1000),)
    one, other = (
        offer("a", AmountAtThreshold(tiers=tiers)),
        offer("b", PercentAtThreshold(tiers=(PercentTier(9000, 500),))),
    )
    assert codes(one, other, focus="a") == [("adds_up", "a", "b")]
    grouped = [offer("a", one.plan, group="g"), offer("b", other.plan, group="g")]
    assert codes(*grouped) == []
    assert codes(grouped[0]) == [("group_alone", "a", "")]


def test_many_offers_on_groups_of_the_same_goods_are_told_with_the_article() -> None:
    many = [offer(f"g{n}", BuyGet(buy=n, get=1, percent_bp=10_000 - n)) for n in range(1, 9)]
    told = [one for one in found(*many, focus="g1") if one.code == "crowded"]
    assert [(one.example, one.figures["count"]) for one in told] == [("t1", 8)]
    assert not [one for one in found(*many[:6], focus="g1") if one.code == "crowded"]


def test_every_code_has_a_severity_and_errors_come_first() -> None:
    dead = offer("z", PercentOff(500), window=Window(until_minute=1))
    told = found(offer("a", AmountOff(450)), dead, now_minute=5)
    assert [one.severity for one in told] == sorted(
        (one.severity for one in told), key=["error", "warning", "hint"].index
    )
    assert told[0].code == "already_over"
    assert {one.code for one in told} <= set(CODES)


def test_the_engine_itself_is_tried_on_the_most_crowded_goods() -> None:
    gap, nodes = trial([offer("a", NForPrice(3, 900)), offer("b", BuyGet(buy=2, get=1))], GOODS[:2], "CNY")
    assert gap == 0
    assert nodes > 0


def test_of_a_whole_set_overlaps_are_left_out() -> None:
    one, other = offer("a", PercentOff(1000)), offer("b", SpecialPrice(43_000))
    assert codes(one, other) == []
    assert codes(one, other, focus="a") == [("overlaps", "a", "b")]
