"""A real till process that sells in a loop is killed with -9 at any moment, again and again, on the same files.

    python -m tests.pos_terminal.kill_till ROUNDS SEED FOLDER

The parent forks a till, lets it run for a random time, kills it and looks at what it left behind. Everything the till
reported (a receipt after its COMMIT, a drawer that opened, an open receipt that was kept) is held against the journal.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from devices.printer import PrinterStatus
from pos_terminal.checkout.commands import Answered, Entered, PinTyped, Scanned
from pos_terminal.checkout.state import CheckoutState
from pos_terminal.till import Till
from retail.chain import Entry
from retail.effects import Sums, add, effects
from retail.receipt_number import receipt_number
from store_db.balances import all_sums, without_zeros
from store_db.connection import rows
from store_db.entries import decoded
from store_db.journal import TILL_LEDGERS
from store_db.journal_reader import JournalReader
from store_db.verify import verify as verify_journal
from tests.pos_terminal.premises import PINS, enrol, supply
from tests.pos_terminal.shop import CIDER, MILK, SOAP, TEA, label
from tests.store_db.samples import verify

ALL_SALES = "SELECT envelope, body, signature, hash FROM entry WHERE kind = 'sale' ORDER BY place"
ALL_ENTRIES = "SELECT envelope, body, signature FROM entry ORDER BY place"
RUN_MAX_S = 0.25
GOODS = (MILK, TEA, SOAP, CIDER, label("21", "00042", 755))


@dataclass
class Report:
    """What happened in all rounds. `problems` is empty when nothing was lost, doubled or claimed too early."""

    rounds: int = 0
    seed: int = 0
    reported: int = 0
    sales: int = 0
    unreported: int = 0
    killed_while_opening: int = 0
    drafts_kept: int = 0
    offered: int = 0
    problems: list[str] = field(default_factory=list)


def kill_rounds(count: int, seed: int, folder: Path) -> Report:
    """Runs the rounds in a process of their own, where nothing else has threads to be forked."""
    command = [sys.executable, "-m", "tests.pos_terminal.kill_till", str(count), str(seed), str(folder)]
    root = Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, check=False, timeout=60 + count * 10)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace")[-4_000:])
    return Report(**json.loads(done.stdout))


class TellingPrinter:
    """A printer that tells of every drawer it opens."""

    def __init__(self, told: int) -> None:
        self._told = told

    def send(self, job: bytes) -> None:
        """The slip is on the paper."""

    def send_now(self, command: bytes) -> None:
        """The drawer opens."""
        _tell(self._told, "kick")

    def status(self) -> PrinterStatus:
        return PrinterStatus()


def sell_for_ever(folder: Path, seed: int, told: int) -> None:
    """The till: signs on, takes up what was interrupted, and sells until it is killed."""
    chance = random.Random(seed)
    till = Till.open(folder, printer=TellingPrinter(told), machine="machine-1", software="kill", agent_deadline_s=0.2)
    till.submit(PinTyped("01", PINS["01"]))
    till.wait_for(lambda state: state.operator is not None)
    if till.state.shift is None:
        till.submit(Entered("200"))
        till.settle()
    asked = till.state.asked
    _tell(told, f"offered {len(till.state.draft.lines) if asked and till.state.draft else 0}")
    if asked is not None:
        till.submit(Answered("yes"))
    while True:
        _one_receipt(till, chance, told)


def _one_receipt(till: Till, chance: random.Random, told: int) -> None:
    for _ in range(chance.randint(1, 4)):
        till.submit(Scanned(chance.choice(GOODS)))
    if chance.random() < 0.5:
        _wait_for_draft(till)
        _tell(told, f"kept {len(till.state.receipt.lines)}")
    if not till.state.receipt.tenders:
        till.submit(Entered(""))
    till.submit(Entered("999"))
    state: CheckoutState = till.settle()
    assert state.last is not None, state.message
    _tell(told, f"sold {state.last.number} {state.last.net}")


def _wait_for_draft(till: Till) -> None:
    """Until everything handed to the draft's lane is on the disk."""
    written = threading.Event()
    till.lane("draft").do(written.set)
    written.wait(10)


def _tell(told: int, line: str) -> None:
    os.write(told, line.encode() + b"\n")


