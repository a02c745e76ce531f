from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.money import (
    MINOR_PER_MAJOR,
    CurrencyMismatch,
    Money,
    Rounding,
    UnitPrice,
    divide,
    extend_minor,
    format_minor,
    parse_minor,
    price_of_minor,
)

CURRENCIES = st.sampled_from(sorted(MINOR_PER_MAJOR))
AMOUNTS = st.integers(-(10**11), 10**11)


@pytest.mark.parametrize(
    ("numerator", "half_up", "half_even", "down", "up"),
    [(10, 3, 2, 2, 3), (-10, -3, -2, -2, -3), (14, 4, 4, 3, 4), (9, 2, 2, 2, 3), (8, 2, 2, 2, 2), (-9, -2, -2, -2, -3)],
)
def test_each_rounding_ends_quarters_its_own_way(numerator: int, half_up: int, half_even: int, down: int, up: int):
    found = [divide(numerator, 4, rounding) for rounding in Rounding]
    assert found == [half_up, half_even, down, up]


def test_a_denominator_below_zero_turns_the_sign():
    assert divide(5, -2, Rounding.HALF_UP) == -3
    assert divide(-5, -2, Rounding.HALF_UP) == 3


def test_nothing_is_divided_by_zero():
    with pytest.raises(ZeroDivisionError):
        divide(1, 0, Rounding.DOWN)


@given(AMOUNTS, st.integers(-(10**6), 10**6).filter(bool), st.sampled_from(Rounding))
def test_a_quotient_is_within_one_and_mirrors_its_negative(numerator: int, denominator: int, rounding: Rounding):
    found = divide(numerator, denominator, rounding)
    error = abs(found - Fraction(numerator, denominator))
    assert error < 1
    if rounding in (Rounding.HALF_UP, Rounding.HALF_EVEN):
        assert error <= Fraction(1, 2)
    assert divide(-numerator, denominator, rounding) == -found


def test_money_adds_subtracts_turns_and_compares():
    one, two = Money(150), Money(250)
    assert one + two == Money(400)
    assert one - two == Money(-100) == -Money(100)
    assert one < two
    assert max(one, two) == two
    assert str(Money(-1234)) == "-12.34"


@pytest.mark.parametrize("meet", [lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a < b])
def test_two_currencies_never_meet_in_one_sum(meet):
    with pytest.raises(CurrencyMismatch):
        meet(Money(1, "CNY"), Money(1, "USD"))
    assert Money(1, "CNY") != Money(1, "USD")


@pytest.mark.parametrize("amount", [1.0, True, "1", None])
def test_money_is_made_of_whole_minor_units_only(amount):
    with pytest.raises(TypeError):
        Money(amount)


def test_a_unit_price_is_finer_than_a_cent():
    assert UnitPrice(35_000).amount_for(755) == Money(264)
    assert extend_minor(12_345, 1_000_000) == 123_450
    assert UnitPrice(5).amount_for(1000, Rounding.UP) == Money(1)
    assert UnitPrice(5).amount_for(1000, Rounding.DOWN) == Money(0)
    assert UnitPrice(10_000, "JPY").amount_for(3000) == Money(3, "JPY")


@given(st.integers(0, 10**9), CURRENCIES)
def test_the_price_of_one_piece_gives_back_its_amount(amount: int, currency: str):
    assert extend_minor(price_of_minor(amount, currency), 1000, currency) == amount


@given(AMOUNTS, CURRENCIES)
def test_what_is_shown_is_read_back(amount: int, currency: str):
    assert parse_minor(format_minor(amount, currency), currency) == amount


@pytest.mark.parametrize(
    ("typed", "minor"), [("12", 1200), ("12.3", 1230), (".5", 50), ("5.", 500), (" -7 ", -700), ("0", 0), ("-.01", -1)]
)
def test_a_person_may_type_an_amount_in_short(typed: str, minor: int):
    assert parse_minor(typed) == minor


@pytest.mark.parametrize(
    "typed",
    ["", ".", "-", "--5", "1.234", "1,5", "1.2.3", "abc", "1e3", "１２", "²", "1234567890123", "1 2", "+5"],
)
def test_what_is_no_amount_is_refused(typed: str):
    with pytest.raises(ValueError, match="not an amount"):
        parse_minor(typed)


def test_a_currency_without_decimals_takes_none():
    assert parse_minor("120", "JPY") == 120
    for typed in ("12.", "1.5"):
        with pytest.raises(ValueError, match=r"no decimals|not an amount"):
            parse_minor(typed, "JPY")
