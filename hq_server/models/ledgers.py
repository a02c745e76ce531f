"""One table for each ledger of `retail.effects`, made from its definition, so that both can never differ.

`store_id` leads each key; measures only ever change by addition. Where headquarters knows more than a till (cost), a
ledger has further measures here.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Column, Index, Table
from sqlalchemy.types import TypeEngine

from hq_server.models.base import BigInteger, Date, Text, Uuid, distributed, metadata
from retail.effects import LEDGERS, Ledger

KEY_TYPES: Final[dict[str, type[TypeEngine[Any]]]] = {
    "business_date": Date,
    "hour": BigInteger,
    "incarnation": Uuid,
    "line": BigInteger,
    "run": BigInteger,
    "seq": BigInteger,
    "shift": BigInteger,
}
"""Key parts that are not text."""

OWN_MEASURES: Final[dict[str, tuple[str, ...]]] = {"item_day": ("cost_scaled", "uncosted_net")}
"""What the fold adds at headquarters: cost (ten-millionths of the major unit) of lines whose cost is known, and
net less tax of those whose cost is not."""

CHANGED_AT: Final = "folded_position"
"""The last position that changed a row: which baselines to publish again."""


def measures_of(ledger: Ledger) -> tuple[str, ...]:
    """All measures of a ledger's table, in order."""
    return (*ledger.measures, *OWN_MEASURES.get(ledger.name, ()))


def _table(ledger: Ledger) -> Table:
    return Table(
        f"ledger_{ledger.name}",
        metadata,
        Column("store_id", Text, primary_key=True),
        *(Column(key, KEY_TYPES.get(key, Text), primary_key=True, autoincrement=False) for key in ledger.keys),
        *(Column(measure, BigInteger, nullable=False) for measure in measures_of(ledger)),
        Column(CHANGED_AT, BigInteger, nullable=False),
        **distributed("store", postgresql_with={"fillfactor": 80}),
    )


LEDGER_TABLES: Final[dict[str, Table]] = {name: _table(ledger) for name, ledger in LEDGERS.items()}

Index(
    "ix_ledger_returned_document",
    *(LEDGER_TABLES["returned"].c[name] for name in ("till", "incarnation", "seq")),
)
"""A receipt may come back at any store: this is the one question that asks all of them."""
