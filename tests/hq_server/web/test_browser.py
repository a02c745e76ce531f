"""The console in a real browser, from the first link to the end of a sign-in."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from hq_server.feeds import board
from hq_server.users import service as users
from retail.documents.till import FeedApplied
from retail.feeds import FeedCursor
from tests.hq_server.chain import TODAY, sold
from tests.hq_server.web.conftest import Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]
DAY = f"{TODAY // 10_000}-{TODAY // 100 % 100:02d}-{TODAY % 100:02d}"
BOARD = f"/?day={DAY}"


def cell(page: Page, row: str, column: str) -> str:
    """What stands in a cell of the first table; `row` is the row's key."""
    return page.locator(f'.ag-row[row-id="{row}"] .ag-cell[col-id="{column}"]').first.inner_text()


def wait_for_cell(page: Page, row: str, column: str, wanted: str) -> None:
    """Waits until the page itself shows it."""
    place = page.locator(f'.ag-row[row-id="{row}"] .ag-cell[col-id="{column}"]').first
    expect(place).to_have_text(wanted, timeout=10_000)


def search(page: Page, typed: str) -> None:
    """Looks for an item; the box has the focus by itself."""
    expect(page.locator(".ag-root").first).to_be_visible()
    expect(page.get_by_placeholder("pinyin initials")).to_be_focused()
    page.keyboard.type(typed)
    page.keyboard.press("Enter")


def test_the_first_administrator_comes_in_by_a_link_that_works_once(site: Site, visit: Visit) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "hq_server.cli", "admin-link"],
        env=site.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    link = made.stdout.strip()
    assert link.startswith(f"{site.url}/first/")
    page = visit(link.removeprefix(site.url))
    page.fill("#user", "li.na")
    page.fill("#name", "李娜")
    page.fill("#password", "too short")
    page.fill("#again", "too short")
    page.click("button")
    expect(page.locator(".problem")).to_contain_text("12")
    page.fill("#password", "a good long password")
    page.fill("#again", "a good long password")
    page.click("button")
    expect(page.locator(".ag-row").first).to_be_visible()
    cookie = page.context.cookies()[0]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")

    again = visit(link.removeprefix(site.url))
    expect(again.locator(".problem")).to_contain_text("make a new one")
    assert again.locator("#password").count() == 0


def test_a_sale_shows_on_the_live_board_without_a_reload(site: Site, visit: Visit) -> None:
    page = visit(BOARD, site.user("watcher"))
    expect(page.locator('.ag-row[row-id="S1"]')).to_be_visible()
    before = cell(page, "S1", "net")
    till = site.chain.tills["S1-01"]
    held = len(till.entries)
    till.open()
    till.sell(sold(12_345), items=["item-1"])
    site.chain.send(till, held)
    wait_for_cell(page, "S1", "net", "¥123.45")
    assert before != "¥123.45"
    assert cell(page, "S1", "customers") == "1"
    expect(page.get_by_text("¥123.45").first).to_be_visible()
    # Down to the receipt that the figure is made of.
    page.locator('.ag-row[row-id="S1"] .ag-cell[col-id="name"]').click()
    page.get_by_role("tab", name="Receipts").click()
    page.locator('.ag-cell[col-id="number"]').first.click()
    expect(page.locator(".zg-title").first).to_have_text("Receipt S1-01-000001")
    expect(page.get_by_text(till.incarnation.hex())).to_be_visible()


def test_margin_is_not_even_sent_without_the_right_to_it(site: Site, visit: Visit) -> None:
    seen = visit(BOARD, site.user("boss"))
    expect(seen.locator('.ag-header-cell[col-id="margin"]')).to_be_visible()
    page = visit(BOARD, site.user("clerk", "reports.sales", stores=("S1", "S2")))
    expect(page.locator('.ag-row[row-id="S1"]')).to_be_visible()
    assert page.locator('.ag-header-cell[col-id="margin"]').count() == 0
    assert page.locator('.ag-row[row-id="S3"]').count() == 0
    assert "margin_rate" in seen.request.get(f"{site.url}{BOARD}").text()
    assert "margin_rate" not in page.request.get(f"{site.url}{BOARD}").text()
    assert "uncosted" not in page.request.get(f"{site.url}{BOARD}").text()
    for path in ("/prices", "/aside", "/places", "/people"):
        page.goto(f"{site.url}{path}")
        expect(page.get_by_text("Your account has no right yet")).to_be_visible()
    page.goto(f"{site.url}/store/S3")
    expect(page.get_by_text("You have no right to this: ask an administrator")).to_be_visible()


