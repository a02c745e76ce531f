"""Interleaved timing of ours against a floor, and what is reported of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import Literal

import msgspec


class Result(msgspec.Struct, frozen=True):
    """One line of the table. `target` bounds the ratio: at most it for durations, at least it for rates; with
    `ours_at_most` it bounds our own figure, in its unit."""

    case: str
    measure: str
    unit: str
    ours: float
    floor: float
    ratio: float
    target: float
    direction: Literal["at_most", "at_least", "exactly", "ours_at_most"]
    samples: int
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the target holds in this run."""
        if self.direction == "at_most":
            return self.ratio <= self.target
        if self.direction == "at_least":
            return self.ratio >= self.target
        if self.direction == "ours_at_most":
            return self.ours <= self.target
        return self.ratio == self.target


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample below which `share` of all lie (nearest rank)."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def durations(
    case: str, ours: Sequence[float], floor: Sequence[float], target: float, *, unit: str = "ms", note: str = ""
) -> list[Result]:
    """p50 and p99 of two series of durations, as ratios that should be at most `target`."""
    results = []
    for measure, share in (("p50", 0.50), ("p99", 0.99)):
        a, b = percentile(ours, share), percentile(floor, share)
        results.append(Result(case, measure, unit, a, b, a / b, target, "at_most", len(ours), note))
    return results


def median_duration(
    case: str, ours: Sequence[float], floor: Sequence[float], target: float, *, unit: str = "s", note: str = ""
) -> Result:
    """The medians of two series of durations, as a ratio that should be at most `target`."""
    a, b = statistics.median(ours), statistics.median(floor)
    return Result(case, "median", unit, a, b, a / b, target, "at_most", len(ours), note)


def rate(
    case: str, ours: Sequence[float], floor: Sequence[float], target: float, *, unit: str, note: str = ""
) -> Result:
    """The medians of two series of rates, as a ratio that should be at least `target`."""
    a, b = statistics.median(ours), statistics.median(floor)
    return Result(case, "median", unit, a, b, a / b, target, "at_least", len(ours), note)


def interleave(
    ours: Callable[[int], None], floor: Callable[[int], None], rounds: int
) -> tuple[list[float], list[float]]:
    """Milliseconds of each call, ours and floor by turns, the first tenth of the rounds thrown away as warm-up."""
    a: list[float] = []
    b: list[float] = []
    for number in range(rounds):
        for call, series in ((ours, a), (floor, b)) if number % 2 else ((floor, b), (ours, a)):
            start = time.perf_counter()
            call(number)
            series.append((time.perf_counter() - start) * 1000)
    warm = rounds // 10
    return a[warm:], b[warm:]
