"""What all tables share: one metadata, names for constraints, and how each table would be spread over servers.

A chain that outgrows one PostgreSQL spreads these very tables with Citus. So that nothing has to be rekeyed then, each
table says how: by `store`, by `member`, as a `reference` copy on every node, or `none` (headquarters' own).
"""

from __future__ import annotations

from typing import Any, Final, Literal

from sqlalchemy import BigInteger, Date, DateTime, Identity, LargeBinary, MetaData, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import DeclarativeBase

Distribution = Literal["store", "member", "reference", "none"]
DISTRIBUTIONS: Final = ("store", "member", "reference", "none")

PARTITION_SCHEMA: Final = "part"
"""Where partitions live, apart from the tables that are migrated by hand."""

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Base(DeclarativeBase):
    """The root of all mapped tables."""

    metadata = metadata


def distributed(by: Distribution, **more: Any) -> dict[str, Any]:
    """Table options with the declared distribution.

    >>> distributed("store")["info"]
    {'distribution': 'store'}
    """
    return {"info": {"distribution": by}, **more}


Moment = DateTime(timezone=True)

__all__ = [
    "ARRAY",
    "DISTRIBUTIONS",
    "JSONB",
    "PARTITION_SCHEMA",
    "Base",
    "BigInteger",
    "Date",
    "Identity",
    "LargeBinary",
    "Moment",
    "Text",
    "Uuid",
    "distributed",
    "metadata",
]
