"""A file of ours never runs anything in a spreadsheet."""

from __future__ import annotations

import csv
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from hq_server.web.export import DANGEROUS, guarded, scaled, to_csv, to_xlsx

ATTACKS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", '=HYPERLINK("http://x")', "＝1+1", "\x00=1", "\n@x"]


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("text", ATTACKS)
def test_a_text_that_begins_like_a_formula_is_quoted_in_csv(text: str) -> None:
    ((head,), (cell,)) = read_csv(to_csv([text], [[text]]))
    assert (head[0], cell[0]) == ("'", "'")


@given(st.text())
def test_no_text_at_all_begins_like_a_formula(text: str) -> None:
    assert not guarded(text).lstrip(" ").startswith(DANGEROUS)


@pytest.mark.parametrize("text", ATTACKS)
def test_a_workbook_has_texts_and_no_formula(text: str) -> None:
    sheet = load_workbook(BytesIO(to_xlsx("销售/=x", ["name"], [[text]]))).active
    cell = sheet.cell(2, 1)
    assert cell.data_type == "s"
    assert sheet.title == "销售=x"


def test_amounts_stay_numbers() -> None:
    rows = [["S1", scaled(12_345, 2), 3, scaled(None, 2)]]
    assert read_csv(to_csv(["a", "b", "c", "d"], rows))[1] == ["S1", "123.45", "3", ""]
    sheet = load_workbook(BytesIO(to_xlsx("x", ["a", "b", "c", "d"], rows))).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "n", "n"]
    assert Decimal(str(sheet.cell(2, 2).value)) == Decimal("123.45")
