"""What follows from an upstream's answer to a greeting: headquarters' time, news to fetch, what may be pruned."""

from __future__ import annotations

from collections.abc import Callable

from retail.wire import HelloReply, StreamMark
from store_agent.downlink import Downlink
from store_agent.uplink import Greeted
from store_db.feeds_db import FeedStore


class Greetings:
    """Hears answers and notes what they say. `offset_ms` is the upstream's clock minus ours, None when never heard."""

    def __init__(self, feeds: FeedStore, downlink: Downlink, utc_ms: Callable[[], int]) -> None:
        self.offset_ms: int | None = None
        self._feeds = feeds
        self._downlink = downlink
        self._utc_ms = utc_ms

    def upstream(self, reply: HelloReply, marks: list[StreamMark]) -> None:
        """The upstream answered: its time, and where its feeds stand."""
        now_ms = self._utc_ms()
        self.offset_ms = reply.time_ms - now_ms
        if reply.headquarters_age_ms >= 0:
            self._feeds.note_contact(now_ms - reply.headquarters_age_ms, self.offset_ms)
        self._downlink.on_greeted(reply)

    def journal(self, reply: HelloReply, marks: list[StreamMark]) -> None:
        """Whoever takes this host's journal in said what headquarters has archived of it."""
        self._feeds.note_archived(marks)


def both(first: Greeted, second: Greeted) -> Greeted:
    """Hears an answer twice."""

    def heard(reply: HelloReply, marks: list[StreamMark]) -> None:
        first(reply, marks)
        second(reply, marks)

    return heard
