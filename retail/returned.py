"""What came back of a receipt, as two tellers know it together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from retail.wire import ReturnedRun

_Runs = Mapping[tuple[int, int], ReturnedRun]


def joined(one: Sequence[ReturnedRun], other: Sequence[ReturnedRun]) -> tuple[ReturnedRun, ...]:
    """What both know. Neither may have heard of the other's latest return.

    Who knows of as many goods on every run knows all that the other does, and also what moved at the goods that are
    kept. Where each knows of something of its own, the larger sum of every run counts.
    """
    first, second = _by_run(one), _by_run(other)
    if _covers(first, second):
        return tuple(first[place] for place in sorted(first))
    if _covers(second, first):
        return tuple(second[place] for place in sorted(second))
    places = sorted({*first, *second})
    return tuple(max((runs[place] for runs in (first, second) if place in runs), key=_size) for place in places)


def _by_run(runs: Sequence[ReturnedRun]) -> _Runs:
    return {(run.line, run.run): run for run in runs}


def _size(run: ReturnedRun) -> tuple[int, int, int]:
    return run.units, run.quantity_milli, run.net


def _covers(one: _Runs, other: _Runs) -> bool:
    return all(
        place in one and one[place].quantity_milli >= run.quantity_milli
        for place, run in other.items()
        if run.quantity_milli
    )
