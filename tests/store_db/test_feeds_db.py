"""Taking in feeds: whole pieces or nothing, in order, signed for this store; readers never see half of one."""

from __future__ import annotations

import shutil
from pathlib import Path

import apsw
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.feeds import FeedCursor, FeedRow, ItemRow, OfferRow, PriceRow, encode_row, encode_rows, manifest_bytes
from store_db import feeds_db
from store_db.connection import reading
from store_db.errors import FeedRefused, FeedsUnavailable, SecondWriter
from store_db.feed_reader import FeedReader
from tests.store_db.chain import delta, open_feeds, piece, row, snapshot
from tests.store_db.power import mounted, options_on
from tests.store_db.samples import quick_sign

ITEMS = [ItemRow(str(number), f"goods {number}") for number in range(1, 6)]


def names(reader: FeedReader) -> list[str]:
    return [item.name for item in reader.search("goods")]


def test_a_new_file_is_empty_and_valid(tmp_path: Path) -> None:
    reader = FeedReader.open(tmp_path / "feeds.db")
    assert reader.cursors() == {}
    assert reader.item_by_code("690000000001") is None
    assert (reader.offers(), reader.staff(), reader.configuration(), reader.marks()) == ([], [], {}, {})
    assert reader.contact() is None
    assert open_feeds(tmp_path / "feeds.db").cursors() == []


