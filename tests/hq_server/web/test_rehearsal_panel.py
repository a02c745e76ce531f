"""A draft rehearsed in a real browser: asked for, carried out by the worker, and shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.promotion_admin import drafts
from hq_server.promotion_admin.drafts import Draft
from hq_server.users.rules import RIGHTS
from hq_server.users.sessions import Viewer
from tests.hq_server.chain import sold
from tests.hq_server.web.conftest import HOSTILE, Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
WRITER = Viewer("writer", "Writer", frozenset(RIGHTS), ())
HALF = {"id": "half", "plan": {"kind": "percent_off", "percent_bp": 5000}, "scope": {"items": ["item-1", HOSTILE]}}


@pytest.fixture(scope="module")
def month(site: Site) -> str:
    """Yesterday: water at 2.00 on two receipts, milk on a third; a draft that halves water."""
    at = datetime.now(UTC)
    yesterday = at.date() - timedelta(days=1)
    with site.database.transaction() as session:
        pricing.put_costs(session, [UnitCost("item-1", 5_000, date(2020, 1, 1))], actor="test", at=at)
        drafts.write_draft(session, Draft(json.dumps(HALF).encode()), viewer=WRITER, at=at)
    till = site.chain.tills["S3-01"]
    till.open()
    day = yesterday.year * 10_000 + yesterday.month * 100 + yesterday.day
    till.sell(sold(600, 3000), items=["item-1"], business_date=day)
    till.sell(sold(200), items=["item-1"], business_date=day)
    till.sell(sold(900), items=["item-2"], business_date=day)
    site.chain.send(till, at=at)
    return str(day)


def value(page: Page, label: str) -> str:
    """What a card of the panel says."""
    return page.locator(".zg-card", has=page.get_by_text(label, exact=True)).locator(".value").inner_text()


def test_a_draft_is_rehearsed_and_its_cost_stands_before_release(site: Site, visit: Visit, month: str) -> None:
    page = visit("/offer?offer=half", site.user("planner"))
    expect(page.get_by_text("Not rehearsed yet")).to_be_visible()
    for _ in range(20):
        page.get_by_role("button", name="Rehearse").click()
        expect(page.get_by_text("done · receipts of")).to_be_visible(timeout=40_000)
        if value(page, "Receipts touched") == "2":
            break
        page.wait_for_timeout(500)  # the worker had not folded them all
    assert value(page, "Cost") == "¥4.00"
    assert value(page, "Change of sales") == "-¥4.00"
    assert value(page, "Members touched") == "0"
    # 6.00 and 2.00 less tax (0.69, 0.23), then 3.00 and 1.00 less tax (0.35, 0.12); the cost is the same
    assert value(page, "Change of margin") == "-¥3.55"
    row = page.locator('.ag-row[row-id="item-1"]')
    expect(row.locator('[col-id="off"]')).to_have_text("¥4.00")
    page.get_by_role("tab", name="Largest receipts").click()
    worst = page.locator('.ag-row [col-id="store"]', has_text="S3").first
    expect(worst).to_be_visible()
    worst.click()
    expect(page.get_by_text("S3-01", exact=False).first).to_be_visible()


def test_the_panel_speaks_chinese_and_refuses_nonsense(site: Site, visit: Visit, month: str) -> None:
    page = visit("/offer?offer=half", site.user("planner.zh", language="zh"))
    page.get_by_label("最多小票数").fill("many")
    page.get_by_role("button", name="开始预演").click()
    expect(page.get_by_text("请填整数")).to_be_visible()
    assert month.isdigit()
