from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store_agent.windows import Window, parse_window, wait_for_window_s

MINUTE_MS = 60_000


def test_a_window_is_written_as_people_write_hours() -> None:
    assert parse_window("09:05-10:00") == Window(545, 600)
    for wrong in ("", "9:05-10:00", "09:05", "24:00-01:00", "09:60-10:00", "09:00-09:00", "a-b", "09:00-10:00-11:00"):
        with pytest.raises(ValueError, match="window"):
            parse_window(wrong)


def test_a_store_without_windows_never_waits() -> None:
    assert wait_for_window_s([], 12345, 480) == 0


def test_windows_are_in_the_stores_own_time_and_may_pass_midnight() -> None:
    night = [parse_window("22:30-01:00")]
    at_2229 = (22 * 60 + 29 - 480) * MINUTE_MS
    assert wait_for_window_s(night, at_2229, 480) == 60
    assert wait_for_window_s(night, at_2229 + 30_500, 480) == 29.5
    assert wait_for_window_s(night, at_2229 + MINUTE_MS, 480) == 0
    assert wait_for_window_s(night, at_2229 + 150 * MINUTE_MS, 480) == 0
    assert wait_for_window_s(night, at_2229 + 151 * MINUTE_MS, 480) == 21.5 * 3600


@given(
    st.lists(st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(lambda w: w[0] != w[1]), min_size=1),
    st.integers(0, 10**10),
    st.integers(-720, 840),
)
def test_after_the_wait_a_window_is_open_and_before_it_none_is(windows, now_ms: int, offset: int) -> None:
    opened = [Window(*window) for window in windows]
    wait_s = wait_for_window_s(opened, now_ms, offset)
    assert 0 <= wait_s <= 86_400
    assert wait_for_window_s(opened, now_ms + round(wait_s * 1000), offset) == 0
    if wait_s > 1:
        assert wait_for_window_s(opened, now_ms + round(wait_s * 1000) - 1000, offset) > 0
