from __future__ import annotations

import pytest

from pos_terminal.checkout.grammar import Entry, parse_count, parse_discount, parse_entry


@pytest.mark.parametrize(
    ("typed", "entry"),
    [
        ("6901", Entry(code="6901")),
        ("3*", Entry(quantity="3")),
        ("3*6901", Entry(quantity="3", code="6901")),
        ("07/6901", Entry(owner="07", code="6901")),
        ("07/", Entry(owner="07")),
        ("/6901", Entry(owner="", code="6901")),
        ("@A/6901", Entry(owner="@A", code="6901")),
        ("3*07/6901", Entry(quantity="3", owner="07", code="6901")),
        ("07/3*6901", Entry(quantity="3", owner="07", code="6901")),
        ("07*60+12*40/2*6901", Entry(quantity="2", owner="07*60+12*40", code="6901")),
        ("-3*6901", Entry(quantity="-3", code="6901")),
        ("0.755*", Entry(quantity="0.755")),
    ],
)
def test_an_entry_is_taken_apart(typed: str, entry: Entry) -> None:
    assert parse_entry(typed) == entry


@pytest.mark.parametrize("typed", ["3*4*5", "3*07/2*1", "**", "3**1"])
def test_what_has_no_such_form_is_none(typed: str) -> None:
    assert parse_entry(typed) is None


@pytest.mark.parametrize("typed", ["0%", "101%", "10.555%", "x", "", "0", "折", "11折"])
def test_no_discount_is_read_from_nonsense(typed: str) -> None:
    with pytest.raises(ValueError, match="not"):
        parse_discount(typed, "CNY")


@pytest.mark.parametrize("typed", ["", "x", "100*", "100*-1", "-5", "1*2*3", "100*9999999"])
def test_no_count_is_read_from_nonsense(typed: str) -> None:
    with pytest.raises(ValueError, match="not"):
        parse_count(typed, "CNY")
