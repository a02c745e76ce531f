"""Offers in a real browser: written by one, refused, mended, approved by another, published, and at a till's feed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from hq_server.promotion_admin import drafts
from hq_server.promotion_admin.drafts import Draft
from hq_server.users.rules import RIGHTS
from hq_server.users.sessions import Viewer
from promotions import AmountTier, CouponNext, Offer, PercentOff, Scope, decode_offer
from retail.feeds import OfferRow, decode_row
from tests.hq_server.http import Host
from tests.hq_server.web.conftest import HOSTILE, Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
WRITER = Viewer("writer", "Writer", frozenset(RIGHTS), ())


def offers_at(host: Host) -> list[Offer]:
    """The offers that a till's host has, once it has asked."""
    host.take("offers")
    rows = [decode_row("offers", body) for body in host.rows.get("offers", {}).values()]
    return [found for row in rows if isinstance(row, OfferRow) and isinstance(found := decode_offer(row.body), Offer)]


@pytest.fixture
def host(site: Site) -> Iterator[Host]:
    """A till's host that speaks to the very headquarters whose pages are looked at."""
    with httpx.Client(base_url=site.url.removesuffix("/console")) as client:
        yield Host.enrolled(cast(TestClient, client), site.database, site.chain.tills["S1-01"])


def write(site: Site, body: dict[str, object], *, cost: int = 100) -> None:
    """A draft written by somebody else."""
    with site.database.transaction() as session:
        draft = Draft(json.dumps(body).encode(), expected_cost_minor=cost)
        drafts.write_draft(session, draft, viewer=WRITER, at=datetime.now(UTC))


def press(page: Page, name: str) -> None:
    """Presses a button of the page's head."""
    page.get_by_role("button", name=name, exact=True).first.click()


def sure(page: Page, name: str, why: str = "") -> None:
    """Answers the dialog that a step opens."""
    dialog = page.get_by_role("dialog")
    if why:
        dialog.get_by_label("Why").fill(why)
    dialog.get_by_role("button", name=name, exact=True).click()


def test_an_offer_is_written_refused_mended_approved_by_another_and_published(
    site: Site, visit: Visit, host: Host
) -> None:
    page = visit("/offers", site.user("author"))
    press(page, "New offer")
    page.get_by_label("Id (on receipts)").fill("water-10")
    page.get_by_label("Name (customers see it)").fill("农夫山泉九折")
    page.get_by_label("% off").fill("ten")
    press(page, "Save draft")
    expect(page.get_by_text("“ten” is no number, or has too many decimals").first).to_be_visible()
    page.get_by_label("% off").fill("0")
    page.get_by_placeholder("Find and click to add").fill("nfsq")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="item-1 · 农夫山泉 550ml").click()
    expect(page.locator(".q-chip", has_text="item-1")).to_be_visible()
    page.get_by_label("Expected cost").fill("300")
    press(page, "Save draft")
    expect(page.get_by_text("revision 1").first).to_be_visible()

    press(page, "Check")
    expect(page.get_by_text("% off: 0 is not within 0.01 to 100")).to_be_visible()
    expect(page.locator(".q-field--error", has_text="0 is not within 0.01 to 100")).to_be_visible()
    page.get_by_label("% off").fill("10")
    press(page, "Check")
    expect(page.get_by_text("Save your changes first")).to_be_visible()
    press(page, "Save draft")
    expect(page.get_by_text("revision 2").first).to_be_visible()
    press(page, "Check")
    expect(page.get_by_text("to be approved").first).to_be_visible()
    assert page.get_by_role("button", name="Approve").count() == 0
    assert offers_at(host) == []

    other = visit("/offers?state=checked", site.user("approver"))
    other.locator('.ag-row[row-id="water-10"] .ag-cell[col-id="offer"]').click()
    press(other, "Approve")
    expect(other.get_by_role("dialog")).to_contain_text("¥300.00")
    sure(other, "Approve", "fine for the weekend")
    expect(other.get_by_text("approved", exact=True).first).to_be_visible()
    press(other, "Schedule")
    sure(other, "Schedule")
    expect(other.get_by_text("at the tills", exact=True).first).to_be_visible()
    expect(other.get_by_text("Approver · Approve · 2 · fine for the weekend")).to_be_visible()
    (offer,) = offers_at(host)
    assert (offer.plan, offer.scope, offer.name) == (PercentOff(1000), Scope(items=("item-1",)), "农夫山泉九折")

    press(other, "See delivery")
    expect(other.locator('.ag-row[row-id="S1-01"]')).to_be_visible()
    other.go_back()
    press(other, "Withdraw")
    sure(other, "Withdraw")
    expect(other.get_by_text("withdrawn", exact=True).first).to_be_visible()
    assert offers_at(host) == []


