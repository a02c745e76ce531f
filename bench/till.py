"""The till in a real terminal: from a code on the scanner's line to the painted line and total, and its start.

Beside it, on a second scanner and terminal and by turns, the least a Textual app could do: change one label.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.lane import OPERATOR, PIN, Lane, scanned_code, scanned_item
from bench.measure import Result, durations, median_duration
from bench.terminal import Screen
from devices.simulators.scanner import ScannerSimulator
from retail.codec import decode_document, decode_envelope
from retail.documents.sale import Sale
from store_db.journal_reader import JournalReader

LINES = 100
RECEIPTS = 3
STARTS = 7
PACED = 1_000
PACE_S = 0.1
PAUSE_S = 0.03
ENVIRON = {
    # An installed till has its byte code beside it; the floor's libraries have theirs in any case.
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    **{"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"},
}


def run() -> list[Result]:
    """Scan to paint, quiet and while a delta lands; start to first scan; 1,000 codes at 10 a second."""
    with TemporaryDirectory(prefix="zhanggui-bench-") as name:
        folder = Path(name)
        lane = Lane(folder)
        floor_line = ScannerSimulator(folder / "floor")
        try:
            results = _scans(lane, floor_line, folder)
            return [*results, *_starts(lane, folder), _paced(lane)]
        finally:
            lane.close()
            floor_line.close()


def _till(lane: Lane) -> Screen:
    return Screen([sys.executable, "-m", "pos_terminal.cli", "run", "--config", str(lane.config)], environ=ENVIRON)


def _floor(folder: Path) -> Screen:
    return Screen([sys.executable, "-m", "bench.floor_app", str(folder / "floor")], environ=ENVIRON)


def _scans(lane: Lane, floor_line: ScannerSimulator, folder: Path) -> list[Result]:
    with _till(lane) as till, _floor(folder) as floor:
        floor.wait_for("line open")
        _sign_on(till)
        quiet = _series(lane, floor_line, till, floor)
        with _deltas(lane):
            busy = _series(lane, floor_line, till, floor)
    note = f"100,000 items, 1,000 offers, receipts of {LINES} lines; floor: a bare app that changes one label"
    return [
        *durations("scan to painted line and total", *quiet, 2.0, note=note),
        *durations("the same while 20,000 rows land", *busy, 2.0, note=note),
    ]


def _sign_on(till: Screen) -> None:
    till.wait_for("请输工号")
    till.type(f"{OPERATOR}\r")
    till.wait_for("请输密码")
    till.type(f"{PIN}\r")
    till.wait_for("还没有开班")
    till.type("200\r")
    till.wait_for("可以收银")


def _series(lane: Lane, floor_line: ScannerSimulator, till: Screen, floor: Screen) -> tuple[list[float], list[float]]:
    """Milliseconds from the write on the scanner's line to the paint, for each line of some receipts."""
    ours: list[float] = []
    least: list[float] = []
    for _ in range(RECEIPTS):
        for number in range(1, LINES + 1):
            code = scanned_code(number)
            shown = (f"商品 {scanned_item(number):06d}", f"{number} 行 {number} 件")
            steps: list[Callable[[], None]] = [
                lambda: ours.append(_timed(lane.scanner, code, till, shown)),  # noqa: B023 called before the next turn
                lambda: least.append(_timed(floor_line, code, floor, (code,))),  # noqa: B023
            ]
            for step in steps if number % 2 else reversed(steps):
                step()
                time.sleep(PAUSE_S)
        till.type("\r")
        till.wait_for("应收")
        till.type("\r")
        till.wait_for("已收")
        till.drain()
    return ours, least


def _timed(line: ScannerSimulator, code: str, screen: Screen, shown: tuple[str, ...]) -> float:
    start = time.perf_counter()
    line.scan(code)
    return (screen.wait_for(*shown) - start) * 1000


@contextmanager
def _deltas(lane: Lane) -> Iterator[None]:
    """Another process, as the agent is, takes in deltas of 20,000 prices, one a second."""
    process = subprocess.Popen([sys.executable, "-m", "bench.deltas", str(lane.data)])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _starts(lane: Lane, folder: Path) -> list[Result]:
    ours: list[float] = []
    signed_on: list[float] = []
    least: list[float] = []
    for _ in range(STARTS):
        start = time.perf_counter()
        with _till(lane) as till:
            ours.append(till.wait_for("请输工号") - start)
            till.type(f"{OPERATOR}\r{PIN}\r")
            signed_on.append(till.wait_for("收银员") - start)
        start = time.perf_counter()
        with _floor(folder) as floor:
            least.append(floor.wait_for("line open") - start)
    first = "from the start of the process to the first possible input"
    second = "number and PIN typed at the first moment; with the PIN's hash, which is slow by intent; same floor"
    return [
        median_duration("start", ours, least, 1.5, note=first),
        median_duration("start to signed on", signed_on, least, 4.0, note=second),
    ]


def _paced(lane: Lane) -> Result:
    """One receipt of 1,000 codes that come at 10 a second whatever the screen does; then the journal is read."""
    sent = [scanned_code(number) for number in range(1, PACED + 1)]
    with _till(lane) as till:
        till.wait_for("请输工号")
        till.type(f"{OPERATOR}\r")
        till.wait_for("请输密码")
        till.type(f"{PIN}\r")
        till.wait_for("可以收银")
        due = time.perf_counter()
        for code in sent:
            lane.scanner.scan(code)
            due += PACE_S
            till.drain(max(0.0, due - time.perf_counter()))
            time.sleep(max(0.0, due - time.perf_counter()))
        till.drain(0.5)
        till.type("\r")
        till.wait_for("应收")
        till.type("\r")
        till.wait_for("已收")
    kept = [line.code for line in _last_sale(lane.data).lines]
    right = sum(1 for one, other in zip(sent, kept, strict=False) if one == other)
    return Result(
        "1,000 codes at 10 a second", "in order", "codes", right, PACED, right / PACED, 1.0, "exactly", len(kept)
    )


def _last_sale(data: Path) -> Sale:
    reader = JournalReader.open(data / "journal.db")
    found: list[Sale] = []
    for head in reader.heads():
        for entry in reader.entries(head.stream, max(0, head.seq - 20), 100, 10_000_000):
            envelope = decode_envelope(entry.envelope)
            if envelope.kind == "sale":
                document = decode_document(envelope.kind, envelope.version, entry.body)
                assert isinstance(document, Sale)
                found.append(document)
    return max(found, key=lambda sale: sale.counter)
