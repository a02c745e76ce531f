"""The `zhanggui` command. A verb imports what it needs when it runs."""

from __future__ import annotations

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="zhanggui", prog_name="zhanggui")
def main() -> None:
    """A whole chain on one machine: demo, import, replay."""


if __name__ == "__main__":
    main()
