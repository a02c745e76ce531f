from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.commands import CouponChecked, CouponsChecked, HoldsListed, Recalled
from pos_terminal.checkout.effects import AskCouponsAgain, ClaimHold, ListHolds, PrintReport, ReleaseCoupons
from pos_terminal.checkout.lines import Discount
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.state import HeldReceipt
from promotions import AmountOff, Audience, Coupon, Offer, PercentOff, Scope, Window
from retail.coupons import SignedCoupon
from retail.documents.till import Hold, HoldRecalled
from retail.feeds import PriceRow
from retail.ids import DocumentId
from tests.pos_terminal.shop import INCARNATION, MILK, NOON_MINUTE, SOAP, TEA, Counter, label


def put_aside(till: Counter) -> tuple[DocumentId, Hold]:
    till.press("hold", "红衣")
    hold = till.book.of(Hold)[-1]
    assert isinstance(hold, Hold)
    return DocumentId("S1-01", INCARNATION, len(till.book.documents)), hold


def test_a_receipt_is_put_aside_and_the_till_is_free() -> None:
    till = Counter().open().scan("8800001").enter(f"07/2*{MILK}").scan(TEA)
    document, hold = put_aside(till)
    assert (hold.label, hold.member, [line.net for line in hold.lines]) == ("红衣", "m1", [700, 11_800])
    assert till.state.receipt.lines == ()
    assert PrintReport("hold", document) in till.effects


def test_hold_on_an_empty_receipt_lists_what_is_held() -> None:
    till = Counter().open().press("hold")
    assert ListHolds() in till.effects
    assert till.do(HoldsListed(())).told == "no_holds"
    assert till.do(HoldsListed((), everywhere=False)).told == "no_holds_here"


def test_a_hold_is_chosen_claimed_and_priced_anew() -> None:
    till = Counter().open().scan("8800001").enter(f"07/2*{MILK}").scan(TEA, label("22", "00042", 640))
    till.press("department", "5").answer("30")
    document, hold = put_aside(till)
    till.press("recall").do(HoldsListed((HeldReceipt(document, "红衣", "01", 0, 4, 13_140),)))
    assert till.state.asked is not None
    till.answer("1")
    assert ClaimHold(document) in till.effects
    till.shelves.price_rows.append(PriceRow("milk", 40_000, scope="store:S1", from_minute=NOON_MINUTE))
    till.do(Recalled(document, hold))
    assert (till.told, till.state.receipt.held_change) == ("recalled_changed", 100)
    assert till.due == 800 + 11_800 + 640 + 500
    assert till.state.receipt.member_level == "gold"
    assert isinstance(till.book.of(HoldRecalled)[0], HoldRecalled)
    sale = till.pay()
    assert sale.recalled_from == document
    assert [line.entry for line in sale.lines] == ["key", "scan", "label", "department"]


def test_goods_that_are_gone_are_named_when_a_hold_is_recalled() -> None:
    till = Counter().open().scan(MILK, SOAP)
    document, hold = put_aside(till)
    till.shelves.price_rows = [row for row in till.shelves.price_rows if row.item != "soap"]
    till.do(Recalled(document, hold))
    assert till.told == "recalled_without"
    assert [line.item.item for line in till.state.receipt.lines] == ["milk"]


def test_a_failed_commit_keeps_the_receipt_on_the_screen() -> None:
    till = Counter().open().scan(MILK)
    till.refuse_with = "disk_full"
    till.press("hold")
    assert (till.told, till.due) == ("disk_full", 350)
    till.refuse_with = ""
    assert till.press("hold").told == "held"


def test_a_recall_waits_until_the_receipt_at_hand_is_finished() -> None:
    till = Counter().open().scan(MILK).press("recall")
    assert till.told == "finish_receipt_first"


# What was taken by hand

HALF = Offer("half", PercentOff(5_000), name="破损半价", scope=Scope(items=("soap",)), manual=True)
WELCOME = Offer("welcome", AmountOff(300), scope=Scope(items=("tea",)), audience=Audience(coupon="HELLO"))
BACK = Offer("back", AmountOff(200), scope=Scope(items=("milk",)), audience=Audience(coupon="BACK20"))
SIGNED = SignedCoupon("S1-02", "BACK20", bytes(8), 20261101, 20261130, 200, bytes(64))
OFFERS = (HALF, WELCOME, BACK)