def test_a_price_changed_here_shows_on_the_board_till_by_till(site: Site, visit: Visit) -> None:
    token = site.user("pricing")
    page = visit("/prices", token)
    search(page, "nfsq")
    expect(page.get_by_text("item-1 · 农夫山泉 550ml")).to_be_visible()
    page.get_by_label("New price").fill("abc")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("“abc” is no price")).to_be_visible()
    page.get_by_label("New price").fill("2.35")
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    page.get_by_label("From date").fill(f"{tomorrow:%Y-%m-%d}")
    page.get_by_label("From time").fill("08:30")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published: Delivery shows each till").first).to_be_visible()
    expect(page.get_by_text("planned").first).to_be_visible()

    at = datetime.now(UTC)
    with site.database.transaction() as session:
        session.execute(text("UPDATE till SET enrolled_at = now() WHERE till_id IN ('S1-01', 'S2-01')"))
        session.execute(text("INSERT INTO feed_generation VALUES ('S1', 'prices', 'g'), ('S2', 'prices', 'g')"))
        position = session.execute(text("SELECT position FROM feed_counter WHERE feed = 'prices'")).scalar_one()
    page.goto(f"{site.url}/delivery?feed=prices&position={position}")
    wait_for_cell(page, "S1-01", "stage", "published")
    with site.database.transaction() as session:
        board.note_host(session, "S1", "S1-01", "host", [FeedCursor("prices", "g", position)], at=at)
    wait_for_cell(page, "S1-01", "stage", "at the host")
    till = site.chain.tills["S1-01"]
    held = len(till.entries)
    if not held:
        till.open()
    till.append(FeedApplied("prices", "g", position))
    site.chain.send(till, held)
    wait_for_cell(page, "S1-01", "stage", "in use")
    assert cell(page, "S2-01", "stage") == "published"


def test_an_ended_session_is_out_at_the_next_event(site: Site, visit: Visit) -> None:
    token = site.user("leaver")
    page = visit("/places", token)
    expect(page.locator('.ag-row[row-id="S3-01"]')).to_be_visible()
    page.locator('.ag-row[row-id="S3-01"] .ag-cell[col-id="till"]').click()
    with site.database.transaction() as session:
        users.end_sessions(session, user="leaver", at=datetime.now(UTC))
    page.get_by_role("button", name="Enrolment code").click()
    expect(page.locator(".problem")).to_have_text("Your sign-in is over: sign in again")
    with site.database.transaction() as session:
        assert session.execute(text("SELECT count(*) FROM enrolment_code")).scalar_one() == 0

    watching = visit(BOARD, site.user("leaver"))
    expect(watching.locator(".ag-row").first).to_be_visible()
    with site.database.transaction() as session:
        users.set_rights(session, user="leaver", rights=[], stores=[], actor="test", at=datetime.now(UTC))
        users.end_sessions(session, user="leaver", at=datetime.now(UTC))
    expect(watching.locator(".problem")).to_be_visible()


def test_a_hostile_name_is_shown_and_never_executed(site: Site, visit: Visit, tmp_path: Path) -> None:
    till = site.chain.tills["S2-01"]
    held = len(till.entries)
    till.open()
    till.sell(sold(500), items=["item-3"])
    site.chain.send(till, held)
    with site.database.transaction() as session:
        session.execute(text("UPDATE store SET name = '=HYPERLINK(\"http://evil\")<b>x</b>' WHERE store_id = 'S2'"))
    token = site.user("careful")
    page = visit(f"/store/S2?day={DAY}", token)
    expect(page.locator('.ag-row[row-id="item-3"] .ag-cell[col-id="name"]').first).to_contain_text("<img src=x")
    page.goto(f"{site.url}/prices")
    search(page, "item-3")
    expect(page.locator(".zg-title", has_text="<script>")).to_be_visible()
    page.goto(f"{site.url}{BOARD}")
    expect(page.locator('.ag-row[row-id="S2"] .ag-cell[col-id="name"]').first).to_contain_text("<b>x</b>")
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "executed"
    with page.expect_download() as told:
        page.get_by_role("button", name="CSV").click()
    told.value.save_as(tmp_path / "board.csv")
    with open(tmp_path / "board.csv", encoding="utf-8-sig", newline="") as file:
        rows = {row[0]: row for row in csv.reader(file)}
    assert rows["S2"][1].startswith("'=HYPERLINK")
    assert rows["S2"][3] == "5.00"
