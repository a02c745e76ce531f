"""Reads a journal from its first entry and names the first that is not what the till wrote.

The chain shows any change, removal or insertion inside a stream, the signatures who made it, and each stream's first
entry where the one before it had ended. What was cut off the very end shows only where another place has seen it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, NamedTuple

import apsw

from retail.chain import GENESIS, Verify, entry_hash, stream_prefix
from retail.codec import DocumentError, Envelope, UnknownDocument, decode_document, decode_envelope
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.till import StreamOpen
from retail.effects import Sums
from store_db.balances import all_sums, merge, without_zeros
from store_db.connection import open_reader, rows
from store_db.entries import SEQ_MASK, StreamRow, decoded, place, streams, walk
from store_db.errors import CannotOpen, ForeignFile
from store_db.journal import local_sums, sold_minor

What = Literal["missing", "hash", "signature", "envelope", "index", "body", "parent", "counter", "balance", "file"]

CHUNK: Final = 500
ROWS_AFTER: Final = """
SELECT place, hash, signature, envelope, body, kind, version, business_date, at_ms, counter, grand_total
FROM entry WHERE place > ? AND place < ? ORDER BY place LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first entry that is not as it was written, and what about it. Number 0 of no stream speaks of the file."""

    incarnation: bytes
    seq: int
    what: What


class _Row(NamedTuple):
    place: int
    hash: bytes
    signature: bytes
    envelope: bytes
    body: bytes
    kind: str
    version: int
    business_date: int
    at_ms: int
    counter: int
    grand_total: int


def verify(path: str | Path, check: Verify) -> Flaw | None:
    """The first flaw of the journal in this file, None when there is none. `check` verifies with the till's key."""
    try:
        db = open_reader(path)
    except (CannotOpen, ForeignFile):
        return Flaw(b"", 0, "file")
    try:
        return verify_journal(db, check)
    finally:
        db.close()


def verify_journal(db: apsw.Connection, check: Verify) -> Flaw | None:
    """As `verify`, over an open connection."""
    audit = _Audit(db, check)
    try:
        for row in streams(db):
            if what := audit.stream(row):
                return Flaw(row.stream.incarnation, audit.seq, what)
        return None if balances_agree(db) else Flaw(b"", 0, "balance")
    except (apsw.CorruptError, apsw.NotADBError, apsw.IOError):
        return Flaw(audit.incarnation, audit.seq + 1 if audit.incarnation else 0, "file")


def balances_agree(db: apsw.Connection) -> bool:
    """Whether the sums on file equal the fold of the entries on file."""
    return without_zeros(all_sums(db)) == without_zeros(refold(db))


def refold(db: apsw.Connection) -> Sums:
    """The till's sums from the checkpoint of what was pruned and the bytes of the entries that are left."""
    sums = all_sums(db, "checkpoint")
    for row in streams(db):
        for _, entry in walk(db, row):
            try:
                envelope, document = decoded(entry)
            except UnknownDocument:
                continue  # written by a later release, which was taken back
            merge(sums, local_sums(envelope, document))
    return sums


class _Audit:
    """Walks the streams in order and remembers what the next entry must follow."""

    def __init__(self, db: apsw.Connection, check: Verify) -> None:
        self._db, self._check = db, check
        self.incarnation, self.seq = b"", 0
        self._hash = GENESIS
        self._head: tuple[bytes, int, bytes] | None = None
        self._counters: tuple[int, int] | None = None

    def stream(self, row: StreamRow) -> What | None:
        """What is wrong with entry `self.seq`, the first bad one of this stream; None when all are good."""
        self.incarnation, self.seq, self._hash = row.stream.incarnation, row.pruned_seq, row.pruned_hash
        prefix = stream_prefix(row.stream)
        after = place(row.number, row.pruned_seq)
        while found := rows(self._db, ROWS_AFTER, (after, row.end_place, CHUNK)):
            for stands in map(_Row._make, found):
                self.seq += 1
                if what := self._entry(prefix, stands):
                    return what
            after = found[-1][0]
        self._head = (self.incarnation, self.seq, self._hash)
        return None

    def _entry(self, prefix: bytes, stands: _Row) -> What | None:
        if stands.place & SEQ_MASK != self.seq:
            return "missing"
        self._hash = entry_hash(prefix, self.seq, self._hash, stands.envelope, stands.body)
        if stands.hash != self._hash:
            return "hash"
        if not self._check(stands.hash, stands.signature):
            return "signature"
        try:
            envelope = decode_envelope(stands.envelope)
        except DocumentError:
            return "envelope"
        if (envelope.incarnation, envelope.seq) != (self.incarnation, self.seq):
            return "envelope"
        if stands[5:9] != (envelope.kind, envelope.version, envelope.business_date, envelope.at_ms):
            return "index"
        return self._document(envelope, stands)

    def _document(self, envelope: Envelope, stands: _Row) -> What | None:
        try:
            document: Document | None = decode_document(envelope.kind, envelope.version, stands.body)
        except UnknownDocument:
            document = None
        except DocumentError:
            return "body"
        if isinstance(document, StreamOpen) and not self._follows(document):
            return "parent"
        counters = (stands.counter, stands.grand_total)
        if self._counters is not None and document is not None:
            counter, grand_total = self._counters
            if isinstance(document, Sale):
                counter, grand_total = document.counter, grand_total + sold_minor(document)
            if counters != (counter, grand_total):
                return "counter"
        self._counters = counters
        return None

    def _follows(self, opening: StreamOpen) -> bool:
        if self._head is None:
            return opening.parent is None or self.seq != 1
        parent = opening.parent
        return parent is not None and (parent.incarnation, parent.seq, opening.parent_hash) == self._head
