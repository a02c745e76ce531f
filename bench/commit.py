"""A sale becomes a fact: the journal's append beside a bare transaction that writes the same rows."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bench.measure import Result, durations, interleave
from bench.samples import AT_MS, DATE, sale
from retail.documents.sale import Sale
from store_db.journal import Journal

ROUNDS = 600

Statement = tuple[str, tuple[object, ...]]


def run() -> list[Result]:
    """p50 and p99 of committing a ten-line sale, against at most twice the bare transaction."""
    with TemporaryDirectory(prefix="zhanggui-bench-") as folder:
        sales = [sale(number + 1) for number in range(ROUNDS)]
        wrote = _what_a_journal_writes(Path(folder) / "traced.db", sales)
        journal = open_journal(Path(folder) / "journal.db")
        bare = _bare_file(Path(folder) / "bare.db", journal)

        def append(number: int) -> None:
            _append(journal, sales[number], number)

        def floor(number: int) -> None:
            bare.execute("BEGIN IMMEDIATE")
            for statement, values in wrote[number]:
                bare.execute(statement, values)
            bare.execute("COMMIT")

        ours, least = interleave(append, floor, ROUNDS)
        journal.close()
    return durations("commit of one sale", ours, least, 2.0, note="10 lines: encode, seal, sign, sums, FULL commit")


def open_journal(path: Path, till: str = "T1") -> Journal:
    """A new journal with a new key."""
    return Journal.open(
        path,
        till=till,
        store="S1",
        machine="bench",
        software="bench",
        incarnation=bytes(range(16)),
        sign=Ed25519PrivateKey.generate().sign,
        business_date=DATE,
        at_ms=AT_MS,
        wall_ms=AT_MS,
        utc_offset_min=480,
    )


def _append(journal: Journal, document: Sale, number: int) -> None:
    at_ms = AT_MS + number
    journal.append(document, business_date=DATE, at_ms=at_ms, wall_ms=at_ms, utc_offset_min=480)


def _what_a_journal_writes(path: Path, sales: list[Sale]) -> list[list[Statement]]:
    """The statements with their values of each of the rounds' appends, as SQLite itself saw them."""
    journal = open_journal(path)
    wrote: list[list[Statement]] = []
    current: list[Statement] = []

    def traced(_: apsw.Cursor, statement: str, values: object) -> bool:
        if statement.lstrip().startswith("INSERT"):
            current.append((statement, tuple(values) if isinstance(values, tuple | list) else ()))
        return True

    journal.db.exec_trace = traced
    for number in range(ROUNDS):
        current.clear()
        _append(journal, sales[number], number)
        wrote.append(list(current))
    journal.db.exec_trace = None
    journal.close()
    return wrote


def _bare_file(path: Path, journal: Journal) -> apsw.Connection:
    db = apsw.Connection(str(path))
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    for (statement,) in journal.db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall():
        db.execute(str(statement))
    return db
