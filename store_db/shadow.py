"""Tables that are loaded unseen and then take another's place.

A shadow has the columns of its table and no index; the indexes are made when it takes the place, sorted and at once.
Both follow the definitions that the migrations left in the file, so they are written down only there.
"""

from __future__ import annotations

from typing import Final

import apsw

from store_db.connection import rows

PREFIX: Final = "shadow_"
TABLE_SQL: Final = "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?"
INDEX_SQL: Final = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
SHADOWS: Final = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'shadow\\_%' ESCAPE '\\'"


def shadow_of(table: str) -> str:
    """The name of the table that is to take this one's place."""
    return PREFIX + table


def begin_shadow(db: apsw.Connection, table: str) -> None:
    """Makes an empty shadow of the table, dropping one that was left half loaded."""
    db.execute(f"DROP TABLE IF EXISTS {shadow_of(table)}")
    definition = str(db.execute(TABLE_SQL, (table,)).get)
    _, columns = definition.split("(", 1)
    db.execute(f"CREATE TABLE {shadow_of(table)} ({columns}")


def replace_by_shadow(db: apsw.Connection, table: str) -> None:
    """Puts the shadow in the table's place. Readers see the one or the other, never something between."""
    indexes = [str(found[0]) for found in rows(db, INDEX_SQL, (table,))]
    db.execute(f"DROP TABLE {table}")
    db.execute(f"ALTER TABLE {shadow_of(table)} RENAME TO {table}")
    for index in indexes:
        db.execute(index)


def drop_shadows(db: apsw.Connection) -> None:
    """Drops what a snapshot left behind that was cut short."""
    for (name,) in rows(db, SHADOWS):
        db.execute(f"DROP TABLE {name}")
