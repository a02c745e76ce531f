"""People at headquarters' promotion desk and a small shelf of goods, for tests."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from hq_server.catalog import service as catalog
from hq_server.db import Database
from hq_server.models.promotions import PromotionRevision
from hq_server.pricing import service as pricing
from hq_server.promotion_admin import approval, drafts
from hq_server.promotion_admin.drafts import Draft
from hq_server.users.rules import RIGHTS
from hq_server.users.sessions import Viewer
from retail.feeds import ItemRow, PriceRow
from tests.hq_server.chain import NOON

AUTHOR = Viewer("li", "李", frozenset(RIGHTS), ())
BOSS = Viewer("wang", "王", frozenset(RIGHTS), ())


def stock(database: Database) -> None:
    """Two teas and a milk, each with a price."""
    rows = [
        ItemRow("t1", "龙井 100g", "food", brand="longjing", category="tea"),
        ItemRow("t2", "碧螺春 100g", "food", brand="biluochun", category="tea"),
        ItemRow("m1", "Milk 1 l", "food", brand="bright", category="milk", attributes={"floor_unit_price": "100000"}),
    ]
    with database.transaction() as session:
        catalog.put_items(session, rows, actor="test", at=NOON)
    with database.transaction() as session:
        prices = [PriceRow("t1", 400_000), PriceRow("t2", 600_000), PriceRow("m1", 120_000)]
        pricing.put_prices(session, prices, actor="test", at=NOON)


def body(offer: str = "spring", **changed: Any) -> bytes:
    """Ten per cent off tea, as JSON, unless changed."""
    written = {
        "id": offer,
        "name": "春茶九折",
        "plan": {"kind": "percent_off", "percent_bp": 1000},
        "scope": {"categories": ["tea"]},
    }
    return json.dumps({**written, **changed}).encode()


def draft(
    offer: str = "spring", *, based_on: int = 0, audiences: tuple[str, ...] = ("chain",), **changed: Any
) -> Draft:
    """A draft with its cost stated."""
    return Draft(body(offer, **changed), audiences, 50_000, 30_000, based_on)


def write(session: Session, *arguments: Any, viewer: Viewer = AUTHOR, **more: Any) -> PromotionRevision:
    """Writes such a draft."""
    return drafts.write_draft(session, draft(*arguments, **more), viewer=viewer, at=NOON)


def approved(session: Session, *arguments: Any, **more: Any) -> PromotionRevision:
    """A draft written by one and approved by another."""
    written = write(session, *arguments, **more)
    offer, revision = written.offer_id, written.revision
    found = approval.check(session, offer=offer, revision=revision, viewer=AUTHOR, at=NOON)
    assert found.passed, found
    return approval.approve(session, offer=offer, revision=revision, viewer=BOSS, at=NOON)
