"""The table behind a mapped class."""

from __future__ import annotations

from sqlalchemy import Table

from hq_server.models.base import Base


def table_of(mapped: type[Base]) -> Table:
    """The class's table, for statements that write many rows."""
    table = mapped.__table__
    assert isinstance(table, Table)
    return table
