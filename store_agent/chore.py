"""Housekeeping that the runner does now and then."""

from __future__ import annotations

from collections.abc import Callable

from store_agent.schedule import Schedule


class Chore:
    """Calls `step` until it has nothing left to do, once in a while. `step` does a little and returns how much."""

    def __init__(self, name: str, every_s: float, step: Callable[[], int]) -> None:
        self.name = name
        self.schedule = Schedule(every_s)
        self._step = step

    def once(self, now_s: float) -> bool:
        """Does a little; True when there may be more."""
        return self._step() > 0
