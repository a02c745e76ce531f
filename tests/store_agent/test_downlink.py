from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retail import wire
from retail.feeds import FeedCursor, FeedRow, ItemRow, PriceRow, encode_row
from store_agent.downlink import Downlink
from store_agent.errors import Unreachable
from store_agent.schedule import Schedule
from store_agent.transport import MemoryTransport
from store_db.feed_reader import FeedReader
from store_db.feeds_db import FeedStore
from store_db.keys import verifier
from tests.store_agent.shop import STORE, Headquarters, Receiver


@pytest.fixture
def headquarters() -> Headquarters:
    return Headquarters()


@pytest.fixture
def sink(tmp_path: Path, headquarters: Headquarters) -> Iterator[FeedStore]:
    store = FeedStore.open(tmp_path / "feeds.db", store=STORE, verify=verifier(headquarters.public))
    yield store
    store.close()


@pytest.fixture
def till(tmp_path: Path, sink: FeedStore) -> Iterator[FeedReader]:
    reader = FeedReader.open(tmp_path / "feeds.db")
    yield reader
    reader.close()


def make(receiver: Receiver, sink: FeedStore) -> Downlink:
    feeds = ("items", "prices")
    schedule = Schedule(30.0, due_s=100.0)
    return Downlink(sink, MemoryTransport(receiver), schedule=schedule, feeds=feeds)


def item(name: str, position: int) -> FeedRow:
    return FeedRow(name, position, encode_row(ItemRow(name, name)))


def test_every_feed_comes_in_piece_by_piece(headquarters, sink, till) -> None:
    receiver = Receiver({})
    down = make(receiver, sink)
    receiver.pieces["items"] = [
        headquarters.piece("items", [item("a", 1)], kind="snapshot", more=True),
        headquarters.piece("items", [item("b", 2)], start=1, more=True),
        headquarters.piece("items", [item("c", 5)], start=2),
    ]
    assert down.once(0.0) is False
    assert sink.cursors() == [FeedCursor("items", "g1", 5)]
    assert [row.name for row in till.search("c")] == ["c"]
    assert receiver.calls == ["pull"] * 4
    assert [(feed.feed, feed.position) for feed in down.status()] == [("items", 5), ("prices", 0)]


def test_a_refused_feed_is_reported_keeps_what_it_had_and_holds_up_no_other(headquarters, sink, till) -> None:
    receiver = Receiver({})
    down = make(receiver, sink)
    dear = FeedRow("tea", 1, encode_row(PriceRow("tea", 90_000)))
    cheap = FeedRow("tea", 2, encode_row(PriceRow("tea", 1)))
    receiver.pieces["prices"] = [headquarters.piece("prices", [dear], kind="snapshot")]
    down.once(0.0)
    receiver.pieces["prices"] = [Headquarters().piece("prices", [cheap], start=1)]
    receiver.pieces["items"] = [headquarters.piece("items", [item("a", 1)], kind="snapshot")]
    assert down.once(0.0) is False
    assert [row.amount for row in till.prices("tea")] == [90_000]
    assert till.item_by_id("a") is not None
    status = {feed.feed: feed for feed in down.status()}
    assert status["prices"].position == 1
    assert "not signed by the headquarters" in status["prices"].problem
    receiver.pieces["prices"] = [headquarters.piece("prices", [cheap], start=1)]
    down.once(0.0)
    assert [row.amount for row in till.prices("tea")] == [1]
    assert {feed.problem for feed in down.status()} == {""}


def test_the_greeting_tells_what_is_behind_and_only_that_is_asked_for(headquarters, sink, till) -> None:
    receiver = Receiver({})
    down = make(receiver, sink)
    receiver.pieces["items"] = [headquarters.piece("items", [item("a", 4)], kind="snapshot")]
    down.once(0.0)
    receiver.calls.clear()
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


def test_an_upstream_that_goes_away_is_the_runners_matter(headquarters, sink, till) -> None:
    receiver = Receiver({})
    receiver.down = Unreachable("away")
    with pytest.raises(Unreachable):
        make(receiver, sink).once(0.0)
