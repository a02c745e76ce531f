"""The hours in which a batch store (传输型) transfers, in the store's local time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MINUTES_PER_DAY: Final = 24 * 60
SECONDS_PER_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Window:
    """Minutes of the day from `start` up to, not including, `end`; an end before the start lies past midnight."""

    start: int
    end: int

    def holds(self, minute: int) -> bool:
        """Whether this minute of the day lies inside."""
        if self.start <= self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


def parse_window(text: str) -> Window:
    """The window written as `HH:MM-HH:MM`; ValueError for anything else.

    >>> parse_window("22:30-01:00")
    Window(start=1350, end=60)
    """
    try:
        start, end = (_minute(part) for part in text.split("-"))
    except ValueError as error:
        raise ValueError(f"{text!r} is no time window: write it like 22:30-01:00") from error
    if start == end:
        raise ValueError(f"the time window {text!r} is empty")
    return Window(start, end)


def wait_for_window_s(windows: Sequence[Window], now_ms: int, utc_offset_min: int) -> float:
    """Seconds until a window is open: 0 inside one, and always 0 when there are none.

    >>> wait_for_window_s([Window(60, 120)], now_ms=0, utc_offset_min=30)
    1800.0
    """
    if not windows:
        return 0.0
    second = now_ms / 1000
    minute = int(second // SECONDS_PER_MINUTE) + utc_offset_min
    if any(window.holds(minute % MINUTES_PER_DAY) for window in windows):
        return 0.0
    minutes_to_start = min((window.start - minute) % MINUTES_PER_DAY for window in windows)
    return minutes_to_start * SECONDS_PER_MINUTE - second % SECONDS_PER_MINUTE


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    if len(hour) != 2 or len(minute) != 2 or not 0 <= int(hour) < 24 or not 0 <= int(minute) < 60:
        raise ValueError(text)
    return int(hour) * 60 + int(minute)
