"""An amount spread over many equal units at once: largest remainder, and no unit below zero.

It gives what `retail.allocate` gives for the units one by one, without making a list of ten thousand of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Stack(NamedTuple):
    """`units` equal units: what each weighs in the division, and the most that each can bear."""

    units: int
    weight: int
    limit: int


Piles = list[tuple[int, int]]
"""(How many units, the share of each); larger shares first."""


def prorate(amount: int, stacks: Sequence[Stack]) -> list[Piles]:
    """The shares within each stack, summing to `amount`, which is at most what all can bear together.

    Where a share would exceed its limit, the unit takes its limit and the rest is divided again among the others.

    >>> prorate(100, [Stack(2, 50, 50), Stack(1, 50, 50)]), prorate(60, [Stack(1, 50, 10), Stack(1, 50, 50)])
    ([[(1, 34), (1, 33)], [(1, 33)]], [[(1, 10)], [(1, 50)]])
    """
    piles: list[Piles] = [[] for _ in stacks]
    waiting = list(range(len(stacks)))
    while waiting:
        shares = _divided(amount, [stacks[place] for place in waiting])
        full = [place for place, share in zip(waiting, shares, strict=True) if share[0][1] > stacks[place].limit]
        if not full:
            for place, share in zip(waiting, shares, strict=True):
                piles[place] = share
            break
        for place in full:
            units, _, limit = stacks[place]
            piles[place] = [(units, limit)]
            amount -= units * limit
        waiting = [place for place in waiting if not piles[place]]
    return piles


def _divided(amount: int, stacks: Sequence[Stack]) -> list[Piles]:
    """Largest remainder, ties to the earliest; without any weight there is no amount either."""
    total = sum([units * weight for units, weight, _ in stacks])
    assert amount == 0 or 0 < amount <= total
    parts = [divmod(amount * weight, total) if total else (0, 0) for _, weight, _ in stacks]
    piles = [[(stack[0], share)] for stack, (share, _) in zip(stacks, parts, strict=True)]
    left = amount - sum([units * share for ((units, share),) in piles])
    if left:
        rests = [-rest for _, rest in parts]
        for place in sorted(range(len(stacks)), key=rests.__getitem__):
            units, share = piles[place][0]
            more = min(left, units)
            piles[place] = [(more, share + 1), (units - more, share)] if more < units else [(units, share + 1)]
            left -= more
            if not left:
                break
    return piles