def asked_again(till: Counter) -> AskCouponsAgain:
    (ask,) = (effect for effect in till.effects if isinstance(effect, AskCouponsAgain))
    return ask


def held_with_everything() -> tuple[Counter, DocumentId, Hold]:
    """Milk, tea and soap with a shared coupon, a signed one and an offer picked by hand."""
    till = Counter(offers=OFFERS).open().scan(MILK, TEA, SOAP).scan("HELLO", SIGNED.text)
    till.rights_for("cashier", "promotion")
    till.do(CouponChecked(SIGNED.code, SIGNED.series, till.state.receipt.started_at_ms))
    till.press("promotion").answer("offer:half").answer(None)
    assert till.due == 350 - 200 + 12_800 - 300 + 499
    document, hold = put_aside(till)
    assert till.told == "held"
    assert ReleaseCoupons((SIGNED.code,)) in till.effects
    till.effects.clear()
    return till, document, hold


def test_coupons_and_offers_picked_by_hand_are_taken_up_again() -> None:
    till, document, hold = held_with_everything()
    till.do(Recalled(document, hold))
    assert (till.told, till.due, till.state.receipt.picked) == ("recalled_checking", 350 + 12_500 + 499, ("half",))
    ask = asked_again(till)
    assert ask.coupons == (SIGNED,)
    till.do(CouponsChecked((CouponChecked(SIGNED.code, SIGNED.series, ask.receipt),), ask.receipt))
    assert (till.told, till.due, till.state.receipt.held_change) == ("recalled", 150 + 12_500 + 499, 0)
    assert till.state.receipt.coupons == (Coupon("HELLO", "HELLO"), Coupon(SIGNED.code, "BACK20"))


def test_a_coupon_that_was_used_meanwhile_is_named_and_not_taken() -> None:
    till, document, hold = held_with_everything()
    till.do(Recalled(document, hold))
    ask = asked_again(till)
    till.do(CouponsChecked((CouponChecked(SIGNED.code, SIGNED.series, ask.receipt, "redeemed"),), ask.receipt))
    assert (till.told, till.due) == ("recalled_coupons_refused", 350 + 12_500 + 499)
    assert SIGNED.code in till.said()
    assert till.state.receipt.held_change == 200


def test_offers_that_ended_meanwhile_are_named_also_when_a_coupon_is_refused_after_them() -> None:
    till, document, hold = held_with_everything()
    till.offers = (BACK, replace_window(HALF))
    till.do(Recalled(document, hold))
    assert (till.told, till.state.receipt.picked, till.due) == ("recalled_less", (), 350 + 12_800 + 999)
    assert "破损半价, HELLO" in till.said()
    ask = asked_again(till)
    till.do(CouponsChecked((CouponChecked(SIGNED.code, SIGNED.series, ask.receipt, "void"),), ask.receipt))
    assert "破损半价" in till.said()
    assert SIGNED.code in till.said()


def replace_window(offer: Offer) -> Offer:
    """The offer as it is when its time is over."""
    return Offer(offer.id, offer.plan, offer.name, offer.scope, Window(until_minute=NOON_MINUTE), manual=True)


def test_coupons_that_are_found_good_after_payment_began_are_let_go() -> None:
    till, document, hold = held_with_everything()
    till.do(Recalled(document, hold))
    ask = asked_again(till)
    till.enter("").press("tender_card", "100")
    due = till.due
    till.do(CouponsChecked((CouponChecked(SIGNED.code, SIGNED.series, ask.receipt),), ask.receipt))
    assert till.due == due
    assert ReleaseCoupons((SIGNED.code,)) in till.effects


def test_discounts_by_hand_are_kept_as_they_were_given() -> None:
    till = Counter().open().scan(MILK, TEA)
    line = replace(till.state.receipt.lines[0], discount=Discount(minor=50))
    receipt = replace(till.state.receipt, lines=(line, *till.state.receipt.lines[1:]), discount=Discount(bp=1_000))
    till.state = replace(till.state, receipt=priced(receipt, till.world()))
    due = till.due
    document, hold = put_aside(till)
    till.do(Recalled(document, hold))
    assert (till.told, till.due) == ("recalled", due)
    assert due < 300 + 12_800
