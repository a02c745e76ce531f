"""Splits an amount over weights so that nothing is lost: largest remainder, ties to the earliest.

Every discount, tender and clerk share passes through here once, at the sale. A refund copies what was allocated;
it never allocates again, because a smaller amount over the same weights may fall differently.
"""

from __future__ import annotations

from collections.abc import Sequence


def allocate(amount: int, weights: Sequence[int]) -> list[int]:
    """Shares of `amount` in proportion to `weights`, summing to it exactly.

    Weights are not negative and not all zero, unless the amount is zero. Each share is within one unit of its exact
    quota, and never beyond its weight when |amount| <= sum(weights).

    >>> allocate(10, [50, 50, 50]), allocate(-3, [1, 1])
    ([4, 3, 3], [-2, -1])
    """
    if weights and min(weights) < 0:
        raise ValueError("cannot allocate over a negative weight")
    total = sum(weights)
    if total == 0:
        if amount == 0:
            return [0] * len(weights)
        raise ValueError("cannot allocate an amount over weights that are all zero")
    sign = -1 if amount < 0 else 1
    magnitude = abs(amount)
    shares: list[int] = []
    remainders: list[tuple[int, int]] = []
    for index, weight in enumerate(weights):
        share, remainder = divmod(magnitude * weight, total)
        shares.append(share)
        remainders.append((-remainder, index))
    left = magnitude - sum(shares)
    if left:
        remainders.sort()
        for _, index in remainders[:left]:
            shares[index] += 1
    return shares if sign > 0 else [-share for share in shares]


def spread(amount: int, count: int) -> tuple[tuple[int, int], ...]:
    """`amount` over `count` equal units as (how many units, share of each), larger shares first.

    >>> spread(100, 3), spread(-5, 2), spread(90, 3)
    (((1, 34), (2, 33)), ((1, -3), (1, -2)), ((3, 30),))
    """
    if count <= 0:
        raise ValueError("an amount is spread over at least one unit")
    sign = -1 if amount < 0 else 1
    share, larger = divmod(abs(amount), count)
    parts = ((larger, sign * (share + 1)), (count - larger, sign * share))
    return tuple(part for part in parts if part[0])


def matrix(column_totals: Sequence[int], row_totals: Sequence[int]) -> list[list[int]]:
    """Cells, none negative, whose rows sum to `row_totals` and columns to `column_totals` (both not negative).

    Each column in turn takes its share in proportion to what its rows still have open, so a row is never overdrawn;
    the last column takes what is left. Used for who paid which unit with what.
    """
    if sum(column_totals) != sum(row_totals):
        raise ValueError("rows and columns must add up to the same amount")
    if min(column_totals, default=0) < 0 or min(row_totals, default=0) < 0:
        raise ValueError("rows and columns cannot be negative")
    cells: list[list[int]] = [[] for _ in row_totals]
    remaining = list(row_totals)
    for position, total in enumerate(column_totals):
        last = position == len(column_totals) - 1
        shares = list(remaining) if last else allocate(total, remaining)
        for row, share in enumerate(shares):
            cells[row].append(share)
            remaining[row] -= share
    return cells
