"""The way down: every feed of the store, taken in piece by piece from the upstream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from retail.feeds import ROWS, FeedCursor
from retail.wire import HelloReply
from store_agent.ports import FeedSink
from store_agent.pull import pull_once
from store_agent.schedule import Schedule
from store_agent.status import FeedStatus
from store_agent.transport import Transport
from store_db.errors import FeedRefused

PIECES_PER_RUN: Final = 50


def feed_cursors(known: Iterable[FeedCursor], feeds: Sequence[str] = tuple(ROWS)) -> list[FeedCursor]:
    """A cursor for every feed: the known one, or an empty one that asks for a snapshot."""
    found = {cursor.feed: cursor for cursor in known}
    return [found.get(feed, FeedCursor(feed)) for feed in feeds]


class Downlink:
    """Brings the feeds up to date. A feed whose piece is refused stays as it is and does not hold up the others."""

    def __init__(
        self,
        sink: FeedSink,
        transport: Transport,
        *,
        schedule: Schedule,
        feeds: Sequence[str] = tuple(ROWS),
        snapshots_due: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self.name = "feeds"
        self.schedule = schedule
        self.refused: dict[str, str] = {}
        self._sink = sink
        self._transport = transport
        self._feeds = feeds
        self._snapshots_due = snapshots_due
        self._offered: dict[str, FeedCursor] | None = None

    def cursors(self) -> list[FeedCursor]:
        """How far each feed is at this host; an empty generation where it has never come."""
        return feed_cursors(self._sink.cursors(), self._feeds)

    def on_greeted(self, reply: HelloReply) -> None:
        """Hears where the upstream's feeds stand, and becomes due when one is not where ours is. An upstream that does
        not tell is asked for every feed at every interval."""
        self._offered = {cursor.feed: cursor for cursor in reply.feeds} or None
        if self._offered and any(self._behind(cursor) for cursor in self.cursors()):
            self.schedule.wake()

    def once(self, now_s: float) -> bool:
        """Pulls every feed that is behind; True when one has more than fits into a run. Raises Unreachable or
        Rejected."""
        more = any([self._pull(cursor) for cursor in self.cursors() if self._behind(cursor)])
        for feed in self._snapshots_due():
            # A hub asks anew for what it passes on: with an empty cursor a whole snapshot comes.
            self._pull(FeedCursor(feed))
        return more

    def status(self) -> tuple[FeedStatus, ...]:
        """How far each feed is, and what was refused."""
        return tuple(
            FeedStatus(cursor.feed, cursor.generation, cursor.position, self.refused.get(cursor.feed, ""))
            for cursor in self.cursors()
        )

    def _behind(self, cursor: FeedCursor) -> bool:
        if self._offered is None:
            return True
        offered = self._offered.get(cursor.feed)
        return offered is not None and offered != cursor and offered.position > 0

    def _pull(self, cursor: FeedCursor) -> bool:
        for _ in range(PIECES_PER_RUN):
            try:
                result = pull_once(self._sink, self._transport, cursor)
            except FeedRefused as error:
                self.refused[cursor.feed] = str(error)
                return False
            self.refused.pop(cursor.feed, None)
            if not result.more or result.cursor == cursor:
                return False
            cursor = result.cursor
        return True
