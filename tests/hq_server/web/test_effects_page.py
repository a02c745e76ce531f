"""What offers brought, in a real browser: the table, the cards, the file."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from tests.hq_server.chain import sold
from tests.hq_server.web.conftest import Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


@pytest.fixture(scope="module")
def sales(site: Site) -> date:
    """Four weeks of a piece a day at 11.30; then, for two days, three a day with 1.13 off each. It costs 6.00."""
    at = datetime.now(UTC)
    first = at.date() - timedelta(days=5)
    with site.database.transaction() as session:
        costs = [UnitCost("item-1", 60_000, date(2020, 1, 1))]
        pricing.put_costs(session, costs, actor="test", at=at - timedelta(days=60))
    till = site.chain.tills["S2-01"]
    till.open()
    for back in range(28, 0, -1):
        till.sell(sold(1130), business_date=number(first - timedelta(days=back)))
    for ahead in range(2):
        till.sell(sold(3390, 3000, cut=113), business_date=number(first + timedelta(days=ahead)))
    site.chain.send(till, at=at)
    return first


def test_the_dearest_offers_stand_with_lift_and_return(site: Site, visit: Visit, sales: date, tmp_path: Path) -> None:
    page = visit("/effects", site.user("controller"))
    row = page.locator('.ag-row[row-id="PROMO"]')
    for _ in range(40):  # the worker is folding
        if row.count():
            break
        page.wait_for_timeout(250)
        page.reload()
        expect(page.locator(".zg-cards")).to_be_visible()
        page.wait_for_timeout(500)
    expect(row.locator('[col-id="cost"]')).to_have_text("¥6.78")
    expect(row.locator('[col-id="lift"]')).to_have_text("200.0 %")
    expect(row.locator('[col-id="gain"]')).to_have_text("¥10.00")
    expect(row.locator('[col-id="roi"]')).to_have_text("166.7 %")
    expect(row.locator('[col-id="certain"]')).to_have_text("clear")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV").click()
    target = tmp_path / "effects.csv"
    waiting.value.save_as(target)
    with open(target, encoding="utf-8-sig", newline="") as file:
        head, line = list(csv.reader(file))
    found = dict(zip(head, line, strict=True))
    assert (found["Offer"], found["Cost"], found["Gain"], found["Return"]) == ("PROMO", "6.78", "10.00", "1.6667")
    assert found["Business date"] == f"{sales.isoformat()} – {(sales + timedelta(days=1)).isoformat()}"


def test_who_may_not_see_margins_has_no_such_page(site: Site, visit: Visit) -> None:
    page = visit("/effects", site.user("seller", "reports.sales"))
    expect(page.get_by_text("right")).to_be_visible()
    expect(page.locator(".ag-root")).to_have_count(0)
    expect(page.locator("nav").get_by_text("Results")).to_have_count(0)
