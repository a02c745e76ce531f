"""The `pos-terminal` command. A verb imports what it needs when it runs, so that the till starts fast."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pos_terminal.config import TerminalConfig
    from retail.functions import Language

CONFIG = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("till.toml"),
    envvar="ZHANGGUI_TILL",
    show_default=True,
    help="The till's settings.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="pos-terminal")
def main() -> None:
    """The till of one counter."""


@main.command()
@CONFIG
def run(config_path: Path) -> None:
    """Sell: open the till in this terminal."""
    config = _read(config_path)
    if not sys.stdin.isatty() or not sys.stdout.isatty():
        raise click.ClickException("the till needs a terminal; for checks run: pos-terminal doctor")
    for name in ("COLUMNS", "LINES"):
        # A size left in the environment would be believed rather than the terminal, which can change its own.
        os.environ.pop(name, None)
    # Loading makes much and drops little: the collector waits until the till is open.
    gc.disable()
    from pos_terminal.start import run_till

    if problem := run_till(config):
        raise click.ClickException(problem)


@main.command()
@CONFIG
def doctor(config_path: Path) -> None:
    """Check files, keys, devices, agent and terminal, and say what to do."""
    config = _read(config_path)
    from pos_terminal.doctor import Grade, examine

    grades = set()
    for finding in examine(config, os.environ):
        click.echo(finding.text(_language(config)))
        grades.add(finding.grade)
    sys.exit(1 if Grade.BAD in grades else 0)


@main.command()
@CONFIG
def verify(config_path: Path) -> None:
    """Read the journal from its first entry: chain, signatures, sums."""
    config = _read(config_path)
    from pos_terminal.doctor import JOURNAL_FILE, KEY_FILE
    from store_db.keys import KeyFileError, read_private, signer, verifier
    from store_db.verify import verify as verify_file

    try:
        _, public_key = signer(read_private(config.folder / KEY_FILE))
    except KeyFileError as error:
        raise click.ClickException(str(error)) from error
    flaw = verify_file(config.folder / JOURNAL_FILE, verifier(public_key))
    chinese = _language(config) == "zh"
    if flaw is None:
        click.echo(
            "流水完好：链、签名与合计一致" if chinese else "The journal is whole: chain, signatures and sums agree"
        )
        return
    place = f"{flaw.incarnation.hex()} {flaw.seq}: {flaw.what}"
    click.echo(
        f"流水有误：{place}。请保留文件，联系技术人员"
        if chinese
        else f"Flaw at {place}. Keep the file and call support"
    )
    sys.exit(1)


@main.command()
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="Settings whose keys are to be shown.")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def keys(config_path: Path | None, language: Language) -> None:
    """Print the strip for the function keys, and the table of all keys."""
    from pos_terminal.keymap import till_keys
    from pos_terminal.keytops import keytops

    made = till_keys(_read(config_path).keys if config_path else {})
    for clash in made.clashes:
        click.echo(clash.describe(language), err=True)
    click.echo(keytops(made.keymap, language))
    sys.exit(1 if made.clashes else 0)


def _read(path: Path) -> TerminalConfig:
    """The settings, or an end with the key that is wrong."""
    from pos_terminal.config import read_config
    from retail.config import ConfigError

    try:
        return read_config(path, os.environ)
    except ConfigError as error:
        chinese = os.environ.get("LANG", "").startswith("zh")
        raise click.ClickException(error.message("zh" if chinese else "en")) from error


def _language(config: TerminalConfig) -> Language:
    return "zh" if config.language == "zh_CN" else "en"


if __name__ == "__main__":
    main()
