"""What follows when a document is in the journal, or could not be written: only now is a sale a sale."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout import coupons, session
from pos_terminal.checkout.commands import CommitFailed, Committed
from pos_terminal.checkout.documents import change_of
from pos_terminal.checkout.effects import Beep, ClearDraft, OpenDrawer, PrintReport
from pos_terminal.checkout.replies import NOTHING, Step, done, message
from pos_terminal.checkout.state import CheckoutState, LastReceipt, Level, Mode, Receipt
from pos_terminal.checkout.world import World


def committed(state: CheckoutState, command: Committed, world: World) -> Step:
    """The document of an effect outlives a power cut from here on."""
    match command.effect:
        case "sale":
            return _sold(state, command), (ClearDraft(), *coupons.released(state.receipt, sold=True))
        case "hold":
            released = coupons.released(state.receipt)
            state = replace(_emptied(state), message=message("held"))
            return state, (PrintReport("hold", command.document), ClearDraft(), *released)
        case "abandoned":
            found_after_crash = state.draft is not None
            code = "draft_given_up" if found_after_crash else "receipt_cancelled"
            released = coupons.released(state.receipt)
            return replace(_emptied(state), draft=None, message=message(code)), (ClearDraft(), *released)
        case "shift_open":
            state = replace(state, mode=Mode.SELLING, saving="", shift=state.opening, opening=None)
            return session.offer_draft(replace(state, message=message("shift_opened")), world)
        case "shift_close":
            state = replace(done(state), mode=Mode.NO_SHIFT, saving="", shift=None, counting=None)
            return state, (PrintReport("z", command.document),)
        case "cash":
            return state, (OpenDrawer(), PrintReport("cash", command.document))
        case "reprint":
            return state, (PrintReport("reprint", command.document),)
        case "no_sale":
            return state, (OpenDrawer(),)
        case _:
            return state, NOTHING


def commit_failed(state: CheckoutState, command: CommitFailed) -> Step:
    """Nothing was written: the till stands where it stood, and says so."""
    state = replace(state, message=message(command.code, Level.FAULT))
    if command.effect != state.saving:
        return state, (Beep(refused=True),)
    back = {"sale": Mode.TENDERING, "shift_open": Mode.NO_SHIFT}.get(command.effect, Mode.SELLING)
    state = replace(state, mode=back, saving="", opening=None, counting=None)
    return state, (Beep(refused=True),)


def _sold(state: CheckoutState, command: Committed) -> CheckoutState:
    receipt = state.receipt
    kinds = [tender.kind for tender in receipt.tenders]
    last = LastReceipt(
        document=command.document,
        number=command.number,
        net=receipt.due,
        change=change_of(receipt.tenders),
        tender=kinds[-1] if kinds else "exchange",
    )
    return replace(_emptied(state), last=last)


def _emptied(state: CheckoutState) -> CheckoutState:
    """Ready for the next customer; the clerk set for all lines stays."""
    return replace(
        done(state),
        mode=Mode.SELLING,
        saving="",
        receipt=Receipt(),
        quantity_milli=None,
        line_clerk=None,
        returning=None,
        returning_loose=None,
        checking_price=False,
        stock=None,
        message=None,
    )
