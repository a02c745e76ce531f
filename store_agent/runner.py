"""The agent's only loop: what is due runs, then it sleeps until the next is due or something wakes it.

Time, chance, retries, logging and the status file live here and nowhere else; the work itself is plain calls.
"""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from store_agent.errors import Rejected, Unreachable
from store_agent.schedule import Schedule

SLEEP_MAX_S: Final = 5.0
LOG_EVERY_S: Final = 600.0
"""A failure that goes on is logged when it begins and then once in so long."""
FAULT_DETAIL_CHARACTERS: Final = 300


class Work(Protocol):
    """Something done again and again. `once` returns True when there is more to do at once."""

    name: str
    schedule: Schedule

    def once(self, now_s: float) -> bool: ...


class Log(Protocol):
    """Where the runner reports; a structlog logger is one."""

    def info(self, event: str, **details: Any) -> Any: ...

    def warning(self, event: str, **details: Any) -> Any: ...

    def error(self, event: str, **details: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds of a steady clock, UTC milliseconds, a number from 0 to 1, and a name that nothing else has."""

    steady_s: Callable[[], float] = time.monotonic
    utc_ms: Callable[[], int] = field(default=lambda: time.time_ns() // 1_000_000)
    chance: Callable[[], float] = random.random
    fresh_id: Callable[[], str] = field(default=lambda: uuid.uuid4().hex)


Gate = Callable[[int], float]
"""gate(utc_ms) -> seconds until gated work may begin; 0 when it may. A batch store's hours."""


def always_open(utc_ms: int) -> float:
    """The gate of every store that is no batch store."""
    return 0.0


class Runner:
    """Runs `works` until stopped. `after_step(steady s, utc ms)` follows every step; it writes the status file."""

    def __init__(
        self,
        works: Sequence[Work],
        log: Log,
        *,
        clock: Clock | None = None,
        gate: Gate = always_open,
        after_step: Callable[[float, int], None] = lambda now_s, now_ms: None,
    ) -> None:
        self._works = works
        self._log = log
        self._clock = clock or Clock()
        self._gate = gate
        self._after_step = after_step
        self._logged_s: dict[str, float] = {}
        self._wake = threading.Event()
        self._stopping = False

    def poke(self) -> None:
        """Something was committed: look soon. May be called from any thread."""
        self._wake.set()

    def stop(self) -> None:
        """Ends `run` after the message under way."""
        self._stopping = True
        self._wake.set()

    def run(self) -> None:
        """Steps until stopped."""
        while not self._stopping:
            delay_s = self.step()
            if self._wake.wait(delay_s):
                self._wake.clear()
                for work in self._works:
                    work.schedule.wake()

    def step(self) -> float:
        """Runs what is due and returns the seconds until the next step."""
        closed_s = self._gate(self._clock.utc_ms())
        for work in self._works:
            if not self._stopping and self._wait_s(work, closed_s) <= 0:
                self.attempt(work)
        now_s = self._clock.steady_s()
        self._after_step(now_s, self._clock.utc_ms())
        return min([SLEEP_MAX_S, *(max(0.0, self._wait_s(work, closed_s)) for work in self._works)])

    def _wait_s(self, work: Work, closed_s: float) -> float:
        due_in_s = work.schedule.due_s - self._clock.steady_s()
        return max(due_in_s, closed_s) if work.schedule.gated else due_in_s

    def attempt(self, work: Work) -> None:
        """Runs one piece of work now and plans its next run."""
        clock = self._clock
        began_s = clock.steady_s()
        try:
            more = work.once(began_s)
        except Unreachable as error:
            self._failed(work, str(error), error.retry_after_s)
        except Rejected as error:
            self._failed(work, f"{error.code}: {error}", None)
        except Exception as error:  # noqa: BLE001 - one damaged file must not end the carrying of all the others
            self._failed(work, f"{type(error).__name__}: {error}"[:FAULT_DETAIL_CHARACTERS], None)
        else:
            since_s = work.schedule.failing_since_s
            ended = work.schedule.succeeded(clock.steady_s(), clock.utc_ms(), clock.chance(), again=more)
            if ended:
                self._logged_s.pop(work.name, None)
                self._log.info(
                    "recovered", work=work.name, failures=ended, after_s=round(clock.steady_s() - since_s, 1)
                )

    def _failed(self, work: Work, problem: str, retry_after_s: float | None) -> None:
        now_s = self._clock.steady_s()
        changed = problem != work.schedule.problem
        delay_s = work.schedule.failed(now_s, self._clock.chance(), problem, retry_after_s)
        logged_s = self._logged_s.get(work.name)
        if logged_s is None or (changed and now_s - logged_s >= SLEEP_MAX_S) or now_s - logged_s >= LOG_EVERY_S:
            self._logged_s[work.name] = now_s
            self._log.warning(
                "failing", work=work.name, problem=problem, failures=work.schedule.failures, retry_s=round(delay_s, 1)
            )
