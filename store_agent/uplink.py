"""One way up: the entries held in one place, sent to one upstream until it has them all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from retail.feeds import FeedCursor
from retail.sync.client import HashAt, PushMachine
from retail.wire import PUSH_ENTRIES_MAX, HelloReply, StreamMark
from store_agent.errors import Rejected, Unreachable
from store_agent.ports import EntryReader
from store_agent.push import PUSH_BYTES, TOO_LARGE, greet_once, pending, push_once
from store_agent.schedule import Schedule
from store_agent.transport import Transport

PUSHES_PER_RUN: Final = 40
"""After so many batches other work has its turn, also while a month of receipts drains."""
ENTRIES_STEP: Final = 50
Greeted = Callable[[HelloReply, list[StreamMark]], None]
"""(reply, those of its marks that speak of the very entries held here)."""


class Uplink:
    """Sends what `reader` holds to `transport`. Batches shrink by half when one does not get through and grow slowly
    when they do: the size that a poor line carries is found, not configured."""

    def __init__(
        self,
        name: str,
        reader: EntryReader,
        transport: Transport,
        *,
        host: str,
        software: str,
        schedule: Schedule,
        greet_every_s: float,
        feeds: Callable[[], Iterable[FeedCursor]] = tuple,
        on_greeted: Greeted | None = None,
    ) -> None:
        self.name = name
        self.schedule = schedule
        self.machine = PushMachine()
        self.entries_max = PUSH_ENTRIES_MAX
        self._reader = reader
        self._transport = transport
        self._host = host
        self._software = software
        self._greet_every_s = greet_every_s
        self._greet_due_s = float("-inf")
        self._feeds = feeds
        self._on_greeted = on_greeted

    def once(self, now_s: float) -> bool:
        """Greets when due, then sends batches; True when more is waiting. Raises Unreachable or Rejected."""
        if not self.machine.greeted or now_s >= self._greet_due_s:
            self._greet(now_s)
        for _ in range(PUSHES_PER_RUN):
            if not self._push():
                return False
            if not self.machine.greeted:
                self._greet(now_s)
        return True

    def greet_again(self) -> None:
        """Makes the next run begin with a greeting, which finds out what changed above and tries refused streams
        again."""
        self._greet_due_s = float("-inf")

    def pending(self) -> int:
        """How many entries the upstream has not committed yet."""
        return pending(self._reader.heads(), self.machine)

    def _greet(self, now_s: float) -> None:
        reply = greet_once(
            self._reader,
            self.machine,
            self._transport,
            host=self._host,
            software=self._software,
            feeds=self._feeds(),
        )
        self._greet_due_s = now_s + self._greet_every_s
        if self._on_greeted is not None:
            self._on_greeted(reply, on_our_line(reply.marks, self._reader.hash_at))

    def _push(self) -> bool:
        try:
            result = push_once(
                self._reader,
                self.machine,
                self._transport,
                entries_max=self.entries_max,
                bytes_max=PUSH_BYTES * self.entries_max // PUSH_ENTRIES_MAX,
            )
        except Unreachable:
            self._shrink()
            raise
        except Rejected as error:
            if error.status != TOO_LARGE:
                raise
            self._shrink()
            return True
        self.entries_max = min(PUSH_ENTRIES_MAX, self.entries_max + ENTRIES_STEP)
        return result.more

    def _shrink(self) -> None:
        self.entries_max = max(1, self.entries_max // 2)


def on_our_line(marks: Iterable[StreamMark], hash_at: HashAt) -> list[StreamMark]:
    """The marks that speak of the very entries held here: what is archived of another line must not be pruned."""
    return [mark for mark in marks if mark.accepted and hash_at(mark.stream, mark.accepted) == mark.head_hash]
