"""The `hq-server` command. A verb imports what it needs when it runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from hq_server.config import HqConfig
    from hq_server.db import Database

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Settings; without it defaults and the environment.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="hq-server")
def main() -> None:
    """Headquarters: serve, migrate, work."""


@main.command()
@CONFIG
@click.option("--console/--no-console", default=True, help="Serve the console too. One process alone may.")
@click.option("--worker/--no-worker", default=True, help="Fold and publish in this program too.")
def serve(config_path: Path | None, console: bool, worker: bool) -> None:
    """Serve tills and people, and do the jobs, until stopped."""
    with _headquarters(config_path) as (config, database):
        from hq_server.serving import serve as run

        run(config, database, console=console, worker=worker, tell=click.echo)


@main.command()
@CONFIG
def work(config_path: Path | None) -> None:
    """Do the jobs alone: fold, publish stock, move watermarks."""
    with _headquarters(config_path) as (config, database):
        from hq_server.jobs import Worker

        Worker(config, database).run()


@main.command()
@CONFIG
def migrate(config_path: Path | None) -> None:
    """Bring the tables to this program's version."""
    with _headquarters(config_path):
        click.echo("The tables are up to date.")


@main.command("admin-link")
@CONFIG
@click.option("--address", default="", help="Where browsers reach the console; else host and port of the settings.")
def admin_link(config_path: Path | None, address: str) -> None:
    """Print a link, good once and for an hour, with which an administrator signs in."""
    with _headquarters(config_path) as (config, database):
        from hq_server import clock
        from hq_server.serving import first_link
        from hq_server.users.service import make_admin_link

        with database.transaction() as session:
            token = make_admin_link(session, at=clock.now())
        click.echo(first_link(config, token, address))


@contextmanager
def _headquarters(config_path: Path | None) -> Iterator[tuple[HqConfig, Database]]:
    """Settings and a migrated database, its own PostgreSQL brought up where none is named."""
    from hq_server.config import ConfigError, load
    from hq_server.db import open_database
    from hq_server.embedded import EmbeddedError
    from hq_server.migrate import upgrade
    from hq_server.serving import database_url

    with ExitStack() as stack:
        try:
            config = load(config_path)
            url = stack.enter_context(database_url(config))
        except (ConfigError, EmbeddedError) as error:
            raise click.ClickException(str(error)) from error
        database = open_database(url)
        stack.callback(database.dispose)
        upgrade(database.engine)
        yield config, database


if __name__ == "__main__":
    main()
