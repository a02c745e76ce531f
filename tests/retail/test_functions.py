"""The table of till functions is whole, and its reference page is what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from retail.functions import BY_CODE, FUNCTIONS, SECTION_LABELS
from retail.key_reference import key_reference

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "keys.md"


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.code)
def test_every_function_says_in_both_languages_what_it_is_and_does(function):
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", function.code)
    assert re.search(r"[\u4e00-\u9fff]", function.label_zh)
    assert re.search(r"[\u4e00-\u9fff]", function.help_zh)
    assert re.search(r"[A-Za-z]", function.label_en)
    assert function.help_en.endswith(".")
    assert function.help_zh.endswith("。")
    assert function.section in SECTION_LABELS
    assert (function.label("zh"), function.label("en")) == (function.label_zh, function.label_en)
    assert (function.help("zh"), function.help("en")) == (function.help_zh, function.help_en)


def test_codes_are_unique():
    assert len(BY_CODE) == len(FUNCTIONS)


def test_the_first_default_key_is_the_printed_one():
    assert BY_CODE["total"].default_key == "f9"
    assert BY_CODE["cash_in"].default_key == ""


def test_labels_fit_a_key_of_the_strip():
    for function in FUNCTIONS:
        assert len(function.label_zh) <= 8
        assert len(function.label_en) <= 22


def test_what_needs_approval_needs_a_right():
    assert [f.code for f in FUNCTIONS if f.needs_approval and not f.right] == []


def test_selling_needs_no_right():
    selling = "quantity department search total hold recall member clerk repeat remove_line shift_open"
    assert [code for code in selling.split() if BY_CODE[code].right] == []
    assert [f.code for f in FUNCTIONS if f.section == "tender" and f.right] == []


def test_the_reference_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == key_reference(), (
        "run: python -m retail.key_reference > docs/reference/keys.md"
    )


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.code)
def test_the_reference_page_has_every_function(function):
    assert f"| `{function.code}` |" in key_reference()
