"""The offer's form: what it shows is read back as the same offer, and every mistake has its field."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.web.offer_fields import (
    AUDIENCE,
    BOUNDS,
    CONDITIONS,
    GOODS,
    KINDS,
    LIMITS,
    NAMING,
    STANDING,
    WINDOW,
    Field,
    Kind,
)
from hq_server.web.offer_form import blank, from_form, read_number, show_number, to_form
from hq_server.web.words import WORDS
from promotions import (
    PLANS,
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Audience,
    Bracket,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    Condition,
    CouponNext,
    GroupOff,
    Level,
    Limits,
    NForPrice,
    Offer,
    OneUnit,
    Part,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    PointsEarned,
    PointsOff,
    Reward,
    Scope,
    Slot,
    SpecialPrice,
    Stamps,
    Window,
    decode_offer,
    encode_offer_json,
)

TEA = Scope(categories=("tea",), price_from=10_000, regular_only=True)
PLANS_TRIED: list[Any] = [
    SpecialPrice(125_000),
    PercentOff(1250, "unit"),
    AmountOff(1),
    OneUnit(which="dearest", percent_bp=5000),
    NForPrice(3, 1000, True),
    BuyGet(buy=2, get=1, percent_bp=5000, given=TEA, favour="shop"),
    GroupOff(count=2, amount_minor=300),
    Bundle(count=2, parts=(Part(TEA, 2), Part(Scope(items=("m1",)))), price_minor=0),
    Breaks(levels=(Level(least=3, unit_price=0), Level(least=5, percent_bp=1000)), by="quantity"),
    Brackets(brackets=(Bracket(units=1, percent_bp=0), Bracket(units=0, amount_minor=100))),
    Reward(threshold_minor=10_000, given=TEA, units=2, unit_price=99_000, every=True, base="gross"),
    AmountAtThreshold(tiers=(AmountTier(10_000, 1_000), AmountTier(20_000, 3_000))),
    PercentAtThreshold(tiers=(PercentTier(10_000, 1_000),), ceiling_minor=5_000),
    PointsOff(points=100, amount_minor=100, points_min=500, share_max_bp=5000),
    PointsEarned(points=2, step=1, by="receipt"),
    CouponNext(series="s", tiers=(AmountTier(10_000, 1_000),), every=True, days=30),
    Stamps(counter="tea", step=2000),
]
OFFERS = [Offer(f"offer-{number}", plan, "名称", TEA) for number, plan in enumerate(PLANS_TRIED)]
FULL = Offer(
    "full",
    PercentOff(1000),
    scope=Scope(tags=("new",), except_items=("t1",)),
    window=Window(29_000_000, 29_500_000, 0b110_0000, (Slot(600, 720), Slot(1380, 0), Slot(1200, 1440))),
    audience=Audience(("*",), ("staff",), "week", (1, 10), "c", (), ("lane",)),
    conditions=(Condition(TEA, quantity_max_milli=0), Condition(amount_min_minor=500, amount_max_minor=900)),
    limits=Limits(2, "month", 10, 20, 30, "refuse", "tea", 5),
    stores=("S1",),
    times_max=3,
    off_max_minor=500,
    per_coupon=True,
    priority=2,
    manual=True,
    exclusive=True,
    rescue=False,
    rank=7,
    on_return="prorated",
)


def as_json(offer: Offer) -> dict[str, Any]:
    """The offer as the page holds it."""
    read: dict[str, Any] = json.loads(encode_offer_json(offer))
    return read


@pytest.mark.parametrize("offer", [*OFFERS, FULL], ids=lambda offer: offer.id)
def test_a_form_that_nobody_touched_says_the_same_offer(offer: Offer) -> None:
    held = as_json(offer)
    written, problems = from_form(to_form(held), held)
    assert problems == []
    assert decode_offer(json.dumps(written).encode()) == offer


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.id)
def test_the_form_alone_says_the_whole_offer(offer: Offer) -> None:
    written, problems = from_form(to_form(as_json(offer)), {})
    assert problems == []
    assert decode_offer(json.dumps(written).encode()) == offer


def test_every_kind_and_every_field_of_it_has_a_place_in_the_form() -> None:
    assert set(KINDS) == set(PLANS)
    for kind, plan in PLANS.items():
        fields = KINDS[kind].fields
        asked = {name for field in fields for name in (field.options if is_benefit(field) else [field.name])}
        held = {field.name for field in msgspec.structs.fields(plan)}
        assert held - asked <= ({"base"} if plan is PointsOff else set())
        assert asked <= held


def is_benefit(field: Field) -> bool:
    return field.form == "benefit"


def test_every_field_kind_and_option_has_words() -> None:
    def fields(held: tuple[Field, ...]) -> list[Field]:
        return [one for field in held for one in (field, *fields(field.columns))]

    shared = (*NAMING, GOODS, CONDITIONS, *BOUNDS, *STANDING, *WINDOW, *AUDIENCE, *LIMITS)
    for kind in (*KINDS.values(), Kind("stamps", "later", shared)):
        assert {f"kind_{kind.name}", f"kind_{kind.name}_text", f"family_{kind.family}"} <= set(WORDS)
        for field in fields(kind.fields):
            assert field.key in WORDS or is_benefit(field)
            if field.form in ("choice", "benefit") and field.name != "priority":
                assert {f"{field.name}_{option}" for option in field.options} <= set(WORDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_blank_form_asks_for_what_is_needed(kind: str) -> None:
    written, problems = from_form(blank(kind), {})
    assert written["plan"]["kind"] == kind
    assert ("id", "needed") not in {(problem.field, problem.key) for problem in problems}
    assert all(problem.key == "needed" and problem.field.startswith("plan.") for problem in problems)


def test_every_mistake_is_told_by_the_path_of_its_field() -> None:
    form = to_form(as_json(OFFERS[11]))
    form["plan"]["tiers"][1]["amount_minor"] = "ten"
    form["window"]["from_minute"] = {"date": "2026-13-01", "time": "10:00"}
    form["window"]["until_minute"] = {"date": "2026-12-01", "time": "25:00"}
    form["limits"]["total_minor"] = "1.234"
    form["scope"]["price_until"] = "-3"
    form["audience"]["purchases"] = "1, x"
    _, problems = from_form(form, {})
    assert [(problem.field, problem.key) for problem in problems] == [
        ("plan.tiers[1].amount_minor", "bad_number"),
        ("scope.price_until", "bad_number"),
        ("window.from_minute", "bad_date"),
        ("window.until_minute", "bad_time"),
        ("audience.purchases", "bad_number"),
        ("limits.total_minor", "bad_number"),
    ]
    for problem in problems:
        assert all(words.format(**problem.values) for words in WORDS[problem.key])


def test_what_the_form_does_not_know_is_kept_but_not_another_kinds_fields() -> None:
    held = {"id": "x", "later": [1], "needs": ["n"], "plan": {"kind": "percent_off", "percent_bp": 5, "shade": "red"}}
    assert from_form(to_form(held), held)[0] == held
    form = to_form(held) | {"kind": "amount_off", "plan": {"amount_minor": "3"}}
    assert from_form(form, held)[0]["plan"] == {"kind": "amount_off", "amount_minor": 300}


@pytest.mark.parametrize("broken", [{}, {"plan": 5}, {"scope": [], "window": "x", "conditions": {}, "name": 3}])
def test_a_draft_that_is_no_offer_yet_can_still_be_shown(broken: dict[str, Any]) -> None:
    assert to_form(broken)["window"]["from_minute"] == {"date": "", "time": ""}


@given(st.sampled_from(["money", "price", "percent", "count", "quantity"]), st.integers(0, 10**14))
def test_a_number_is_shown_as_it_is_read(form: str, value: int) -> None:
    assert read_number(show_number(value, form), form) == value


@pytest.mark.parametrize(
    ("text", "form", "value"),
    [
        ("1,234.50", "money", 123_450),
        ("¥12", "money", 1200),
        ("10%", "percent", 1000),
        ("12.345", "money", None),
        ("-1", "count", None),
        ("1e3", "money", None),
        ("1,5", "money", None),
        ("", "money", None),
        ("٣", "count", None),
    ],
)
def test_a_number_is_read_by_a_persons_eye(text: str, form: str, value: int | None) -> None:
    assert read_number(text, form) == value
