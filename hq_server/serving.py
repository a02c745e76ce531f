"""Runs headquarters as one program: api, console and jobs, on a PostgreSQL of its own where none is named."""

from __future__ import annotations

import socket
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from sqlalchemy import select

from hq_server import clock
from hq_server.config import HqConfig
from hq_server.db import Database
from hq_server.embedded import Cluster
from hq_server.models.people import User
from hq_server.users.service import make_admin_link

DATABASE_NAME: Final = "zhanggui"
CONSOLE_PATH: Final = "/console"


@contextmanager
def database_url(config: HqConfig) -> Iterator[str]:
    """The address of the database. An embedded server that was not running is stopped at the end."""
    if config.database_url:
        yield config.database_url
        return
    cluster = Cluster(config.data_path / "postgres")
    ran_before = cluster.answers()
    cluster.start()
    try:
        yield cluster.ensure_database(DATABASE_NAME)
    finally:
        if not ran_before:
            cluster.stop()


def serve(
    config: HqConfig,
    database: Database,
    *,
    console: bool,
    worker: bool,
    tell: Callable[[str], None],
    listener: socket.socket | None = None,
) -> None:
    """Serves until the program is told to end. The worker beside the api works only while no other holds its lock."""
    import uvicorn

    from hq_server.jobs import Worker
    from hq_server.main import create_app

    app = create_app(config, database)
    if console:
        from hq_server.web.mount import mount

        mount(app, database)
        tell(f"Console: {console_address(config)}/")
        if link := link_for_nobody(config, database):
            tell(f"First sign-in (once, within an hour): {link}")
    with ExitStack() as stack:
        if worker:
            working = Worker(config, database)
            working.start()
            stack.callback(working.stop)
        server = uvicorn.Server(
            uvicorn.Config(app, host=config.host, port=config.port, log_level="warning", access_log=False)
        )
        if listener is not None:
            # Inherited by every connection. The event loop does it only for sockets that it made itself; without it an
            # answer's second packet waits 40 ms for the caller's delayed acknowledgement.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        server.run(sockets=None if listener is None else [listener])


def link_for_nobody(config: HqConfig, database: Database, address: str = "") -> str | None:
    """A link for the first administrator while there is no user at all, else None."""
    with database.transaction() as session:
        if session.scalar(select(User.user_id).limit(1)) is not None:
            return None
        return first_link(config, make_admin_link(session, at=clock.now()), address)


def first_link(config: HqConfig, token: str, address: str = "") -> str:
    """The link that goes with a token."""
    return f"{address.rstrip('/') or console_address(config)}/first/{urllib.parse.quote(token)}"


def console_address(config: HqConfig) -> str:
    """Where a browser on this machine finds the console."""
    host = "127.0.0.1" if config.host in ("0.0.0.0", "::", "") else config.host  # noqa: S104 asked, not bound
    return f"http://{f'[{host}]' if ':' in host else host}:{config.port}{CONSOLE_PATH}"
