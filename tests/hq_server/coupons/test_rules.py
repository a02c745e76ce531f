"""The states of a coupon's life, and who had it first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.coupons.rules import RESERVED_FOR, Life, Taken, settled, state_for
from tests.hq_server.chain import NOON

TODAY = 20261121
FREE = Life("issued", "", None, stopped=False, from_days=(0, 0), until_days=(0, 0))
HELD = replace(FREE, state="reserved", reserved_till="S1-01", reserved_until=NOON + RESERVED_FOR)


@pytest.mark.parametrize(
    ("life", "stands"),
    [
        (FREE, "free"),
        (HELD, "held_elsewhere"),
        (replace(HELD, reserved_till="S1-02"), "free"),
        (replace(HELD, reserved_until=NOON), "free"),
        (replace(FREE, state="redeemed", stopped=True), "redeemed"),
        (replace(FREE, state="void"), "void"),
        (replace(FREE, stopped=True), "stopped"),
        (replace(FREE, from_days=(0, TODAY + 1)), "not_yet"),
        (replace(FREE, until_days=(TODAY - 1, 0)), "expired"),
        (replace(FREE, from_days=(TODAY, 0), until_days=(0, TODAY)), "free"),
    ],
)
def test_how_a_coupon_stands_for_a_till(life: Life, stands: str) -> None:
    assert state_for(life, "S1-02", today=TODAY, at=NOON) == stands


TAKEN = st.builds(
    Taken,
    st.integers(0, 3).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    st.sampled_from(("S1", "S2")),
    st.integers(1, 3),
    st.just("document"),
    st.just("receipt"),
)


@given(st.lists(TAKEN, max_size=6), st.randoms())
def test_the_first_accepted_has_it_in_whatever_order_receipts_are_folded(taken: list[Taken], order: object) -> None:
    first, again = settled(taken)
    mixed = list(taken)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    assert settled(mixed) == (first, again)
    assert len(again) == max(0, len(taken) - 1)
    assert all(first is not None and first <= late for late in again)
