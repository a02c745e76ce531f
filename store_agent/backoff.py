"""How long to wait: after failures longer each time up to a minute, otherwise one interval; never in step with others.

Chance is handed in as a number from 0 to 1, so that a schedule is a value.
"""

from __future__ import annotations

from typing import Final

DELAY_FIRST_S: Final = 1.0
DELAY_MAX_S: Final = 60.0
JITTER: Final = 0.2
"""Of an interval: 10,000 stores that lost headquarters at one moment must not come back at one moment."""


def retry_delay_s(failures: int, chance: float, retry_after_s: float | None = None) -> float:
    """Seconds until the next try after so many failures in a row: doubling, jittered downwards, at most a minute. What
    the upstream asked for is kept, also within that minute.

    >>> [retry_delay_s(failures, 1.0) for failures in (1, 2, 3, 7, 50)]
    [1.0, 2.0, 4.0, 60.0, 60.0]
    >>> retry_delay_s(1, 0.0), retry_delay_s(1, 1.0, retry_after_s=30.0)
    (0.5, 30.0)
    """
    doubled_s = DELAY_FIRST_S * (1 << min(max(failures, 1) - 1, 10))
    delay_s = min(doubled_s, DELAY_MAX_S) * (0.5 + 0.5 * chance)
    if retry_after_s is not None:
        delay_s = max(delay_s, min(retry_after_s, DELAY_MAX_S))
    return delay_s


def interval_s(nominal_s: float, chance: float) -> float:
    """The interval, up to a fifth longer or shorter.

    >>> interval_s(10.0, 0.0), interval_s(10.0, 0.5), interval_s(10.0, 1.0)
    (8.0, 10.0, 12.0)
    """
    return nominal_s * (1 + JITTER * (2 * chance - 1))
