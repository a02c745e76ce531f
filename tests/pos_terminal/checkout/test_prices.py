from __future__ import annotations

from pos_terminal.checkout.prices import frozen_rows, price_for
from retail.feeds import ItemRow, PriceRow

TEA = ItemRow("tea", "茶")


def chosen(*rows: PriceRow, minute: int = 1_000, level: str = "") -> int | None:
    row = price_for(frozen_rows(rows, TEA, store="S1", zone="east", local_minute=minute), level)
    return row.amount if row else None


def test_the_narrowest_scope_wins_whatever_its_date() -> None:
    chain = PriceRow("tea", 10, from_minute=900, release=9)
    zone = PriceRow("tea", 20, scope="zone:east", from_minute=100)
    store = PriceRow("tea", 30, scope="store:S1")
    assert chosen(chain, zone, store) == 30
    assert chosen(chain, zone) == 20


def test_other_zones_and_stores_are_not_looked_at() -> None:
    assert chosen(PriceRow("tea", 10, scope="zone:west"), PriceRow("tea", 20, scope="store:S2")) is None


def test_of_one_scope_the_latest_from_wins_then_the_highest_release() -> None:
    assert chosen(PriceRow("tea", 10, from_minute=5), PriceRow("tea", 20, from_minute=6)) == 20
    assert chosen(PriceRow("tea", 10, release=2), PriceRow("tea", 20, release=1)) == 10


def test_a_price_holds_from_its_minute_until_before_its_end() -> None:
    old, new = PriceRow("tea", 10), PriceRow("tea", 20, from_minute=1_000, until_minute=1_005)
    assert [chosen(old, new, minute=minute) for minute in (999, 1_000, 1_004, 1_005)] == [10, 20, 20, 10]


def test_a_price_for_another_unit_is_not_this_goods_price() -> None:
    assert chosen(PriceRow("tea", 10, unit="kg")) is None


def test_a_member_pays_the_members_price_only_where_it_is_lower() -> None:
    retail, gold = PriceRow("tea", 100), PriceRow("tea", 90, kind="member:gold")
    assert chosen(retail, gold) == 100
    assert chosen(retail, gold, level="gold") == 90
    assert chosen(PriceRow("tea", 80), gold, level="gold") == 80
    assert chosen(retail, gold, level="silver") == 100


def test_a_till_that_was_not_told_its_zone_goes_by_the_zone_rows_that_came() -> None:
    rows = [PriceRow("tea", 10), PriceRow("tea", 20, scope="zone:east")]
    row = price_for(frozen_rows(rows, TEA, store="S1", zone="", local_minute=0), "")
    assert row is not None
    assert row.amount == 20
