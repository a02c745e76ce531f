"""The `hq-server` command. A verb imports what it needs when it runs."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

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


@main.command("enrol-code")
@CONFIG
@click.argument("till")
def enrol_code(config_path: Path | None, till: str) -> None:
    """Print a one-time code for TILL, good for 15 minutes."""
    with _headquarters(config_path) as (_, database):
        from hq_server import clock
        from hq_server.stores.enrolment import issue_code

        with database.transaction() as session:
            issued = issue_code(session, till_id=till, actor="command line", at=clock.now())
        click.echo(f"{issued.code}   (till {issued.till}, until {issued.expires_at:%H:%M:%S} UTC)")


@main.command()
@CONFIG
@click.confirmation_option(prompt="Reports show less than there is while this runs. Fold everything anew?")
def rebuild(config_path: Path | None) -> None:
    """Throw away all folded rows and sums, fold every entry again, and tell whether the same came out."""
    with _headquarters(config_path) as (_, database):
        from hq_server.sync import service

        service.fold_all(database)
        with database.transaction() as session:
            before = service.digest_of_folded(session)
        count = service.rebuild(database)
        with database.transaction() as session:
            after = service.digest_of_folded(session)
        click.echo(f"{count} entries folded; {'the same' if before == after else 'NOT the same'}: {after}")
        if before != after:
            raise click.exceptions.Exit(1)


@main.command()
@CONFIG
def restored(config_path: Path | None) -> None:
    """Say that the database was restored from a backup: every store then sends again what is missing."""
    with _headquarters(config_path) as (config, database):
        from hq_server.sync import generation

        with database.transaction() as session:
            name = generation.renew(session, config.data_path)
        click.echo(f"New generation {name}.")


@main.command()
@CONFIG
@click.argument("store")
def replay(config_path: Path | None, store: str) -> None:
    """Try again to fold what was set aside of STORE."""
    with _headquarters(config_path) as (_, database):
        from hq_server.sync import quarantine

        done = quarantine.replay(database, store)
        click.echo(f"{done.tried} tried, {done.still_aside} still set aside.")


@main.command()
@CONFIG
@click.argument("file", type=click.File(encoding="utf-8"))
def members(config_path: Path | None, file: TextIO) -> None:
    """Make or change the members in FILE (CSV: member, card, level, name, birthday, groups, purchases, audience)."""
    with _headquarters(config_path) as (_, database):
        from hq_server import clock
        from hq_server.members.reading import read_members
        from hq_server.members.service import put_members

        rows = list(read_members(file.read()))
        with database.transaction() as session:
            put_members(session, rows, actor="command line", at=clock.now())
        click.echo(f"{len(rows)} members.")


@main.group()
def coupon() -> None:
    """Coupons: put up series, make codes, take them out of use."""


@coupon.command("series")
@CONFIG
@click.argument("series")
@click.option("--name", required=True, help="What people call it.")
@click.option("--form", type=click.Choice(("unique", "signed")), default="unique", help="Signed ones prove themselves.")
@click.option("--offline", type=click.Choice(("accept", "refuse")), default="refuse", help="At a till that is alone.")
@click.option("--from-day", default=0, help="First day, YYYYMMDD.")
@click.option("--until-day", default=0, help="Last day, YYYYMMDD.")
def coupon_series(
    config_path: Path | None, series: str, name: str, form: str, offline: str, from_day: int, until_day: int
) -> None:
    """Put up SERIES, which offers ask for, or change it."""
    with _headquarters(config_path) as (_, database):
        import msgspec

        from hq_server import clock
        from hq_server.coupons import service

        terms = {"name": name, "form": form, "offline": offline, "from_day": from_day, "until_day": until_day}
        record = msgspec.convert({"series": series, **terms}, service.SeriesRecord)
        with database.transaction() as session:
            service.put_series(session, record, actor="command line", at=clock.now())
        click.echo(f"Series {series} is up.")


@coupon.command("stop")
@CONFIG
@click.argument("series")
@click.option("--go-on", is_flag=True, help="Let it go on again.")
def coupon_stop(config_path: Path | None, series: str, go_on: bool) -> None:
    """Stop SERIES: no till takes its coupons any more."""
    with _headquarters(config_path) as (_, database):
        from hq_server import clock
        from hq_server.coupons import service

        with database.transaction() as session:
            service.stop_series(session, series, stopped=not go_on, actor="command line", at=clock.now())
        click.echo(f"Series {series} {'goes on' if go_on else 'is stopped'}.")


@coupon.command("issue")
@CONFIG
@click.argument("series")
@click.argument("count", type=int)
@click.option("--amount-minor", default=0, help="What each says it is worth; signed ones only.")
def coupon_issue(config_path: Path | None, series: str, count: int, amount_minor: int) -> None:
    """Make COUNT coupons of SERIES and write them as CSV: the code, and the text for its barcode or QR."""
    with _headquarters(config_path) as (config, database):
        from hq_server import clock, keys
        from hq_server.coupons import service

        with database.transaction() as session:
            made = service.issue(
                session,
                series,
                count,
                amount_minor=amount_minor,
                key=keys.load_or_make(config.data_path),
                actor="command line",
                at=clock.now(),
            )
        click.echo("code,text")
        for code, text in made:
            click.echo(f"{code},{text}")


@coupon.command("void")
@CONFIG
@click.argument("codes", nargs=-1, required=True)
@click.option("--reason", required=True)
def coupon_void(config_path: Path | None, codes: tuple[str, ...], reason: str) -> None:
    """Take CODES out of use, as far as they were not used."""
    with _headquarters(config_path) as (_, database):
        from hq_server import clock
        from hq_server.coupons import service

        with database.transaction() as session:
            gone = service.void(session, codes, reason=reason, actor="command line", at=clock.now())
        click.echo(f"{len(gone)} of {len(codes)} are void.")


@coupon.command("list")
@CONFIG
def coupon_list(config_path: Path | None) -> None:
    """Tell how each series stands, and which receipts took a coupon that another had."""
    with _headquarters(config_path) as (_, database):
        from hq_server import clock
        from hq_server.coupons import queries

        with database.transaction() as session:
            counted, twice = queries.counts(session, at=clock.now()), queries.duplicates(session)
        click.echo("series,issued,reserved,redeemed,void")
        for one in counted:
            click.echo(f"{one.series},{one.issued},{one.reserved},{one.redeemed},{one.void}")
        for late in twice:
            click.echo(f"TWICE {late.code}: receipt {late.receipt} of store {late.store}, first at {late.first_store}")


def _end(*_: object) -> None:
    """Leaves through every `finally`: what was started here, PostgreSQL too, is stopped."""
    sys.exit(0)


@contextmanager
def _headquarters(config_path: Path | None) -> Iterator[tuple[HqConfig, Database]]:
    """Settings and a migrated database, its own PostgreSQL brought up where none is named."""
    from hq_server.config import load
    from hq_server.db import open_database
    from hq_server.embedded import EmbeddedError
    from hq_server.errors import HqError
    from hq_server.migrate import upgrade
    from hq_server.serving import database_url
    from retail.config import ConfigError

    signal.signal(signal.SIGTERM, _end)
    with ExitStack() as stack:
        try:
            config = load(config_path)
            url = stack.enter_context(database_url(config))
        except (ConfigError, EmbeddedError) as error:
            raise click.ClickException(str(error)) from error
        database = open_database(url)
        stack.callback(database.dispose)
        upgrade(database.engine)
        try:
            yield config, database
        except HqError as error:
            raise click.ClickException(error.message) from error


if __name__ == "__main__":
    main()