def main(count: int, seed: int, folder: Path) -> Report:
    """All rounds on one folder."""
    chance = random.Random(seed)
    supply(enrol(folder))
    report = Report(rounds=count, seed=seed)
    reported: dict[str, int] = {}
    kicks, left_open = 0, 0
    for place in range(count):
        lines = _round(folder, chance.getrandbits(32), chance.uniform(0.01, RUN_MAX_S))
        left_open = _check_round(folder, lines, reported, left_open, report, place)
        kicks += lines.count("kick")
    _check_all(folder, reported, kicks, report)
    return report


def _round(folder: Path, seed: int, run_s: float) -> list[str]:
    """One life of the till, and what it told. The time starts when it has opened; some are killed before."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        try:
            sell_for_ever(folder, seed, writing)
        finally:
            os._exit(1)
    os.close(writing)
    data = b""
    if seed % 5:
        select.select([reading], [], [], 20)
    time.sleep(run_s)
    os.kill(child, signal.SIGKILL)
    while chunk := os.read(reading, 65_536):
        data += chunk
    os.close(reading)
    os.waitpid(child, 0)
    return data.decode().split("\n")[:-1]


def _check_round(
    folder: Path, lines: list[str], reported: dict[str, int], left_open: int, report: Report, place: int
) -> int:
    """Holds one life against the journal; how many lines the next life must offer back."""
    offered = [int(line.split()[1]) for line in lines if line.startswith("offered")]
    if not offered:
        report.killed_while_opening += 1
        return left_open
    report.offered += bool(offered[0])
    before = report.sales
    sold = [line.split() for line in lines if line.startswith("sold")]
    for _, number, net in sold:
        if number in reported:
            report.problems.append(f"round {place}: {number} was reported twice")
        reported[number] = int(net)
    report.sales = len(_sales(folder))
    unreported = report.sales - before - len(sold)
    report.unreported += unreported
    if left_open and offered[0] < left_open:
        report.problems.append(f"round {place}: {left_open} lines were kept, {offered[0]} offered back")
    ends = [line for line in lines if line.startswith(("sold", "kept"))]
    kept = ends[-1] if ends and ends[-1].startswith("kept") else ""
    report.drafts_kept += bool(kept)
    # A receipt whose COMMIT came just before the kill is sold, not open.
    return int(kept.split()[1]) if kept and not unreported else 0


def _check_all(folder: Path, reported: dict[str, int], kicks: int, report: Report) -> None:
    report.reported = len(reported)
    sales = _sales(folder)
    numbers = [number for number, _, _ in sales]
    nets = {number: net for number, net, _ in sales}
    if len(set(numbers)) != len(numbers):
        report.problems.append("a receipt stands twice in the journal")
    if [counter for _, _, counter in sales] != list(range(1, len(sales) + 1)):
        report.problems.append("the receipt counter has gaps")
    for number, net in reported.items():
        if nets.get(number) != net:
            report.problems.append(f"{number} was reported as sold and is not in the journal")
    if kicks > len(sales):
        report.problems.append(f"the drawer opened {kicks} times for {len(sales)} receipts")
    if report.unreported > report.rounds:
        report.problems.append(f"{report.unreported} receipts nobody was told of")
    bad = verify_journal(folder / "journal.db", verify)
    if bad is not None:
        report.problems.append(f"the chain is broken: {bad}")
    if _folded(folder) != _kept(folder):
        report.problems.append("the sums are not those of the entries")


def _sales(folder: Path) -> list[tuple[str, int, int]]:
    """(number, net, counter) of every receipt in the journal."""
    reader = JournalReader.open(folder / "journal.db")
    found = []
    for envelope, body, signature, sealed in rows(reader.db, ALL_SALES):
        head, sale = decoded(Entry(envelope, body, signature))
        found.append((str(receipt_number(head.till, sale.counter, sealed)), sale.net, sale.counter))  # type: ignore[attr-defined]
    reader.close()
    return found


def _folded(folder: Path) -> Sums:
    reader = JournalReader.open(folder / "journal.db")
    sums: Sums = {}
    for parts in rows(reader.db, ALL_ENTRIES):
        head, document = decoded(Entry(*parts))
        add(sums, (effect for effect in effects(head, document) if effect.ledger in TILL_LEDGERS))
    reader.close()
    return without_zeros(sums)


def _kept(folder: Path) -> Sums:
    reader = JournalReader.open(folder / "journal.db")
    sums = without_zeros(all_sums(reader.db))
    reader.close()
    return sums


if __name__ == "__main__":
    made = main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
    sys.stdout.write(json.dumps(asdict(made)))
