"""The `zhanggui` command. A verb imports what it needs when it runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Literal

import click

INTERRUPTED: Final = 130
CHAIN_NAMES: Final = ("completejourney", "chinese")
SCRIPTED: Final = 40
"""How many baskets the demo sells by itself where nobody can sit at the till."""

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
    """A whole chain on one machine: demo, import, replay, rehearse."""


@main.command("import")
@click.argument("chain", type=click.Choice(CHAIN_NAMES))
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
    chosen = None if count == "all" else int(count)
    with _told():
        try:
            outcome = replay_year(folder, database_url=database_url, stores=chosen, workers=workers)
        except KeyboardInterrupt:
            click.echo("\nStopped. The same command goes on from here.", err=True)
            raise
    click.echo(outcome.rendered())
    sys.exit(0 if outcome.equal else 1)


@main.command()
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that price.")
@click.option("--rules/--no-rules", default=True, show_default=True, help="What rules of thumb would have cost, too.")
@click.option("--week", "only", type=click.IntRange(1, 54), multiple=True, help="Only this week; may be repeated.")
def rehearse(workers: int, rules: bool, only: tuple[int, ...]) -> None:
    """Price a real chain's year of baskets under the offers its own data shows, and say what came of it."""
    import time

    from zhanggui.rehearse.run import rehearse_year

    began_s = time.monotonic()
    with _told():
        figures = rehearse_year(workers=workers, rules=rules, only=only)
    click.echo(figures.rendered(time.monotonic() - began_s, workers))
    sys.exit(0 if figures.sound else 1)


@main.command()
@FOLDER
@DATABASE_URL
@click.option("--chain", type=click.Choice(CHAIN_NAMES), default="completejourney", show_default=True)
@click.option(
    "--language", type=click.Choice(["zh_CN", "en"]), help="The till's; else as the chain and the environment say."
)
@click.option(
    "--scripted", type=click.IntRange(1, 10_000), help="Sell so many baskets and stop; 40 without a terminal."
)
def demo(
    folder: Path, database_url: str, chain: str, language: Literal["zh_CN", "en"] | None, scripted: int | None
) -> None:
    """Open a shop on this machine: headquarters, agent, till, printer, scanner."""
    from zhanggui.demo.run import run_demo

    if scripted is None and not (sys.stdin.isatty() and sys.stdout.isatty()):
        scripted = SCRIPTED
    with _told():
        equal = run_demo(
            folder,
            chain=chain,
            scripted=scripted,
            database_url=database_url,
            till_language=language,
            tell=lambda text: click.echo(text),
        )
    sys.exit(0 if equal else 1)


@main.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".demo/completejourney"),
    show_default=True,
    help="Where the demo runs.",
)
@click.argument("codes", nargs=-1, required=True)
def scan(folder: Path, codes: tuple[str, ...]) -> None:
    """Scan CODES at the till of the demo that runs in another terminal."""
    from zhanggui.demo.scanner import NoScanner
    from zhanggui.demo.scanner import scan as scan_here
    from zhanggui.demo.texts import say

    try:
        scan_here(folder, codes)
    except NoScanner as error:
        raise click.ClickException(say("no_scanner", folder=folder.parent)) from error


@main.command()
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("docs/reference"),
    show_default=True,
    help="Where the pages are.",
)
def docs(folder: Path) -> None:
    """Write the reference pages of keys and settings anew from the code."""
    from zhanggui.reference import write_pages

    for name in write_pages(folder):
        click.echo(f"{folder / name}")


@contextmanager
def _told() -> Iterator[None]:
    """Errors that a person can do something about become one line instead of a traceback."""
    from hq_server.embedded import EmbeddedError
    from store_agent.errors import AgentError
    from store_db.errors import StoreError
    from zhanggui.completejourney.reading import DatasetError
    from zhanggui.demo.premises import PremisesError
    from zhanggui.demo.selling import SaleRefused
    from zhanggui.headquarters import HeadquartersError
    from zhanggui.loading import OtherChain
    from zhanggui.replay.tills import ReplayError

    known = (
        *(EmbeddedError, AgentError, StoreError, DatasetError, HeadquartersError, OtherChain, ReplayError),
        *(PremisesError, SaleRefused),
    )
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        yield
    except known as error:
        raise click.ClickException(str(error)) from error
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _interrupt(number: int, frame: object) -> None:
    """Ends in order, as with Ctrl+C: what was started is stopped, last first."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
