from __future__ import annotations

from pos_terminal.checkout.commands import HoldsListed, Recalled
from pos_terminal.checkout.effects import ClaimHold, ListHolds, PrintReport
from pos_terminal.checkout.state import HeldReceipt
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
