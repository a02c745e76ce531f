from __future__ import annotations

import pytest

from retail.feeds import ItemRow
from retail.traits import NO_TRAITS, Traits, traits_of


def test_an_item_without_attributes_has_no_traits() -> None:
    assert traits_of(ItemRow("1", "茶")) is NO_TRAITS


def test_attributes_for_people_only_say_nothing_to_offers() -> None:
    assert traits_of(ItemRow("1", "茶", attributes={"产地": "杭州"})) == Traits()


def test_empty_tags_are_none() -> None:
    assert traits_of(ItemRow("1", "茶", attributes={"tags": " ,a,, b "})).tags == ("a", "b")


@pytest.mark.parametrize("text", ["", "-5", "1.5", "９", "1e9", "9" * 16])
def test_a_floor_that_is_no_amount_is_none(text: str) -> None:
    assert traits_of(ItemRow("1", "茶", attributes={"floor_unit_price": text})).floor_unit_price == 0
