"""Figures are true the moment the fold has run, and only shown to whom they may be shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from hq_server.db import Database
from hq_server.errors import Forbidden, NotFound
from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.reports import service as reports
from hq_server.reports.service import ClerkFigures, Figures, HourFigures, TenderFigures
from hq_server.sync import service as sync
from hq_server.users.sessions import Viewer
from retail.documents.sale import Sale
from retail.ownership import own, pool
from tests.hq_server.chain import NOON, Chain, returned, sold, tender

DAY = date(2026, 11, 21)
SPAN: Any = {"first": DAY, "last": DAY}
ALL = Viewer("boss", "Boss", frozenset({"reports.sales", "reports.margin"}), ())
NO_MARGIN = Viewer("li", "Li", frozenset({"reports.sales"}), ())
ONE_STORE = Viewer("wang", "Wang", frozenset({"reports.sales", "reports.margin"}), ("S2",))
NOBODY = Viewer("guest", "Guest", frozenset(), ())


@pytest.fixture
def sales(chain: Chain, database: Database) -> Chain:
    with database.transaction() as session:
        costs = [UnitCost("item-1", 30_000, date(2026, 1, 1))]  # 3.00 a piece
        pricing.put_costs(session, costs, actor="test", at=NOON - timedelta(days=1))
    till = chain.tills["S1-01"]
    first = till.sell(
        sold(1130, 2000, own("07")),
        sold(226, 1000, pool("A")),
        member="m1",
        tenders=[tender("cash", 1000), tender("card", 356)],
    )
    sale = msgspec.msgpack.decode(till.entries[-1].body, type=Sale)
    till.sell(returned(sale, first, 1, 1))
    chain.tills["S2-01"].sell(sold(500))
    for sender in chain.tills.values():
        if sender.entries:
            chain.send(sender)
    sync.fold_all(database)
    return chain


@pytest.mark.usefixtures("sales")
def test_the_overview_shows_every_store_with_margin_for_those_who_may(database: Database) -> None:
    with database.transaction() as session:
        found = {store.store: store for store in reports.overview(session, viewer=ALL, **SPAN)}
        hidden = reports.overview(session, viewer=NO_MARGIN, **SPAN)
    # one customer: 2 pieces at 5.65 and a thing of 2.26, then one piece back; 13 % tax inside
    assert found["S1"].figures == Figures(1, 2, 2000, 791, 0, 791, 91, margin=565 - 65 - 300, uncosted_net=200)
    assert found["S2"].figures == Figures(1, 1, 1000, 500, 0, 500, 58, margin=500 - 58 - 300, uncosted_net=0)
    assert found["S3"].figures == Figures(0, 0, 0, 0, 0, 0, 0, 0, 0)
    assert {(store.figures.margin, store.figures.uncosted_net) for store in hidden} == {(None, None)}


@pytest.mark.usefixtures("sales")
def test_a_viewer_of_one_store_sees_that_store_alone(database: Database) -> None:
    with database.transaction() as session:
        assert [store.store for store in reports.overview(session, viewer=ONE_STORE, **SPAN)] == ["S2"]
        with pytest.raises(Forbidden):
            reports.by_item(session, viewer=ONE_STORE, store="S1", **SPAN)
        with pytest.raises(Forbidden):
            reports.receipt(session, viewer=ONE_STORE, store="S1", position=1)
        with pytest.raises(Forbidden):
            reports.overview(session, viewer=NOBODY, **SPAN)
        with pytest.raises(NotFound):
            reports.stock(session, viewer=ALL, store="S9")


@pytest.mark.usefixtures("sales")
def test_a_stores_figures_by_day_hour_clerk_item_tender_member(database: Database) -> None:
    with database.transaction() as session:
        (day,) = reports.by_day(session, viewer=ALL, store="S1", **SPAN)
        assert (day.business_date, day.figures.net, day.figures.margin) == (DAY, 791, 200)
        assert reports.by_hour(session, viewer=ALL, store="S1", **SPAN) == [HourFigures(12, 1, 2, 791)]
        assert reports.by_clerk(session, viewer=ALL, store="S1", **SPAN) == [
            ClerkFigures("07", "", "own", 1, 565),
            ClerkFigures("A", "", "pool", 1, 226),
        ]
        items = reports.by_item(session, viewer=ALL, store="S1", **SPAN)
        assert [(item.item, item.quantity_milli, item.net, item.margin) for item in items] == [
            ("item-1", 1000, 565, 200),
            ("item-2", 1000, 226, 0),
        ]
        tenders = reports.by_tender(session, viewer=ALL, store="S1", **SPAN)
        assert tenders == [TenderFigures("cash", 2, 435), TenderFigures("card", 1, 356)]
        (member,) = reports.by_member(session, viewer=ALL, store="S1", **SPAN)
        assert (member.member, member.receipts, member.net) == ("m1", 1, 1356)
        stock = reports.stock(session, viewer=ALL, store="S1")
        assert [(row.item, row.quantity_milli) for row in stock] == [("item-1", -1000), ("item-2", -1000)]
        assert len(reports.stock(session, viewer=ALL, store="S1", typed="item-2")) == 1


def test_every_figure_leads_to_the_bytes_the_till_wrote(sales: Chain, database: Database) -> None:
    with database.transaction() as session:
        found = reports.receipts(session, viewer=ALL, store="S1", **SPAN, item="item-2", clerk="A")
        assert [(row.position, row.net, row.till) for row in found] == [(1, 1356, "S1-01")]
        envelope, document = reports.receipt(session, viewer=ALL, store="S1", position=1)
    assert envelope.seq == 1
    assert msgspec.msgpack.encode(document) == sales.tills["S1-01"].entries[0].body


def test_what_came_back_twice_is_found(sales: Chain, database: Database) -> None:
    till, away = sales.tills["S1-01"], sales.tills["S3-01"]
    sale = msgspec.msgpack.decode(till.entries[0].body, type=Sale)
    document = till.append(sale)  # any further entry, to learn how ids look
    first = type(document)(document.till, document.incarnation, 1)
    away.sell(returned(sale, first, 1, 2))
    sales.send(away)
    sync.fold_all(database)
    with database.transaction() as session:
        (found,) = reports.over_returned(session, viewer=ALL)
    assert (found.document, found.line, found.units, found.returned_milli, found.sold_milli) == (
        first,
        1,
        3,
        3000,
        2000,
    )
    assert found.stores == ("S1", "S3")


def test_health_tells_what_waits(sales: Chain, database: Database) -> None:
    sales.tills["S1-01"].sell(sold(100))
    sales.send(sales.tills["S1-01"], 2)
    with database.transaction() as session:
        found = {row.store: row for row in reports.health(session, viewer=ALL)}
    assert (found["S1"].accepted, found["S1"].folded, found["S1"].set_aside) == (3, 2, 0)
    assert found["S1"].last_entry_at == NOON
