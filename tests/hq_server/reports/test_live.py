"""The live board: true as soon as it is folded, and only for those who may see it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hq_server.errors import Forbidden
from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.reports import live
from hq_server.sync import service as sync
from hq_server.users.sessions import Viewer
from tests.hq_server.chain import NOON, Chain, returned, sold

DAY = date(2026, 11, 21)
ALL = Viewer("boss", "Boss", frozenset({"reports.sales", "reports.margin"}), ())
BLIND = replace(ALL, rights=frozenset({"reports.sales"}))


def board(
    chain: Chain, viewer: Viewer = ALL, day: date = DAY, stores: list[str] | None = None
) -> dict[str, live.LiveStore]:
    with chain.database.transaction() as session:
        return {store.store: store for store in live.board(session, viewer=viewer, day=day, stores=stores)}


def test_sales_stock_customers_and_margin_stand_without_a_day_end(chain: Chain) -> None:
    with chain.database.transaction() as session:
        costs = [UnitCost("item-1", 60_000, date(2026, 1, 1))]
        pricing.put_costs(session, costs, actor="test", at=NOON - timedelta(days=1))
    till = chain.tills["S1-01"]
    till.open()
    sale = till.receipt(sold(1130), sold(500), member="M1")
    document = till.append(sale)
    chain.send(till)
    sync.fold_all(chain.database)
    found = board(chain)["S1"]
    assert (found.customers, found.lines, found.net, found.members) == (1, 2, 1630, 1)
    assert (found.quantity_milli, found.stock_milli, found.below_zero) == (2000, -2000, 2)
    tax = sum(run.units * part.amount for line in sale.lines for run in line.runs for part in run.taxes)
    tax_1 = sum(run.units * part.amount for run in sale.lines[0].runs for part in run.taxes)
    assert found.margin == 1130 - tax_1 - 600
    assert found.margin_base == 1130 - tax_1
    assert found.uncosted_net == 500 - (tax - tax_1)

    held = len(till.entries)
    till.sell(returned(sale, document, 1, 1))
    chain.send(till, held)
    sync.fold_all(chain.database)
    found = board(chain)["S1"]
    assert (found.customers, found.net, found.margin) == (1, 500, 0)


def test_only_stores_that_moved_need_to_be_asked_again(chain: Chain) -> None:
    for name in ("S1-01", "S2-01"):
        till = chain.tills[name]
        till.open()
        till.sell(sold(100))
        chain.send(till)
    sync.fold_all(chain.database)
    with chain.database.transaction() as session:
        before = live.positions(session, viewer=ALL)
        assert live.latest_day(session, viewer=ALL) == DAY
    till = chain.tills["S2-01"]
    held = len(till.entries)
    till.sell(sold(250))
    chain.send(till, held)
    sync.fold_all(chain.database)
    with chain.database.transaction() as session:
        after = live.positions(session, viewer=ALL)
    moved = [store for store in after if before[store] != after[store]]
    assert moved == ["S2"]
    assert {store: found.net for store, found in board(chain, stores=moved).items()} == {"S2": 350}
    assert board(chain, day=DAY - timedelta(days=1))["S2"].net == 0


def test_margin_and_other_stores_are_absent_without_the_right(chain: Chain) -> None:
    assert board(chain, BLIND)["S1"].margin is None
    assert board(chain, BLIND)["S1"].uncosted_net is None
    mine = replace(ALL, stores=("S2",))
    assert set(board(chain, mine)) == {"S2"}
    assert set(board(chain, mine, stores=["S1", "S2"])) == {"S2"}
    assert set(board(chain, mine, stores=["S1"])) == set()
    with chain.database.transaction() as session:
        with pytest.raises(Forbidden):
            live.board(session, viewer=replace(ALL, rights=frozenset()), day=DAY)
        with pytest.raises(Forbidden):
            live.line_margins(session, viewer=BLIND, store="S1", day=DAY, position=1)
        with pytest.raises(Forbidden):
            live.line_margins(session, viewer=mine, store="S1", day=DAY, position=1)


def test_each_line_of_a_receipt_tells_its_margin(chain: Chain) -> None:
    with chain.database.transaction() as session:
        costs = [UnitCost("item-1", 60_000, date(2026, 1, 1))]
        pricing.put_costs(session, costs, actor="test", at=NOON - timedelta(days=1))
    till = chain.tills["S1-01"]
    till.open()
    till.sell(sold(1130), sold(500))
    chain.send(till)
    sync.fold_all(chain.database)
    with chain.database.transaction() as session:
        found = live.line_margins(session, viewer=ALL, store="S1", day=DAY, position=2)
    assert found == {1: 1130 - 130 - 600, 2: None}
