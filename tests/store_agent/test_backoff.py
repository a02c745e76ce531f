from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from store_agent.backoff import DELAY_MAX_S, interval_s, retry_delay_s
from store_agent.schedule import Schedule


def test_retries_come_later_and_later_up_to_a_minute() -> None:
    assert [retry_delay_s(failures, 1.0) for failures in range(1, 9)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [retry_delay_s(failures, 0.0) for failures in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_what_the_upstream_asks_for_is_kept_within_the_minute() -> None:
    assert retry_delay_s(1, 0.5, retry_after_s=20.0) == 20
    assert retry_delay_s(1, 0.5, retry_after_s=3600.0) == 60
    assert retry_delay_s(7, 1.0, retry_after_s=1.0) == 60


@given(st.integers(1, 10_000), st.floats(0, 1), st.none() | st.floats(0, 1e9))
def test_no_wait_is_zero_or_longer_than_a_minute(failures: int, chance: float, retry_after_s: float | None) -> None:
    assert 0 < retry_delay_s(failures, chance, retry_after_s) <= DELAY_MAX_S


def test_intervals_spread_by_a_fifth() -> None:
    assert [interval_s(10.0, chance) for chance in (0.0, 0.5, 1.0)] == [8, 10, 12]


def test_work_that_fails_is_not_hurried_by_a_wake_up() -> None:
    schedule = Schedule(nominal_s=5.0)
    schedule.failed(100.0, 1.0, "away")
    schedule.failed(101.0, 1.0, "away")
    schedule.wake()
    assert (schedule.due_s, schedule.failures, schedule.failing_since_s) == (103.0, 2, 100.0)
    assert schedule.succeeded(110.0, 7, 0.5) == 2
    assert (schedule.due_s, schedule.failures, schedule.problem, schedule.last_success_ms) == (115.0, 0, "", 7)
    schedule.wake()
    assert schedule.due_s == 0


def test_more_to_do_is_due_at_once() -> None:
    schedule = Schedule(nominal_s=5.0)
    assert schedule.succeeded(10.0, 1, 0.5, again=True) == 0
    assert schedule.due_s == 10.0
