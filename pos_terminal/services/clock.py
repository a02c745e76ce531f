"""The time that prices and documents go by: corrected by headquarters, never running backwards.

The machine's own clock is read here and nowhere else at the till. Between two words from headquarters the effective
time follows the monotonic clock, so that somebody who sets the machine's clock changes no price.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from retail.documents.till import ClockJump

JUMP_MS: Final = 5_000
"""A machine's clock that moves by more than this against the monotonic one was set, not slewed."""

DAY_MS: Final = 86_400_000


class Moment(NamedTuple):
    """Effective and wall time in UTC milliseconds."""

    at_ms: int
    wall_ms: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where the clock reads: the machine's clock, and one that only runs forward, through sleep too."""

    wall_ms: Callable[[], int]
    steady_ms: Callable[[], int]


def machine_source() -> Source:
    """The clocks of this machine."""
    return Source(
        lambda: time.time_ns() // 1_000_000,
        lambda: time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000,
    )


class Clock:
    """Effective time. One thread uses it."""

    def __init__(
        self, source: Source, *, utc_offset_min: int, heard: tuple[int, int] | None = None, floor_ms: int = 0
    ) -> None:
        """`heard`: when headquarters was last heard of, and by how much it was ahead. `floor_ms` is the last moment
        that this till has written: time goes on from there, unless that lies so far ahead that it must have been
        wrong itself."""
        self._source = source
        self.utc_offset_min = utc_offset_min
        self._anchor_steady_ms = source.steady_ms()
        wall_ms = source.wall_ms()
        self._anchor_wall_ms = wall_ms
        self._heard_ms = heard[0] if heard else None
        start_ms = wall_ms + (heard[1] if heard else 0)
        self._anchor_ms = floor_ms if start_ms < floor_ms <= start_ms + DAY_MS else start_ms
        self._last_ms = self._anchor_ms

    def now(self) -> Moment:
        """Effective and wall time now."""
        at_ms = self._anchor_ms + self._source.steady_ms() - self._anchor_steady_ms
        self._last_ms = max(self._last_ms, at_ms)
        return Moment(self._last_ms, self._source.wall_ms())

    def hear(self, heard_ms: int, headquarters_offset_ms: int) -> None:
        """At `heard_ms` headquarters' clock was ahead of this machine's by so much; each word is heeded once. A
        correction backwards lets time stand still until it is caught up with."""
        if heard_ms != self._heard_ms:
            self._heard_ms = heard_ms
            self._anchor(self._source.wall_ms() + headquarters_offset_ms)

    def jump(self) -> ClockJump | None:
        """The machine's clock was set since the last look: what to put on record. Without headquarters a clock that
        was put forward is believed, one that was put back is not."""
        steady_ms, wall_ms = self._source.steady_ms(), self._source.wall_ms()
        expected_ms = self._anchor_wall_ms + steady_ms - self._anchor_steady_ms
        moved_ms = wall_ms - expected_ms
        if abs(moved_ms) <= JUMP_MS:
            return None
        now_ms = self.now().at_ms
        self._anchor(max(now_ms, wall_ms) if self._heard_ms is None else now_ms)
        return ClockJump(expected_ms, wall_ms, now_ms - wall_ms)

    def local_minute(self, at_ms: int) -> int:
        """Minutes since 1970 on the store's wall."""
        return at_ms // 60_000 + self.utc_offset_min

    def local(self, at_ms: int) -> datetime:
        """The moment on the store's wall."""
        return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms, minutes=self.utc_offset_min)

    def local_date(self, at_ms: int) -> int:
        """The day on the store's wall, as YYYYMMDD."""
        day = self.local(at_ms)
        return day.year * 10_000 + day.month * 100 + day.day

    def _anchor(self, effective_ms: int) -> None:
        self._anchor_ms = effective_ms
        self._anchor_steady_ms = self._source.steady_ms()
        self._anchor_wall_ms = self._source.wall_ms()


def new_incarnation(wall_ms: int) -> bytes:
    """A UUIDv7: the moment, then chance. A till's stream is named afresh at every opening of its journal."""
    value = bytearray(wall_ms.to_bytes(6, "big") + os.urandom(10))
    value[6] = value[6] & 0x0F | 0x70
    value[8] = value[8] & 0x3F | 0x80
    return bytes(value)
