from __future__ import annotations

from pos_terminal.checkout.commands import Answered, DraftFound, PinTyped, SignedOn, SignOnRefused
from pos_terminal.checkout.draft import decode_draft, encode_draft
from pos_terminal.checkout.effects import CheckPin, ClearDraft, PrintReport
from pos_terminal.checkout.functions import HANDLERS
from pos_terminal.checkout.state import Mode, Operator, Receipt
from retail.documents.till import Abandoned, Reprint, SignOn
from retail.functions import FUNCTIONS
from retail.ids import DocumentId
from tests.pos_terminal.shop import INCARNATION, MILK, TEA, Counter, label

HEAD = DocumentId("S1-01", INCARNATION, 7)
CASHIER = Operator("01", "王芳", "cashier")


def test_every_function_has_a_handler() -> None:
    assert set(HANDLERS) == {function.code for function in FUNCTIONS} | {"resume"}


def test_a_pin_is_checked_by_a_service_and_never_shown() -> None:
    till = Counter().do(PinTyped("01", "4711"))
    assert CheckPin("01", "4711") in till.effects
    assert "4711" not in repr(till.state) + repr(till.effects)
    assert till.do(SignOnRefused(0, "01")).told == "pin_wrong"
    assert till.do(SignOnRefused(4, "01")).told == "pin_wait"
    assert till.book.of(SignOn) == [SignOn("01", False), SignOn("01", False)]
    assert till.do(PinTyped("", "1")).told == "type_operator_and_pin"


def test_a_locked_till_keeps_its_receipt_and_opens_for_its_cashier_only() -> None:
    till = Counter().open().scan(MILK).press("lock").scan(TEA)
    assert (till.told, till.due) == ("is_locked", 350)
    shift = till.state.shift
    assert till.do(SignedOn(Operator("12", "赵敏", "clerk"), shift)).told == "locked_by_other"
    till.do(PinTyped("01", "1"), SignedOn(CASHIER, shift))
    assert till.scan(TEA).due == 13_150


def test_signing_off_keeps_the_shift_and_needs_an_empty_receipt() -> None:
    till = Counter().open().scan(MILK)
    assert till.press("sign_off").told == "finish_receipt_first"
    till.pay()
    till.press("sign_off")
    assert (till.state.mode, till.state.operator) == (Mode.SIGNED_OFF, None)
    assert till.state.shift is not None


def test_a_cancelled_receipt_stays_on_record_with_who_agreed() -> None:
    till = Counter().open().scan(MILK, TEA).press("cancel_receipt").answer("", approver="90")
    (gone,) = till.book.of(Abandoned)
    assert isinstance(gone, Abandoned)
    assert (gone.reason, gone.approver, len(gone.lines)) == ("cancelled", "90", 2)
    assert till.state.receipt == Receipt()
    assert till.book.sums.get(("stock", ("milk",))) is None


def test_an_approval_goes_through_the_pin() -> None:
    till = Counter().open().scan(MILK).press("cancel_receipt").do(PinTyped("90", "9"))
    assert CheckPin("90", "9", "cancel_receipt") in till.effects
    assert till.do(SignOnRefused(0, "90")).state.asked is not None
    assert till.do(Answered("", "90")).told == "receipt_cancelled"


def test_the_open_receipt_survives_a_crash_line_by_line() -> None:
    before = Counter().open().scan("8800001").enter(f"07*60+12*40/2*{MILK}").scan(TEA, label("21", "00042", 755))
    before.press("line_discount", "5%").press("remove_line")
    due = before.due
    found = decode_draft(encode_draft(before.state.receipt, HEAD))
    assert found is not None
    receipt, after_entry = found
    assert after_entry == HEAD
    after = Counter()
    after.do(DraftFound(receipt)).open()
    assert after.state.asked is not None
    assert after.state.asked.code == "ask_resume"
    assert after.answer(None).state.asked is not None
    after.answer("yes")
    assert (after.told, after.due) == ("resumed", due)
    assert after.state.receipt.lines == before.state.receipt.lines


def test_a_receipt_not_taken_up_again_is_given_up_on_record() -> None:
    before = Counter().open().scan(MILK)
    found = decode_draft(encode_draft(before.state.receipt, HEAD))
    assert found is not None
    after = Counter()
    after.do(DraftFound(found[0])).open()
    after.answer("no")
    (gone,) = after.book.of(Abandoned)
    assert isinstance(gone, Abandoned)
    assert (gone.reason, len(gone.lines)) == ("crash", 1)
    assert ClearDraft() in after.effects
    assert after.scan(MILK).due == 350


def test_a_partly_paid_receipt_comes_back_in_payment_and_cannot_be_dropped() -> None:
    before = Counter().open().scan(TEA).enter("").press("tender_card", "100")
    found = decode_draft(encode_draft(before.state.receipt, HEAD))
    assert found is not None
    after = Counter()
    after.do(DraftFound(found[0])).open()
    after.answer("no")
    assert after.state.asked is not None
    after.answer("yes")
    assert (after.state.mode, after.state.receipt.open_amount) == (Mode.TENDERING, 2_800)


def test_bytes_that_are_no_draft_are_no_receipt() -> None:
    assert decode_draft(b"") is None
    assert decode_draft(b"\x80") is None
    assert decode_draft(encode_draft(Receipt(), HEAD)) is None


def test_a_reprint_is_counted_on_record_before_it_is_printed() -> None:
    till = Counter().open().scan(MILK)
    till.pay()
    till.press("reprint")
    kinds = [type(document) for _, document in till.book.documents]
    assert kinds[-1] is Reprint
    assert isinstance(till.effects[-1], PrintReport)
    assert Counter().open().press("reprint").told == "receipt_not_here"


def test_rights_that_are_too_old_stop_approvals_and_nothing_else() -> None:
    till = Counter(rights_age_s=8 * 86_400).open().scan(MILK)
    assert till.press("cancel_receipt").told == "refused_rights_too_old"
    assert till.pay().net == 350
