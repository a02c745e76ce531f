"""What released offers brought, read from ledgers that real receipts were folded into."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hq_server.db import Database
from hq_server.errors import Forbidden, Invalid, NotFound
from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.rehearsal import effects
from hq_server.sync import service as sync
from tests.hq_server.chain import NOON, Chain, returned, sold
from tests.hq_server.rehearsal.shop import BOSS

MONDAY = date(2026, 11, 2)
TODAY = date(2026, 11, 21)


def number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


@pytest.fixture
def sales(chain: Chain) -> Chain:
    """One piece a day at 11.30 for four weeks; then, for three days, three a day with 1.13 off each. It costs 6.00."""
    with chain.database.transaction() as session:
        costs = [UnitCost("item-1", 60_000, date(2026, 1, 1))]
        pricing.put_costs(session, costs, actor="test", at=NOON - timedelta(days=60))
    till = chain.tills["S1-01"]
    for back in range(28, 0, -1):
        till.sell(sold(1130), business_date=number(MONDAY - timedelta(days=back)))
    for ahead in range(3):
        till.sell(sold(3390, 3000, cut=113), sold(500), business_date=number(MONDAY + timedelta(days=ahead)))
    other = chain.tills["S2-01"]
    other.sell(sold(1130, cut=30), business_date=number(MONDAY))
    for sender in (till, other):
        chain.send(sender)
    sync.fold_all(chain.database)
    return chain


@pytest.mark.usefixtures("sales")
def test_the_offers_of_a_span_are_listed_with_their_cost(database: Database) -> None:
    with database.transaction() as session:
        (found,) = effects.costs(session, viewer=BOSS, first=MONDAY, last=TODAY)
        (local,) = effects.costs(session, viewer=replace(BOSS, stores=("S2",)), first=MONDAY, last=TODAY)
        assert effects.costs(session, viewer=BOSS, first=TODAY, last=TODAY) == []
    assert (found.offer, found.cost_minor, found.stores, found.currency) == ("PROMO", 9 * 113 + 30, 2, "CNY")
    assert (found.first, found.last) == (MONDAY, MONDAY + timedelta(days=2))
    assert (local.cost_minor, local.stores) == (30, 1)


@pytest.mark.usefixtures("sales")
def test_lift_and_return_follow_from_the_ledgers(database: Database) -> None:
    with database.transaction() as session:
        found = effects.effect_of(session, viewer=BOSS, offer="PROMO", first=MONDAY, last=TODAY, today=TODAY)
    lift = found.lift
    assert (found.items, found.receipts, lift.days, lift.baseline_days) == (1, 4, 3, 28)
    assert (lift.stores, lift.stores_left_out) == (1, 1)  # the second store sold nothing before
    assert (lift.quantity_milli, lift.expected_quantity_milli, lift.lift_bp) == (9_000, 3_000, 20_000)
    # A piece at 11.30 has tax 1.30 and costs 6.00: 4.00 are left; at 10.17 with tax 1.17, 3.00.
    assert (lift.margin, lift.expected_margin) == (9 * 300, 3 * 400)
    assert (lift.cost_minor, lift.cost_net_minor) == (9 * 113, 900)
    assert (lift.gain_minor, lift.incremental_minor, lift.roi_bp) == (1_500, 2_400, 16_667)
    assert (lift.usual_low, lift.usual_high, lift.clear) == (1_200, 1_200, True)


def test_goods_that_come_back_give_their_cost_back(sales: Chain, database: Database) -> None:
    till = sales.tills["S1-01"]
    held = len(till.entries)
    sale = till.receipt(sold(3390, 3000, cut=113))
    document = till.append(sale, business_date=number(MONDAY))
    till.sell(returned(sale, document, 1, 3), business_date=number(MONDAY))
    sales.send(till, held)
    sync.fold_all(database)
    with database.transaction() as session:
        found = effects.effect_of(session, viewer=BOSS, offer="PROMO", first=MONDAY, last=TODAY, today=TODAY)
    assert (found.lift.cost_minor, found.lift.quantity_milli) == (9 * 113, 9_000)


@pytest.mark.usefixtures("sales")
def test_only_who_may_see_margins_sees_returns(database: Database) -> None:
    with database.transaction() as session:
        viewer = replace(BOSS, rights=frozenset({"reports.sales"}))
        with pytest.raises(Forbidden):
            effects.effects(session, viewer=viewer, first=MONDAY, last=TODAY, today=TODAY)
        with pytest.raises(Forbidden):
            effects.costs(session, viewer=replace(BOSS, rights=frozenset()), first=MONDAY, last=TODAY)
        with pytest.raises(NotFound):
            effects.effect_of(session, viewer=BOSS, offer="none", first=MONDAY, last=TODAY, today=TODAY)
        with pytest.raises(Invalid):
            effects.costs(session, viewer=BOSS, first=TODAY, last=MONDAY)
        assert [one.offer for one in effects.effects(session, viewer=BOSS, first=MONDAY, last=TODAY, today=TODAY)] == [
            "PROMO"
        ]
