"""Simulated headquarters: it accepts, folds in the order of acceptance, and publishes feeds."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from random import Random
from typing import Literal

from retail import wire
from retail.codec import decode_document
from retail.effects import effects
from retail.feeds import (
    BaselineRow,
    FeedRow,
    Manifest,
    digest_of,
    encode_row,
    encode_rows,
    manifest_bytes,
    mark_row,
)
from retail.ids import Stream
from retail.sync.server import Stored
from store_agent.errors import Rejected
from tests.simulation.disk import Disk, Image
from tests.simulation.host import FEEDS, HEADQUARTERS_SIGN
from tests.simulation.server import Server

SNAPSHOT_ROWS = 12
"""A longer delta is not cut but sent as a snapshot: half a price list must never be seen."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it stands at headquarters: the last row of every key, and how far back tombstones reach."""

    position: int = 0
    rows: dict[str, tuple[int, bytes | None]] = field(default_factory=dict)
    floor: int = 0

    def live(self) -> dict[str, bytes]:
        """What a till that is current holds."""
        return {key: body for key, (_, body) in self.rows.items() if body is not None}

    def with_rows(self, changes: dict[str, bytes | None]) -> Feed:
        """The feed after one publication."""
        rows, position = dict(self.rows), self.position
        for key, body in changes.items():
            position += 1
            rows[key] = (position, body)
        return replace(self, position=position, rows=rows)

    def without_tombstones(self) -> Feed:
        """The feed when old tombstones are thrown away: whoever stands before them needs a snapshot."""
        rows = {key: row for key, row in self.rows.items() if row[1] is not None}
        return replace(self, rows=rows, floor=self.position)


EMPTY = Feed()


