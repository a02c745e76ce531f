"""How far an offer is used up: periods of the store's calendar, and uses that were given back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotions import Limits, Used
from promotions.limits import Period, Total, period_start, used

DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
PERIODS = st.sampled_from(("ever", "day", "week", "month", "year"))


def number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


@pytest.mark.parametrize(
    ("period", "business_date", "start"),
    [
        ("ever", 20260228, 0),
        ("day", 20260228, 20260228),
        ("week", 20260301, 20260223),  # a Sunday belongs to the week before
        ("week", 20260302, 20260302),
        ("week", 20240101, 20240101),
        ("week", 20240301, 20240226),  # over 29 February
        ("month", 20241231, 20241201),
        ("year", 20241231, 20240101),
    ],
)
def test_a_period_begins_on_its_first_day_in_the_calendar(period: Period, business_date: int, start: int) -> None:
    assert period_start(period, business_date) == start


@given(PERIODS, DATES)
def test_a_day_is_in_the_same_period_as_all_days_since_its_start_and_in_another_than_the_day_before(
    period: Period, day: date
) -> None:
    start = period_start(period, number(day))
    assert start <= number(day)
    if period == "ever":
        return
    first = date(start // 10_000, start // 100 % 100, start % 100)
    assert period_start(period, start) == start
    assert period_start(period, number(first + (day - first) / 2)) == start
    assert period_start(period, number(first - timedelta(days=1))) < start


def test_uses_of_the_period_count_and_earlier_ones_are_over() -> None:
    limits = Limits(member_uses=2, period="month")
    days = {20260930: 5, 20261001: 1, 20261031: 1}
    assert used(limits, Total(9, 12, 3_400), days, 20261031) == Used(2, 9, 12, 3_400)
    assert used(limits, Total(9, 12, 3_400), days, 20261101) == Used(0, 9, 12, 3_400)


def test_a_store_that_is_a_day_ahead_counts_too() -> None:
    assert used(Limits(member_uses=1, period="day"), Total(), {20261102: 1}, 20261101).member_uses == 1


def test_a_use_given_back_is_free_again_and_never_less_than_none() -> None:
    limits = Limits(member_uses=1)
    assert used(limits, Total(1, 1, 100), {20261030: 1, 20261101: -1}, 20261102).member_uses == 0
    assert used(limits, Total(-1, -1, -100), {20261101: -1}, 20261102) == Used(0, 0, 0, 0)
