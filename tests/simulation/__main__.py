"""Runs seeds and prints what they went through: `python -m tests.simulation --seeds 1000 --start 1`."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import click

from tests.simulation.mutants import MUTANTS
from tests.simulation.referee import STEPS, Report, play
from tests.simulation.world import Parts

COLUMNS = (
    "store_days",
    "sales",
    "crashes",
    "restores",
    "clones",
    "destroyed",
    "partitions",
    "gone",
    "lost",
    "doubled",
    "ghosts",
)
SEEDS_PER_ROW = 100


@click.command()
@click.option("--seeds", default=100, show_default=True, help="How many histories to run.")
@click.option("--start", default=1, show_default=True, help="The first seed.")
@click.option("--steps", default=STEPS, show_default=True, help="How much happens in each.")
@click.option("--mutant", type=click.Choice(sorted(MUTANTS)), help="Break one promise, to see that it is noticed.")
def main(seeds: int, start: int, steps: int, mutant: str | None) -> None:
    """Simulate small chains under every trouble there is, and count what was lost or doubled.

    `gone` counts receipts whose only copy was on a disk that died: they are nobody's fault, and nobody's to save.
    """
    parts = MUTANTS[mutant] if mutant else Parts()
    began, reports = time.process_time(), list[Report]()
    click.echo(f"{'seeds':>13} " + " ".join(f"{name.replace('_', '-'):>10}" for name in COLUMNS))
    for first in range(start, start + seeds, SEEDS_PER_ROW):
        row = [play(seed, parts, steps) for seed in range(first, min(first + SEEDS_PER_ROW, start + seeds))]
        reports += row
        click.echo(_row(f"{row[0].seed}-{row[-1].seed}", row))
    click.echo(_row("together", reports))
    met = sum((report.met for report in reports[1:]), reports[0].met.copy())
    click.echo("pushes met: " + ", ".join(f"{times} {outcome}" for outcome, times in met.most_common()))
    click.echo(f"{time.process_time() - began:.1f} s of one core")
    failed = [report for report in reports if not report.clean]
    for report in failed[:5]:
        click.echo(f"\nseed {report.seed}: {report.lost} lost, {report.doubled} doubled, {report.ghosts} ghosts")
        for fault in report.faults[:5]:
            click.echo(f"  {fault}")
        click.echo(f"  again: python -m tests.simulation --seeds 1 --start {report.seed} --steps {steps}")
    sys.exit(bool(failed))


def _row(name: str, reports: Sequence[Report]) -> str:
    return f"{name:>13} " + " ".join(f"{sum(getattr(report, column) for report in reports):>10g}" for column in COLUMNS)


if __name__ == "__main__":
    main()
