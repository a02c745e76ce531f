"""Takes old entries out of the journal: only the till does it, and only to what headquarters has archived.

What goes leaves its fold in the checkpoint and its last hash with the stream, in the same transaction, so that the
sums can still be rebuilt and the chain still be followed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import apsw

from retail.chain import Entry
from retail.codec import UnknownDocument
from retail.effects import Effect, Sums, add
from retail.ids import Stream
from store_db.balances import add_sums
from store_db.connection import rows, transaction
from store_db.entries import SEQ_MASK, StreamRow, decoded, place, streams
from store_db.journal import Journal, local_sums

KEEP_MS: Final = 35 * 86_400_000
"""What is younger stays, whoever else has it: a restored headquarters asks for it again."""

BATCH: Final = 200
"""Entries taken out in one transaction: short enough not to be felt between two scans."""

OLD: Final = """
SELECT place, at_ms, hash, envelope, body, signature FROM entry
WHERE place > ? AND place <= ? ORDER BY place LIMIT ?
"""
DELETE: Final = "DELETE FROM entry WHERE place > ? AND place <= ?"
MARK: Final = "UPDATE stream SET pruned_seq = ?, pruned_hash = ? WHERE stream = ?"


def prune(journal: Journal, archived: Mapping[Stream, int], now_ms: int, *, batch: int = BATCH) -> int:
    """Takes out one batch of entries that are archived and older than 35 days; how many went. Zero: nothing is left to
    do. The open stream keeps its last entry, and a document of an unknown version stays until it can be folded."""
    db = journal.db
    for row in streams(db):
        limit = archived.get(row.stream, 0)
        if row.stream == journal.stream:
            limit = min(limit, journal.head.seq - 1)
        if limit > row.pruned_seq and (went := _prune_stream(db, row, limit, now_ms - KEEP_MS, batch)):
            return went
    return 0


def _prune_stream(db: apsw.Connection, row: StreamRow, limit: int, before_ms: int, batch: int) -> int:
    first = place(row.number, row.pruned_seq)
    sums: Sums = {}
    last: tuple[int, bytes] | None = None
    went = 0
    for at, at_ms, sealed, *parts in rows(db, OLD, (first, place(row.number, limit), batch)):
        if at_ms >= before_ms:
            break
        try:
            envelope, document = decoded(Entry(*parts))
        except UnknownDocument:
            break
        found = local_sums(envelope, document)
        add(sums, (Effect(ledger, key, amounts) for (ledger, key), amounts in found.items()))
        last, went = (at, sealed), went + 1
    if last is None:
        return 0
    with transaction(db):
        add_sums(db, sums, "checkpoint")
        db.execute(MARK, (last[0] & SEQ_MASK, last[1], row.number))
        db.execute(DELETE, (first, last[0]))
    db.execute("PRAGMA incremental_vacuum(200)")
    return went
