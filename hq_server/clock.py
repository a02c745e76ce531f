"""Where headquarters reads the clock and makes ids; everything below gets them handed in."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from uuid import UUID, uuid4


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def now_ms() -> int:
    """This moment as UTC milliseconds."""
    return time.time_ns() // 1_000_000


def new_id() -> UUID:
    """A fresh random id."""
    return uuid4()