def test_every_kind_can_be_chosen_and_rows_come_and_go(site: Site, visit: Visit) -> None:
    page = visit("/offer", site.user("author"))
    page.get_by_label("Id (on receipts)").fill("every")
    page.get_by_label("Kind", exact=True).click()
    page.get_by_role("option", name="For later · Coupon for next time").click()
    page.get_by_label("Coupon series", exact=True).fill("winter")
    add = page.get_by_role("button", name="Add a row").first
    add.click()
    add.click()
    page.get_by_label("Spend", exact=True).nth(0).fill("100")
    page.get_by_label("Amount off", exact=True).nth(0).fill("10")
    page.get_by_label("Spend", exact=True).nth(1).fill("200")
    page.locator("button:has(i:text('close'))").nth(1).click()
    expect(page.get_by_label("Spend", exact=True)).to_have_count(1)
    page.get_by_label("Expected cost").fill("0")
    press(page, "Save draft")
    expect(page.get_by_text("revision 1").first).to_be_visible()
    with site.database.transaction() as session:
        held = drafts.get_revision(session, "every", 1)
        read = decode_offer(held.body)
    assert isinstance(read, Offer)
    assert read.plan == CouponNext(series="winter", tiers=(AmountTier(10_000, 1_000),))


def test_experts_write_json_and_see_it_in_the_form(site: Site, visit: Visit) -> None:
    page = visit("/offer", site.user("author"))
    page.get_by_text("JSON (experts)").click()
    expect(page.locator("textarea")).to_have_value(re.compile("percent_off"))
    page.locator("textarea").fill("[1]")
    press(page, "Take over")
    expect(page.get_by_text("This is no JSON object")).to_be_visible()
    body = {"id": "json-1", "plan": {"kind": "n_for_price", "count": 3, "price_minor": 500}, "needs": []}
    page.locator("textarea").fill(json.dumps(body))
    press(page, "Take over")
    expect(page.get_by_label("Together", exact=True)).to_have_value("5")
    expect(page.get_by_label("Id (on receipts)")).to_have_value("json-1")


def test_a_hostile_offer_is_shown_and_never_executed(site: Site, visit: Visit) -> None:
    plan = {"kind": "percent_off", "percent_bp": 500}
    write(site, {"id": "hostile", "name": HOSTILE, "plan": plan, "scope": {"items": ["item-3", HOSTILE[:90]]}})
    page = visit("/offers", site.user("author"))
    expect(page.locator('.ag-row[row-id="hostile"] .ag-cell[col-id="name"]')).to_contain_text("<img src=x")
    page.goto(f"{site.url}/offer?offer=hostile")
    expect(page.locator(".zg-title", has_text="<script>")).to_be_visible()
    press(page, "Check")
    expect(page.get_by_text("Not in the catalogue: <img").first).to_be_visible()
    assert page.locator("img[src=x]").count() == 0
    assert "executed" not in page.title().removeprefix(HOSTILE)


def test_offers_go_out_as_a_file_and_come_in_again(site: Site, visit: Visit, tmp_path: Path) -> None:
    write(site, {"id": "carried", "plan": {"kind": "percent_off", "percent_bp": 500}})
    page = visit("/offers", site.user("author"))
    with page.expect_download() as told:
        press(page, "Export")
    told.value.save_as(tmp_path / "offers.json")
    file = json.loads((tmp_path / "offers.json").read_bytes())
    (entry,) = [one for one in file["offers"] if one["offer"]["id"] == "carried"]
    entry["offer"]["plan"]["percent_bp"] = 700
    broken = {**entry, "offer": {**entry["offer"], "id": "broken", "plan": {"kind": "percent_off", "percent_bp": -7}}}
    (tmp_path / "edited.json").write_text(json.dumps({**file, "offers": [entry, broken]}))
    press(page, "Import")
    page.locator("input[type=file]").set_input_files(tmp_path / "edited.json")
    expect(page.get_by_text("1 drafts written, 0 unchanged, 1 refused")).to_be_visible()
    expect(page.get_by_role("dialog").get_by_text("-0.07 is not within 0.01 to 100")).to_be_visible()
    with site.database.transaction() as session:
        assert drafts.get_revision(session, "carried", 2).state == "draft"


def test_offers_are_not_shown_without_a_right_to_them(site: Site, visit: Visit) -> None:
    token = site.user("reader", "reports.sales")
    for path in ("/offers", "/offer", "/offer?offer=carried"):
        page = visit(path, token)
        expect(page.get_by_text("Your account has no right yet")).to_be_visible()
    approver = visit("/offers", site.user("only-approves", "promotions.approve"))
    expect(approver.locator(".ag-root").first).to_be_visible()
    assert approver.get_by_role("button", name="New offer").count() == 0


def test_the_page_speaks_chinese(site: Site, visit: Visit) -> None:
    write(site, {"id": "zh", "name": "春茶", "plan": {"kind": "percent_off", "percent_bp": 0}})
    page = visit("/offer?offer=zh", site.user("zhongwen", language="zh"))
    page.get_by_role("button", name="检查", exact=True).click()
    expect(page.get_by_text("减 %: 0 不在 0.01 到 100 之间")).to_be_visible()
