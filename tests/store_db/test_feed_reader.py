"""What a till finds in its feeds."""

from __future__ import annotations

from pathlib import Path

import pytest

from retail.feeds import (
    BarcodeRow,
    ConfigurationRow,
    FeedRow,
    ItemRow,
    MemberRow,
    OfferRow,
    PriceRow,
    RoleRow,
    StaffRow,
    TillKeyRow,
    encode_row,
)
from store_db.feed_reader import BY_TEXT, FeedReader
from tests.store_db.chain import open_feeds, piece, snapshot

ITEMS = [
    ItemRow("101", "蒙牛纯牛奶250ml", pinyin="mncnn mengniuchunniunai", plu="0007"),
    ItemRow("102", "伊利酸奶", pinyin="ylsn yilisuannai"),
    ItemRow("103", "Fresh Milk 1L"),
    ItemRow("104", "Milk chocolate"),
    ItemRow("105", "Buttermilk"),
    ItemRow("106", "ＡＢＣ notebook", pinyin="abcbjb"),
]


@pytest.fixture
def reader(tmp_path: Path) -> FeedReader:
    feeds = open_feeds(tmp_path / "feeds.db")
    snapshot(feeds, "items", ITEMS)
    codes = [BarcodeRow("6900000000011", "101"), BarcodeRow("6900000000028", "101", 6000), BarcodeRow("47112", "105")]
    snapshot(feeds, "barcodes", codes)
    snapshot(feeds, "prices", [PriceRow("101", 35_000), PriceRow("101", 33_000, "member:gold"), PriceRow("102", 1)])
    return FeedReader.open(tmp_path / "feeds.db")


def test_a_code_gives_its_item_and_what_it_stands_for(reader: FeedReader) -> None:
    assert reader.item_by_code("6900000000028") == (ITEMS[0], BarcodeRow("6900000000028", "101", 6000))
    assert reader.item_by_code("6900000000035") is None
    assert [code.code for code in reader.barcodes("101")] == ["6900000000011", "6900000000028"]


def test_a_code_whose_item_never_came_is_not_known(tmp_path: Path) -> None:
    snapshot(open_feeds(tmp_path / "feeds.db"), "barcodes", [BarcodeRow("6900000000011", "101")])
    assert FeedReader.open(tmp_path / "feeds.db").item_by_code("6900000000011") is None


def test_an_item_is_found_by_number_and_by_the_number_on_scale_labels(reader: FeedReader) -> None:
    assert reader.item_by_id("101") == reader.item_by_plu("0007") == ITEMS[0]
    assert reader.item_by_id("999") is None
    assert reader.item_by_plu("") is None


def test_all_prices_of_an_item_come_and_no_others(reader: FeedReader) -> None:
    assert {(price.kind, price.amount) for price in reader.prices("101")} == {
        ("retail", 35_000),
        ("member:gold", 33_000),
    }
    assert reader.prices("103") == []


SEARCHES = [
    ("milk", ["104", "103", "105"]),
    ("MILK", ["104", "103", "105"]),
    ("牛奶", ["101"]),
    ("酸", ["102"]),
    ("奶", ["102", "101"]),
    ("mncnn", ["101"]),
    ("mnc", ["101"]),
    ("yili", ["102"]),
    ("abc", ["106"]),
    ("ａｂｃ", ["106"]),
    ("690000", ["101"]),
    ("10", ["101", "102", "103", "104", "105", "106"]),
    ("4711", ["105"]),
    ("250", ["101"]),
    ("1l", ["103"]),
    ("100%", []),
    ("no such thing", []),
    ("  ", []),
]


@pytest.mark.parametrize(("text", "items"), SEARCHES)
def test_items_are_found_by_code_name_and_pinyin_best_first(reader: FeedReader, text: str, items: list[str]) -> None:
    assert [item.item for item in reader.search(text)] == items


def test_a_search_gives_no_more_than_asked_for(reader: FeedReader) -> None:
    assert len(reader.search("10", limit=2)) == 2
    assert [item.item for item in reader.search("milk", limit=1)] == ["104"]


def test_a_search_reads_the_narrow_index_and_not_the_items(reader: FeedReader) -> None:
    plan = " ".join(str(step) for step in reader._db.execute(f"EXPLAIN QUERY PLAN {BY_TEXT}", ("milk", 50)))
    assert "SCAN item USING COVERING INDEX item_search" in plan


def test_the_small_feeds_come_back_as_they_were_published(tmp_path: Path) -> None:
    feeds = open_feeds(tmp_path / "feeds.db")
    staff, role = StaffRow("07", "李雷", "cashier", "hash"), RoleRow("cashier", ("sale",), {"discount_bp": 500})
    setting, offer = ConfigurationRow("rounding", b'"0.1"'), OfferRow("o1", b"\x01")
    key, member = TillKeyRow("S1-01", "S1", bytes(32)), MemberRow("m1", "8800", "gold", "王**")
    published = [
        ("staff", "07", staff),
        ("roles", "cashier", role),
        ("configuration", "rounding", setting),
        ("offers", "o1", offer),
        ("till_keys", "S1-01", key),
        ("members", "m1", member),
    ]
    for feed, name, row in published:
        feeds.apply(*piece(feed, [FeedRow(name, 1, encode_row(row))]))
    reader = FeedReader.open(tmp_path / "feeds.db")
    assert (reader.staff(), reader.operator("07"), reader.operator("08")) == ([staff], staff, None)
    assert (reader.roles(), reader.configuration()) == ({"cashier": role}, {"rounding": b'"0.1"'})
    assert (reader.offers(), reader.till_key("S1-01"), reader.till_key("S1-02")) == ([offer], key, None)
    assert reader.member("m1") == reader.member_by_card("8800") == member
    assert reader.member_by_card("") is None
