"""The till's journal: facts, written once, in the order they happened.

One append is one transaction: the entry's bytes, its hash and signature, and what it adds to the local sums. When
`append` has returned, the document outlives a power cut; before that nothing may be printed or handed out for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import apsw

from retail.chain import GENESIS, Entry, Sign, entry_hash, stream_prefix
from retail.codec import (
    ENVELOPE_FORMAT,
    Envelope,
    decode_document,
    encode_document,
    encode_envelope,
    kind_of,
)
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.till import StreamOpen
from retail.effects import Key, Sums, add, effects
from retail.ids import DocumentId, Stream
from store_db import balances, entries
from store_db.connection import DURABLE, Writer, WriterOptions, open_writer, sync_directory, transaction
from store_db.errors import JournalUnavailable, WrongTill, reason_of
from store_db.migrate import migrate

TILL_LEDGERS: Final = frozenset(
    {"stock", "clerk_day", "tender_shift", "drawer_shift", "hour_day", "reduction_day", "returned", "coupon_use"}
)
"""What a till sums for itself; by `coupon_use` it knows a coupon that it has taken before. Sums by item and day or by
member are the hub's and headquarters': nothing at the till reads them, and each would cost every commit one more page
for every line. Uses of offers with limits are counted from the entries behind the baselines' marks."""

TILL: Final = "SELECT till, store FROM till"
CLAIM_TILL: Final = "INSERT OR IGNORE INTO till (one, till, store) VALUES (1, ?, ?)"
HEAD: Final = """
SELECT till, incarnation, place, hash, counter, grand_total
FROM entry JOIN stream ON stream.stream = entry.place >> 40 ORDER BY place DESC LIMIT 1
"""
LAST_STREAM: Final = "SELECT coalesce(max(stream), 0) FROM stream"
NEW_STREAM: Final = "INSERT INTO stream (stream, till, incarnation) VALUES (?, ?, ?)"
APPEND: Final = """
INSERT INTO entry
    (place, kind, version, business_date, at_ms, counter, grand_total, hash, signature, envelope, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of the journal: its stream and number there, its hash, and how the till's counters stand."""

    stream: Stream
    seq: int
    hash: bytes
    counter: int
    grand_total: int


@dataclass(frozen=True, slots=True)
class Appended:
    """A document that is now a fact. `hash` gives the receipt's check characters and, signed, its QR."""

    id: DocumentId
    hash: bytes
    signature: bytes
    envelope: Envelope


@dataclass(frozen=True, slots=True)
class Moment:
    """When something happens: the open shift's business date, effective and wall time (UTC ms), the store's offset
    from UTC in minutes, and the epoch of the till's money rights."""

    business_date: int
    at_ms: int
    wall_ms: int
    utc_offset_min: int
    epoch: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """An entry before it is written, with what it changes."""

    appended: Appended
    entry: Entry
    head: Head
    sums: Sums


