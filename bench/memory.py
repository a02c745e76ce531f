"""Does the till grow? Resident memory of a till after 10,000 receipts beside the same till after 1,000."""

from __future__ import annotations

import multiprocessing
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.lane import OPERATOR, PIN, Lane, scanned_code
from bench.measure import Result
from pos_terminal.checkout.commands import Entered, PinTyped, Pressed, Scanned
from pos_terminal.till import Till

EARLY, LATE = 1_000, 10_000
TARGET = 1.1


def run() -> list[Result]:
    """Megabytes late over megabytes early; each receipt has three scanned lines and is paid in cash."""
    with TemporaryDirectory(prefix="zhanggui-bench-") as name:
        lane = Lane(Path(name))
        lane.close()
        context = multiprocessing.get_context("spawn")
        answers: Any = context.Queue()
        process = context.Process(target=_sell, args=(lane.data, answers))
        process.start()
        early, late = answers.get(timeout=600), answers.get(timeout=600)
        process.join()
    note = f"resident memory of a till after {LATE:,} receipts, beside the same after {EARLY:,}; 100,000 items"
    return [Result("memory of the till", "resident", "MB", late, early, late / early, TARGET, "at_most", 1, note)]


def _sell(data: Path, answers: Any) -> None:
    with Till.open(data, threaded=False, machine="bench") as till:
        till.submit(PinTyped(OPERATOR, PIN))
        till.wait_for(lambda state: state.operator is not None)
        till.submit(Entered("200"))
        till.settle()
        for number in range(1, LATE + 1):
            for line in range(3):
                till.submit(Scanned(scanned_code(number * 3 + line)))
            till.submit(Pressed("total"))
            till.submit(Entered(""))
            till.settle()
            if number in (EARLY, LATE):
                if till.history.next_counter() != number + 1:
                    raise RuntimeError(
                        f"{number} receipts were sold, the journal has {till.history.next_counter() - 1}"
                    )
                answers.put(_resident_mb())


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
