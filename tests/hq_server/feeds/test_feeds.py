"""What is published reaches each store whole, in order, once, and nobody else."""

from __future__ import annotations

import random
import threading
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from hq_server.db import Database
from hq_server.errors import Invalid
from hq_server.feeds import baselines, board
from hq_server.feeds.publishing import Change, drop_tombstones, publish
from hq_server.stores import service as stores
from hq_server.sync import service
from retail.documents.till import FeedApplied
from retail.feeds import BaselineRow, ItemRow, decode_row, mark_of
from retail.ids import Stream
from tests.hq_server.chain import NOON, Chain, sold
from tests.hq_server.http import Host


def put(database: Database, *changes: Change, feed: str = "items") -> int:
    with database.transaction() as session:
        return publish(session, feed, changes, at=NOON)


def item(name: str, price: int = 0, audience: str = "chain") -> Change:
    return Change(name, ItemRow(name, f"Goods {price}"), audience)


@pytest.fixture
def hosts(client: TestClient, database: Database, chain: Chain) -> dict[str, Host]:
    return {
        till.store: Host.enrolled(client, database, till) for till in chain.tills.values() if till.till.endswith("-01")
    }


def test_a_first_pull_is_a_snapshot_then_come_deltas(database: Database, hosts: dict[str, Host]) -> None:
    host = hosts["S1"]
    assert host.take("items") == 0
    put(database, item("a"), item("b"))
    assert host.take("items") == 1
    put(database, item("b", 5), Change("a", None), item("c"))
    assert host.take("items") == 1
    assert host.kinds == ["snapshot", "delta"]
    assert set(host.rows["items"]) == {"b", "c"}
    assert decode_row("items", host.rows["items"]["b"]) == ItemRow("b", "Goods 5")


def test_publishing_the_same_again_moves_nothing(database: Database) -> None:
    first = put(database, item("a"), item("b"))
    assert first == 2
    assert put(database, item("a"), item("b")) == 2
    assert put(database, item("a"), item("b", 1)) == 3
    assert put(database, Change("nobody", None)) == 3
    assert put(database, item("c", 1), item("c", 2)) == 4


def test_who_is_far_behind_gets_the_whole_list_and_never_half_of_a_publication(
    database: Database, hosts: dict[str, Host]
) -> None:
    host = hosts["S1"]
    put(database, item("start"))
    host.take("items")
    put(database, *(item(f"i{number}") for number in range(25)))
    assert host.take("items", rows_max=10) == 1
    assert len(host.rows["items"]) == 26


def test_rows_reach_their_audience_alone(database: Database, hosts: dict[str, Host]) -> None:
    put(database, item("all"), item("east", 0, "zone:east"), item("west", 0, "zone:west"), item("own", 0, "store:S2"))
    for host in hosts.values():
        host.take("items")
    assert {store: sorted(host.rows["items"]) for store, host in hosts.items()} == {
        "S1": ["all", "east"],
        "S2": ["all", "east", "own"],
        "S3": ["all", "west"],
    }


def test_a_changed_audience_leaves_the_old_and_enters_the_new(database: Database, hosts: dict[str, Host]) -> None:
    put(database, item("tea", 1))
    for host in hosts.values():
        host.take("items")
    put(database, item("tea", 2, "zone:west"))
    for host in hosts.values():
        host.take("items")
    assert [store for store, host in hosts.items() if "tea" in host.rows["items"]] == ["S3"]
    put(database, item("tea", 3, "store:S3"))
    put(database, item("tea", 3, "chain"))
    for host in hosts.values():
        host.take("items")
        assert decode_row("items", host.rows["items"]["tea"]) == ItemRow("tea", "Goods 3")
        assert host.kinds == ["snapshot", "delta", "delta"]


def test_a_store_that_changes_zone_takes_a_snapshot_of_the_new_one(database: Database, hosts: dict[str, Host]) -> None:
    put(database, item("east", 0, "zone:east"), item("west", 0, "zone:west"))
    host = hosts["S1"]
    host.take("items")
    with database.transaction() as session:
        stores.move_store(session, store_id="S1", zone_id="west", actor="test", at=NOON)
    host.take("items")
    assert sorted(host.rows["items"]) == ["west"]
    assert host.kinds == ["snapshot", "snapshot"]


def test_a_cursor_older_than_the_tombstones_takes_a_snapshot(database: Database, hosts: dict[str, Host]) -> None:
    host = hosts["S1"]
    put(database, item("a"), item("b"))
    host.take("items")
    put(database, Change("a", None))
    with database.transaction() as session:
        assert drop_tombstones(session, before=NOON) == 0
        assert drop_tombstones(session, before=NOON + timedelta(seconds=1)) == 1
    host.take("items")
    assert sorted(host.rows["items"]) == ["b"]
    assert host.kinds == ["snapshot", "snapshot"]


