"""The database at the edge: one engine, one session for a request or job, one transaction for a session.

`get_session` must be used as `Depends(get_session, scope="function")`: then the commit happens before the reply leaves.
With FastAPI's default scope it would happen after, and a sale acknowledged could be a sale never stored.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import psycopg2.extensions
from fastapi import Depends, Request
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from hq_server.partitions import Partitions


@dataclass(slots=True)
class Database:
    """The engine, what sessions are made by, and which partitions are known to exist."""

    engine: Engine
    sessions: sessionmaker[Session]
    partitions: Partitions

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose work is committed at the end, or rolled back when anything is raised."""
        with self.sessions() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Closes all connections."""
        self.engine.dispose()


def open_database(url: str, *, pool_size: int = 10, **options: Any) -> Database:
    """The database behind a URL; nothing is connected yet."""
    engine = create_engine(
        with_driver(url),
        pool_size=pool_size,
        max_overflow=20,
        connect_args={"connect_timeout": 10, "application_name": "zhanggui-hq"},
        **options,
    )
    event.listen(engine, "connect", _read_bytes)
    return Database(engine, sessionmaker(engine, expire_on_commit=False), Partitions(engine))


def _bytes(value: str | None, _: object) -> bytes | None:
    return None if value is None else bytes.fromhex(value[2:])


_BYTES = psycopg2.extensions.new_type(psycopg2.BINARY.values, "BYTES", _bytes)


def _read_bytes(connection: Any, _: object) -> None:
    """Makes the driver give `bytes` for bytea; by default it gives a memoryview, equal to nothing else."""
    psycopg2.extensions.register_type(_BYTES, connection)


def with_driver(url: str) -> str:
    """The URL with our driver, however it was given (`postgres://` and `postgresql://` are common)."""
    scheme, separator, rest = url.partition("://")
    if scheme in ("postgres", "postgresql"):
        return f"postgresql+psycopg2{separator}{rest}"
    return url


def get_database(request: Request) -> Database:
    """The application's database."""
    database: Database = request.app.state.database
    return database


def get_session(database: Annotated[Database, Depends(get_database)]) -> Iterator[Session]:
    """The request's session. Committed when the endpoint has returned, before the reply is sent."""
    with database.transaction() as session:
        yield session
