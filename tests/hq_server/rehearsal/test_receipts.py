"""The basket that headquarters reads off a document is the one that the till gave to the engine."""

from __future__ import annotations

import msgspec

from hq_server.rehearsal.receipts import Knowledge, basket_line, sold_receipt
from promotions import Coupon
from retail.codec import Envelope
from retail.documents.offers import CouponUse
from retail.documents.sale import Line, PriceSource, Sale
from retail.feeds import ItemRow, MemberRow
from tests.hq_server.chain import NOON, TillDouble, returned, sold, tender

ITEM = ItemRow(
    "item-1",
    "Tea",
    "D9",
    brand="Longjing",
    category="tea",
    attributes={"supplier": "V1", "tags": "gift", "stage": "new"},
)


def read(till: TillDouble, place: int = -1) -> tuple[Envelope, Sale]:
    entry = till.entries[place]
    return msgspec.msgpack.decode(entry.envelope, type=Envelope), msgspec.msgpack.decode(entry.body, type=Sale)


def line(**changed: object) -> Line:
    till = TillDouble("S1-01", "S1")
    return msgspec.structs.replace(till.receipt(sold(3000, 3000)).lines[0], **changed)


def test_traits_come_from_the_catalogue_and_the_department_from_the_receipt() -> None:
    made = basket_line(line(unit_price=100_000), ITEM)
    assert (made.department, made.category, made.brand, made.supplier, made.stage) == (
        "D1",
        "tea",
        "Longjing",
        "V1",
        "new",
    )
    assert (made.tags, made.regular, made.counted, made.quantity_milli, made.gross_minor) == (
        ("gift",),
        True,
        True,
        3000,
        3000,
    )
    unknown = basket_line(line(), None)
    assert (unknown.category, unknown.tags, unknown.takes_offers) == ("", (), True)


def test_how_a_line_was_priced_says_whether_it_takes_offers() -> None:
    by_hand = basket_line(line(price_source=PriceSource("manual", "", 0)), ITEM)
    member = basket_line(line(price_source=PriceSource("member:gold", "chain", 1)), ITEM)
    label = basket_line(line(entry="label", code="2212345005008", price_source=PriceSource("label", "chain", 1)), ITEM)
    assert (by_hand.takes_offers, by_hand.regular) == (False, False)
    assert (member.takes_offers, member.regular) == (True, False)
    assert (label.tags, label.regular) == (("gift", "label:22"), True)


def test_what_was_measured_is_one_unit() -> None:
    till = TillDouble("S1-01", "S1")
    weighed = till.receipt(sold(1234, 386)).lines[0]
    assert not basket_line(weighed, None).counted


def test_the_circumstances_are_those_of_the_sale() -> None:
    till = TillDouble("S1-01", "S1")
    sale = till.receipt(sold(500), member="m1", tenders=[tender("card", 500)])
    till.append(msgspec.structs.replace(sale, coupons=(CouponUse("c-1", "spring", "offer"),)))
    members = {"m1": MemberRow("m1", level="gold", groups=("vip",), birthday=229, purchases=4)}
    found = sold_receipt("S1", 7, *read(till), Knowledge(members=members, costs={(7, 1): 30_000_000}, purchases={7: 2}))
    assert found is not None
    context = found.context
    assert (context.member_level, context.groups, context.birthday, context.purchases) == ("gold", ("vip",), 229, 6)
    assert (context.tender, context.coupons) == ("card", (Coupon("c-1", "spring"),))
    assert context.local_minute == int(NOON.timestamp() + 1) // 60 + 480
    assert (found.cost_scaled, found.tax_bp, found.position) == ((30_000_000,), (1300,), 7)


def test_paid_in_two_ways_is_paid_with_neither() -> None:
    till = TillDouble("S1-01", "S1")
    till.sell(sold(500), tenders=[tender("card", 300), tender("cash", 200)])
    found = sold_receipt("S1", 1, *read(till), Knowledge())
    assert found is not None
    assert (found.context.tender, found.context.member_level, found.cost_scaled) == ("", "", (None,))


def test_goods_coming_back_take_no_part() -> None:
    till = TillDouble("S1-01", "S1")
    sale = till.receipt(sold(2000, 2000, cut=100))
    document = till.append(sale)
    till.sell(returned(sale, document, 1, 1), sold(300))
    exchange = sold_receipt("S1", 2, *read(till), Knowledge())
    assert exchange is not None
    assert [one.gross_minor for one in exchange.basket.lines] == [300]
    assert exchange.offers_minor == 0
    till.sell(returned(sale, document, 1, 1))
    assert sold_receipt("S1", 3, *read(till), Knowledge()) is None
