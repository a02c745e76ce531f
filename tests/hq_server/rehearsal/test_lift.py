"""Lift and return on investment, with figures worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hq_server.rehearsal.lift import Lift, Sold, lift_of, span_of

MONDAY = date(2026, 6, 1)
TODAY = date(2026, 7, 1)
WEEK = [MONDAY + timedelta(days=number) for number in range(7)]
BEFORE = [MONDAY - timedelta(days=number) for number in range(28, 0, -1)]


def test_an_offer_lasts_from_its_first_day_to_its_last_on_its_own_weekdays() -> None:
    wednesdays = [date(2026, 6, 3), date(2026, 6, 17)]
    span = span_of(wednesdays, today=TODAY)
    assert span.days == (date(2026, 6, 3), date(2026, 6, 10), date(2026, 6, 17))
    assert (span.before[0], span.before[-1], len(span.before)) == (date(2026, 5, 6), date(2026, 6, 2), 28)
    assert span.after == (date(2026, 6, 24),)  # 1 July is not over yet


def run(daily: Sold, before: Sold, *, cost: int, shut: tuple[date, ...] = ()) -> Lift:
    """One store, a week of the offer, every day alike, four weeks before it."""
    sold = {("S1", day): before for day in BEFORE} | {("S1", day): daily for day in WEEK}
    open_days = {key for key in sold if key[1] not in shut}
    sold = {key: found for key, found in sold.items() if key in open_days}
    return lift_of(span_of(WEEK, today=MONDAY + timedelta(days=7)), sold, open_days, {"S1": cost})


def test_return_is_the_margin_gained_by_what_was_given_away() -> None:
    # Before: 10 a day at 11.30, tax 1.30, cost 6.00: margin 4.00 each. Then 1.13 off: 30 a day at a margin of 3.00.
    found = run(Sold(30_000, 30 * 1017, 30 * 117, 30 * 300), Sold(10_000, 11_300, 1_300, 4_000), cost=7 * 30 * 113)
    assert (found.quantity_milli, found.expected_quantity_milli, found.lift_bp) == (210_000, 70_000, 20_000)
    assert (found.margin, found.expected_margin, found.gain_minor) == (63_000, 28_000, 35_000)
    assert (found.cost_minor, found.cost_net_minor) == (23_730, 21_000)
    assert found.incremental_minor == 56_000  # 20 more a day at 4.00
    assert found.roi_bp == 16_667
    assert (found.usual_low, found.usual_high, found.clear) == (28_000, 28_000, True)


def test_an_offer_that_only_gives_margin_away_loses_what_it_costs() -> None:
    found = run(Sold(10_000, 10_000, 0, 3_000), Sold(10_000, 11_000, 0, 4_000), cost=7_000)
    assert (found.lift_bp, found.incremental_minor, found.gain_minor, found.roi_bp) == (0, 0, -7_000, -10_000)


def test_weekdays_are_compared_with_weekdays() -> None:
    saturday = date(2026, 6, 6)
    sold = {("S1", day): Sold(1_000, 100, 0, 10) for day in BEFORE}
    sold |= {("S1", day): Sold(9_000, 900, 0, 90) for day in BEFORE if day.weekday() == 5}
    sold[("S1", saturday)] = Sold(9_000, 900, 0, 90)
    found = lift_of(span_of([saturday], today=TODAY), sold, set(sold), {"S1": 5})
    assert (found.expected_quantity_milli, found.lift_bp, found.clear) == (9_000, 0, False)


def test_days_on_which_the_store_was_shut_expect_nothing_and_say_nothing() -> None:
    found = run(Sold(2_000, 200, 0, 20), Sold(1_000, 100, 0, 10), cost=7, shut=(WEEK[6], BEFORE[0], BEFORE[1]))
    assert (found.quantity_milli, found.expected_quantity_milli) == (12_000, 6_000)
    assert found.baseline_days == 26


def test_a_store_that_has_nothing_to_compare_with_is_left_out_with_its_cost() -> None:
    sold = {("S1", day): Sold(1_000, 100, 0, 10) for day in (*BEFORE, *WEEK)}
    sold |= {("S2", day): Sold(1_000, 100, 0, 10) for day in WEEK}
    found = lift_of(span_of(WEEK, today=TODAY), sold, set(sold), {"S1": 70, "S2": 90})
    assert (found.stores, found.stores_left_out, found.cost_minor, found.quantity_milli) == (1, 1, 70, 7_000)


def test_a_gain_within_the_ups_and_downs_before_is_not_clear() -> None:
    sold = {("S1", day): Sold(1_000, 100, 0, 10 + 10 * (number // 7)) for number, day in enumerate(BEFORE)}
    sold |= {("S1", day): Sold(1_000, 100, 0, 30) for day in WEEK}
    found = lift_of(span_of(WEEK, today=TODAY), sold, set(sold), {"S1": 10})
    assert (found.usual_low, found.usual_high) == (70, 280)
    assert (found.gain_minor, found.clear) == (210 - 175, False)


def test_the_days_after_tell_what_only_came_earlier() -> None:
    after = [day + timedelta(days=7) for day in WEEK]
    sold = {("S1", day): Sold(10_000, 1_000, 0, 400) for day in BEFORE}
    sold |= {("S1", day): Sold(20_000, 1_800, 0, 600) for day in WEEK}
    sold |= {("S1", day): Sold(4_000, 400, 0, 160) for day in after}
    found = lift_of(span_of(WEEK, today=TODAY), sold, set(sold), {"S1": 1_400})
    assert (found.after_days, found.after_quantity_milli, found.after_expected_quantity_milli) == (7, 28_000, 70_000)
    assert (found.after_margin, found.after_expected_margin) == (1_120, 2_800)


def test_nothing_given_has_no_return_and_nothing_expected_no_lift() -> None:
    sold = {("S1", day): Sold(1_000, 0, 0, 0) for day in WEEK}
    found = lift_of(span_of(WEEK, today=TODAY), sold, {("S1", day) for day in (*BEFORE, *WEEK)}, {"S1": 0})
    assert (found.roi_bp, found.lift_bp) == (None, None)
