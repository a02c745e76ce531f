"""A catalogue of 100,000 items arrives at a new till: signed snapshots beside a bare insert of the same rows."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import apsw
import msgspec

from bench.measure import Result, median_duration
from retail.feeds import (
    BarcodeRow,
    FeedRow,
    ItemRow,
    Manifest,
    PriceRow,
    digest_of,
    encode_row,
    encode_rows,
)
from retail.gtin import restricted_ean13
from store_db.feeds_db import FeedStore

ITEMS = 100_000
ROUNDS = 5
GENERATION = "bench"
Piece = tuple[Manifest, list[FeedRow], bytes]


def run() -> list[Result]:
    """Seconds to take the three feeds in, against at most three times the bare insert."""
    feeds = [piece(feed, rows) for feed, rows in catalogue(ITEMS).items()]
    ours: list[float] = []
    floor: list[float] = []
    with TemporaryDirectory(prefix="zhanggui-bench-") as folder:
        for number in range(ROUNDS):
            path = Path(folder) / f"feeds-{number}.db"
            ours.append(_take_in(path, feeds))
            floor.append(_bare(path, Path(folder) / f"bare-{number}.db"))
    note = "items, barcodes, prices with their indexes; digest checked, rows read strictly, swapped in at once"
    return [median_duration("100,000 items into a new till", ours, floor, 3.0, note=note)]


def catalogue(items: int) -> dict[str, list[msgspec.Struct]]:
    """Feeds of a catalogue: one barcode and one price per item. Item `n` costs 0.10 × (n mod 500 + 1)."""
    return {
        "items": [_item(number) for number in range(items)],
        "barcodes": [BarcodeRow(code_of(number), str(number)) for number in range(items)],
        "prices": [PriceRow(str(number), 1000 * (number % 500 + 1)) for number in range(items)],
    }


def code_of(number: int) -> str:
    """The barcode of item `number`."""
    return restricted_ean13("20", number)


def _item(number: int) -> ItemRow:
    return ItemRow(
        item=str(number),
        name=f"商品 {number:06d} 可口可乐 330ml",
        department=f"D{number % 40}",
        pinyin=f"sp{number:06d}kkkl",
        category=f"C{number % 300}",
        brand=f"B{number % 900}",
    )


def piece(feed: str, rows: list[msgspec.Struct], *, store: str = "S1", after: int | None = None) -> Piece:
    """A snapshot of these rows, or a delta that follows position `after`."""
    start = after or 0
    made = [FeedRow(_key(row), start + number, encode_row(row)) for number, row in enumerate(rows, 1)]
    block = encode_rows(made)
    kind: Literal["delta", "snapshot"] = "snapshot" if after is None else "delta"
    manifest = Manifest(store, feed, GENERATION, kind, start, start + len(made), len(made), digest_of(block))
    return manifest, made, block


def _key(row: msgspec.Struct) -> str:
    return str(next(iter(msgspec.structs.asdict(row).values())))


def _take_in(path: Path, feeds: list[Piece]) -> float:
    store = FeedStore.open(path, store="S1", verify=lambda message, signature: True)
    start = time.perf_counter()
    for manifest, rows, block in feeds:
        store.apply(manifest, rows, b"signature", block)
    elapsed = time.perf_counter() - start
    store.close()
    return elapsed


def _bare(filled: Path, path: Path) -> float:
    """Inserts what the filled file holds into empty tables with the same indexes, one transaction a feed."""
    source = apsw.Connection(str(filled), flags=apsw.SQLITE_OPEN_READONLY)
    tables = ("item", "barcode", "price")
    rows = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
    wanted = "SELECT sql FROM sqlite_schema WHERE tbl_name = ? AND sql IS NOT NULL ORDER BY type DESC"
    schema = [str(sql) for table in tables for (sql,) in source.execute(wanted, (table,))]
    db = apsw.Connection(str(path))
    db.execute("PRAGMA journal_mode=WAL")
    for statement in schema:
        db.execute(statement)
    start = time.perf_counter()
    for table, values in rows.items():
        marks = ", ".join("?" * len(values[0]))
        with db:
            db.executemany(f"INSERT INTO {table} VALUES ({marks})", values)
    elapsed = time.perf_counter() - start
    db.close()
    return elapsed
