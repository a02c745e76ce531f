"""What the engine is told of the receipt at the till: goods with their traits, the member, the circumstances."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from pos_terminal.checkout.draft import decode_draft, encode_draft
from pos_terminal.checkout.pricing import context_of
from pos_terminal.checkout.state import Known
from pos_terminal.checkout.world import NothingKnown
from promotions import BasketLine, Coupon, Limits, Offer, OfferSet, PercentOff, Scope, Used
from retail.ids import DocumentId
from tests.pos_terminal import shop
from tests.pos_terminal.shop import NOON_MINUTE, SOAP, TEA, Counter, label


def basket_lines(counter: Counter) -> list[BasketLine]:
    found = [figures.basket_line for figures in counter.state.receipt.figures.lines]
    return [line for line in found if line is not None]


class UsedUp:
    """A till that knows of some uses."""

    def known(self, offers: OfferSet, member: str, local_minute: int) -> Known:
        return Known({"soap5": Used(member_uses=2)}, {"coffee": 7}, purchases=3) if member else Known()


def test_supplier_stage_tags_and_floor_come_from_the_items_attributes() -> None:
    counter = Counter()
    attributes = {
        "supplier": "s9",
        "stage": "clearance",
        "tags": "gift, spring",
        "floor_unit_price": "80000",
        "产地": "沪",
    }
    counter.shelves.items["soap"] = msgspec.structs.replace(counter.shelves.items["soap"], attributes=attributes)
    (line,) = basket_lines(counter.open().scan(SOAP))
    assert (line.supplier, line.stage, line.tags, line.floor_unit_price) == (
        "s9",
        "clearance",
        ("gift", "spring"),
        80_000,
    )
    assert line.regular


def test_a_floor_that_is_no_number_stops_no_sale() -> None:
    counter = Counter()
    soap = counter.shelves.items["soap"]
    counter.shelves.items["soap"] = msgspec.structs.replace(soap, attributes={"floor_unit_price": "8,00"})
    (line,) = basket_lines(counter.open().scan(SOAP))
    assert line.floor_unit_price == 0


def test_a_members_price_is_not_the_regular_one() -> None:
    counter = Counter().open().scan(TEA)
    assert basket_lines(counter)[0].regular
    counter.scan("8800001")
    assert not basket_lines(counter)[0].regular


def test_a_scale_label_is_tagged_by_its_prefix() -> None:
    counter = Counter().open().scan(label("21", "00042", 755))
    assert basket_lines(counter)[0].tags == ("label:21",)


def test_the_context_holds_all_that_is_known_of_the_member() -> None:
    counter = Counter(uses=UsedUp())
    row = msgspec.structs.replace(shop.MEMBERS["8800001"], birthday=1121, groups=("staff",), purchases=4)
    counter.members["8800001"] = row
    counter.open().scan(SOAP, "8800001")
    context = context_of(counter.state.receipt, counter.world())
    assert (context.member_level, context.birthday, context.groups, context.purchases) == ("gold", 1121, ("staff",), 7)
    assert context.used == {"soap5": Used(member_uses=2)}
    assert context.counters == {"coffee": 7}
    assert (context.terminal, context.local_minute) == ("counter", NOON_MINUTE)


@pytest.mark.parametrize(("before", "counted"), [(-1, True), (4, False)])
def test_purchases_of_which_a_part_is_unknown_are_unknown(before: int, counted: bool) -> None:
    counter = Counter(uses=UsedUp() if counted else NothingKnown())
    counter.members["8800001"] = msgspec.structs.replace(shop.MEMBERS["8800001"], purchases=before)
    counter.open().scan(SOAP, "8800001")
    assert context_of(counter.state.receipt, counter.world()).purchases == -1


def test_what_is_known_of_uses_closes_an_offer() -> None:
    offer = Offer("soap5", PercentOff(5_000), scope=Scope(items=("soap",)), limits=Limits(member_uses=2))
    counter = Counter(offers=(offer,), uses=UsedUp()).open().scan(SOAP, "8800001")
    assert counter.due == 999
    assert [note.reason for note in counter.notes] == ["used_up"]


def test_a_draft_keeps_what_was_presented_picked_and_known_of_the_member() -> None:
    counter = Counter().open().scan(SOAP, "8800001")
    receipt = replace(counter.state.receipt, coupons=(Coupon("C-1", "C"),), picked=("today",), tender="card", points=30)
    found = decode_draft(encode_draft(receipt, DocumentId("S1-01", bytes(16), 9)))
    assert found is not None
    kept, _ = found
    assert (kept.coupons, kept.picked, kept.tender, kept.points) == (receipt.coupons, ("today",), "card", 30)
    assert kept.about_member == receipt.about_member
