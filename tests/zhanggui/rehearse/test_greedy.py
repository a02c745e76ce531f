"""The rules of thumb, on receipts worked out by hand."""

from __future__ import annotations

from promotions import (
    AmountAtThreshold,
    AmountTier,
    Basket,
    BasketLine,
    BuyGet,
    Context,
    NForPrice,
    Offer,
    PercentAtThreshold,
    PercentOff,
    PercentTier,
    Scope,
    SpecialPrice,
    compile,
    price,
)
from zhanggui.rehearse.greedy import RULES, greedy_totals

NOW = Context(local_minute=0)


def line(number: int, item: str, minor: int, units: int = 1) -> BasketLine:
    """Counted goods at a price in cents."""
    return BasketLine(number, item, "D", "C", "B", units * 1000, minor * 100, minor * units)


def totals(lines: list[BasketLine], *offers: Offer) -> dict[str, int]:
    return greedy_totals(Basket(tuple(lines)), offers, NOW, "USD")


def best(lines: list[BasketLine], *offers: Offer) -> int:
    return price(Basket(tuple(lines)), compile(offers, store="S", currency="USD"), NOW).total


def test_three_rules_fall_into_three_traps() -> None:
    # Best: a+b for 1.00 and c+d for 1.00. The dearest single saving (b, c) leaves a and d at their full price.
    goods = [line(1, "a", 200), line(2, "b", 300), line(3, "c", 300), line(4, "d", 200)]
    offers = (
        Offer("1", NForPrice(count=2, price_minor=100), scope=Scope(items=("b", "c"))),
        Offer("2", NForPrice(count=2, price_minor=100), scope=Scope(items=("a", "b"))),
        Offer("3", NForPrice(count=2, price_minor=100), scope=Scope(items=("c", "d"))),
    )
    assert totals(goods, *offers) == dict.fromkeys(RULES, 500)
    assert best(goods, *offers) == 200


def test_saving_per_unit_prefers_the_single_unit() -> None:
    goods = [line(1, "a", 400), line(2, "b", 100)]
    offers = (
        Offer("pair", NForPrice(count=2, price_minor=300), scope=Scope(items=("a", "b"))),
        Offer("single", SpecialPrice(unit_price=25_000), scope=Scope(items=("a",))),
    )
    found = totals(goods, *offers)
    assert found["highest saving first"] == 300
    assert found["highest saving per unit first"] == 350
    assert best(goods, *offers) == 300


def test_equal_units_on_two_lines_are_rounded_once() -> None:
    goods = [line(1, "a", 5), line(2, "a", 5)]
    offer = Offer("half", PercentOff(percent_bp=1_000))
    assert set(totals(goods, offer).values()) == {9} == {best(goods, offer)}


def test_of_a_group_the_better_counts_and_percentages_come_first() -> None:
    goods = [line(1, "a", 10_000)]
    percent = Offer("p", PercentAtThreshold(tiers=(PercentTier(5_000, 1_000),)), group="g")
    amount = Offer("q", AmountAtThreshold(tiers=(AmountTier(5_000, 700),)), group="g")
    every = Offer("r", AmountAtThreshold(tiers=(AmountTier(3_000, 100),), every=True))
    assert set(totals(goods, percent, amount, every).values()) == {10_000 - 1_000 - 300}
    assert best(goods, percent, amount, every) == 8_700


def test_a_free_unit_is_taken_per_group_and_the_rest_is_paid() -> None:
    goods = [line(1, "a", 300, 3), line(2, "b", 200, 2)]
    offer = Offer("bogo", BuyGet(buy=1, get=1))
    assert set(totals(goods, offer).values()) == {300 * 3 + 200 * 2 - 300 - 200}
