"""What was sold as the three places know it: each by its own sums, from its own file or database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import apsw
from sqlalchemy import text
from sqlalchemy.orm import Session
from wcwidth import wcswidth

from retail.money import format_minor
from retail.quantity import format_milli
from store_agent.hub_host import STORE_FILE
from store_db import balances
from store_db.journal_reader import JournalReader
from store_db.store_reader import StoreReader

_RECEIPTS: Final = text("SELECT coalesce(sum(receipts), 0), coalesce(sum(net), 0) FROM receipt WHERE store_id = :store")
_LINES: Final = text("SELECT count(*) FROM receipt_line WHERE store_id = :store")
_STOCK: Final = text("SELECT item, quantity_milli FROM ledger_stock WHERE store_id = :store AND quantity_milli <> 0")
_CLERKS: Final = text("SELECT clerk, sum(net) FROM ledger_clerk_day WHERE store_id = :store GROUP BY clerk")


LABEL_CELLS: Final = 26
COLUMN_CELLS: Final = 16


@dataclass(frozen=True, slots=True)
class Tally:
    """Receipts, their lines and net, what every clerk sold for, and by how much each item's stock moved."""

    receipts: int
    lines: int
    net: int
    clerks: dict[str, int]
    stock: dict[str, int]

    @property
    def moved_milli(self) -> int:
        """By how much all stock moved together."""
        return sum(self.stock.values())


def at_till(journal: Path) -> Tally:
    """What the till summed up with each of its commits."""
    reader = JournalReader.open(journal)
    try:
        return _of_file(reader.db)
    finally:
        reader.close()


def at_agent(data: Path) -> Tally:
    """What the store's agent summed up from the entries that reached it."""
    reader = StoreReader.open(data / STORE_FILE)
    try:
        return _of_file(reader.db)
    finally:
        reader.close()


def at_headquarters(session: Session, store: str) -> Tally:
    """What headquarters folded: receipts and lines by counting its rows, clerks and stock from its ledgers."""
    receipts, net = session.execute(_RECEIPTS, {"store": store}).one()
    lines = session.execute(_LINES, {"store": store}).scalar_one()
    clerks = {clerk: int(amount) for clerk, amount in session.execute(_CLERKS, {"store": store}) if amount}
    stock = {item: int(milli) for item, milli in session.execute(_STOCK, {"store": store})}
    return Tally(int(receipts), int(lines), int(net), clerks, stock)


def _of_file(db: apsw.Connection) -> Tally:
    receipts = lines = net = 0
    for _, (counted, sold, amount) in balances.balances(db, "hour_day"):
        receipts, lines, net = receipts + counted, lines + sold, net + amount
    clerks: dict[str, int] = {}
    for key, (_, amount) in balances.balances(db, "clerk_day"):
        clerks[str(key[1])] = clerks.get(str(key[1]), 0) + amount
    stock = {str(key[0]): milli for key, (milli,) in balances.balances(db, "stock") if milli}
    return Tally(receipts, lines, net, {clerk: amount for clerk, amount in clerks.items() if amount}, stock)


def side_by_side(heads: Sequence[str], tallies: Sequence[Tally], labels: Sequence[str], currency: str) -> str:
    """The tallies as a table: one column for each place, one row for each figure."""
    figures: Sequence[Callable[[Tally], str]] = (
        lambda tally: f"{tally.receipts:,}",
        lambda tally: f"{tally.lines:,}",
        lambda tally: format_minor(tally.net, currency),
        lambda tally: f"{len(tally.clerks):,}",
        lambda tally: f"{len(tally.stock):,}",
        lambda tally: format_milli(tally.moved_milli),
    )
    rows = [_row("", heads)]
    for label, figure in zip(labels, figures, strict=True):
        rows.append(_row(label, [figure(tally) for tally in tallies]))
    return "\n".join(rows)


def _row(label: str, cells: Sequence[str]) -> str:
    return _fill(LABEL_CELLS, label) + label + "".join(_fill(COLUMN_CELLS, cell) + cell for cell in cells)


def _fill(width: int, text_: str) -> str:
    return " " * max(1, width - wcswidth(text_))
