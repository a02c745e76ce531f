"""Groups in the shop's favour are made without a choice: dear with cheap."""

from __future__ import annotations

from promotions import BuyGet, Offer, Scope
from promotions.components import View
from promotions.favour import shop_shares
from promotions.shares import Given, Share


def view(item: str, gross: int, units: int) -> View:
    """A class of so many pieces that no offer per unit names."""
    return View(item, gross, 1000, units, (), gross)


def shares(plan: BuyGet, slots, *views: View, times: int = 0):
    """What the only offer gives."""
    return shop_shares(Offer("o", plan), 0, slots, views, times)


def test_the_dearest_units_are_bought_with_the_cheapest_given():
    plan = BuyGet(buy=1, get=1, favour="shop")
    found = shares(plan, [[0, 1, 2], []], view("a", 500, 1), view("b", 300, 2), view("c", 100, 2))
    assert found.given == (Given(0, 200, 2),)
    assert found.views == (
        (Share(0, 83, 1),),
        (Share(0, 75, 1), Share(-1, 0, 1)),
        (Share(0, 25, 1), Share(0, 17, 1)),
    )


def test_a_bound_serves_the_first_articles_in_order():
    plan = BuyGet(buy=1, get=1, percent_bp=5000, same_article=True, favour="shop")
    found = shares(plan, [[0, 1], []], view("a", 500, 4), view("b", 300, 4), times=3)
    assert found.given == (Given(0, 250 * 2 + 150, 3),)
    assert found.views[1] == (Share(0, 75, 2), Share(-1, 0, 2))


def test_goods_that_could_be_bought_are_not_given():
    plan = BuyGet(buy=1, get=1, favour="shop", given=Scope(items=("b", "c")))
    found = shares(plan, [[0, 1], [1, 2]], view("a", 500, 2), view("b", 300, 1), view("c", 100, 1))
    assert found.given == (Given(0, 100, 1),)
    assert found.views[1] == (Share(-1, 0, 1),)
