"""Entries as rows: the same two tables hold a till's own journal and what a hub has taken in.

A row's place is its stream's local number and its seq in one integer, so that a stream is a range of the table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import apsw

from retail.chain import Entry
from retail.codec import Envelope, decode_document, decode_envelope
from retail.documents.base import Document
from retail.ids import DocumentId, Stream
from retail.wire import StreamHead
from store_db.connection import rows

SEQ_BITS: Final = 40
SEQ_MASK: Final = (1 << SEQ_BITS) - 1

STREAMS: Final = "SELECT stream, till, incarnation, pruned_seq, pruned_hash FROM stream ORDER BY stream"
STREAM: Final = """
SELECT stream, till, incarnation, pruned_seq, pruned_hash FROM stream WHERE till = ? AND incarnation = ?
"""
LAST: Final = "SELECT place, hash FROM entry WHERE place > ? AND place < ? ORDER BY place DESC LIMIT 1"
HASH_AT: Final = "SELECT hash FROM entry WHERE place = ?"
ENTRY_AT: Final = "SELECT envelope, body, signature FROM entry WHERE place = ?"
ENTRIES_AFTER: Final = """
SELECT place, envelope, body, signature FROM entry WHERE place > ? AND place < ? ORDER BY place LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class StreamRow:
    """A stream and its number in this file. Entries up to `pruned_seq` were pruned; the last of them had
    `pruned_hash`."""

    number: int
    stream: Stream
    pruned_seq: int
    pruned_hash: bytes

    @property
    def first_place(self) -> int:
        """The place before the stream's first entry."""
        return place(self.number, 0)

    @property
    def end_place(self) -> int:
        """The place behind all of the stream's entries."""
        return place(self.number + 1, 0)


def place(stream_number: int, seq: int) -> int:
    """Where the entry stands in the table."""
    return stream_number << SEQ_BITS | seq


def streams(db: apsw.Connection) -> list[StreamRow]:
    """All streams of the file, oldest first."""
    return [_stream_row(row) for row in rows(db, STREAMS)]


def stream_row(db: apsw.Connection, stream: Stream) -> StreamRow | None:
    """The stream's row, or None when the file does not know it."""
    row = db.execute(STREAM, (stream.till, stream.incarnation)).fetchone()
    return _stream_row(row) if row else None


def head(db: apsw.Connection, row: StreamRow) -> StreamHead:
    """The stream's last entry, which may be a pruned one."""
    last = db.execute(LAST, (row.first_place, row.end_place)).fetchone()
    if last is None:
        return StreamHead(row.stream, row.pruned_seq, row.pruned_hash)
    return StreamHead(row.stream, last[0] & SEQ_MASK, last[1])


def heads(db: apsw.Connection) -> list[StreamHead]:
    """The last entry of every stream that still has any here, oldest first."""
    found = ((row, head(db, row)) for row in streams(db))
    return [last for row, last in found if last.seq > row.pruned_seq]


def hash_at(db: apsw.Connection, stream: Stream, seq: int) -> bytes | None:
    """The hash of an entry, None when it is not held. That of the last pruned entry is still known."""
    row = stream_row(db, stream)
    if row is None:
        return None
    if seq and seq == row.pruned_seq:
        return row.pruned_hash
    found = db.execute(HASH_AT, (place(row.number, seq),)).fetchone()
    return found[0] if found else None


def entries_after(db: apsw.Connection, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> list[Entry]:
    """The entries that follow `after_seq` without a gap: at most `limit`, and at most `bytes_max` bytes unless the
    first alone is larger. Empty when the one after `after_seq` is not held."""
    row = stream_row(db, stream)
    if row is None:
        return []
    found: list[Entry] = []
    size, expected = 0, place(row.number, after_seq + 1)
    for at, envelope, body, signature in rows(db, ENTRIES_AFTER, (expected - 1, row.end_place, limit)):
        entry = Entry(envelope, body, signature)
        size += entry.size
        if at != expected or (found and size > bytes_max):
            break
        found.append(entry)
        expected += 1
    return found


def entry_of(db: apsw.Connection, document: DocumentId) -> Entry | None:
    """The entry's exact bytes, or None when it is not held."""
    row = stream_row(db, document.stream)
    found = db.execute(ENTRY_AT, (place(row.number, document.seq),)).fetchone() if row else None
    return Entry(*found) if found else None


def decoded(entry: Entry) -> tuple[Envelope, Document]:
    """The entry's envelope and document. Raises DocumentError for bytes that are none."""
    envelope = decode_envelope(entry.envelope)
    return envelope, decode_document(envelope.kind, envelope.version, entry.body)


def document_id(envelope: Envelope) -> DocumentId:
    """The identity of the document under this envelope."""
    return DocumentId(envelope.till, envelope.incarnation, envelope.seq)


def walk(db: apsw.Connection, row: StreamRow, chunk: int = 500) -> Iterator[tuple[int, Entry]]:
    """(seq, entry) of a stream in order, read in short pieces so that no reader stands in a checkpoint's way."""
    after = place(row.number, row.pruned_seq)
    while True:
        found = rows(db, ENTRIES_AFTER, (after, row.end_place, chunk))
        for at, envelope, body, signature in found:
            yield at & SEQ_MASK, Entry(envelope, body, signature)
        if len(found) < chunk:
            return
        after = found[-1][0]


def _stream_row(row: tuple[int, str, bytes, int, bytes]) -> StreamRow:
    number, till, incarnation, pruned_seq, pruned_hash = row
    return StreamRow(number, Stream(till, incarnation), pruned_seq, pruned_hash)
