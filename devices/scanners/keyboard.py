"""The fallback: a scanner that types into the terminal like a keyboard, told from fingers by its pace.

Scanners type at 10 to 100 ms a key and quick fingers on a number pad do too, so pace alone is never enough: a
code has an ending, at least six characters, an even pace, and what the caller's check (a check digit) accepts.
Never to be used for payment codes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from devices.scanner import ScanQueue, make_scan

GAP_MAX_S = 0.05
PREFIXED_GAP_MAX_S = 0.5
CHARACTERS_MIN = 6
_GAP_LIMITS_S = (0.03, 0.12)
ENDINGS = frozenset({"\r", "\n", "\t"})


@dataclass(frozen=True, slots=True)
class Burst:
    """What the keys so far turned out to be: a code, or keys that a person pressed, in order."""

    code: str = ""
    keys: tuple[str, ...] = ()


@dataclass(slots=True)
class BurstDetector:
    """Pure: the time of each key is handed in. Keys are held back at most `gap_max_s` while they may be a code.

    With a `prefix` set up in the scanner (a key nobody types) pace no longer matters to begin a code.
    """

    gap_max_s: float = GAP_MAX_S
    characters_min: int = CHARACTERS_MIN
    prefix: str = ""
    accept: Callable[[str], bool] = lambda code: True
    _held: list[str] = field(default_factory=list)
    _last_s: float = 0.0

    def key(self, character: str, at_s: float) -> list[Burst]:
        """What this key decides. An empty list means: held back, call `idle` a little later."""
        decided = self.idle(at_s)
        self._last_s = at_s
        if character in ENDINGS:
            return [*decided, *self._end(character)]
        self._held.append(character)
        if self.prefix and not self._begins_with_prefix():
            decided += self._release()
        return decided

    def idle(self, now_s: float) -> list[Burst]:
        """Keys a person pressed, once the pause is too long for a scanner; to be called when nothing comes."""
        gap_max_s = self.gap_max_s
        if self.prefix and "".join(self._held).startswith(self.prefix):
            gap_max_s = PREFIXED_GAP_MAX_S
        if self._held and now_s - self._last_s > gap_max_s:
            return self._release()
        return []

    def _begins_with_prefix(self) -> bool:
        typed = "".join(self._held)
        return typed.startswith(self.prefix) or self.prefix.startswith(typed)

    def _end(self, ending: str) -> list[Burst]:
        code = "".join(self._held)
        if self.prefix:
            code = code[len(self.prefix) :] if code.startswith(self.prefix) else ""
        if len(code) >= self.characters_min and self.accept(code):
            self._held.clear()
            return [Burst(code=code)]
        self._held.append(ending)
        return self._release()

    def _release(self) -> list[Burst]:
        keys = tuple(self._held)
        self._held.clear()
        return [Burst(keys=keys)]


def learn_gap_s(gaps_s: Sequence[float]) -> float:
    """The longest pause within a code, learned from test scans: 1.5 times their 95th percentile, 30 to 120 ms.

    >>> learn_gap_s([0.02] * 60)
    0.03
    """
    if not gaps_s:
        return GAP_MAX_S
    ordered = sorted(gaps_s)
    slow = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
    return min(max(slow * 1.5, _GAP_LIMITS_S[0]), _GAP_LIMITS_S[1])


class KeyboardScanner:
    """Takes the keys of the screen it serves; puts codes into the queue, hands the rest back to be typed."""

    def __init__(self, device_id: str, detector: BurstDetector | None = None) -> None:
        self.device_id = device_id
        self._detector = detector or BurstDetector()
        self._queue: ScanQueue | None = None

    def start(self, queue: ScanQueue) -> None:
        self._queue = queue

    def close(self) -> None:
        self._queue = None

    def key(self, character: str, at_s: float) -> list[str]:
        """Keys that belong to the screen after this one."""
        return self._sort_out(self._detector.key(character, at_s), at_s)

    def idle(self, now_s: float) -> list[str]:
        """Keys that belong to the screen because no more came."""
        return self._sort_out(self._detector.idle(now_s), now_s)

    def _sort_out(self, bursts: list[Burst], at_s: float) -> list[str]:
        for burst in bursts:
            if burst.code and self._queue is not None:
                self._queue.put(make_scan(burst.code.encode(), self.device_id, at_s))
        return [key for burst in bursts for key in burst.keys]
