"""When and for whom an offer is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from promotions import Audience, Context, Coupon, Slot, Window
from promotions.conditions import closed_audience, closed_window
from tests.promotions.scenario import minute_of

MONDAY, FRIDAY, SATURDAY = 0b1, 0b10000, 0b100000
NIGHT = (Slot(22 * 60, 2 * 60),)
MORNING = (Slot(8 * 60, 10 * 60), Slot(12 * 60, 24 * 60))


@pytest.mark.parametrize(
    ("window", "moment", "why"),
    [
        (Window(weekdays=SATURDAY), "2026-11-21 00:00", None),
        (Window(weekdays=SATURDAY), "2026-11-21 23:59", None),
        (Window(weekdays=SATURDAY), "2026-11-22 00:00", "other_day"),
        (Window(slots=MORNING), "2026-11-21 07:59", "other_hour"),
        (Window(slots=MORNING), "2026-11-21 08:00", None),
        (Window(slots=MORNING), "2026-11-21 09:59", None),
        (Window(slots=MORNING), "2026-11-21 10:00", "other_hour"),
        (Window(slots=MORNING), "2026-11-21 23:59", None),
        (Window(slots=MORNING), "2026-11-22 00:00", "other_hour"),
        # A Friday night lasts until two on Saturday, and Saturday's early hours are not Saturday night.
        (Window(weekdays=FRIDAY, slots=NIGHT), "2026-11-20 01:59", "other_hour"),
        (Window(weekdays=FRIDAY, slots=NIGHT), "2026-11-20 21:59", "other_hour"),
        (Window(weekdays=FRIDAY, slots=NIGHT), "2026-11-20 22:00", None),
        (Window(weekdays=FRIDAY, slots=NIGHT), "2026-11-21 01:59", None),
        (Window(weekdays=FRIDAY, slots=NIGHT), "2026-11-21 02:00", "other_day"),
        (Window(weekdays=FRIDAY, slots=NIGHT), "2026-11-21 22:00", "other_day"),
        (Window(weekdays=MONDAY, slots=NIGHT), "2026-11-24 00:30", None),
    ],
)
def test_days_and_hours(window, moment, why):
    assert closed_window(window, minute_of(moment)) == why


@given(st.integers(0, 20_000), st.integers(1, 127), st.integers(0, 1439), st.integers(0, 1440))
def test_a_slot_is_open_exactly_for_its_minutes_from_each_day_of_the_mask(day, weekdays, start, end):
    if start == end:
        return
    window = Window(weekdays=weekdays, slots=(Slot(start, end),))
    began = datetime(1970, 1, 1) + timedelta(days=day)  # noqa: DTZ001 - store-local
    length = (end - start) % 1440 or 1440
    first = day * 1440 + start
    opens = bool(weekdays >> began.weekday() & 1)
    assert (closed_window(window, first) is None) == opens
    assert (closed_window(window, first + length - 1) is None) == opens
    if length < 1440:
        assert closed_window(window, first + length) is not None


def test_a_date_range_is_half_open():
    window = Window(from_minute=100, until_minute=102)
    assert [closed_window(window, minute) for minute in (99, 100, 101, 102)] == ["not_yet", None, None, "over"]


@pytest.mark.parametrize(
    ("audience", "level", "coupons", "why"),
    [
        (Audience(), "", (), None),
        (Audience(levels=("gold",)), "", (), "members_only"),
        (Audience(levels=("gold",)), "silver", (), "other_level"),
        (Audience(levels=("gold", "silver")), "silver", (), None),
        (Audience(levels=("*",)), "silver", (), None),
        (Audience(levels=("*",)), "", (), "members_only"),
        (Audience(coupon="A"), "", (), "coupon_needed"),
        (Audience(coupon="A"), "", ("a", "B"), "coupon_needed"),
        (Audience(coupon="A"), "", ("B", "A"), None),
        (Audience(levels=("gold",), coupon="A"), "gold", (), "coupon_needed"),
        (Audience(levels=("gold",), coupon="A"), "", ("A",), "members_only"),
    ],
)
def test_for_whom(audience, level, coupons, why):
    assert closed_audience(audience, Context(0, level, tuple(Coupon(code, code) for code in coupons))) == why
