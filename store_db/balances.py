"""Sums of effects in a table: one row per ledger and key, one column per measure.

Adding is one statement per key, meant for the transaction that writes the document. Which ledgers a file keeps is its
owner's choice; what is kept always equals the fold of the file's entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, Literal

import apsw
import msgspec

from retail.effects import LEDGERS, Effect, Key, Sums, add
from store_db.connection import rows

MEASURES_MAX: Final = 5
_FIXARRAY: Final = 0x90
"""MessagePack's head of a short array; a key is stored without it, so that keys sharing parts share a prefix."""

SumTable = Literal["balance", "checkpoint"]

_UPSERT: Final = """
INSERT INTO {table} (ledger, key, m0, m1, m2, m3, m4) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (ledger, key) DO UPDATE SET
    m0 = m0 + excluded.m0, m1 = m1 + excluded.m1, m2 = m2 + excluded.m2, m3 = m3 + excluded.m3, m4 = m4 + excluded.m4
"""
UPSERT: Final[dict[SumTable, str]] = {
    "balance": _UPSERT.replace("{table}", "balance"),
    "checkpoint": _UPSERT.replace("{table}", "checkpoint"),
}
ALL: Final[dict[SumTable, str]] = {
    "balance": "SELECT ledger, key, m0, m1, m2, m3, m4 FROM balance",
    "checkpoint": "SELECT ledger, key, m0, m1, m2, m3, m4 FROM checkpoint",
}
ONE: Final = "SELECT m0, m1, m2, m3, m4 FROM balance WHERE ledger = ? AND key = ?"
RANGE: Final = "SELECT key, m0, m1, m2, m3, m4 FROM balance WHERE ledger = ? AND key >= ? AND key < ?"

_PADDING: Final = tuple((0,) * count for count in range(MEASURES_MAX + 1))
_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(tuple[str | int, ...])

assert all(len(ledger.measures) <= MEASURES_MAX for ledger in LEDGERS.values()), "the table needs another column"


def key_bytes(key: Key) -> bytes:
    """A key as it is stored: its parts one after the other. A shorter key is a prefix of those that begin with it."""
    return _encoder.encode(key)[1:]


def key_of(ledger: str, stored: bytes) -> Key:
    """The key that these bytes stand for."""
    return _decoder.decode(bytes((_FIXARRAY | len(LEDGERS[ledger].keys),)) + stored)


def add_sums(db: apsw.Connection, sums: Sums, table: SumTable = "balance") -> None:
    """Adds to the table's rows, making those that are missing. For use inside a transaction."""
    if sums:
        db.executemany(UPSERT[table], (_row(ledger, key, amounts) for (ledger, key), amounts in sums.items()))


def balance(db: apsw.Connection, ledger: str, key: Key) -> tuple[int, ...]:
    """The ledger's measures under the key; zeros when nothing was ever added there."""
    measures = len(LEDGERS[ledger].measures)
    row = db.execute(ONE, (ledger, key_bytes(key))).fetchone()
    return tuple(row[:measures]) if row else _PADDING[measures]


def balances(db: apsw.Connection, ledger: str, first_parts: Key = ()) -> Iterator[tuple[Key, tuple[int, ...]]]:
    """All keys of the ledger that begin with these parts, and their measures."""
    prefix = key_bytes(first_parts)
    measures = len(LEDGERS[ledger].measures)
    for row in rows(db, RANGE, (ledger, prefix, after_prefix(prefix))):
        yield key_of(ledger, row[0]), tuple(row[1 : 1 + measures])


def all_sums(db: apsw.Connection, table: SumTable = "balance") -> Sums:
    """The whole table."""
    return {
        (ledger, key_of(ledger, stored)): tuple(rest[: len(LEDGERS[ledger].measures)])
        for ledger, stored, *rest in rows(db, ALL[table])
        if ledger in LEDGERS
    }


def merge(sums: Sums, more: Sums) -> None:
    """Adds `more` into `sums` in place."""
    add(sums, (Effect(ledger, key, amounts) for (ledger, key), amounts in more.items()))


def without_zeros(sums: Mapping[tuple[str, Key], tuple[int, ...]]) -> Sums:
    """The sums less those that are nothing, which a fold in another order may or may not hold."""
    return {place: amounts for place, amounts in sums.items() if any(amounts)}


def _row(ledger: str, key: Key, amounts: tuple[int, ...]) -> tuple[str | bytes | int, ...]:
    return (ledger, key_bytes(key), *amounts, *_PADDING[MEASURES_MAX - len(amounts)])


def after_prefix(prefix: bytes) -> bytes:
    """Bytes that sort behind all stored keys that begin so: no key goes on with so many parts of minus one."""
    return prefix + b"\xff" * 15
