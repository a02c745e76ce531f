from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.quantity import QUANTITY_LIMIT_MILLI, Quantity, format_milli, is_counted, parse_milli, ratio_of


@given(st.integers(0, QUANTITY_LIMIT_MILLI))
def test_what_is_shown_is_read_back(milli: int):
    assert parse_milli(format_milli(milli)) == milli


@pytest.mark.parametrize(("milli", "text"), [(3000, "3"), (755, "0.755"), (-1500, "-1.5"), (0, "0"), (10, "0.01")])
def test_a_quantity_is_shown_in_shortest_digits(milli: int, text: str):
    assert format_milli(milli) == text == str(Quantity(milli, "kg"))


@pytest.mark.parametrize("typed", ["", ".", "-1", "1.2345", "1,5", "kg", "1.2.3", "²"])
def test_what_is_no_quantity_is_refused(typed: str):
    with pytest.raises(ValueError, match="not a quantity"):
        parse_milli(typed)


def test_a_code_typed_into_the_quantity_is_refused():
    with pytest.raises(ValueError, match="out of reach"):
        parse_milli("6901234567892")


def test_whole_pieces_are_counted_and_fractions_are_not():
    assert is_counted(3000)
    assert not is_counted(755)


@given(st.integers(0, 10**7), st.integers(1, 10**6), st.data())
def test_shares_of_a_part_never_pass_the_whole(amount: int, whole: int, data: st.DataObject):
    part = data.draw(st.integers(0, whole))
    more = data.draw(st.integers(part, whole))
    assert 0 <= ratio_of(amount, part, whole) <= ratio_of(amount, more, whole) <= amount
    assert ratio_of(amount, whole, whole) == amount
