"""The way down: every feed of the store, taken in piece by piece from the upstream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from retail.chain import Verify
from retail.feeds import ROWS, FeedCursor
from retail.wire import HelloReply
from store_agent.errors import FeedRefused
from store_agent.ports import FeedSink
from store_agent.pull import pull_once
from store_agent.schedule import Schedule
from store_agent.status import FeedStatus
from store_agent.transport import Transport

PIECES_PER_RUN: Final = 50


class Downlink:
    """Brings the feeds up to date. A feed whose piece is refused stays as it is and does not hold up the others."""

    def __init__(
        self,
        sink: FeedSink,
        transport: Transport,
        *,
        store: str,
        verify: Verify,
        schedule: Schedule,
        feeds: Sequence[str] = tuple(ROWS),
    ) -> None:
        self.name = "feeds"
        self.schedule = schedule
        self.refused: dict[str, str] = {}
        self._sink = sink
        self._transport = transport
        self._store = store
        self._verify = verify
        self._feeds = feeds
        self._offered: dict[str, FeedCursor] | None = None

    def cursors(self) -> list[FeedCursor]:
        """How far each feed is at this host; an empty generation where it has never come."""
        known = {cursor.feed: cursor for cursor in self._sink.cursors()}
        return [known.get(feed, FeedCursor(feed)) for feed in self._feeds]

    def on_greeted(self, reply: HelloReply) -> None:
        """Hears where the upstream's feeds stand, and becomes due when one is not where ours is. An upstream that does
        not tell is asked for every feed at every interval."""
        self._offered = {cursor.feed: cursor for cursor in reply.feeds} or None
        if self._offered and any(self._behind(cursor) for cursor in self.cursors()):
            self.schedule.wake()

    def once(self, now_s: float) -> bool:
        """Pulls every feed that is behind; True when one has more than fits into a run. Raises Unreachable or
        Rejected."""
        return any([self._pull(cursor) for cursor in self.cursors() if self._behind(cursor)])

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
                result = pull_once(self._sink, self._transport, cursor, store=self._store, verify=self._verify)
            except FeedRefused as error:
                self.refused[cursor.feed] = str(error)
                return False
            self.refused.pop(cursor.feed, None)
            if not result.more or result.cursor == cursor:
                return False
            cursor = result.cursor
        return True
