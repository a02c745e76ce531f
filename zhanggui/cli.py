"""The `zhanggui` command. A verb imports what it needs when it runs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo"),
    show_default=True,
    help="Where all files go.",
)
DATABASE_URL = click.option(
    "--database-url",
    default="",
    help="A PostgreSQL server, 15 or newer; without it one is brought up in the folder.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="zhanggui")
def main() -> None:
    """A whole chain on one machine: demo, import, replay."""


@main.command("import")
@click.argument("chain", type=click.Choice(["completejourney", "chinese"]))
@FOLDER
@DATABASE_URL
def import_chain(chain: str, folder: Path, database_url: str) -> None:
    """Load a sample chain into headquarters: stores, people, goods, prices, offers."""
    from zhanggui import loading
    from zhanggui.chains import CHAINS
    from zhanggui.headquarters import headquarters

    with _told(), headquarters(folder / "hq", database_url=database_url) as running:
        loading.load(running.database, CHAINS[chain](), tell=lambda text: click.echo(f"  {text}"))


@main.command()
@click.option("--stores", "count", default="all", show_default=True, help="How many, from the largest to the smallest.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that carry.")
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo/replay"),
    show_default=True,
    help="Where headquarters' and the tills' files go; an interrupted replay goes on there.",
)
@DATABASE_URL
def replay(count: str, workers: int, folder: Path, database_url: str) -> None:
    """Send a real chain's year through 457 tills to headquarters, and compare every sum with the dataset's own."""
    from zhanggui.replay.run import replay_year

    if count != "all" and not count.isdigit():
        raise click.BadParameter("a number, or all", param_hint="--stores")
    with _told():
        outcome = replay_year(
            folder, database_url=database_url, stores=None if count == "all" else int(count), workers=workers
        )
    click.echo(outcome.rendered())
    sys.exit(0 if outcome.equal else 1)


@contextmanager
def _told() -> Iterator[None]:
    """Errors that a person can do something about become one line instead of a traceback."""
    from hq_server.embedded import EmbeddedError
    from store_agent.errors import AgentError
    from store_db.errors import StoreError
    from zhanggui.completejourney.reading import DatasetError
    from zhanggui.headquarters import HeadquartersError
    from zhanggui.loading import OtherChain
    from zhanggui.replay.tills import ReplayError

    known = (EmbeddedError, AgentError, StoreError, DatasetError, HeadquartersError, OtherChain, ReplayError)
    try:
        yield
    except known as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
