"""`python -m bench [CASE ...]`: measures, prints a table and writes it as JSON to .bench/."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import msgspec

from bench.measure import Result

OUT = Path(".bench")


def _commit() -> list[Result]:
    from bench import commit

    return commit.run()


def _catalogue() -> list[Result]:
    from bench import catalogue

    return catalogue.run()


def _headquarters() -> list[Result]:
    from bench import headquarters

    return headquarters.run()


def _till() -> list[Result]:
    from bench import till

    return till.run()


def _promotions() -> list[Result]:
    from bench import promotions

    return promotions.run()


def _memory() -> list[Result]:
    from bench import memory

    return memory.run()


CASES: dict[str, Callable[[], list[Result]]] = {
    "commit": _commit,
    "catalogue": _catalogue,
    "headquarters": _headquarters,
    "till": _till,
    "promotions": _promotions,
    "memory": _memory,
}
SIGNS = {"at_most": "≤", "at_least": "≥", "exactly": "=", "ours_at_most": "≤"}


class Report(msgspec.Struct, frozen=True):
    """A whole run, with what the machine was doing."""

    at: str
    cores: int
    load_before: float
    load_after: float
    results: list[Result]


@click.command()
@click.argument("cases", nargs=-1, type=click.Choice(sorted(CASES)))
def main(cases: tuple[str, ...]) -> None:
    """Measure CASES (all when none is named). Nothing passes or fails here; figures are for reading."""
    started, before = datetime.now(UTC), os.getloadavg()[0]
    results: list[Result] = []
    for name in cases or CASES:
        click.echo(f"measuring: {name} …", err=True)
        results += CASES[name]()
    report = Report(started.isoformat(timespec="seconds"), os.cpu_count() or 1, before, os.getloadavg()[0], results)
    OUT.mkdir(exist_ok=True)
    path = OUT / f"{started:%Y%m%dT%H%M%S}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(report)))
    click.echo(table(report))
    click.echo(f"\nwritten to {path}")


def table(report: Report) -> str:
    """The run as a Markdown table."""
    lines = [
        f"Measured {report.at} on {report.cores} cores, load {report.load_before:.1f} → {report.load_after:.1f}.",
        "",
        "| case | measure | ours | floor | ratio | wanted | met |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in report.results:
        unit = f" {one.unit}" if one.direction == "ours_at_most" else ""
        wanted = f"{SIGNS[one.direction]} {one.target:g}{unit} | {'yes' if one.met else 'no'}"
        if one.direction == "at_least" and not one.target:
            wanted = " | "
        lines.append(
            f"| {one.case} | {one.measure} | {one.ours:,.2f} {one.unit} | {one.floor:,.2f} {one.unit} "
            f"| {one.ratio:.2f} | {wanted} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
