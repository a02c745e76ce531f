"""Alembic's entry: compares the models with the database, partitions aside (they are made as their ranges come)."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine, text

from hq_server.models import metadata

LOCK_TIMEOUT = "5s"
"""A migration that would queue behind long work gives up rather than hold up every till behind it."""


def run() -> None:
    """Runs migrations online; there is no offline mode."""
    engine: Engine = context.config.attributes["engine"]
    with engine.connect() as connection:
        connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=metadata,
            transaction_per_migration=True,
            compare_server_default=False,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