def test_a_snapshot_replaces_the_feed_and_a_delta_changes_it(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    reader = FeedReader.open(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    assert names(reader) == [f"goods {number}" for number in range(1, 6)]
    delta(feeds, "items", [row(6, ItemRow("2", "goods 2 new")), row(7, None, "3")], 5)
    assert names(reader) == ["goods 1", "goods 2 new", "goods 4", "goods 5"]
    assert feeds.cursors() == [FeedCursor("items", "g1", 7)]
    snapshot(feeds, "items", ITEMS[:2], generation="g2")
    assert names(reader) == ["goods 1", "goods 2"]
    assert reader.cursors() == {"items": FeedCursor("items", "g2", 2)}


def test_the_last_state_of_a_key_counts_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS[:1])
    moved_to_the_zone = [row(3, ItemRow("1", "goods of the zone")), row(2, None, "1")]
    delta(feeds, "items", moved_to_the_zone, 1)
    assert names(FeedReader.open(tmp_path / "feeds.db")) == ["goods of the zone"]


def test_a_delta_without_rows_for_this_store_moves_the_cursor(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    delta(feeds, "items", [], 5, end=9)
    assert feeds.cursors() == [FeedCursor("items", "g1", 9)]


REFUSED = [
    ("another key", "signature"),
    ("another store", "addressee"),
    ("other rows", "digest"),
    ("cut rows", "digest"),
    ("unknown feed", "unknown_feed"),
    ("gap", "position"),
    ("older delta", "position"),
    ("older snapshot", "position"),
    ("other generation", "position"),
    ("unreadable row", "rows"),
    ("row under another key", "rows"),
]


@pytest.mark.parametrize(("fault", "reason"), REFUSED)
def test_a_piece_that_is_not_what_was_signed_for_here_is_refused_whole(tmp_path: Path, fault: str, reason: str) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    new = [row(6, ItemRow("6", "goods 6")), row(7, ItemRow("7", "goods 7"))]
    manifest, rows, signature = piece("items", new, kind="delta", start=5)
    block: bytes | None = None
    match fault:
        case "another key":
            signature = quick_sign(b"something else")
        case "another store":
            manifest, rows, signature = piece("items", new, kind="delta", start=5, store="S2")
        case "other rows":
            rows = [row(6, ItemRow("6", "goods 6")), row(7, ItemRow("7", "goods seven"))]
        case "cut rows":
            block, rows = encode_rows(rows), rows[:1]
        case "unknown feed":
            manifest, rows, signature = piece("weather", new, kind="delta", start=5)
        case "gap":
            manifest, rows, signature = piece("items", new, kind="delta", start=6)
        case "older delta":
            manifest, rows, signature = piece("items", new, kind="delta", start=3, end=5)
        case "older snapshot":
            manifest, rows, signature = piece("items", [row(3, ITEMS[0])])
        case "other generation":
            manifest, rows, signature = piece("items", new, kind="delta", start=5, generation="g2")
        case "unreadable row":
            manifest, rows, signature = piece("items", [*new, FeedRow("8", 8, b"\xc1")], kind="delta", start=5)
        case "row under another key":
            manifest, rows, signature = piece("items", [row(6, ItemRow("6", "x"), "9")], kind="delta", start=5)
    with pytest.raises(FeedRefused) as refusal:
        feeds.apply(manifest, rows, signature, block)
    assert (refusal.value.code, refusal.value.reason) == ("feed.refused", reason)
    assert feeds.cursors() == [FeedCursor("items", "g1", 5)]
    assert len(names(FeedReader.open(tmp_path / "feeds.db"))) == 5


def test_a_piece_that_overlaps_the_cursor_is_taken_and_a_repeated_one_is_not(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    overlap = piece("items", [row(5, ITEMS[4]), row(6, ItemRow("6", "goods 6"))], kind="delta", start=4)
    feeds.apply(*overlap)
    assert len(names(FeedReader.open(tmp_path / "feeds.db"))) == 6
    with pytest.raises(FeedRefused):
        feeds.apply(*overlap)


def test_rows_with_fields_of_a_later_release_are_taken_and_kept_as_they_came(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    body = msgspec.msgpack.encode({"item": "1", "name": "goods 1", "allergens": ["nuts"]})
    feeds.apply(*piece("items", [FeedRow("1", 1, body)]))
    reader = FeedReader.open(tmp_path / "feeds.db")
    assert reader.item_by_id("1") == ItemRow("1", "goods 1")
    stored = apsw.Connection(str(tmp_path / "feeds.db")).execute("SELECT body FROM item").get
    assert stored == body


def test_a_reader_sees_the_state_before_until_a_delta_has_landed_whole(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    reader = FeedReader.open(tmp_path / "feeds.db")
    version = reader.data_version()
    with reading(reader._db):
        assert reader.item_by_id("1") == ITEMS[0]
        delta(feeds, "items", [row(6, ItemRow("1", "goods 1 new")), row(7, ItemRow("6", "goods 6"))], 5)
        snapshot(feeds, "items", [ItemRow("1", "goods 1 newest")], generation="g2")
        assert reader.item_by_id("1") == ITEMS[0]
        assert reader.item_by_id("6") is None
        assert reader.cursors()["items"].position == 5
    assert reader.data_version() != version
    assert reader.item_by_id("1") == ItemRow("1", "goods 1 newest")


def test_a_snapshot_cut_short_at_any_point_leaves_the_feed_in_use_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds_db, "CHUNK", 2)
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    feeds.close()
    wanted = piece("items", [row(place, ItemRow(str(place), f"goods {place}")) for place in range(10, 17)], end=20)
    statements = 0
    finished = False
    while not finished:
        statements += 1
        shutil.copy(tmp_path / "feeds.db", tmp_path / "try.db")
        feeds = open_feeds(tmp_path / "try.db")
        left = [statements]

        def stop(*_: object, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] >= 0

        feeds._db.exec_trace = stop
        try:
            feeds.apply(*wanted)
            finished = True
        except FeedsUnavailable:
            finished = False
        feeds._db.exec_trace = None
        feeds.close()
        reader = FeedReader.open(tmp_path / "try.db")
        seen = (len(names(reader)), reader.cursors()["items"].position)
        assert seen in ((5, 5), (7, 20))
        if seen == (5, 5):
            feeds = open_feeds(tmp_path / "try.db")
            feeds.apply(*wanted)
            feeds.close()
        assert len(names(reader)) == 7
        reader.close()
    assert statements > 10


def test_a_full_disk_refuses_a_piece_and_takes_it_when_there_is_room() -> None:
    with mounted() as disk:
        feeds = open_feeds("feeds.db", options=options_on(disk, "NORMAL"))  # type: ignore[arg-type]
        snapshot(feeds, "items", ITEMS)
        wanted = piece("items", [row(6, ItemRow("6", "goods 6"))], kind="delta", start=5)
        disk.error = apsw.FullError
        with pytest.raises(FeedsUnavailable, match="disk_full"):
            feeds.apply(*wanted)
        disk.error = None
        assert feeds.cursors() == [FeedCursor("items", "g1", 5)]
        feeds.apply(*wanted)
        assert feeds.cursors() == [FeedCursor("items", "g1", 6)]
        feeds.close()


def test_the_tables_keep_their_indexes_over_snapshots(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    before = schema(tmp_path / "feeds.db")
    for generation in ("g1", "g2", "g3"):
        snapshot(feeds, "items", ITEMS, generation)
        snapshot(feeds, "prices", [PriceRow("1", 100)], generation)
    assert schema(tmp_path / "feeds.db") == before


def schema(path: Path) -> set[tuple[str, str]]:
    found = apsw.Connection(str(path)).execute("SELECT type, name FROM sqlite_schema").fetchall()
    return {(str(kind), str(name)) for kind, name in found if not str(name).startswith("sqlite_")}


def test_one_agent_writes_and_a_till_that_starts_meanwhile_reads(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    with pytest.raises(SecondWriter):
        open_feeds(tmp_path / "feeds.db")
    reader = FeedReader.open(tmp_path / "feeds.db")
    feeds.note_contact(1_000, -250)
    assert reader.contact() == (1_000, -250)


CHANGES = st.lists(
    st.lists(st.tuples(st.sampled_from("abcd"), st.one_of(st.none(), st.binary(max_size=3))), max_size=5), max_size=6
)


@settings(max_examples=40)
@given(pieces=CHANGES, split=st.integers(0, 6))
def test_any_cutting_into_snapshot_and_deltas_gives_the_same_feed(
    pieces: list[list[tuple[str, bytes | None]]], split: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    feeds = open_feeds(tmp_path_factory.mktemp("feeds") / "feeds.db")
    state: dict[str, bytes] = {}
    position = 0
    feeds.apply(*piece("offers", []))
    for number, changes in enumerate(pieces):
        start, rows = position, []
        for key, body in changes:
            position += 1
            rows.append(FeedRow(key, position, None if body is None else encode_row(OfferRow(key, body))))
            state.pop(key, None)
            if body is not None:
                state[key] = body
        if number == split:
            whole = [row(position, OfferRow(key, body), key) for key, body in state.items()]
            feeds.apply(*piece("offers", whole, end=position))
        elif rows:
            feeds.apply(*piece("offers", rows, kind="delta", start=start))
    reader = FeedReader(feeds._db)
    assert {offer.offer: offer.body for offer in reader.offers()} == state
    feeds.close()


def test_manifests_are_what_headquarters_signs() -> None:
    manifest, _, signature = piece("items", [row(1, ITEMS[0])])
    assert signature == quick_sign(manifest_bytes(manifest))
