"""The dataset's weeks on the stores' walls: week 1 is its first Sunday, week 2 the first from a Monday."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from zhanggui.completejourney.reading import transactions

MS_PER_DAY: Final = 86_400_000
DAY_MIN: Final = 1440
WEEK_DAYS: Final = 7
FIRST_MONDAY: Final = 17_168
"""2017-01-02 as days since 1970."""
FIRST_MONDAYS_WEEK: Final = 2


def first_day_of(week: int) -> int:
    """The Monday of a week as days since 1970."""
    return FIRST_MONDAY + (week - FIRST_MONDAYS_WEEK) * WEEK_DAYS


def minutes_of(week: int) -> tuple[int, int]:
    """From when until when a week lasts, in minutes since 1970 of the store's own time.

    >>> minutes_of(3)[0] - minutes_of(2)[0]
    10080
    """
    start = first_day_of(week) * DAY_MIN
    return start, start + WEEK_DAYS * DAY_MIN


def with_week(table: pa.Table) -> pa.Table:
    """The lines with the column `week`. The dataset's own week turns at five in the morning; ours at midnight, as the
    windows of offers do."""
    days = pc.divide(table["local_ms"], MS_PER_DAY)
    week = pc.divide(pc.subtract(days, first_day_of(0)), WEEK_DAYS)
    return table.append_column("week", pc.cast(week, pa.int64()))


def weeks() -> list[int]:
    """The weeks in which anything was sold, ascending."""
    return sorted(pc.unique(with_week(transactions())["week"]).to_pylist())
