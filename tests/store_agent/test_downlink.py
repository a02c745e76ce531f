from __future__ import annotations

import pytest

from retail import wire
from retail.feeds import FeedCursor, FeedRow, ItemRow, PriceRow, encode_row
from store_agent.downlink import Downlink
from store_agent.errors import Unreachable
from store_agent.schedule import Schedule
from store_agent.transport import MemoryTransport
from store_db.keys import verifier
from tests.store_agent.shop import STORE, Headquarters, Receiver, Sink

GREETING = wire.HelloReply("r1", 0)


@pytest.fixture
def headquarters() -> Headquarters:
    return Headquarters()


def make(receiver: Receiver, headquarters: Headquarters, sink: Sink) -> Downlink:
    verify = verifier(headquarters.public)
    feeds = ("items", "prices")
    schedule = Schedule(30.0, due_s=100.0)
    return Downlink(sink, MemoryTransport(receiver), store=STORE, verify=verify, schedule=schedule, feeds=feeds)


def item(name: str, position: int) -> FeedRow:
    return FeedRow(name, position, encode_row(ItemRow(name, name)))


def test_every_feed_comes_in_piece_by_piece(headquarters) -> None:
    receiver, sink = Receiver({}), Sink()
    down = make(receiver, headquarters, sink)
    receiver.pieces["items"] = [
        headquarters.piece("items", [item("a", 1)], kind="snapshot", more=True),
        headquarters.piece("items", [item("b", 2)], start=1, more=True),
        headquarters.piece("items", [item("c", 5)], start=2),
    ]
    assert down.once(0.0) is False
    assert sink.held == {"items": FeedCursor("items", "g1", 5)}
    assert len(sink.rows) == 3
    assert receiver.calls == ["pull"] * 4
    assert [(feed.feed, feed.position) for feed in down.status()] == [("items", 5), ("prices", 0)]


def test_a_refused_feed_is_reported_keeps_what_it_had_and_holds_up_no_other(headquarters) -> None:
    receiver, sink = Receiver({}), Sink()
    down = make(receiver, headquarters, sink)
    dear = FeedRow("tea", 1, encode_row(PriceRow("tea", 90_000)))
    cheap = FeedRow("tea", 2, encode_row(PriceRow("tea", 1)))
    receiver.pieces["prices"] = [headquarters.piece("prices", [dear], kind="snapshot")]
    down.once(0.0)
    receiver.pieces["prices"] = [Headquarters().piece("prices", [cheap], start=1)]
    receiver.pieces["items"] = [headquarters.piece("items", [item("a", 1)], kind="snapshot")]
    assert down.once(0.0) is False
    assert sink.rows["prices", "tea"] == dear
    assert ("items", "a") in sink.rows
    status = {feed.feed: feed for feed in down.status()}
    assert status["prices"].position == 1
    assert "not signed by the headquarters" in status["prices"].problem
    receiver.pieces["prices"] = [headquarters.piece("prices", [cheap], start=1)]
    down.once(0.0)
    assert sink.rows["prices", "tea"] == cheap
    assert {feed.problem for feed in down.status()} == {""}


def test_the_greeting_tells_what_is_behind_and_only_that_is_asked_for(headquarters) -> None:
    receiver, sink = Receiver({}), Sink()
    down = make(receiver, headquarters, sink)
    sink.held["items"] = FeedCursor("items", "g1", 4)
    current = (FeedCursor("items", "g1", 4), FeedCursor("prices", "", 0), FeedCursor("news", "g", 3))
    down.on_greeted(wire.HelloReply("r1", 0, feeds=current))
    assert down.schedule.due_s == 100.0
    down.once(0.0)
    assert receiver.calls == []
    down.on_greeted(wire.HelloReply("r1", 0, feeds=(FeedCursor("items", "g1", 5), *current[1:])))
    assert down.schedule.due_s == 0.0
    receiver.pieces["items"] = [headquarters.piece("items", [item("a", 5)], start=4)]
    down.once(0.0)
    assert receiver.calls == ["pull"]
    down.once(0.0)
    assert receiver.calls == ["pull"]


def test_an_upstream_that_goes_away_is_the_runners_matter(headquarters) -> None:
    receiver = Receiver({})
    receiver.down = Unreachable("away")
    with pytest.raises(Unreachable):
        make(receiver, headquarters, Sink()).once(0.0)
