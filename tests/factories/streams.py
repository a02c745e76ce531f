"""Chained and signed entries for tests of chain and sync. A keyed hash stands in for Ed25519 where speed matters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from retail.chain import GENESIS, Entry, Sign, Verify, entry_hash, stream_prefix
from retail.codec import Envelope, encode_document, encode_envelope, kind_of
from retail.documents.base import Document
from retail.documents.till import NoSale
from retail.ids import Stream
from retail.wire import StreamHead

STREAM = Stream("01-03", bytes(range(16)))


def keyed_signer(key: bytes) -> tuple[Sign, Verify]:
    """A pair that is unforgeable without the key, and fast."""

    def sign(digest: bytes) -> bytes:
        return hashlib.blake2b(digest, key=key, digest_size=32).digest()

    return sign, lambda digest, signature: sign(digest) == signature


SIGN, VERIFY = keyed_signer(b"till 01-03")


@dataclass(slots=True)
class Writer:
    """A line of entries as a till writes it; `copy` gives a second line that goes on from the same place."""

    stream: Stream
    entries: list[Entry]
    hashes: list[bytes]
    store: str = "0001"
    sign: Sign = SIGN

    def write(self, document: Document | None = None, **changes: Any) -> Entry:
        """The next entry; `changes` are fields of its envelope that speak falsely."""
        made: Document = document or NoSale(1, "01", f"entry {len(self.entries) + 1}", "")
        kind, version = kind_of(made)
        fields: dict[str, object] = {
            "format": 1,
            "kind": kind,
            "version": version,
            "store": self.store,
            "till": self.stream.till,
            "incarnation": self.stream.incarnation,
            "seq": len(self.entries) + 1,
            "epoch": 1,
            "business_date": 20260415,
            "at_ms": 1_776_216_000_000,
            "wall_ms": 1_776_216_000_000,
            "utc_offset_min": 480,
        }
        make: Callable[..., Envelope] = Envelope
        envelope, body = encode_envelope(make(**(fields | changes))), encode_document(made)
        previous = self.hashes[-1] if self.hashes else GENESIS
        digest = entry_hash(stream_prefix(self.stream), len(self.entries) + 1, previous, envelope, body)
        self.entries.append(Entry(envelope, body, self.sign(digest)))
        self.hashes.append(digest)
        return self.entries[-1]

    def copy(self) -> Writer:
        """Another machine with this disk and this memory."""
        return Writer(self.stream, list(self.entries), list(self.hashes), self.store, self.sign)

    def head(self) -> StreamHead:
        """What a sender holding this line tells."""
        return StreamHead(self.stream, len(self.entries), self.hashes[-1] if self.hashes else GENESIS)

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """The hash of an entry of this line."""
        return self.hashes[seq - 1] if stream == self.stream and 1 <= seq <= len(self.hashes) else None


def line_of(count: int, stream: Stream = STREAM, **fields: object) -> Writer:
    """A line of `count` entries."""
    made = Writer(stream, [], [], **fields)  # type: ignore[arg-type]
    for _ in range(count):
        made.write()
    return made
