"""What is typed to change a price, read by a person's eye."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hq_server.web.price_form import PriceOrder, Problem, Typed, read, read_price
from hq_server.web.words import WORDS

DAY_START = (date(2026, 11, 21) - date(1970, 1, 1)).days * 1440
NOW = DAY_START + 12 * 60


def typed(**changed: str) -> Typed:
    """A form filled in without a mistake, but for what is given."""
    fields = {"price": "2.35", "scope_kind": "chain", "scope_name": "", "from_date": "2026-11-21", "from_time": "12:30"}
    return Typed(**{**fields, **changed})


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.5", 125_000),
        ("12", 120_000),
        (" ¥1,234.50 ", 12_345_000),
        ("0.0001", 1),
        ("3.", 30_000),
        ("2.500000", 25_000),
    ],
)
def test_a_price_is_read_exactly(text: str, amount: int) -> None:
    assert read_price(text) == amount


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "bad_price"),
        ("abc", "bad_price"),
        ("-1", "bad_price"),
        ("1e5", "bad_price"),
        ("1.2.3", "bad_price"),
        ("0", "price_zero"),
        ("0.00004", "price_digits"),
        ("6901234567892", "bad_price"),
        ("999999999999", "price_huge"),
    ],
)
def test_what_is_no_price_is_told_in_words(text: str, key: str) -> None:
    found = read_price(text)
    assert isinstance(found, Problem)
    assert found.key == key


@given(st.integers(1, 10**11))
def test_every_price_that_can_be_written_is_read_back(amount: int) -> None:
    assert read_price(f"{amount // 10_000}.{amount % 10_000:04d}") == amount


def test_a_form_without_a_mistake_becomes_an_order() -> None:
    start = NOW + 30
    assert read(typed(), now_minute=NOW) == PriceOrder(23_500, "chain", start, 0)
    zoned = read(typed(scope_kind="zone", scope_name="east", until_date="2026-11-22"), now_minute=NOW)
    assert zoned == PriceOrder(23_500, "zone:east", start, DAY_START + 1440)


@pytest.mark.parametrize(
    ("changed", "problems"),
    [
        ({"from_time": "11:59"}, [("from_time", "from_past")]),
        ({"from_date": "21.11.2026"}, [("from_date", "bad_date")]),
        ({"from_time": "25:00"}, [("from_time", "bad_time")]),
        ({"from_date": "2029-11-21"}, [("from_date", "from_far")]),
        ({"until_date": "2026-11-21", "until_time": "12:30"}, [("until_date", "until_before")]),
        ({"until_time": "13:00"}, [("until_date", "bad_date")]),
        ({"scope_kind": "store"}, [("scope", "scope_missing")]),
        (
            {"price": "x", "from_date": "", "scope_kind": "zone"},
            [("price", "bad_price"), ("scope", "scope_missing"), ("from_date", "bad_date")],
        ),
    ],
)
def test_every_mistake_is_told_beside_its_field(changed: dict[str, str], problems: list[tuple[str, str]]) -> None:
    found = read(typed(**changed), now_minute=NOW)
    assert isinstance(found, list)
    assert [(problem.field, problem.key) for problem in found] == problems
    for problem in found:
        assert all(words.format(**problem.values) for words in WORDS[problem.key])
