"""An amount over stacks of equal units is what the units one by one would get."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promotions.prorate import Stack, prorate
from retail.allocate import allocate

stacks = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 50)).map(lambda pair: Stack(pair[0], pair[1], pair[1])), max_size=6
)


@given(stacks, st.data())
def test_stacks_get_what_single_units_would(found, data):
    amount = data.draw(st.integers(0, sum(stack.units * stack.weight for stack in found)))
    piles = prorate(amount, found)
    singly = allocate(amount, [stack.weight for stack in found for _ in range(stack.units)])
    assert [share for pile in piles for units, share in pile for _ in range(units)] == singly


limited = st.lists(
    st.tuples(st.integers(1, 6), st.integers(0, 50), st.integers(0, 50)).map(
        lambda three: Stack(three[0], max(three[1:]), min(three[1:]))
    ),
    max_size=6,
)


@given(limited, st.data())
def test_no_unit_gets_more_than_its_limit_and_nothing_is_lost(found, data):
    amount = data.draw(st.integers(0, sum(stack.units * stack.limit for stack in found)))
    piles = prorate(amount, found)
    assert sum(units * share for pile in piles for units, share in pile) == amount
    for stack, pile in zip(found, piles, strict=True):
        assert sum(units for units, _ in pile) == stack.units
        assert all(0 <= share <= stack.limit for _, share in pile)


def test_what_one_unit_cannot_bear_the_others_share_by_weight():
    assert prorate(90, [Stack(1, 100, 10), Stack(1, 60, 60), Stack(1, 40, 40)]) == [[(1, 10)], [(1, 48)], [(1, 32)]]
