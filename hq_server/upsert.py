"""Writes many rows into a table at once, new or changed: COPY into a stage, then one upsert."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from hq_server.copy import copy_text, cursor_of, text_line


def upsert(session: Session, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Inserts rows, or replaces what stands under their key; returns how many. The last row of a key counts."""
    key = [column.name for column in table.primary_key]
    places = [columns.index(name) for name in key]
    last = {tuple(row[place] for place in places): row for row in rows}
    if not last:
        return 0
    names, stage = ", ".join(columns), f"staged_{table.name}"
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    with cursor_of(session) as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS {stage} ON COMMIT DELETE ROWS "  # noqa: S608 names from code
            f"AS SELECT {names} FROM {table.name} WITH NO DATA"
        )
        cursor.execute(f"DELETE FROM {stage}")  # noqa: S608
        copy_text(session, stage, columns, [text_line(row) for row in last.values()])
        cursor.execute(
            f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {stage} "  # noqa: S608
            f"ON CONFLICT ({', '.join(key)}) DO {f'UPDATE SET {changed}' if changed else 'NOTHING'}"
        )
    return len(last)
