"""Makes partitions when the first row of their range is about to come: never inside the transaction that writes it.

A partition is built as a table of its own and then attached, which locks the parent only against other such changes;
readers and writers go on. It is done in a transaction of its own under an advisory lock, so any number of processes
may find the same one missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from threading import Lock
from typing import Final

from sqlalchemy import Engine, text

from hq_server.models.base import PARTITION_SCHEMA

FOLDED_TABLES: Final = (
    "receipt",
    "receipt_line",
    "receipt_reduction",
    "receipt_tender",
    "line_tender",
    "line_clerk",
)
_EXISTING: Final = text("SELECT tablename FROM pg_tables WHERE schemaname = :schema")
_LOCK_KEY: Final = 0x7A67_7061_7274  # "zgpart"


class Partitions:
    """Which partitions this process knows to exist, and how to make the others."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: set[str] = set()
        self._lock = Lock()

    def ensure_day(self, day: date) -> None:
        """Entries accepted on this day can be written."""
        self._ensure([("raw_entry", f"raw_entry_{day:%Y%m%d}", day, day + timedelta(days=1))])

    def ensure_months(self, days: Iterable[date]) -> None:
        """Folded rows of these business dates can be written."""
        months = sorted({day.replace(day=1) for day in days})
        self._ensure(
            (table, f"{table}_{first:%Y%m}", first, (first + timedelta(days=32)).replace(day=1))
            for first in months
            for table in FOLDED_TABLES
        )

    def forget(self) -> None:
        """Looks at the database again, after somebody else changed it."""
        with self._lock:
            self._known.clear()

    def _ensure(self, wanted: Iterable[tuple[str, str, date, date]]) -> None:
        missing = [partition for partition in wanted if partition[1] not in self._known]
        if not missing:
            return
        with self._lock, self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            made = set(connection.execute(_EXISTING, {"schema": PARTITION_SCHEMA}).scalars())
            statements = [_making(*partition) for partition in missing if partition[1] not in made]
            if statements:
                connection.execute(text("; ".join(statements)))
            self._known.update(name for _, name, _, _ in missing)


def _making(table: str, name: str, first: date, end: date) -> str:
    # Names come from this module and dates are dates: nothing here was typed by anybody.
    whole = f"{PARTITION_SCHEMA}.{name}"
    return (
        f"CREATE TABLE {whole} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS);"
        f"ALTER TABLE {table} ATTACH PARTITION {whole} FOR VALUES FROM ('{first}') TO ('{end}')"
    )
