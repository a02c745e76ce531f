"""Where work is done that the screen must not wait for: one thread per kind of work, in the order it was asked for.

Tests and scripts use the inline lane, where everything has happened when the call returns.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

Work = Callable[[], None]
_log = logging.getLogger(__name__)


class Lane(Protocol):
    """Carries out work, one piece after the other."""

    def do(self, work: Work) -> None:
        """Carries the work out now or soon. It must not raise."""
        ...

    def close(self) -> None:
        """Ends after the work that was handed over."""
        ...


class Inline:
    """Carries work out at once, on the caller's thread; what goes wrong is the caller's."""

    def do(self, work: Work) -> None:
        """The work, now."""
        work()

    def close(self) -> None:
        """Nothing is left to do."""


class Threaded:
    """A thread of its own. Work that raises is a fault of this program: logged, and the next piece is taken up."""

    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    def do(self, work: Work) -> None:
        """Hands the work over and returns."""
        self._pool.submit(_guarded, work)

    def close(self) -> None:
        """Waits for what was handed over."""
        self._pool.shutdown(wait=True)


def _guarded(work: Work) -> None:
    try:
        work()
    except Exception:  # noqa: BLE001 - a thread of the till outlives a fault in one piece of its work
        _log.exception("a piece of the till's work failed")
