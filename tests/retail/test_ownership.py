from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.allocate import allocate
from retail.ownership import (
    UNOWNED,
    Ownership,
    Share,
    divide_units,
    format_ownership,
    own,
    parse_ownership,
    pool,
    shared,
)
from tests.factories.receipts import ownerships

NETS = st.lists(st.integers(0, 100_000), min_size=1, max_size=8)


@given(ownerships())
def test_what_is_shown_is_read_back(ownership: Ownership):
    assert parse_ownership(format_ownership(ownership)) == ownership


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("", UNOWNED), (" 07 ", own("07")), ("@A", pool("A")), ("07*60+12*40", shared(("07", 60), ("12", 40)))],
)
def test_a_cashier_types_owners_in_short(typed: str, meant: Ownership):
    assert parse_ownership(typed) == meant


@pytest.mark.parametrize("typed", ["@", "07*60", "07+12", "07*a+12*1", "07*0+12*1", "07*1+07*2", "*1+12*1", "+", "*"])
def test_what_names_no_owners_is_refused(typed: str):
    with pytest.raises(ValueError, match=r"."):
        parse_ownership(typed)


def test_ten_clerks_do_not_share_a_line():
    with pytest.raises(ValueError, match="10 owners"):
        shared(*((f"{clerk:02d}", 1) for clerk in range(10)))


def test_bytes_of_owners_that_make_no_sense_are_refused():
    data = msgspec.msgpack.encode(["own", [["07", 1], ["12", 1]]])
    with pytest.raises(msgspec.ValidationError, match="2 owners"):
        msgspec.msgpack.decode(data, type=Ownership)


@given(ownerships(), NETS)
def test_every_unit_is_divided_to_the_cent_and_the_line_falls_by_largest_remainder(
    ownership: Ownership, nets: list[int]
):
    rows = divide_units(ownership, nets)
    weights = [share.weight for share in ownership.shares]
    if not weights:
        assert rows == [[] for _ in nets]
        return
    assert [sum(row) for row in rows] == nets
    assert [sum(column) for column in zip(*rows, strict=True)] == allocate(sum(nets), weights)
    assert all(cell >= 0 for row in rows for cell in row)


def test_sixty_forty_of_a_line_of_three():
    rows = divide_units(shared(("07", 60), ("12", 40)), [3334, 3333, 3333])
    assert [sum(row[place] for row in rows) for place in (0, 1)] == [6000, 4000]


def test_a_pool_takes_the_whole_line():
    assert divide_units(pool("A"), [500, 250]) == [[500], [250]]
    assert pool("A").shares == (Share("A", 1),)
