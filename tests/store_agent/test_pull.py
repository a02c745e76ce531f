from __future__ import annotations

import msgspec
import pytest

from retail import wire
from retail.feeds import FeedCursor, FeedRow, Manifest, PriceRow, encode_row
from store_agent.errors import FeedRefused
from store_agent.pull import PullResult, pull_once
from store_agent.transport import MemoryTransport
from store_db.keys import verifier
from tests.store_agent.shop import STORE, Headquarters, Receiver

PRICES = FeedCursor("prices")


class Taken:
    """A sink that keeps what it was given."""

    def __init__(self) -> None:
        self.pieces: list[tuple[Manifest, list[FeedRow], bytes]] = []

    def cursors(self) -> list[FeedCursor]:
        return []

    def apply(self, manifest: Manifest, rows, signature: bytes) -> None:
        self.pieces.append((manifest, list(rows), signature))


def price(item: str, amount: int, position: int) -> FeedRow:
    return FeedRow(item, position, encode_row(PriceRow(item, amount)))


def pull(reply: wire.PullReply, headquarters: Headquarters, cursor: FeedCursor = PRICES) -> tuple[PullResult, Taken]:
    receiver, taken = Receiver({}), Taken()
    receiver.pieces[cursor.feed] = [reply]
    transport = MemoryTransport(receiver)
    return pull_once(taken, transport, cursor, store=STORE, verify=verifier(headquarters.public)), taken


def refusal(reply: wire.PullReply, headquarters: Headquarters, cursor: FeedCursor = PRICES) -> str:
    with pytest.raises(FeedRefused) as refused:
        pull(reply, headquarters, cursor)
    return refused.value.code


@pytest.fixture
def headquarters() -> Headquarters:
    return Headquarters()


def test_a_signed_snapshot_is_taken_in_as_it_came(headquarters) -> None:
    rows = [price("a", 100, 3), price("b", 200, 7)]
    reply = headquarters.piece("prices", rows, kind="snapshot", more=True)
    result, taken = pull(reply, headquarters)
    assert result == PullResult(FeedCursor("prices", "g1", 7), "snapshot", 2, True)
    assert taken.pieces == [(reply.manifest, rows, reply.signature)]


def test_no_news_changes_nothing(headquarters) -> None:
    result, taken = pull(wire.PullReply("g1"), headquarters)
    assert result == PullResult(PRICES)
    assert taken.pieces == []


def test_a_delta_may_overlap_what_is_here_but_leave_no_gap(headquarters) -> None:
    delta = headquarters.piece("prices", [price("a", 100, 9)], start=5)
    result, _ = pull(delta, headquarters, FeedCursor("prices", "g1", 7))
    assert result.cursor.position == 9
    for position in (4, 9, 12):
        assert refusal(delta, headquarters, FeedCursor("prices", "g1", position)) == "position"
    assert refusal(delta, headquarters, FeedCursor("prices", "g0", 7)) == "position"


def test_an_old_snapshot_cannot_bring_old_prices_back(headquarters) -> None:
    old = headquarters.piece("prices", [price("a", 100, 3)], kind="snapshot")
    assert refusal(old, headquarters, FeedCursor("prices", "g1", 4)) == "position"
    result, _ = pull(old, headquarters, FeedCursor("prices", "g0", 4))
    assert result.cursor == FeedCursor("prices", "g1", 3)


def test_a_piece_signed_by_another_key_is_refused(headquarters) -> None:
    stranger = Headquarters()
    assert refusal(stranger.piece("prices", [price("a", 1, 1)], kind="snapshot"), headquarters) == "signature"


def test_rows_changed_on_the_way_are_refused(headquarters) -> None:
    reply = headquarters.piece("prices", [price("a", 100, 3)], kind="snapshot")
    cheaper = headquarters.piece("prices", [price("a", 1, 3)], kind="snapshot")
    assert refusal(msgspec.structs.replace(reply, rows=cheaper.rows), headquarters) == "digest"
    assert refusal(msgspec.structs.replace(reply, rows=reply.rows[:-1]), headquarters) == "digest"
    assert refusal(msgspec.structs.replace(reply, manifest=cheaper.manifest), headquarters) == "signature"


def test_a_piece_for_another_store_or_feed_is_refused(headquarters) -> None:
    rows = [price("a", 100, 3)]
    assert refusal(headquarters.piece("prices", rows, kind="snapshot", store="S002"), headquarters) == "addressee"
    receiver, taken = Receiver({}), Taken()
    receiver.pieces["prices"] = [headquarters.piece("items", rows, kind="snapshot")]
    with pytest.raises(FeedRefused, match="feed items"):
        pull_once(taken, MemoryTransport(receiver), PRICES, store=STORE, verify=verifier(headquarters.public))
    assert taken.pieces == []