class Journal:
    """The one writer of a till's journal. Open it with `Journal.open`."""

    def __init__(self, writer: Writer, head: Head, parent: Head | None, *, number: int, store: str, sign: Sign) -> None:
        self._writer, self._db = writer, writer.db
        self._head, self._number, self._store, self._sign = head, number, store, sign
        self._prefix = stream_prefix(head.stream)
        self.parent = parent
        """The journal's head before this opening; None for a new journal."""

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        till: str,
        store: str,
        machine: str,
        software: str,
        incarnation: bytes,
        sign: Sign,
        business_date: int,
        at_ms: int,
        wall_ms: int,
        utc_offset_min: int,
        epoch: int = 0,
        options: WriterOptions = DURABLE,
    ) -> Self:
        """Opens the journal for writing and begins a stream whose first entry names the stream before it.

        `incarnation` is a fresh UUIDv7: a copied or restored file goes on under another name than its original.
        Raises SecondWriter, NewerFile, ForeignFile, CannotOpen, WrongTill, JournalUnavailable.
        """
        writer = open_writer(path, options)
        try:
            parent, number = _prepare(writer, till, store)
            if entries.stream_row(writer.db, Stream(till, incarnation)):
                raise ValueError("an incarnation is made afresh for each opening")
            counter, grand_total = (parent.counter, parent.grand_total) if parent else (0, 0)
            head = Head(Stream(till, incarnation), 0, GENESIS, counter, grand_total)
            journal = cls(writer, head, parent, number=number, store=store, sign=sign)
            moment = Moment(business_date, at_ms, wall_ms, utc_offset_min, epoch)
            journal._write_opening(machine, software, moment)
            if options.vfs is None:
                sync_directory(path)
        except (apsw.Error, OSError) as error:
            writer.close()
            raise _unavailable(error) from error
        except BaseException:
            writer.close()
            raise
        return journal

    def _write_opening(self, machine: str, software: str, moment: Moment) -> None:
        parent, stream = self.parent, self.stream
        named = DocumentId(parent.stream.till, parent.stream.incarnation, parent.seq) if parent else None
        sealed = self._seal(StreamOpen(named, parent.hash if parent else GENESIS, machine, software), moment)
        with transaction(self._db):
            self._db.execute(CLAIM_TILL, (stream.till, self._store))
            self._db.execute(NEW_STREAM, (self._number, stream.till, stream.incarnation))
            self._insert(sealed)
        self._head = sealed.head

    @property
    def stream(self) -> Stream:
        """The stream this opening writes."""
        return self._head.stream

    @property
    def next_seq(self) -> int:
        """The number the next document gets."""
        return self._head.seq + 1

    @property
    def next_counter(self) -> int:
        """The number the next receipt gets from the till's own counter."""
        return self._head.counter + 1

    @property
    def head(self) -> Head:
        """The last entry written."""
        return self._head

    @property
    def db(self) -> apsw.Connection:
        """The connection, for this package's own readers."""
        return self._db

    def append(
        self,
        document: Document,
        *,
        business_date: int,
        at_ms: int,
        wall_ms: int,
        utc_offset_min: int,
        epoch: int = 0,
    ) -> Appended:
        """Makes the document a fact. When this returns it is on the disk; when it raises it is nowhere.

        Raises JournalUnavailable when the disk refuses; the same document may be appended again once that is mended.
        ValueError for a document that could not be read back, or a sale that does not carry `next_counter`.
        """
        sealed = self._seal(document, Moment(business_date, at_ms, wall_ms, utc_offset_min, epoch))
        try:
            self._write(sealed)
        except apsw.Error as error:
            raise _unavailable(error) from error
        self._head = sealed.head
        return sealed.appended

    def balance(self, ledger: str, key: Key) -> tuple[int, ...]:
        """The ledger's measures under the key, of all this till ever wrote."""
        return balances.balance(self._db, ledger, key)

    def balances(self, ledger: str, first_parts: Key = ()) -> list[tuple[Key, tuple[int, ...]]]:
        """All keys of the ledger that begin with these parts, and their measures."""
        return list(balances.balances(self._db, ledger, first_parts))

    def entry(self, document: DocumentId) -> Entry | None:
        """The entry's exact bytes, or None when it is not in this journal."""
        return entries.entry_of(self._db, document)

    def document(self, document: DocumentId) -> tuple[Envelope, Document] | None:
        """The document and its envelope, or None when it is not in this journal."""
        entry = self.entry(document)
        return entries.decoded(entry) if entry else None

    def close(self) -> None:
        """Closes the file and lets another writer in."""
        self._writer.close()

    def _seal(self, document: Document, moment: Moment) -> Sealed:
        before = self._head
        kind, version = kind_of(document)
        stream, seq = before.stream, before.seq + 1
        envelope = Envelope(
            ENVELOPE_FORMAT,
            kind,
            version,
            self._store,
            stream.till,
            stream.incarnation,
            seq,
            moment.epoch,
            moment.business_date,
            moment.at_ms,
            moment.wall_ms,
            moment.utc_offset_min,
        )
        head, body = encode_envelope(envelope), encode_document(document)
        decode_document(kind, version, body)  # what cannot be read back must not become a fact
        seal = entry_hash(self._prefix, seq, before.hash, head, body)
        signature = self._sign(seal)
        counter, grand_total = _counters(before, document)
        return Sealed(
            Appended(DocumentId(stream.till, stream.incarnation, seq), seal, signature, envelope),
            Entry(head, body, signature),
            Head(stream, seq, seal, counter, grand_total),
            local_sums(envelope, document),
        )

    def _write(self, sealed: Sealed) -> None:
        with transaction(self._db):
            self._insert(sealed)
            balances.add_sums(self._db, sealed.sums)

    def _insert(self, sealed: Sealed) -> None:
        envelope, entry, head = sealed.appended.envelope, sealed.entry, sealed.head
        row = (
            entries.place(self._number, head.seq),
            envelope.kind,
            envelope.version,
            envelope.business_date,
            envelope.at_ms,
            head.counter,
            head.grand_total,
            head.hash,
            entry.signature,
            entry.envelope,
            entry.body,
        )
        self._db.execute(APPEND, row)


def sold_minor(sale: Sale) -> int:
    """What a receipt adds to the till's perpetual total: the net of what was sold, never less for what came back, nor
    more for what was taken back of an offer."""
    goods = [line for line in sale.lines if line.voided is None and line.entry != "adjustment"]
    return sum(run.units * run.net for line in goods for run in line.runs if run.net > 0)


def local_sums(envelope: Envelope, document: Document) -> Sums:
    """What one document adds to the sums that a till keeps."""
    sums: Sums = {}
    add(sums, (effect for effect in effects(envelope, document) if effect.ledger in TILL_LEDGERS))
    return sums


def _prepare(writer: Writer, till: str, store: str) -> tuple[Head | None, int]:
    """The head of the journal as it was left, and the number of the stream to come."""
    migrate(writer.db, "journal", writer.path)
    owner = writer.db.execute(TILL).fetchone()
    if owner not in (None, (till, store)):
        raise WrongTill(f"{writer.path} is of till {owner[0]} in store {owner[1]}, not of {till} in {store}")
    return _last_head(writer.db), writer.db.execute(LAST_STREAM).get + 1


def _counters(before: Head, document: Document) -> tuple[int, int]:
    if not isinstance(document, Sale):
        return before.counter, before.grand_total
    if document.counter != before.counter + 1:
        raise ValueError(f"the next receipt is number {before.counter + 1}, not {document.counter}")
    return document.counter, before.grand_total + sold_minor(document)


def _last_head(db: apsw.Connection) -> Head | None:
    last = db.execute(HEAD).fetchone()
    if last is None:
        return None
    till, incarnation, at, sealed, counter, grand_total = last
    return Head(Stream(till, incarnation), at & entries.SEQ_MASK, sealed, counter, grand_total)


def _unavailable(error: apsw.Error | OSError) -> JournalUnavailable:
    reason = reason_of(error) if isinstance(error, apsw.Error) else "io_error"
    return JournalUnavailable(reason, str(error))
