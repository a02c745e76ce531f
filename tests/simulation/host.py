"""A simulated machine at a store: a till and an agent, each with its own files, and the way to its upstream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retail.effects import Sums, add
from retail.feeds import BaselineRow, FeedCursor, FeedRow, Manifest, decode_row, digest_of, manifest_bytes, mark_of
from retail.ids import Stream
from retail.sync.client import PushMachine
from store_agent.errors import Rejected, Unreachable
from store_agent.pull import pull_once
from store_agent.push import greet_once, push_once
from store_agent.transport import Transport
from store_db.errors import FeedRefused
from tests.factories.streams import keyed_signer
from tests.simulation.disk import Disk, Image
from tests.simulation.entries import Line
from tests.simulation.till import Till

HEADQUARTERS_SIGN, HEADQUARTERS_VERIFY = keyed_signer(b"headquarters")
FEEDS = ("prices", "baselines")
ENTRIES_PER_PUSH = 7


class Feeds:
    """The feeds as they were taken in: rows and cursor of a feed change in one transaction."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk

    def cursor(self, feed: str) -> FeedCursor:
        """How far the feed was taken in."""
        found: FeedCursor = self.disk.get("cursor", feed, FeedCursor(feed))
        return found

    def cursors(self) -> list[FeedCursor]:
        """All of them."""
        return [self.cursor(feed) for feed in FEEDS]

    def rows(self, feed: str) -> dict[str, bytes]:
        """What the till reads: body by key."""
        found: dict[str, bytes] = self.disk.get("rows", feed, {})
        return found

    def apply(
        self, manifest: Manifest, feed_rows: Sequence[FeedRow], signature: bytes, block: bytes | None = None
    ) -> None:
        """Takes in a piece that headquarters signed and that follows what is here."""
        here = self.cursor(manifest.feed)
        if block is None or digest_of(block) != manifest.digest:
            raise FeedRefused(manifest.feed, "digest", "the rows were altered")
        if not HEADQUARTERS_VERIFY(manifest_bytes(manifest), signature):
            raise FeedRefused(manifest.feed, "signature", "not headquarters' own")
        if manifest.kind == "delta" and here != FeedCursor(here.feed, manifest.generation, manifest.from_position):
            raise FeedRefused(manifest.feed, "position", "it does not follow what is here")
        held = {} if manifest.kind == "snapshot" else dict(self.rows(manifest.feed))
        for row in feed_rows:
            if row.body is None:
                held.pop(row.key, None)
            else:
                held[row.key] = row.body
        self.write(held, FeedCursor(manifest.feed, manifest.generation, manifest.to_position))

    def write(self, rows: dict[str, bytes], cursor: FeedCursor) -> None:
        """Rows and cursor, together."""
        self.disk.put("rows", cursor.feed, rows)
        self.disk.put("cursor", cursor.feed, cursor)
        self.disk.commit()


class Sender(PushMachine):
    """The machine of a sender, which looks for a parting of lines in small steps: streams here are short."""

    rewind_step = 4


@dataclass(slots=True)
class Host:
    """One machine. Its disk holds the till's journal and the agent's feeds; memory is the processes' own."""

    name: str
    till: Till
    feeds: Feeds
    upstream: str
    machine: PushMachine

    def image(self) -> tuple[Image, Image]:
        """A copy of the whole disk."""
        return self.till.disk.image(), self.feeds.disk.image()

    def load(self, image: tuple[Image, Image], machine: PushMachine) -> None:
        """Puts a copy back; the processes start anew."""
        self.till.crash()
        self.till.disk.load(image[0])
        self.feeds.disk.load(image[1])
        self.machine = machine

    def carry(self, transport: Transport, *, greet: bool) -> bool:
        """One pass of the agent upward; True when it got through and nothing is left to send."""
        return carry(Line(self.till.disk), self.machine, transport, self.name, greet=greet)

    def fetch(self, transport: Transport, feed: str) -> bool:
        """One pass of the agent downward; True when the feed is current."""
        try:
            cursor = self.feeds.cursor(feed)
            result = pull_once(self.feeds, transport, cursor)
        except (Unreachable, Rejected, FeedRefused):
            return False
        return result.kind == "current"

    def stock_shown(self) -> dict[str, int]:
        """What the till says is on hand: the baseline and its own entries that the baseline does not count yet."""
        shown: dict[str, int] = {}
        marks: dict[Stream, int] = {}
        for body in self.feeds.rows("baselines").values():
            row = decode_row("baselines", body)
            assert isinstance(row, BaselineRow)
            if mark := mark_of(row):
                marks[mark[0]] = mark[1]
            else:
                shown[str(row.key[0])] = row.amounts[0]
        own: Sums = {}
        for (stream, _, seq), (_, digest) in self.till.disk.items("entry"):
            if seq > marks.get(stream, 0):
                add(own, self.till.effects_of(digest))
        for (ledger, key), amounts in own.items():
            if ledger == "stock":
                shown[str(key[0])] = shown.get(str(key[0]), 0) + amounts[0]
        return {item: amount for item, amount in shown.items() if amount}


def carry(line: Line, machine: PushMachine, transport: Transport, name: str, *, greet: bool, pushes: int = 6) -> bool:
    """Greets when due and sends a few batches; True when it got through and nothing is left to send."""
    try:
        if greet or not machine.greeted:
            greet_once(line, machine, transport, host=name, software="0.1")
        for _ in range(pushes):
            if not push_once(line, machine, transport, entries_max=ENTRIES_PER_PUSH).more:
                return machine.greeted and not machine.refused
            if not machine.greeted:
                return False
    except (Unreachable, Rejected):
        pass
    return False
