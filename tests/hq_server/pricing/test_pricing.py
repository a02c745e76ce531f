"""Prices: one release for each change, in the feed of the scope, and costs that folding anew stamps the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from hq_server.catalog import service as catalog
from hq_server.db import Database
from hq_server.errors import Invalid, NotFound
from hq_server.feeds import board
from hq_server.pricing import service as pricing
from hq_server.pricing.rules import minute_at, minute_of, price_holding
from hq_server.pricing.service import PriceChange, UnitCost
from hq_server.sync import service as sync
from retail.feeds import ItemRow, PriceRow, decode_row
from tests.hq_server.chain import NOON, Chain, sold
from tests.hq_server.http import Host

AT_NOON = minute_of(datetime(2026, 11, 21, 12, 0, tzinfo=UTC))


@pytest.fixture
def tea(database: Database) -> str:
    with database.transaction() as session:
        catalog.put_items(session, [ItemRow("tea", "龙井茶", unit="kg")], actor="test", at=NOON)
    return "tea"


def change(database: Database, amount: int, scope: str = "chain", from_minute: int = AT_NOON) -> PriceChange:
    with database.transaction() as session:
        return pricing.change_price(
            session, item="tea", scope=scope, amount=amount, from_minute=from_minute, actor="li", at=NOON
        )


@pytest.mark.usefixtures("tea")
def test_a_price_for_one_zone_reaches_its_stores_and_the_board_follows_it(
    client: TestClient, database: Database, chain: Chain
) -> None:
    east, west = (Host.enrolled(client, database, chain.tills[till]) for till in ("S1-01", "S3-01"))
    made = change(database, 1_280_000, "zone:east")
    for host in (east, west):
        host.take("prices")
        host.hello()
    (body,) = east.rows["prices"].values()
    assert decode_row("prices", body) == made.row
    assert made.row == PriceRow("tea", 1_280_000, "retail", "zone:east", "kg", AT_NOON, 0, 1)
    assert west.rows["prices"] == {}
    with database.transaction() as session:
        (one,) = board.deliveries(session, "prices", audience=made.row.scope)
    assert (one.till, one.stage(made.feed_position)) == ("S1-01", "at_host")


@pytest.mark.usefixtures("tea")
def test_a_later_release_for_the_same_minute_replaces_the_earlier(
    client: TestClient, database: Database, chain: Chain
) -> None:
    host = Host.enrolled(client, database, chain.tills["S1-01"])
    first, second = change(database, 100), change(database, 200)
    other = change(database, 300, from_minute=AT_NOON + 60)
    assert (first.row.release, second.row.release, other.row.release) == (1, 2, 3)
    host.take("prices")
    rows = [decode_row("prices", body) for body in host.rows["prices"].values()]
    assert rows == [second.row, other.row]
    with database.transaction() as session:
        assert [price.amount for price in pricing.prices_of(session, "tea")] == [300, 200]
        pricing.withdraw_price(session, other.row, actor="li", at=NOON)
    host.take("prices")
    assert [decode_row("prices", body) for body in host.rows["prices"].values()] == [second.row]


@pytest.mark.usefixtures("tea")
def test_many_prices_are_one_release(database: Database) -> None:
    rows = [PriceRow("tea", 100 + minute, unit="kg", from_minute=minute) for minute in range(50)]
    with database.transaction() as session:
        assert pricing.put_prices(session, rows, actor="test", at=NOON) == 50
        assert {price.release for price in pricing.prices_of(session, "tea")} == {1}


@pytest.mark.usefixtures("tea")
@pytest.mark.parametrize(
    "wrong",
    [{"amount": -1}, {"amount": 10**12}, {"scope": "galaxy"}, {"until_minute": AT_NOON}, {"kind": "bargain"}],
    ids=str,
)
def test_a_price_that_cannot_be_is_refused(database: Database, wrong: dict[str, object]) -> None:
    asked: dict[str, object] = {"item": "tea", "scope": "chain", "amount": 1, "from_minute": AT_NOON, "actor": "li"}
    with pytest.raises(Invalid), database.transaction() as session:
        pricing.change_price(session, **{**asked, **wrong}, at=NOON)  # type: ignore[arg-type]
    with pytest.raises(NotFound), database.transaction() as session:
        pricing.change_price(session, **{**asked, "item": "coffee"}, at=NOON)  # type: ignore[arg-type]


def test_the_narrowest_scope_then_the_latest_minute_then_the_release_holds() -> None:
    rows = [
        PriceRow("tea", 1, scope="chain", from_minute=50, release=1),
        PriceRow("tea", 2, scope="zone:east", from_minute=10, release=2),
        PriceRow("tea", 3, scope="zone:east", from_minute=20, until_minute=30, release=3),
        PriceRow("tea", 4, scope="store:S1", from_minute=100, release=4),
    ]

    def amount(minute: int) -> int | None:
        held = price_holding(rows, kind="retail", unit="ea", scopes=["store:S1", "zone:east", "chain"], minute=minute)
        return None if held is None else held.amount

    assert [amount(minute) for minute in (5, 10, 20, 29, 30, 99, 100)] == [None, 2, 3, 3, 2, 2, 4]


def test_a_minute_is_the_stores_wall_clock() -> None:
    assert minute_at(NOON, 480) == AT_NOON
    assert minute_at(NOON, 0) == AT_NOON - 480


def test_a_cost_written_down_later_changes_nothing_that_was_accepted_before(chain: Chain, database: Database) -> None:
    def cost(amount: int, day: date, at: datetime) -> None:
        with database.transaction() as session:
            pricing.put_costs(session, [UnitCost("item-1", amount, day)], actor="test", at=at)

    cost(10_000, date(2026, 1, 1), NOON - timedelta(hours=2))
    till = chain.tills["S1-01"]
    for _ in range(3):
        till.sell(sold(100))
    chain.accept(till.push(0, 1), store="S1", at=NOON)
    cost(20_000, date(2026, 11, 1), NOON + timedelta(hours=1))
    chain.accept(till.push(1, 1), store="S1", at=NOON + timedelta(minutes=30))
    chain.accept(till.push(2), store="S1", at=NOON + timedelta(hours=2))
    sync.fold_all(database)
    stamped = chain.rows("SELECT unit_cost FROM receipt_line ORDER BY position")
    assert stamped == [(10_000,), (10_000,), (20_000,)]
    sync.rebuild(database)
    assert chain.rows("SELECT unit_cost FROM receipt_line ORDER BY position") == stamped
