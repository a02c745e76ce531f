"""Takes old entries out of a file: only its writer does it, and only to what headquarters has archived.

What goes leaves its fold in the checkpoint and its last hash with the stream, in the same transaction, so that the
sums can still be rebuilt and the chain still be followed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import apsw

from retail.chain import Entry
from retail.codec import DocumentError, Envelope
from retail.documents.base import Document
from retail.effects import Sums
from retail.ids import Stream
from store_db.balances import add_sums, merge
from store_db.connection import rows, transaction
from store_db.entries import SEQ_MASK, StreamRow, decoded, place, streams
from store_db.errors import JournalUnavailable, reason_of
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
GIVE_BACK: Final = "PRAGMA incremental_vacuum(200)"
MARK: Final = "UPDATE stream SET pruned_seq = ?, pruned_hash = ? WHERE stream = ?"


Fold = Callable[[Envelope, Document], Sums]
"""What one document adds to the file's sums."""

Forget = Callable[[apsw.Connection, int, int], None]
"""Notes what is to be kept of the entries behind one place and up to another, before they go."""


def prune(journal: Journal, archived: Mapping[Stream, int], now_ms: int, *, batch: int = BATCH) -> int:
    """Takes out one batch of entries that are archived and older than 35 days; how many went. Zero: nothing is left to
    do. The open stream keeps its last entry, and a document of an unknown version stays until it can be folded.

    Raises JournalUnavailable, with nothing taken out.
    """
    limits = dict(archived)
    limits[journal.stream] = min(archived.get(journal.stream, 0), journal.head.seq - 1)
    try:
        return prune_batch(journal.db, limits, now_ms, local_sums, batch=batch)
    except apsw.Error as error:
        raise JournalUnavailable(reason_of(error), str(error)) from error


def prune_batch(
    db: apsw.Connection,
    limits: Mapping[Stream, int],
    now_ms: int,
    sums_of: Fold,
    *,
    forget: Forget = lambda db, after, to: None,
    batch: int = BATCH,
) -> int:
    """Takes one batch of old entries, up to each stream's limit, out of an open file; how many went."""
    for row in streams(db):
        limit = limits.get(row.stream, 0)
        part = _old_entries(db, row, limit, now_ms - KEEP_MS, batch, sums_of) if limit > row.pruned_seq else None
        if part is None:
            continue
        with transaction(db):
            add_sums(db, part.sums, "checkpoint")
            db.execute(MARK, (part.last & SEQ_MASK, part.hash, row.number))
            forget(db, part.after, part.last)
            db.execute(DELETE, (part.after, part.last))
        db.execute(GIVE_BACK)
        return part.count
    return 0


@dataclass(frozen=True, slots=True)
class _Part:
    """Entries behind the place `after` up to `last`, which has `hash`: what they add up to, and how many they are."""

    after: int
    last: int
    hash: bytes
    sums: Sums
    count: int


def _old_entries(
    db: apsw.Connection, row: StreamRow, limit: int, before_ms: int, batch: int, sums_of: Fold
) -> _Part | None:
    after = place(row.number, row.pruned_seq)
    sums: Sums = {}
    last, sealed, count = after, b"", 0
    for at, at_ms, entry_hash, *parts in rows(db, OLD, (after, place(row.number, limit), batch)):
        if at_ms >= before_ms:
            break
        try:
            envelope, document = decoded(Entry(*parts))
        except DocumentError:
            break
        merge(sums, sums_of(envelope, document))
        last, sealed, count = at, entry_hash, count + 1
    return _Part(after, last, sealed, sums, count) if count else None
