"""A small shop for the agent's tests: keys, journals with documents in them, headquarters' feeds, a receiver."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail import wire
from retail.chain import Entry
from retail.documents.base import Document
from retail.documents.till import Hold, NoSale
from retail.feeds import FeedRow, Manifest, digest_of, encode_rows, manifest_bytes
from retail.ids import DocumentId, Stream
from retail.sync.server import Stored, StreamState, decide
from store_db.connection import WriterOptions
from store_db.journal import Appended, Journal
from store_db.keys import verifier

STORE = "S001"
NOW_MS = 1_795_000_000_000
QUICK = WriterOptions(synchronous="OFF")
"""Nobody cuts the power here."""


class TillKeys:
    """A till's key pair."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()
        self.sign = self._key.sign
        self.public = self._key.public_key().public_bytes_raw()
        self.verify = verifier(self.public)


class Headquarters(TillKeys):
    """Who signs feeds."""

    def piece(
        self,
        feed: str,
        rows: Sequence[FeedRow],
        *,
        kind: str = "delta",
        generation: str = "g1",
        start: int = 0,
        end: int | None = None,
        store: str = STORE,
        more: bool = False,
    ) -> wire.PullReply:
        """A signed piece of a feed."""
        block = encode_rows(list(rows))
        last = end if end is not None else max(row.position for row in rows)
        manifest = Manifest(store, feed, generation, kind, start, last, len(rows), digest_of(block))  # type: ignore[arg-type]
        return wire.PullReply(generation, manifest, block, self.sign(manifest_bytes(manifest)), more)


def open_journal(path: Path, till: str, keys: TillKeys, number: int = 1, store: str = STORE) -> Journal:
    """The journal of a till, opened for the `number`th time."""
    return Journal.open(
        path,
        till=till,
        store=store,
        machine="machine",
        software="test",
        incarnation=number.to_bytes(16, "big"),
        sign=keys.sign,
        business_date=20261121,
        at_ms=NOW_MS,
        wall_ms=NOW_MS,
        utc_offset_min=480,
        options=QUICK,
    )


def append(journal: Journal, document: Document) -> Appended:
    """The document, written."""
    return journal.append(document, business_date=20261121, at_ms=NOW_MS, wall_ms=NOW_MS, utc_offset_min=480)


def fill(journal: Journal, count: int, reason: str = "change") -> None:
    """Writes small documents."""
    for number in range(count):
        append(journal, NoSale(1, "c1", f"{reason} {number}", ""))


def hold(label: str) -> Hold:
    """A held receipt without lines."""
    return Hold(1, "c1", label, "", (), (), (), 0, 0)


class Receiver:
    """A server in memory around the shared machine: what it has committed, and the faults it is told to show."""

    def __init__(self, keys: dict[str, TillKeys], generation: str = "r1") -> None:
        self.keys = keys
        self.generation = generation
        self.states: dict[Stream, StreamState] = {}
        self.main: dict[tuple[Stream, int], Stored] = {}
        self.forks: dict[tuple[Stream, int, bytes], Stored] = {}
        self.pieces: dict[str, list[wire.PullReply]] = {}
        self.calls: list[str] = []
        self.pushes: list[wire.Push] = []
        self.archived = 0
        self.lose_replies = 0
        self.down: Exception | None = None

    def __call__(self, verb: str, body: bytes) -> bytes:
        """The endpoint of a MemoryTransport."""
        self.calls.append(verb)
        if self.down is not None:
            raise self.down
        reply: msgspec.Struct = getattr(self, f"_{verb}")(body)
        if verb == "push" and self.lose_replies:
            from store_agent.errors import Unreachable

            self.lose_replies -= 1
            raise Unreachable("the reply was lost")
        return wire.encode(reply)

    def documents(self) -> int:
        """How many entries are committed, on main lines and forks."""
        return len(self.main) + len(self.forks)

    def restore_empty(self, generation: str) -> None:
        """As after a restore from an old backup: nothing is left, and the generation is another."""
        self.generation = generation
        self.states.clear()
        self.main.clear()
        self.forks.clear()

    def _hello(self, body: bytes) -> wire.HelloReply:
        hello = wire.decode(wire.Hello, body)
        marks = [
            wire.StreamMark(head.stream, state.accepted, state.head_hash, min(self.archived, state.accepted))
            for head in hello.streams
            if (state := self.states.get(head.stream)) is not None
        ]
        return wire.HelloReply(self.generation, NOW_MS, tuple(marks))

    def _push(self, body: bytes) -> wire.PushReply:
        push = wire.decode(wire.Push, body)
        self.pushes.append(push)
        stream = push.stream

        def lookup(seq: int, sealed: bytes) -> bool | None:
            if (stream, seq) in self.main and self.main[stream, seq].hash == sealed:
                return True
            return False if (stream, seq, sealed) in self.forks else None

        decision = decide(
            push,
            store=STORE,
            state=self.states.get(stream, StreamState()),
            lookup=lookup,
            verify=self.keys[stream.till].verify,
        )
        self.main |= {(stream, stored.seq): stored for stored in decision.append}
        self.forks |= {(stream, stored.seq, stored.hash): stored for stored in decision.forks}
        if decision.append or decision.forks:
            self.states[stream] = decision.state
        return decision.reply(self.generation)

    def _pull(self, body: bytes) -> wire.PullReply:
        pull = wire.decode(wire.Pull, body)
        waiting = self.pieces.get(pull.cursor.feed, [])
        return waiting.pop(0) if waiting else wire.PullReply(pull.cursor.generation)


class Silence:
    """A log that nobody reads."""

    def info(self, event: str, **details: Any) -> None: ...

    def warning(self, event: str, **details: Any) -> None: ...

    def error(self, event: str, **details: Any) -> None: ...


class MemoryReader:
    """Entries in memory: the port's other implementation."""

    def __init__(self, streams: dict[Stream, list[tuple[bytes, Entry]]]) -> None:
        self.streams = streams

    def heads(self) -> list[wire.StreamHead]:
        return [wire.StreamHead(stream, len(held), held[-1][0]) for stream, held in self.streams.items() if held]

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> list[Entry]:
        found: list[Entry] = []
        for _, entry in self.streams[stream][after_seq : after_seq + limit]:
            if found and sum(each.size for each in found) + entry.size > bytes_max:
                break
            found.append(entry)
        return found

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        held = self.streams.get(stream, [])
        return held[seq - 1][0] if 0 < seq <= len(held) else None


def entries_of(journal: Journal) -> list[tuple[bytes, Entry]]:
    """(hash, entry) of the stream that the journal writes."""
    from store_db.entries import entries_after, hash_at

    found = entries_after(journal.db, journal.stream, 0, 100_000, 1_000_000_000)
    sealed = [hash_at(journal.db, journal.stream, seq) for seq in range(1, len(found) + 1)]
    return [(each, entry) for each, entry in zip(sealed, found, strict=True) if each is not None]


def document_id(appended: Appended) -> DocumentId:
    """The identity of what was written."""
    return appended.id


def wait_until(condition, seconds: float = 5.0) -> None:
    """Waits for a condition of a running program; fails the test when it does not come true."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.01)
