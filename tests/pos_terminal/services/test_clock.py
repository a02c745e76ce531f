from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pos_terminal.services.clock import DAY_MS, JUMP_MS, Clock, new_incarnation
from tests.pos_terminal.premises import Clocks
from tests.pos_terminal.shop import NOON_MS

HOUR_MS = 3_600_000


def test_headquarters_time_is_followed_at_once_forward() -> None:
    clocks = Clocks()
    clock = Clock(clocks.source, utc_offset_min=480)
    clock.hear(1, 90_000)
    assert clock.now() == (NOON_MS + 90_000, NOON_MS)


def test_a_correction_backwards_lets_time_stand_still_until_it_is_caught_up_with() -> None:
    clocks = Clocks()
    clock = Clock(clocks.source, utc_offset_min=480)
    clock.hear(1, -10_000)
    clocks.pass_ms(4_000)
    assert clock.now().at_ms == NOON_MS
    clocks.pass_ms(8_000)
    assert clock.now().at_ms == NOON_MS + 2_000


def test_a_machine_clock_that_is_set_changes_no_effective_time_but_is_on_record() -> None:
    clocks = Clocks()
    clock = Clock(clocks.source, utc_offset_min=480, heard=(1, 0))
    clocks.wall_ms += HOUR_MS
    jump = clock.jump()
    assert jump is not None
    assert (jump.wall_before_ms, jump.wall_after_ms) == (NOON_MS, NOON_MS + HOUR_MS)
    assert clock.now().at_ms == NOON_MS
    assert clock.jump() is None
    clock.hear(1, 0)
    assert clock.now().at_ms == NOON_MS
    clock.hear(2, -HOUR_MS)
    assert clock.now().at_ms == NOON_MS


def test_without_headquarters_a_clock_put_forward_is_believed_and_one_put_back_is_not() -> None:
    clocks = Clocks()
    clock = Clock(clocks.source, utc_offset_min=480)
    clocks.wall_ms += HOUR_MS
    assert clock.jump() is not None
    assert clock.now().at_ms == NOON_MS + HOUR_MS
    clocks.wall_ms -= 2 * HOUR_MS
    assert clock.jump() is not None
    assert clock.now().at_ms == NOON_MS + HOUR_MS


def test_small_drift_is_no_jump() -> None:
    clocks = Clocks()
    clock = Clock(clocks.source, utc_offset_min=480)
    clocks.wall_ms += JUMP_MS
    assert clock.jump() is None


def test_time_goes_on_from_the_last_document_unless_that_was_far_ahead() -> None:
    assert Clock(Clocks().source, utc_offset_min=0, floor_ms=NOON_MS + HOUR_MS).now().at_ms == NOON_MS + HOUR_MS
    assert Clock(Clocks().source, utc_offset_min=0, floor_ms=NOON_MS + DAY_MS + 1).now().at_ms == NOON_MS


def test_the_stores_wall_shows_its_own_zone() -> None:
    clock = Clock(Clocks().source, utc_offset_min=480)
    assert clock.local_date(NOON_MS) == 20261121
    assert f"{clock.local(NOON_MS):%H:%M}" == "12:00"
    assert clock.local_minute(NOON_MS) % 1440 == 720


@given(
    st.lists(st.tuples(st.integers(-(10**8), 10**8), st.integers(0, 10**7), st.integers(-(10**8), 10**8)), max_size=20)
)
def test_effective_time_never_runs_backwards(steps: list[tuple[int, int, int]]) -> None:
    clocks = Clocks()
    clock = Clock(clocks.source, utc_offset_min=480)
    last = clock.now().at_ms
    for set_by, passes, offset in steps:
        clocks.wall_ms += set_by
        clock.jump()
        clocks.pass_ms(passes)
        if offset % 3 == 0:
            clock.hear(last, offset)
        now = clock.now().at_ms
        assert now >= last
        last = now


def test_an_incarnation_is_a_uuid_of_its_moment() -> None:
    one, other = new_incarnation(NOON_MS), new_incarnation(NOON_MS)
    assert one != other
    assert int.from_bytes(one[:6], "big") == NOON_MS
    assert (one[6] >> 4, one[8] >> 6) == (7, 2)
