"""A simulated till: its journal, its own sums, and the sales it makes. Every opening is a new incarnation."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from retail.chain import GENESIS, Entry, Sign, entry_hash, stream_prefix
from retail.codec import Envelope, encode_document, encode_envelope, kind_of
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.till import StreamOpen
from retail.effects import Effect, effects
from retail.ids import DocumentId, Stream
from tests.simulation.disk import Disk
from tests.simulation.truth import Fact, Truth


class Till:
    """The process that writes one journal."""

    def __init__(self, code: str, store: str, machine: str, disk: Disk, sign: Sign, truth: Truth, rng: Random) -> None:
        self.code, self.store, self.machine = code, store, machine
        self.disk = disk
        self.stream: Stream | None = None
        self._sign, self._truth, self._rng = sign, truth, rng
        self._seq, self._head = 0, GENESIS
        self.clock: Callable[[], int] = lambda: 0

    def crash(self) -> None:
        """The process is gone, and with it what it had not committed."""
        self.stream = None
        self.disk.rollback()

    def remember(self, other: Till) -> None:
        """Takes over the other's memory: a machine cloned while it ran."""
        self.stream, self._seq, self._head = other.stream, other._seq, other._head

    def open(self) -> None:
        """Starts the process: a fresh stream that names the one before it in this journal."""
        last = self.disk.get("meta", "last")
        parent = DocumentId(last[0].till, last[0].incarnation, last[1]) if last else None
        self.stream, self._seq, self._head = self.next_stream(), 0, GENESIS
        self.write(StreamOpen(parent, last[2] if last else GENESIS, self.machine, "0.1"))

    def next_stream(self) -> Stream:
        """The name of the stream that this opening writes to."""
        return Stream(self.code, self._rng.randbytes(16))

    def write(self, document: Document) -> bytes:
        """One transaction: the entry and what it does to this till's own sums. Acknowledged once that is committed."""
        assert self.stream is not None
        stream, seq = self.stream, self._seq + 1
        envelope = self._envelope(document, seq)
        entry, digest = self._seal(stream, seq, envelope, document)
        found = effects(envelope, document)
        sale = document if isinstance(document, Sale) else None
        self._truth.facts[digest] = Fact(self.store, stream, seq, entry, tuple(found), sale)
        self.disk.put("entry", (stream, 0, seq), (entry, digest))
        self.disk.put("head", (stream, 0), (seq, digest))
        self.disk.put("meta", "last", (stream, seq, digest))
        self.settle(digest, found)
        self._seq, self._head = seq, digest
        return digest

    def settle(self, digest: bytes, found: list[Effect]) -> None:
        """Adds the effects and ends the transaction; then, and only then, the drawer opens."""
        self.add(found)
        self.disk.commit(lambda: self._truth.committed.add(digest))
        self.acknowledge(digest)

    def add(self, found: list[Effect]) -> None:
        """The entry's effects on this till's own sums."""
        for ledger, key, amounts in found:
            held = self.disk.get("sum", (ledger, key))
            added = amounts if held is None else tuple(a + b for a, b in zip(held, amounts, strict=True))
            self.disk.put("sum", (ledger, key), added)

    def effects_of(self, digest: bytes) -> tuple[Effect, ...]:
        """What one of this till's entries adds up to."""
        return self._truth.facts[digest].effects

    def acknowledge(self, digest: bytes) -> None:
        """The customer has the receipt: from here on the sale is promised."""
        self._truth.acknowledged.add(digest)
        self.disk.promised.add(digest)

    def _envelope(self, document: Document, seq: int) -> Envelope:
        assert self.stream is not None
        kind, version = kind_of(document)
        step = self.clock()
        at_ms = 1_776_000_000_000 + step * 60_000
        incarnation = self.stream.incarnation
        date = 20260401 + step // 100
        return Envelope(1, kind, version, self.store, self.code, incarnation, seq, 1, date, at_ms, at_ms, 480)

    def _seal(self, stream: Stream, seq: int, envelope: Envelope, document: Document) -> tuple[Entry, bytes]:
        head, body = encode_envelope(envelope), encode_document(document)
        digest = entry_hash(stream_prefix(stream), seq, self._head, head, body)
        return Entry(head, body, self._sign(digest)), digest
