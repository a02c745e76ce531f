"""The `hq-server` command. A verb imports what it needs when it runs."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="hq-server")
def main() -> None:
    """Headquarters: serve, migrate, work."""


if __name__ == "__main__":
    main()
