"""`make prove`: the long proofs, run whole, and their table in docs/proof.md with date and seeds.

What the ordinary tests try a little of is tried here at length: simulated chains, power cuts, kills, and a real
chain's whole year from journals to headquarters. Exits non-zero when anything failed; the page then says so.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import click

from bench import rehearsing
from tests.pos_terminal.kill_till import kill_rounds
from tests.promotions.generate import GENERATORS
from tests.promotions.kinds import KINDS, PAIRS
from tests.promotions.oracles.campaign import Tally, campaign
from tests.simulation.mutants import MUTANTS
from tests.simulation.referee import STEPS, Report, play
from tests.simulation.world import Parts
from tests.store_db.power import power_cuts
from zhanggui.replay.run import replay_year

PAGE = Path("docs/proof.md")
MUTANT_SEEDS = 60


@dataclass(frozen=True, slots=True)
class Proof:
    """One row of the page, and what stands below the table."""

    name: str
    size: str
    outcome: str
    held: bool
    took_s: float
    detail: str = ""


@click.command()
@click.option("--seeds", default=1_000, show_default=True, help="Simulated chains.")
@click.option("--cuts", default=10_000, show_default=True, help="Power cuts on the journal.")
@click.option("--kills", default=100, show_default=True, help="kill -9 of a selling till.")
@click.option("--stores", default=0, show_default=True, help="Stores of the replay; 0 for all 457.")
@click.option("--baskets", default=24_000, show_default=True, help="Baskets priced by the engine and by the oracles.")
@click.option("--only", default="", help="Run only the proofs whose name holds this word, and write no page.")
@click.option("--start", default=1, show_default=True, help="The first seed.")
def main(seeds: int, cuts: int, kills: int, stores: int, baskets: int, only: str, start: int) -> None:
    """Run the long proofs and write docs/proof.md."""
    named: dict[str, Callable[[], Proof]] = {
        "simulated": lambda: _simulated(seeds, start),
        "mutants": lambda: _mutants(start),
        "power": lambda: _power(cuts, start),
        "normal": lambda: _normal(start),
        "killed": lambda: _killed(kills, start),
        "promotions": lambda: _best_prices(baskets, start),
        "replayed": lambda: _replayed(stores or None),
        "rehearsed": lambda: _timed(rehearsing.year),
        "agreed": lambda: _timed(rehearsing.tills),
    }
    steps = [step for name, step in named.items() if only in name]
    began = datetime.now(UTC)
    proofs: list[Proof] = []
    for step in steps:
        proofs.append(step())
        click.echo(f"{proofs[-1].name}: {proofs[-1].outcome} ({proofs[-1].took_s:.0f} s)", err=True)
    if only:
        click.echo(_page(began, start, proofs))
    else:
        PAGE.write_text(_page(began, start, proofs), "utf-8")
        click.echo(f"written to {PAGE}")
    sys.exit(0 if all(proof.held for proof in proofs) else 1)


def _timed(make: Callable[[], tuple[str, str, str, bool, str]]) -> Proof:
    start = time.perf_counter()
    name, size, outcome, held, detail = make()
    return Proof(name, size, outcome, held, time.perf_counter() - start, detail)


def _simulated(seeds: int, start: int) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        reports = [play(seed, Parts(), STEPS) for seed in range(start, start + seeds)]

        def total(name: str) -> int:
            return int(sum(getattr(report, name) for report in reports))

        size = (
            f"{seeds:,} seeds from {start}: {total('store_days'):,} store-days, {total('sales'):,} sales, "
            f"{total('crashes'):,} crashes, {total('restores'):,} restores, {total('clones'):,} cloned disks, "
            f"{total('destroyed'):,} dead disks, {total('partitions'):,} partitions"
        )
        outcome = f"{total('lost')} lost, {total('doubled')} doubled, {total('ghosts')} out of nowhere"
        return "simulated chains", size, outcome, all(report.clean for report in reports), _faults(reports)

    return _timed(run)


def _faults(reports: list[Report]) -> str:
    return "\n".join(f"- seed {report.seed}: {fault}" for report in reports for fault in report.faults[:3])


def _mutants(start: int) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        caught: dict[str, int] = {}
        for name, parts in sorted(MUTANTS.items()):
            for seed in range(start, start + MUTANT_SEEDS):
                if not play(seed, parts, STEPS).clean:
                    caught[name] = seed
                    break
        detail = "\n".join(
            f"- {name}: " + (f"seed {caught[name]}" if name in caught else "NOT caught") for name in MUTANTS
        )
        outcome = f"{len(caught)} of {len(MUTANTS)} caught"
        size = f"{len(MUTANTS)} broken promises, at most {MUTANT_SEEDS} seeds each"
        return "broken on purpose", size, outcome, len(caught) == len(MUTANTS), detail

    return _timed(run)


def _power(cuts: int, seed: int) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        report = power_cuts(cuts, seed)
        outcome = f"{report.lost} lost, {report.flawed} flawed, {report.unreadable} unreadable"
        size = f"{report.cuts:,} cuts, {report.acknowledged:,} acknowledged documents, seed {seed}"
        return "power cuts on the journal", size, outcome, report.clean, ""

    return _timed(run)


def _normal(seed: int) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        report = power_cuts(300, seed, synchronous="NORMAL")
        size = f"{report.cuts:,} cuts with synchronous=NORMAL, seed {seed}"
        return "the same, less careful", size, f"caught: {report.lost:,} lost", report.lost > 0, ""

    return _timed(run)


def _killed(kills: int, seed: int) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        with TemporaryDirectory(prefix="zhanggui-prove-") as folder:
            report = kill_rounds(kills, seed, Path(folder))
        size = f"{report.rounds} kills, {report.sales:,} receipts, {report.offered} offered back, seed {seed}"
        problems = "\n".join(f"- {one}" for one in report.problems)
        return "kill -9 of the till", size, f"{len(report.problems)} problems", not report.problems, problems

    return _timed(run)


SHARES = {"pair": 50, "mixed": 17, "near": 17, "adversarial": 6, "pass": 6, "large": 4}
"""How many of a hundred baskets each generator makes."""
PART = 400
"""Baskets priced by a process before it tells what it saw."""


def _best_prices(baskets: int, start: int) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        tallies = {name: Tally() for name in GENERATORS}
        parts: list[tuple[str, range]] = []
        for name in GENERATORS:
            most = start + baskets * SHARES[name] // 100
            parts += [(name, range(first, min(first + PART, most))) for first in range(start, most, PART)]
        with ProcessPoolExecutor(2) as processes:
            found = processes.map(campaign, [name for name, _ in parts], [seeds for _, seeds in parts])
            for (name, _), tally in zip(parts, found, strict=True):
                tallies[name].add(tally)
        whole = Tally()
        for tally in tallies.values():
            whole.add(tally)
        spoke = ", ".join(f"{name} {count:,}" for name, count in sorted(whole.by_oracle.items()))
        size = (
            f"{whole.baskets:,} baskets, {whole.compared:,} with an oracle's answer ({spoke}); "
            f"{len(whole.kinds)} of {len(KINDS)} kinds, {len(whole.pairs)} of {len(PAIRS)} pairs"
        )
        outcome = f"{whole.faulty} differences; not proven by the engine: {whole.capped:,}"
        return "the best price", size, outcome, not whole.faulty and not whole.unknown, _prices(tallies, whole)

    return _timed(run)


def _prices(tallies: dict[str, Tally], whole: Tally) -> str:
    """The counts by generator and by kind, and what went wrong."""
    lines = ["| baskets | made | compared | brute force | CP-SAT | HiGHS | not proven | differences |"]
    lines.append("|---|---|---|---|---|---|---|---|")
    for name, tally in tallies.items():
        spoke = " | ".join(f"{tally.by_oracle[oracle]:,}" for oracle in ("brute force", "CP-SAT", "HiGHS"))
        counts = f"{tally.baskets:,} | {tally.compared:,} | {spoke} | {tally.capped:,} | {tally.faulty}"
        lines.append(f"| {GENERATED[name]} | {counts} |")
    least = min(whole.pairs[pair] for pair in PAIRS_SORTED)
    kinds = ", ".join(f"{kind} {count:,}" for kind, count in sorted(whole.kinds.items()))
    lines += ["", f"Baskets by kind: {kinds}. Every pair of kinds met on at least {least} baskets."]
    lines += ["", *whole.faults[:10]] if whole.faults else []
    return "\n".join(lines)


GENERATED = {
    "pair": "every pair of kinds",
    "mixed": "mixed, up to 14 units",
    "near": "near thresholds",
    "adversarial": "eight overlapping offers on groups",
    "pass": "forced, priorities, in the shop's favour",
    "large": "large, up to 40 units",
}
PAIRS_SORTED = {(min(pair), max(pair)) for pair in PAIRS}


def _replayed(stores: int | None) -> Proof:
    def run() -> tuple[str, str, str, bool, str]:
        with TemporaryDirectory(prefix="zhanggui-prove-") as folder:
            Path(folder).chmod(0o755)
            outcome = replay_year(Path(folder) / "replay", database_url="", stores=stores, workers=2)
        differ = sum(not verdict.equal for verdict in outcome.verdicts)
        size = f"{outcome.receipts:,} receipts of {outcome.stores} tills, {outcome.documents:,} documents"
        said = f"{len(outcome.verdicts) - differ} of {len(outcome.verdicts)} comparisons equal to the cent"
        return "a real chain's year", size, said, outcome.equal, "```\n" + outcome.rendered() + "\n```"

    return _timed(run)


def _page(began: datetime, start: int, proofs: list[Proof]) -> str:
    lines = [
        "# Proof",
        "",
        f"Written by `make prove` on {began:%Y-%m-%d %H:%M} UTC; first seed {start}; Python "
        f"{platform.python_version()}, SQLite {apsw.sqlite_lib_version()}. The same seed gives the same history.",
        "",
        "| proof | tried | outcome | holds | took |",
        "|---|---|---|---|---|",
    ]
    for proof in proofs:
        held = "yes" if proof.held else "**no**"
        lines.append(f"| {proof.name} | {proof.size} | {proof.outcome} | {held} | {proof.took_s:.0f} s |")
    for proof in proofs:
        if proof.detail:
            lines += ["", f"## {proof.name.capitalize()}", "", proof.detail]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
