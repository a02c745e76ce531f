"""The worker's main task, and the proof that it can always be done anew: folding everything, from zero, to the same."""

from __future__ import annotations

import hashlib
import time
from typing import Any, Final

from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.db import Database
from hq_server.models.base import metadata
from hq_server.models.ledgers import CHANGED_AT, LEDGER_TABLES
from hq_server.partitions import FOLDED_TABLES
from hq_server.sync import correction, fold

BUSY_S: Final = 0.05

_BEHIND: Final = """
    SELECT 1 FROM store_position p LEFT JOIN fold_cursor c ON c.store_id = p.store_id
    WHERE coalesce(c.position, 0) < p.position AND (%(store)s IS NULL OR p.store_id = %(store)s) LIMIT 1
"""

FOLD_TABLES: Final = (
    *FOLDED_TABLES,
    *(table.name for table in LEDGER_TABLES.values()),
    *("fold_mark", "set_aside", "held_receipt", "recalled_hold", "feed_in_use", "stream_origin"),
    "coupon_redemption",
)
"""Everything that follows from the entries alone."""


def fold_all(database: Database, *, store: str | None = None) -> int:
    """Folds until nothing is left, waiting for other workers where they have a store, then corrects costs of returns
    that came before their sale; returns how many entries were folded here."""
    total = 0
    while True:
        done = fold.fold_once(database, store=store).entries
        total += done
        if not done:
            if not _is_behind(database, store):
                break
            time.sleep(BUSY_S)
    while correction.correct(database):
        pass
    return total


def _is_behind(database: Database, store: str | None) -> bool:
    with database.transaction() as session, cursor_of(session) as cursor:
        cursor.execute(_BEHIND, {"store": store})
        return cursor.fetchone() is not None


def rebuild(database: Database) -> int:
    """Throws away all that was folded and folds every entry again; returns how many.

    Entries, positions and published feeds stay as they are; baselines are published again. Meanwhile reports show
    less than there is: do it at night.
    """
    with database.transaction() as session, cursor_of(session) as cursor:
        cursor.execute("SELECT store_id FROM fold_cursor FOR UPDATE")
        cursor.execute(f"TRUNCATE {', '.join(FOLD_TABLES)}")
        cursor.execute("UPDATE fold_cursor SET position = 0")
        cursor.execute("UPDATE baseline_published SET position = 0")
    return fold_all(database)


def digest_of_folded(session: Session) -> str:
    """SHA-256 over every folded row in the order of its key: two databases that tell the same have the same."""
    whole = hashlib.sha256()
    for name in sorted(FOLD_TABLES):
        table = metadata.tables[name]
        columns = ", ".join(column.name for column in table.columns if column.name != CHANGED_AT)
        key = ", ".join(column.name for column in table.primary_key)
        whole.update(name.encode())
        with cursor_of(session) as cursor:
            cursor.copy_expert(
                f"COPY (SELECT {columns} FROM {name} ORDER BY {key}) TO STDOUT",  # noqa: S608 names from code
                _Hashed(whole),
            )
    return whole.hexdigest()


class _Hashed:
    """A file for COPY to write into that keeps nothing."""

    def __init__(self, whole: Any) -> None:
        self._whole = whole

    def write(self, data: bytes | str) -> int:
        """Takes the data in."""
        self._whole.update(data.encode() if isinstance(data, str) else data)
        return len(data)
