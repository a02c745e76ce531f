"""When one piece of repeated work is due next, and how it has been doing. Time and chance are handed in."""

from __future__ import annotations

from dataclasses import dataclass

from store_agent.backoff import interval_s, retry_delay_s


@dataclass(slots=True)
class Schedule:
    """Work every `nominal_s` seconds; after failures later and later; sooner when woken. Seconds are of any steady
    clock, milliseconds of UTC."""

    nominal_s: float
    gated: bool = False
    """Whether this work keeps to the store's transfer hours."""
    due_s: float = 0.0
    failures: int = 0
    failing_since_s: float = 0.0
    last_success_ms: int = 0
    problem: str = ""

    def succeeded(self, now_s: float, now_ms: int, chance: float, *, again: bool = False) -> int:
        """Plans the next run, at once if there is more to do; returns how many failures this success ended."""
        ended, self.failures, self.problem = self.failures, 0, ""
        self.last_success_ms = now_ms
        self.due_s = now_s if again else now_s + interval_s(self.nominal_s, chance)
        return ended

    def failed(self, now_s: float, chance: float, problem: str, retry_after_s: float | None = None) -> float:
        """Plans a retry and returns the seconds until then."""
        if not self.failures:
            self.failing_since_s = now_s
        self.failures += 1
        self.problem = problem
        delay_s = retry_delay_s(self.failures, chance, retry_after_s)
        self.due_s = now_s + delay_s
        return delay_s

    def wake(self) -> None:
        """Makes the work due, unless it is failing: a busy till must not hammer an upstream that is down."""
        if not self.failures:
            self.due_s = 0.0