def test_a_cursor_ahead_of_headquarters_takes_a_snapshot(database: Database, hosts: dict[str, Host]) -> None:
    host = hosts["S1"]
    put(database, item("a"), item("b"))
    host.take("items")
    with database.transaction() as session:  # as after a restore of an older database
        session.execute(text("DELETE FROM feed_row WHERE key = 'b'"))
        session.execute(text("UPDATE feed_counter SET position = 1"))
    host.take("items")
    assert sorted(host.rows["items"]) == ["a"]


def test_six_editors_at_once_and_a_reader_that_misses_no_row(database: Database, hosts: dict[str, Host]) -> None:
    host, editors_left = hosts["S1"], threading.Semaphore(0)
    put(database, item("start"))

    def edit(editor: int) -> None:
        chance = random.Random(editor)
        for change in range(25):
            with database.transaction() as session:
                names = [f"{editor}-{change}-{number}" for number in range(chance.randint(1, 4))]
                publish(session, "items", [item(name) for name in names], at=NOON)
                made.update(names)
        editors_left.release()

    made: set[str] = {"start"}
    editors = [threading.Thread(target=edit, args=(number,)) for number in range(6)]
    for editor in editors:
        editor.start()
    finished = 0
    while finished < len(editors):
        host.take("items", rows_max=7)
        finished += editors_left.acquire(timeout=0.005)
    host.take("items")
    assert set(host.rows["items"]) == made
    with database.transaction() as session:
        positions = sorted(session.scalars(text("SELECT position FROM feed_row WHERE feed = 'items'")))
    assert positions == list(range(1, len(made) + 1))


def test_a_wrong_feed_or_audience_is_refused(database: Database) -> None:
    with pytest.raises(Invalid, match="no feed"):
        put(database, item("a"), feed="wishes")
    with pytest.raises(Invalid, match="audience"):
        put(database, item("a", 0, "galaxy:andromeda"))


def test_the_board_follows_a_row_from_published_to_in_use(
    database: Database, hosts: dict[str, Host], chain: Chain
) -> None:
    def stages(position: int) -> dict[str, str]:
        with database.transaction() as session:
            found = board.deliveries(session, "items", audience="zone:east")
        return {delivery.till: delivery.stage(position) for delivery in found}

    position = put(database, item("a", 0, "zone:east"))
    assert stages(position) == {"S1-01": "published", "S2-01": "published"}
    host, till = hosts["S1"], chain.tills["S1-01"]
    host.take("items")
    host.hello()
    assert stages(position) == {"S1-01": "at_host", "S2-01": "published"}
    cursor = host.cursors["items"]
    till.append(FeedApplied("items", cursor.generation, cursor.position))
    host.push(till.push())
    service.fold_all(database)
    assert stages(position) == {"S1-01": "in_use", "S2-01": "published"}
    assert stages(position + 1) == {"S1-01": "published", "S2-01": "published"}


def test_baselines_come_with_the_marks_they_are_true_for(
    database: Database, hosts: dict[str, Host], chain: Chain
) -> None:
    host, till = hosts["S1"], chain.tills["S1-01"]
    other = chain.tills["S3-01"]
    till.sell(sold(100, 3000), sold(100))
    for sender in (till, other):
        sender.open()
        chain.send(sender)
    service.fold_all(database)
    assert baselines.publish_due(database, at=NOON) == 0  # nobody asked yet
    host.take("baselines")
    assert baselines.publish_due(database, at=NOON) == 1

    def known() -> tuple[dict[Stream, int], dict[str, int]]:
        marks, stock = {}, {}
        for body in host.rows["baselines"].values():
            row = decode_row("baselines", body)
            assert isinstance(row, BaselineRow)
            mark = mark_of(row)
            if mark:
                marks[mark[0]] = mark[1]
            else:
                stock[str(row.key[0])] = row.amounts[0]
        return marks, stock

    host.take("baselines")
    assert known() == ({till.stream: 2}, {"item-1": -3000, "item-2": -1000})
    till.sell(sold(100))
    chain.send(till, 2)
    host.take("baselines")
    assert known() == ({till.stream: 2}, {"item-1": -3000, "item-2": -1000})
    service.fold_all(database)
    assert baselines.publish_due(database, at=NOON + timedelta(minutes=1)) == 1
    host.take("baselines", rows_max=1)
    assert known() == ({till.stream: 3}, {"item-1": -4000, "item-2": -1000})
    assert baselines.publish_due(database, at=NOON) == 0
    assert "item-1" in str(host.rows["baselines"])
