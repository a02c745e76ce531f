"""A month of three stores that is small enough to be worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta

from hq_server.catalog import service as catalog
from hq_server.members import service as members
from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.promotion_admin.service import put_offers
from hq_server.sync import service as sync
from hq_server.users.sessions import Viewer
from promotions import AmountOff, Offer, PercentOff, Scope, Window
from retail.feeds import ItemRow, MemberRow
from tests.hq_server.chain import NOON, Chain, returned, sold

DAY = date(2026, 11, 21)
BOSS = Viewer("boss", "Boss", frozenset({"promotions.edit", "reports.margin", "reports.sales"}), ())
TEA = Scope(categories=("tea",))
OLD = Offer("old", AmountOff(amount_minor=50), scope=Scope(items=("item-1",)))
"""At the tills already: half a yuan off every tea."""
DRAFT = Offer("fifth", PercentOff(percent_bp=2_000), scope=TEA, window=Window(from_minute=40_000_000))
"""Next year's plan: a fifth off all tea."""


def open_month(chain: Chain) -> None:
    """Tea at 10.00, which costs 3.00; a cup at 5.00, whose cost nobody knows. Four receipts; a tea comes back."""
    with chain.database.transaction() as session:
        goods = [ItemRow("item-1", "Tea", "D1", category="tea"), ItemRow("item-2", "Cup", "D1", category="cups")]
        catalog.put_items(session, goods, actor="test", at=NOON)
        costs = [UnitCost("item-1", 30_000, date(2026, 1, 1))]
        pricing.put_costs(session, costs, actor="test", at=NOON - timedelta(days=1))
        members.put_members(session, [(MemberRow("m1", level="gold"), "chain")], actor="test", at=NOON)
        put_offers(session, [OLD], actor="test", at=NOON)
    one, two, three = (chain.tills[name] for name in ("S1-01", "S2-01", "S3-01"))
    one.sell(sold(2000, 2000), sold(500), member="m1")
    second = one.receipt(sold(1000))
    document = one.append(second)
    one.sell(returned(second, document, 1, 1))
    two.sell(sold(500), items=["item-2"])
    three.sell(sold(4000, 4000))
    for till in (one, two, three):
        chain.send(till)
    sync.fold_all(chain.database)
