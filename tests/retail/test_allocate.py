from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.allocate import allocate, matrix, spread

WEIGHTS = st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any)


@given(st.integers(-(10**9), 10**9), WEIGHTS)
def test_shares_sum_to_the_amount_within_one_of_their_quota(amount: int, weights: list[int]):
    shares = allocate(amount, weights)
    assert sum(shares) == amount
    total = sum(weights)
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, total)) < 1
        assert share * amount >= 0


@given(WEIGHTS, st.data())
def test_no_share_passes_its_weight_while_the_amount_does_not_pass_their_sum(weights: list[int], data: st.DataObject):
    amount = data.draw(st.integers(0, sum(weights)))
    assert all(share <= weight for share, weight in zip(allocate(amount, weights), weights, strict=True))


@given(st.integers(0, 10**9), WEIGHTS)
def test_a_negative_amount_mirrors_the_positive_one(amount: int, weights: list[int]):
    assert allocate(-amount, weights) == [-share for share in allocate(amount, weights)]


def test_the_rest_goes_to_the_largest_remainder_and_among_equals_to_the_earliest():
    assert allocate(100, [1, 1, 1]) == [34, 33, 33]
    assert allocate(10, [1, 2, 4]) == [1, 3, 6]


def test_nothing_over_no_weight_is_nothing():
    assert allocate(0, []) == []
    assert allocate(0, [0, 0]) == [0, 0]


@pytest.mark.parametrize(("amount", "weights"), [(1, []), (1, [0, 0]), (5, [3, -1]), (0, [1, -1])])
def test_weights_that_carry_nothing_or_less_are_refused(amount: int, weights: list[int]):
    with pytest.raises(ValueError, match="cannot allocate"):
        allocate(amount, weights)


@given(st.integers(-(10**6), 10**6), st.integers(1, 500))
def test_spread_is_allocation_over_equal_units(amount: int, count: int):
    parts = spread(amount, count)
    assert [share for units, share in parts for _ in range(units)] == allocate(amount, [1] * count)
    assert len(parts) <= 2


def test_nothing_is_spread_over_no_units():
    with pytest.raises(ValueError, match="at least one unit"):
        spread(5, 0)


@given(st.lists(st.integers(0, 10**5), max_size=6), st.data())
def test_a_matrix_keeps_rows_and_columns_and_overdraws_none(rows: list[int], data: st.DataObject):
    left, columns = sum(rows), []
    for _ in range(data.draw(st.integers(0, 3))):
        columns.append(data.draw(st.integers(0, left)))
        left -= columns[-1]
    columns.append(left)
    cells = matrix(columns, rows)
    assert [sum(row) for row in cells] == rows
    assert [sum(row[place] for row in cells) for place in range(len(columns))] == columns
    assert all(cell >= 0 for row in cells for cell in row)


@pytest.mark.parametrize(
    ("columns", "rows", "reason"),
    [([5], [4], "same amount"), ([-1, 2], [1], "negative"), ([1], [-1, 2], "negative"), ([], [3], "same amount")],
)
def test_rows_and_columns_that_do_not_fit_are_refused(columns: list[int], rows: list[int], reason: str):
    with pytest.raises(ValueError, match=reason):
        matrix(columns, rows)
