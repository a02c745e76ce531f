"""Entries on a disk, as the sync machines read and write them: a till's journal, and what a server has taken in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from retail.chain import GENESIS, Entry, chain_hashes
from retail.ids import Stream
from retail.sync.server import NEW_STREAM, Decision, StreamState
from retail.wire import Push, StreamHead
from tests.simulation.disk import Disk

MAIN = 0
"""The line of entries that reached a server first. Lines that parted from it are numbered from 1."""


class Line:
    """What a sender holds of one line of every stream on its disk, for the machine that sends it up.

    `entry` holds (stream, line, seq) -> (Entry, hash); `head` (stream, line) -> (seq, hash); `parting`
    (stream, line) -> (the line it parted from, its first own number).
    """

    def __init__(self, disk: Disk, line: int = MAIN) -> None:
        self._disk = disk
        self._line = line

    def heads(self) -> list[StreamHead]:
        """Every stream that has this line."""
        return [
            StreamHead(stream, seq, digest)
            for (stream, line), (seq, digest) in self._disk.items("head")
            if line == self._line
        ]

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> Sequence[Entry]:
        """The entries that follow, within both limits, one at least."""
        found: list[Entry] = []
        size = 0
        while len(found) < limit and (held := self._at(stream, after_seq + 1 + len(found))) is not None:
            size += held[0].size
            if found and size > bytes_max:
                break
            found.append(held[0])
        return found

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """The hash of an entry on this line."""
        held = self._at(stream, seq)
        return held[1] if held else None

    def _at(self, stream: Stream, seq: int) -> tuple[Entry, bytes] | None:
        line = self._line
        while line != MAIN:
            parent, first = self._disk.get("parting", (stream, line))
            if seq >= first:
                break
            line = parent
        held: tuple[Entry, bytes] | None = self._disk.get("entry", (stream, line, seq))
        return held


class EntryStore:
    """What a server keeps of the entries it took in."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk

    def state(self, stream: Stream) -> StreamState:
        """Where the stream stands here."""
        found: StreamState = self.disk.get("state", stream, NEW_STREAM)
        return found

    def lookup(self, stream: Stream, seq: int, digest: bytes) -> bool | None:
        """On the main line, on another, or unknown."""
        line = self.disk.get("line_of", (stream, seq, digest))
        return None if line is None else line == MAIN

    def lines(self) -> Iterable[int]:
        """The numbers of all lines that any stream has here."""
        return range(1 + max((line for (_, line), _ in self.disk.items("head")), default=MAIN))

    def write(self, push: Push, decision: Decision) -> None:
        """Writes what the decision says, within the caller's transaction."""
        stream = push.stream
        line = self._line_for(push, decision) if decision.forks else MAIN
        for stored in (*decision.append, *decision.forks):
            self.disk.put("entry", (stream, line, stored.seq), (stored.entry, stored.hash))
            self.disk.put("line_of", (stream, stored.seq, stored.hash), line)
            self.disk.put("head", (stream, line), (stored.seq, stored.hash))
        self.disk.put("state", stream, decision.state)

    def _line_for(self, push: Push, decision: Decision) -> int:
        """The line that these entries go on, or a new one that parts from the line their parent is on."""
        first = decision.forks[0].seq
        parent = GENESIS
        if first > 1:
            parent = push.previous
            if first > push.base_seq:
                known = push.entries[: first - push.base_seq]
                parent = chain_hashes(push.stream, push.base_seq, push.previous, known)[-1]
        line: int = self.disk.get("line_of", (push.stream, first - 1, parent), MAIN)
        if line != MAIN and self.disk.get("head", (push.stream, line)) == (first - 1, parent):
            return line
        fresh = 1 + max(number for (stream, number), _ in self.disk.items("head") if stream == push.stream)
        self.disk.put("parting", (push.stream, fresh), (line, first))
        return fresh
