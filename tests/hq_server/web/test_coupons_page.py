"""Coupons in a real browser: a series put up, its codes as a file, refusals in words, and what was taken twice."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace
from playwright.sync_api import Page, expect

from hq_server.sync import service as folding
from retail.coupons import UniqueCode, read_coupon
from retail.documents.offers import CouponUse
from tests.hq_server.chain import sold
from tests.hq_server.web.conftest import HOSTILE, Site

pytestmark = pytest.mark.browser

Visit = Callable[..., Page]


def fill(page: Page, label: str, value: str) -> None:
    page.get_by_label(label, exact=True).fill(value)


def put(page: Page, series: str, name: str, *, last: str = "") -> None:
    """The dialog of a new series, saved."""
    page.get_by_role("button", name="New series").click()
    fill(page, "Series (the offers ask for it)", series)
    fill(page, "Name", name)
    fill(page, "Last day", last)
    page.get_by_role("button", name="Save").click()


def cell(page: Page, series: str, column: str) -> str:
    return page.locator(f'.ag-row[row-id="{series}"] .ag-cell[col-id="{column}"]').first.inner_text()


def test_a_series_is_put_up_and_its_codes_come_as_a_file(site: Site, visit: Visit, tmp_path: Path) -> None:
    page = visit("/coupons", site.user("coupons"))
    put(page, "spring", "Spring")
    expect(page.get_by_text("1 to 16 capitals and digits")).to_be_visible()
    put(page, "SPRING", "Spring", last="20261301")
    expect(page.get_by_text("This is no day")).to_be_visible()
    put(page, "SPRING", HOSTILE, last="20991231")
    row = page.locator('.ag-row[row-id="SPRING"]').first
    expect(row).to_be_visible()
    assert cell(page, "SPRING", "name") == HOSTILE
    assert page.title() != "executed"

    page.get_by_role("button", name="Make coupons").click()
    expect(page.get_by_text("Choose a series first")).to_be_visible()
    row.click()
    page.get_by_role("button", name="Make coupons").click()
    fill(page, "How many", "7")
    with page.expect_download() as started:
        page.get_by_role("button", name="Save").click()
    file = tmp_path / "codes.csv"
    started.value.save_as(file)
    rows = list(csv.DictReader(file.read_text("utf-8-sig").splitlines()))
    assert len(rows) == 7
    assert all(isinstance(read_coupon(row["code"]), UniqueCode) for row in rows)
    expect(row.locator('[col-id="issued"]')).to_have_text("7")

    page.get_by_role("button", name="Void coupons").click()
    page.get_by_label("Codes, one a line").fill(f"{rows[0]['code']}\nnothing\n")
    fill(page, "Reason", "misprint")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 of 2 are void")).to_be_visible()
    expect(row.locator('[col-id="void"]')).to_have_text("1")
    page.get_by_role("button", name="Stop / go on").click()
    expect(row.locator('[col-id="state"]')).to_have_text("stopped")
    page.get_by_role("button", name="Make coupons").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The series is stopped")).to_be_visible()

    for till in ("S1-01", "S2-01"):
        double = site.chain.tills[till]
        sent = len(double.entries)
        taken = (CouponUse(rows[1]["code"], "SPRING", "cap"),)
        double.append(replace(double.receipt(sold(100)), coupons=taken))
        site.chain.send(double, sent, at=datetime.now(UTC))
    folding.fold_all(site.database)
    page.reload()
    expect(page.locator('[col-id="receipt"]').last).to_contain_text("S2-01-")
    expect(page.locator('.ag-row [col-id="code"]').last).to_have_text(rows[1]["code"])


def test_who_may_not_edit_offers_sees_no_coupons(site: Site, visit: Visit) -> None:
    page = visit("/coupons", site.user("looker", "reports.sales"))
    expect(page.get_by_text("Your account has no right yet")).to_be_visible()
    assert page.get_by_role("link", name="Coupons").count() == 0


def test_the_page_in_chinese(site: Site, visit: Visit) -> None:
    page = visit("/coupons", site.user("coupons-zh", language="zh"))
    page.get_by_role("button", name="新券种").click()
    page.get_by_label("券种编号（促销里填的就是它）").fill("ZHONG")
    page.get_by_label("券种名称", exact=True).fill("中秋券")
    page.get_by_role("button", name="保存").click()
    expect(page.locator('.ag-row[row-id="ZHONG"]').first).to_contain_text("中秋券")
