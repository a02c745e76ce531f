"""Items are found by what people type, and published with the keys tills search by."""

from __future__ import annotations

import pytest

from hq_server.catalog import queries, service
from hq_server.catalog.rules import search_keys
from hq_server.db import Database
from hq_server.errors import Invalid
from retail.feeds import BarcodeRow, ItemRow, decode_row
from tests.hq_server.chain import NOON


@pytest.fixture
def goods(database: Database) -> Database:
    items = [
        ItemRow("1001", "农夫山泉 550ml", department="drinks"),
        ItemRow("1002", "Green tea, 100 % leaf", brand="Leaf\tand\\Co", attributes={"origin": "杭州"}),
    ]
    codes = [BarcodeRow("6901234567892", "1001"), BarcodeRow("16901234567899", "1001", 24_000)]
    with database.transaction() as session:
        service.put_items(session, items, actor="test", at=NOON)
        service.put_barcodes(session, codes, actor="test", at=NOON)
    return database


@pytest.mark.parametrize("typed", ["1001", "6901234567892", "农夫", "nfsq", "nongfu", "550ML"])
def test_an_item_is_found_by_number_code_name_and_pinyin(goods: Database, typed: str) -> None:
    with goods.transaction() as session:
        (found,) = queries.find_items(session, typed)
    assert (found.item, found.codes) == ("1001", ("16901234567899", "6901234567892"))


@pytest.mark.parametrize("typed", ["", "  ", "%", "_", "nothing", "\\"])
def test_what_is_not_there_is_not_found(goods: Database, typed: str) -> None:
    with goods.transaction() as session:
        found = queries.find_items(session, typed)
    assert [item.item for item in found] == (["1002"] if typed == "%" else [])


def test_every_letter_comes_back_as_it_was_given(goods: Database) -> None:
    with goods.transaction() as session:
        (found,) = queries.find_items(session, "1002")
    assert found.brand == "Leaf\tand\\Co"


def test_items_are_published_with_their_search_keys(goods: Database) -> None:
    with goods.engine.connect() as connection:
        bodies = [
            row[0] for row in connection.exec_driver_sql("SELECT body FROM feed_row WHERE feed = 'items' ORDER BY key")
        ]
    first, second = (decode_row("items", body) for body in bodies)
    assert isinstance(first, ItemRow)
    assert isinstance(second, ItemRow)
    assert first.pinyin == search_keys("农夫山泉 550ml") == "nfsq550ml nongfushanquan550ml"
    assert (second.pinyin, second.attributes) == ("", {"origin": "杭州"})


def test_putting_again_changes_and_a_withdrawn_code_is_gone(goods: Database) -> None:
    with goods.transaction() as session:
        position = service.put_items(session, [ItemRow("1001", "农夫山泉 1.5L")], actor="test", at=NOON)
        assert position == 3
        service.withdraw_barcodes(session, ["6901234567892"], actor="test", at=NOON)
    with goods.transaction() as session:
        assert queries.find_items(session, "6901234567892") == []
        (found,) = queries.find_items(session, "1001")
        assert (found.name, found.codes) == ("农夫山泉 1.5L", ("16901234567899",))
        assert queries.count_items(session) == 2


@pytest.mark.parametrize(
    "wrong", [ItemRow("", "x"), ItemRow("1", ""), ItemRow("1", "a\0b"), ItemRow("1", "x", tax_rate_bp=-1)], ids=str
)
def test_an_item_that_cannot_be_is_refused(database: Database, wrong: ItemRow) -> None:
    with pytest.raises(Invalid), database.transaction() as session:
        service.put_items(session, [wrong], actor="test", at=NOON)
