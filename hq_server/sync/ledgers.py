"""Adds sums into the ledgers' tables: staged by COPY, then one upsert for each ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy.orm import Session

from hq_server.copy import copy_text, cursor_of, escape
from hq_server.models.ledgers import CHANGED_AT, LEDGER_TABLES, measures_of
from hq_server.sync.rows import Sums
from retail.effects import LEDGERS


def _columns(name: str) -> tuple[str, ...]:
    ledger = LEDGERS[name]
    return ("store_id", *ledger.keys, *measures_of(ledger), CHANGED_AT)


def _upsert(name: str) -> str:
    ledger, table = LEDGERS[name], LEDGER_TABLES[name].name
    added = [f"{measure} = t.{measure} + excluded.{measure}" for measure in measures_of(ledger)]
    added.append(f"{CHANGED_AT} = greatest(t.{CHANGED_AT}, excluded.{CHANGED_AT})")
    key = ", ".join(("store_id", *ledger.keys))
    # Names come from the ledgers' definitions in code.
    return (
        f"INSERT INTO {table} AS t SELECT * FROM staged_{name} ORDER BY {key} "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {', '.join(added)}"
    )


_COLUMNS: Final = {name: _columns(name) for name in LEDGERS}
_UPSERTS: Final = {name: _upsert(name) for name in LEDGERS}
_STAGE: Final = "CREATE TEMPORARY TABLE IF NOT EXISTS staged_{0} (LIKE ledger_{0}) ON COMMIT DELETE ROWS"


def write(session: Session, sums: Mapping[str, Mapping[str, Sums]], positions: Mapping[str, int]) -> None:
    """Adds every store's sums; `positions` is up to where each store is folded with them."""
    with cursor_of(session) as cursor:
        for name in LEDGERS:
            lines = [line for store, ledgers in sums.items() for line in _lines(store, ledgers[name], positions[store])]
            if lines:
                cursor.execute(f"{_STAGE.format(name)}; DELETE FROM staged_{name}")  # noqa: S608 a name from code
                copy_text(session, f"staged_{name}", _COLUMNS[name], lines)
                cursor.execute(_UPSERTS[name])


def _lines(store: str, sums: Sums, changed: int) -> list[str]:
    return [
        "\t".join(
            (
                store,
                *[escape(part) if type(part) is str else str(part) for part in key],
                *map(str, amounts),
                str(changed),
            )
        )
        for key, amounts in sums.items()
    ]