class Headquarters(Server):
    """The one server that everything reaches in the end."""

    def __init__(self, name: str, disk: Disk, tills: dict[str, str], rng: Random) -> None:
        # What was published, for the referee: rows of a feed, and the entries that baselines counted.
        self.published: dict[tuple[str, str, str, int], dict[str, bytes]] = {}
        self.counted: dict[tuple[str, str, int], frozenset[bytes]] = {}
        super().__init__(name, disk, tills, rng)

    def restore(self, image: Image) -> None:
        """Puts a backup in place. Its feeds stand where they stood, under a new generation."""
        super().restore(image)
        before: str = image.tables["meta"]["generation"]
        for (feed, audience), held in self.disk.items("feed"):
            self.published[self.generation, feed, audience, held.position] = held.live()
            if (before, audience, held.position) in self.counted:
                self.counted[self.generation, audience, held.position] = self.counted[before, audience, held.position]

    def take_in(self, stored: Stored, *, main: bool) -> None:
        """A dense position within the store; the fold comes later."""
        store = stored.envelope.store
        position = self.disk.get("position", store, 0) + 1
        self.disk.put("position", store, position)
        self.disk.put("order", (store, position), (stored, main))

    def fold(self, store: str, entries_max: int) -> None:
        """Folds the next entries of a store in order of position; sums, marks and cursor in one transaction."""
        cursor = self.disk.get("folded", store, 0)
        last = min(self.disk.get("position", store, 0), cursor + entries_max)
        for position in range(cursor + 1, last + 1):
            stored, main = self.disk.get("order", (store, position))
            self.add(store, stored)
            if main:
                stream = Stream(stored.envelope.till, stored.envelope.incarnation)
                self.disk.put("mark", stream, (store, stored.seq))
        self.finish_fold(store, last)

    def finish_fold(self, store: str, last: int) -> None:
        """Moves the fold's cursor and commits."""
        self.disk.put("folded", store, last)
        self.disk.commit()

    def add(self, store: str, stored: Stored) -> None:
        """The effects of one entry on headquarters' sums."""
        envelope = stored.envelope
        document = decode_document(envelope.kind, envelope.version, stored.entry.body)
        for ledger, key, amounts in effects(envelope, document):
            place = (store, ledger, key)
            held = self.disk.get("sum", place)
            added = amounts if held is None else tuple(a + b for a, b in zip(held, amounts, strict=True))
            self.disk.put("sum", place, added)

    def feed(self, feed: str, store: str) -> Feed:
        """The feed as it stands for a store. Prices are the whole chain's."""
        found: Feed = self.disk.get("feed", (feed, store if feed == "baselines" else ""), EMPTY)
        return found

    def publish(self, feed: str, store: str, changes: dict[str, bytes | None]) -> None:
        """One publication: dense positions, one transaction."""
        self._keep(feed, store, self.feed(feed, store).with_rows(changes))

    def forget_tombstones(self, feed: str, store: str) -> None:
        """Throws away tombstones that are old enough."""
        self._keep(feed, store, self.feed(feed, store).without_tombstones())

    def publish_baselines(self, store: str) -> None:
        """What stock sums changed since the last time, with the marks they include."""
        held = self.feed("baselines", store).rows
        rows = {str(key[0]): BaselineRow("stock", key, amounts) for key, amounts in self._stock(store)}
        rows |= self.marks(store)
        changes: dict[str, bytes | None] = {key: encode_row(row) for key, row in rows.items()}
        changes = {key: body for key, body in changes.items() if held.get(key, (0, None))[1] != body}
        if changes:
            self.publish("baselines", store, changes)

    def marks(self, store: str) -> dict[str, BaselineRow]:
        """Up to which entry of each stream of the store the sums count."""
        found = {}
        for stream, (owner, seq) in self.disk.items("mark"):
            if owner == store:
                found[f"mark/{stream}"] = mark_row(stream, seq)
        return found

    def pull(self, request: wire.Pull, store: str) -> wire.PullReply:
        """A delta that leads to where the feed stands now, or a snapshot."""
        cursor = request.cursor
        if cursor.feed not in FEEDS:
            raise Rejected("unknown_feed", f"feed {cursor.feed} is not known here", 404)
        feed, generation = self.feed(cursor.feed, store), self.generation
        if cursor.generation == generation and cursor.position == feed.position:
            return wire.PullReply(generation)
        if cursor.generation == generation and feed.floor <= cursor.position < feed.position:
            newer = [FeedRow(key, at, body) for key, (at, body) in feed.rows.items() if at > cursor.position]
            if len(newer) <= SNAPSHOT_ROWS:
                return self._signed(store, cursor.feed, "delta", cursor.position, feed.position, newer)
        rows = [FeedRow(key, at, body) for key, (at, body) in feed.rows.items() if body is not None]
        return self._signed(store, cursor.feed, "snapshot", 0, feed.position, rows)

    def _signed(
        self, store: str, feed: str, kind: Literal["delta", "snapshot"], first: int, last: int, rows: list[FeedRow]
    ) -> wire.PullReply:
        block, generation = encode_rows(rows), self.generation
        manifest = Manifest(store, feed, generation, kind, first, last, len(rows), digest_of(block))
        return wire.PullReply(generation, manifest, block, HEADQUARTERS_SIGN(manifest_bytes(manifest)))

    def _keep(self, feed: str, store: str, changed: Feed) -> None:
        audience = store if feed == "baselines" else ""
        self.disk.put("feed", (feed, audience), changed)
        self.disk.commit(lambda: self._note(feed, audience, changed))

    def _note(self, feed: str, audience: str, changed: Feed) -> None:
        # For the referee, at the very moment of the commit.
        self.published[self.generation, feed, audience, changed.position] = changed.live()
        if feed == "baselines":
            folded = range(1, self.disk.get("folded", audience, 0) + 1)
            counted = frozenset(self.disk.get("order", (audience, place))[0].hash for place in folded)
            self.counted[self.generation, audience, changed.position] = counted

    def _stock(self, store: str) -> list[tuple[tuple[str | int, ...], tuple[int, ...]]]:
        return [
            (key, amounts)
            for (owner, ledger, key), amounts in self.disk.items("sum")
            if owner == store and ledger == "stock"
        ]
