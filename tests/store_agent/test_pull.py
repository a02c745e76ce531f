from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from retail import wire
from retail.feeds import FeedCursor, FeedRow, ItemRow, PriceRow, digest_of, encode_row, manifest_bytes
from store_agent.pull import PullResult, pull_once
from store_agent.transport import MemoryTransport
from store_db.errors import FeedRefused
from store_db.feed_reader import FeedReader
from store_db.feeds_db import FeedStore
from store_db.keys import verifier
from tests.store_agent.shop import STORE, Headquarters, Receiver

PRICES = FeedCursor("prices")


def price(item: str, amount: int, position: int) -> FeedRow:
    return FeedRow(item, position, encode_row(PriceRow(item, amount)))


@pytest.fixture
def headquarters() -> Headquarters:
    return Headquarters()


@pytest.fixture
def feeds(tmp_path: Path, headquarters: Headquarters) -> Iterator[FeedStore]:
    store = FeedStore.open(tmp_path / "feeds.db", store=STORE, verify=verifier(headquarters.public))
    yield store
    store.close()


@pytest.fixture
def till(tmp_path: Path, feeds: FeedStore) -> Iterator[FeedReader]:
    """The feeds as the till reads them."""
    reader = FeedReader.open(tmp_path / "feeds.db")
    yield reader
    reader.close()


def pull(reply: wire.PullReply, feeds: FeedStore, cursor: FeedCursor = PRICES) -> PullResult:
    receiver = Receiver({})
    receiver.pieces[cursor.feed] = [reply]
    return pull_once(feeds, MemoryTransport(receiver), cursor)


def test_a_signed_price_list_and_its_changes_come_into_use(headquarters, feeds, till) -> None:
    rows = [price("a", 100, 3), price("b", 200, 7)]
    snapshot = headquarters.piece("prices", rows, kind="snapshot", more=True)
    at_seven = FeedCursor("prices", "g1", 7)
    assert pull(snapshot, feeds) == PullResult(at_seven, "snapshot", 2, True)
    delta = headquarters.piece("prices", [price("a", 150, 9), FeedRow("b", 9, None)], start=7)
    assert pull(delta, feeds, at_seven) == PullResult(FeedCursor("prices", "g1", 9), "delta", 2)
    assert [row.amount for row in till.prices("a")] == [150]
    assert till.prices("b") == []
    assert till.cursors() == {"prices": FeedCursor("prices", "g1", 9)}


def test_no_news_changes_nothing(feeds, till) -> None:
    assert pull(wire.PullReply("g1"), feeds) == PullResult(PRICES)
    assert till.cursors() == {}


def test_whatever_headquarters_did_not_sign_is_refused_and_old_prices_stay_in_use(headquarters, feeds, till) -> None:
    pull(headquarters.piece("prices", [price("tea", 90_000, 1)], kind="snapshot"), feeds)
    here, rows = FeedCursor("prices", "g1", 1), [price("tea", 1, 2)]
    good = headquarters.piece("prices", rows, start=1)
    other = headquarters.piece("prices", [price("tea", 2, 2)], start=1)
    forged = {
        "signature": Headquarters().piece("prices", rows, start=1),
        "addressee": headquarters.piece("prices", rows, start=1, store="S002"),
        "digest": msgspec.structs.replace(good, rows=other.rows),
        "position": headquarters.piece("prices", rows, start=5, end=9),
    }
    for reason, piece in forged.items():
        with pytest.raises(FeedRefused) as refused:
            pull(piece, feeds, here)
        assert refused.value.reason == reason
        assert [row.amount for row in till.prices("tea")] == [90_000]
        assert till.cursors() == {"prices": here}
    pull(good, feeds, here)
    assert [row.amount for row in till.prices("tea")] == [1]


def test_a_piece_of_another_feed_than_asked_for_is_refused(headquarters, feeds, till) -> None:
    receiver = Receiver({})
    item = FeedRow("a", 1, encode_row(ItemRow("a", "a")))
    receiver.pieces["prices"] = [headquarters.piece("items", [item], kind="snapshot")]
    with pytest.raises(FeedRefused, match="a piece of items came instead"):
        pull_once(feeds, MemoryTransport(receiver), PRICES)
    assert till.cursors() == {}


def test_signed_rows_that_cannot_be_read_are_refused(headquarters, feeds, till) -> None:
    reply = headquarters.piece("prices", [price("a", 1, 1)], kind="snapshot")
    assert reply.manifest is not None
    manifest = msgspec.structs.replace(reply.manifest, digest=digest_of(b"\xc1"))
    signature = headquarters.sign(manifest_bytes(manifest))
    with pytest.raises(FeedRefused, match="cannot be read"):
        pull(wire.PullReply("g1", manifest, b"\xc1", signature), feeds)
    assert till.cursors() == {}
