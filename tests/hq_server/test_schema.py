"""The tables keep the rules that let them be spread over servers, and the migrations make exactly the models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import BigInteger, Column, Integer, Table, UniqueConstraint

from hq_server import migrate
from hq_server.db import Database
from hq_server.models import metadata
from hq_server.models.base import DISTRIBUTIONS
from hq_server.models.ledgers import CHANGED_AT, LEDGER_TABLES, measures_of
from hq_server.partitions import FOLDED_TABLES
from retail.effects import LEDGERS

TABLES = sorted(metadata.tables.values(), key=lambda table: table.name)
BY_STORE = [table for table in TABLES if table.info.get("distribution") == "store"]


def unique_sets(table: Table) -> list[list[Column[object]]]:
    """The columns of each unique constraint and unique index."""
    found = [list(constraint.columns) for constraint in table.constraints if isinstance(constraint, UniqueConstraint)]
    return found + [list(index.columns) for index in table.indexes if index.unique]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_table_says_how_it_would_be_spread(table: Table) -> None:
    assert table.info.get("distribution") in DISTRIBUTIONS


@pytest.mark.parametrize("table", BY_STORE, ids=lambda table: table.name)
def test_store_leads_the_key_of_what_stores_write(table: Table) -> None:
    assert next(column.name for column in table.primary_key) == "store_id"
    assert all("store_id" in {column.name for column in unique} for unique in unique_sets(table))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_no_key_is_a_serial_number_of_the_database(table: Table) -> None:
    for column in table.primary_key:
        assert column.server_default is None
        assert column.identity is None
        if isinstance(column.type, (BigInteger, Integer)):
            assert column.autoincrement is not True
    assert not any(re.search("serial", str(column.type), re.IGNORECASE) for column in table.columns)


@pytest.mark.parametrize("table", BY_STORE, ids=lambda table: table.name)
def test_what_stores_write_points_at_no_other_group_of_tables(table: Table) -> None:
    targets = {key.column.table.info["distribution"] for key in table.foreign_keys}
    assert targets <= {"store", "reference"}


def test_there_are_tables_of_stores_to_check() -> None:
    assert len(BY_STORE) > 15
    assert {table.name for table in BY_STORE} >= {"raw_entry", "receipt", "ledger_stock", *FOLDED_TABLES}


def test_each_ledger_has_a_table_of_its_keys_and_measures() -> None:
    assert set(LEDGER_TABLES) == set(LEDGERS)
    for name, ledger in LEDGERS.items():
        columns = [column.name for column in LEDGER_TABLES[name].columns]
        assert columns == ["store_id", *ledger.keys, *measures_of(ledger), CHANGED_AT]


def test_the_migrations_make_exactly_the_models(database: Database) -> None:
    migrate.check(database.engine)


def test_a_migration_is_named_by_its_date() -> None:
    versions = Path(migrate.MIGRATIONS) / "versions"
    names = [path.name for path in versions.glob("*.py")]
    assert names
    assert all(re.fullmatch(r"\d{4}_\d\d_\d\d_[a-z_]+\.py", name) for name in names)
