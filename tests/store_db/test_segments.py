"""A hub passes on what headquarters signed, byte for byte, and from it any host comes to the hub's own state."""

from __future__ import annotations

from pathlib import Path

import pytest

from retail.feeds import FeedCursor, ItemRow, decode_rows
from store_db import segments
from store_db.feed_reader import FeedReader
from store_db.feeds_db import FeedStore
from tests.store_db.chain import delta, open_feeds, piece, row, snapshot

ITEMS = [ItemRow(str(number), f"goods {number}") for number in range(1, 4)]


@pytest.fixture
def hub(tmp_path: Path) -> FeedStore:
    feeds = open_feeds(tmp_path / "hub.db", keep_segments=True)
    snapshot(feeds, "items", ITEMS)
    for position in range(4, 8):
        delta(feeds, "items", [row(position, ItemRow(str(position), f"goods {position}"))], position - 1)
    return feeds


def follow(hub: FeedStore, host: FeedStore, feed: str = "items") -> int:
    """Brings the host to the hub's state as its agent does; how many pieces that took."""
    pieces = 0
    while True:
        cursor = next((each for each in host.cursors() if each.feed == feed), FeedCursor(feed))
        found = hub.piece_after(cursor)
        if found is None:
            return pieces
        host.apply(found.manifest, decode_rows(found.block), found.signature, found.block)
        pieces += 1
        assert found.more == (host.cursors() != hub.cursors())


def test_a_new_host_comes_to_the_hubs_state_and_then_needs_nothing(hub: FeedStore, tmp_path: Path) -> None:
    host = open_feeds(tmp_path / "host.db")
    assert follow(hub, host) == 5
    assert host.cursors() == hub.cursors()
    assert follow(hub, host) == 0
    assert len(FeedReader.open(tmp_path / "host.db").search("goods")) == 7


def test_a_host_in_the_middle_gets_only_what_follows(hub: FeedStore, tmp_path: Path) -> None:
    host = open_feeds(tmp_path / "host.db")
    snapshot(host, "items", ITEMS)
    delta(host, "items", [row(4, ItemRow("4", "goods 4")), row(5, ItemRow("5", "goods 5"))], 3)
    assert follow(hub, host) == 2


def test_a_host_of_another_generation_begins_with_the_snapshot(hub: FeedStore) -> None:
    found = hub.piece_after(FeedCursor("items", "g0", 5))
    assert found is not None
    assert found.manifest.kind == "snapshot"


def test_a_host_ahead_of_its_hub_waits_for_it(hub: FeedStore) -> None:
    assert hub.piece_after(FeedCursor("items", "g1", 99)) is None


def test_a_new_snapshot_replaces_all_pieces_before(hub: FeedStore, tmp_path: Path) -> None:
    hub.apply(*piece("items", [row(9, ITEMS[0])]))
    host = open_feeds(tmp_path / "host.db")
    assert follow(hub, host) == 1
    assert hub._db.execute("SELECT count(*) FROM segment").get == 1


def test_a_feed_the_hub_does_not_hold_gives_nothing(hub: FeedStore) -> None:
    assert hub.piece_after(FeedCursor("prices")) is None


def test_a_host_that_is_no_hub_keeps_no_pieces(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    assert feeds.piece_after(FeedCursor("items")) is None
    assert feeds.snapshots_due() == []


def test_a_hub_asks_anew_when_the_beginning_is_missing_or_outweighed(
    hub: FeedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert hub.snapshots_due() == []
    monkeypatch.setattr(segments, "ROWS_MIN", 3)
    assert hub.snapshots_due() == ["items"]
    hub.apply(*piece("items", [row(9, ITEMS[0])]))
    assert hub.snapshots_due() == []
    feeds = open_feeds(tmp_path / "became_hub.db")
    snapshot(feeds, "items", ITEMS)
    feeds.close()
    feeds = open_feeds(tmp_path / "became_hub.db", keep_segments=True)
    assert feeds.snapshots_due() == ["items"]
