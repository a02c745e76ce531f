"""The `store-agent` command. A verb imports what it needs when it runs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from retail.functions import Language
    from store_agent.config import AgentConfig
    from store_agent.runner import Log
    from store_agent.status import Status
    from store_db.identity import Identity

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default="agent.toml",
    show_default=True,
    help="The agent's settings.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="store-agent")
def main() -> None:
    """Carry a store's entries up and its feeds down."""


@main.command()
@CONFIG
def run(config_path: Path) -> None:
    """Carry until stopped, and answer the till's questions."""
    import signal

    from store_agent.agent import Agent

    with _told():
        config = _read(config_path)
        with Agent(config, _identity(config), _log(), software=_software()) as agent:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: agent.runner.stop())
            agent.run()


@main.command()
@CONFIG
def once(config_path: Path) -> None:
    """Carry all there is now, and end; not zero when something stayed behind."""
    from store_agent.agent import Agent

    with _told():
        config = _read(config_path)
        with Agent(config, _identity(config), _log(), software=_software()) as agent:
            problems = agent.once()
    for problem in problems:
        click.echo(problem, err=True)
    sys.exit(1 if problems else 0)


@main.command()
@CONFIG
@click.option("--json", "as_json", is_flag=True, help="The status file as it is.")
def status(config_path: Path, as_json: bool) -> None:
    """Tell what waits, what works and what does not; not zero when the agent is not running."""
    import time

    from store_agent.status import FILE, read_status
    from store_agent.telling import told

    with _told():
        path = Path(_read(config_path).data) / FILE
    found = read_status(path)
    if found is None:
        raise click.ClickException(_say("no_status", path=path))
    alive = _alive(found)
    now_ms = time.time_ns() // 1_000_000
    click.echo(path.read_text("utf-8") if as_json else "\n".join(told(found, now_ms, alive=alive, say=_say)))
    sys.exit(0 if alive else 1)


@main.command()
@CONFIG
@click.option("--url", required=True, help="Headquarters, or the store's hub.")
@click.option("--code", required=True, prompt="One-time code", help="The code that headquarters issued for this till.")
@click.option("--host", default="", help="Name of this host; the computer's when empty.")
@click.option("--authorities", default="", help="PEM file of the chain's own certificate authority.")
@click.option("--again", is_flag=True, help="Enrol anew a host that is enrolled already.")
def enrol(config_path: Path, url: str, code: str, host: str, authorities: str, again: bool) -> None:
    """Make this host a till: a key is made here, and headquarters' key is pinned."""
    import socket

    from store_agent.enrol import HUB_TOKEN_FILE, fingerprint, write_settings
    from store_agent.enrol import enrol as enrol_here
    from store_agent.transport import HttpTransport
    from store_db.identity import pinned_key

    with _told():
        data = Path(_read(config_path).data) if config_path.exists() else config_path.parent.resolve()
        transport = HttpTransport(url, verify=authorities or True)
        try:
            identity = enrol_here(data, transport, code=code, host=host or socket.gethostname(), again=again)
        finally:
            transport.close()
        through_hub = (data / HUB_TOKEN_FILE).exists()
        written = write_settings(config_path, url=url, authorities=authorities, through_hub=through_hub)
    names = {"till": identity.till, "store": identity.store, "store_name": identity.store_name}
    click.echo(_say("enrolled", **names))
    click.echo(_say("key", fingerprint=fingerprint(pinned_key(identity))))
    click.echo(_say("settings_written" if written else "settings_kept", path=config_path))


@main.command("hub-token")
@CONFIG
@click.argument("till")
def hub_token(config_path: Path, till: str) -> None:
    """Print the token that lets TILL speak to this hub, for a till that was enrolled without it."""
    from store_agent.hub_token import hub_secret, make_token

    with _told():
        config = _read(config_path)
        if config.hub is None:
            raise click.ClickException(_say("no_hub"))
        secret = hub_secret(Path(config.data) / config.hub.secret_file)
        click.echo(make_token(secret, _identity(config).store, till))


@main.command("export")
@CONFIG
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--all", "everything", is_flag=True, help="Pack all entries held here, not only unconfirmed ones.")
def export_file(config_path: Path, file: Path, everything: bool) -> None:
    """Pack what headquarters has not confirmed yet into FILE, to be carried there."""
    from store_agent.carrying import export_parcel

    with _told():
        config = _read(config_path)
        parcel = export_parcel(config, _identity(config), file, software=_software(), everything=everything)
    click.echo(_say("packed", count=sum(len(push.entries) for push in parcel.pushes), file=file))
    for stream, reason in parcel.left_out.items():
        click.echo(_say("left_out", what=stream, reason=reason), err=True)
    sys.exit(1 if parcel.left_out else 0)


@main.command("deliver")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("answer", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--url", required=True, help="Headquarters.")
@click.option("--token-file", required=True, type=click.Path(path_type=Path), help="The store's token.")
@click.option("--authorities", default="", help="PEM file of the chain's own certificate authority.")
def deliver_file(file: Path, answer: Path, url: str, token_file: Path, authorities: str) -> None:
    """Hand a carried FILE to headquarters and write its ANSWER, to be carried back. May be repeated."""
    from store_agent.carry import Parcel, deliver, read_carried, write_carried
    from store_agent.transport import HttpTransport
    from store_db.keys import read_private

    with _told():
        transport = HttpTransport(url, read_private(token_file).decode().strip(), verify=authorities or True)
        try:
            answered = deliver(read_carried(file, Parcel), transport)
        finally:
            transport.close()
        write_carried(answer, answered)
    for stream, reason in answered.refused.items():
        click.echo(_say("refused", what=stream, reason=reason), err=True)
    click.echo(_say("answered", file=answer))
    sys.exit(1 if answered.refused else 0)


@main.command("import")
@CONFIG
@click.argument("answer", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def import_file(config_path: Path, answer: Path) -> None:
    """Take in headquarters' ANSWER: what it has, and its prices, offers and rights."""
    from store_agent.carrying import import_answer

    with _told():
        config = _read(config_path)
        brought = import_answer(config, _identity(config), answer)
    click.echo(_say("taken_in", rows=brought.rows, marks=brought.marks))
    for what, reason in brought.refused.items():
        click.echo(_say("refused", what=what, reason=reason), err=True)
    sys.exit(1 if brought.refused else 0)


@contextmanager
def _told() -> Iterator[None]:
    """Errors that a person can do something about become one line instead of a traceback."""
    from retail.config import ConfigError
    from store_agent.errors import AgentError
    from store_db.errors import StoreError
    from store_db.identity import IdentityError
    from store_db.keys import KeyFileError

    try:
        yield
    except ConfigError as error:
        raise click.ClickException(error.message(_language())) from error
    except (AgentError, IdentityError, KeyFileError, StoreError) as error:
        raise click.ClickException(str(error)) from error


def _language() -> Language:
    from store_agent.texts import language

    return language(os.environ)


def _say(code: str, **values: object) -> str:
    from store_agent.texts import say

    return say(_language(), code, **values)


def _read(config_path: Path) -> AgentConfig:
    from store_agent.config import read_config

    return read_config(config_path, os.environ)


def _identity(config: AgentConfig) -> Identity:
    from store_db.identity import load_identity

    return load_identity(Path(config.data))


def _log() -> Log:
    import structlog

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    log: Log = structlog.get_logger()
    return log


def _software() -> str:
    from importlib.metadata import version

    return f"store-agent {version('zhanggui')}"


def _alive(found: Status) -> bool:
    """Whether the process that wrote the status is still there."""
    try:
        os.kill(found.process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    main()
