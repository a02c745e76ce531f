"""The `pos-terminal` command. A verb imports what it needs when it runs, so that the till starts fast."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="pos-terminal")
def main() -> None:
    """The till of one counter."""


if __name__ == "__main__":
    main()
