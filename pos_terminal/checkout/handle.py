"""The till as one pure function: a state and a command in, a state and effects out.

`handle` neither waits nor reads a clock, a file or a device: what it may know is in `world`, what is to be done is in
the effects, and what became of them comes back as commands.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout import coupons, holds, recalling, returns, selling, session, shifts, tender
from pos_terminal.checkout.commands import (
    Answered,
    Command,
    CommitFailed,
    Committed,
    CouponChecked,
    CouponsChecked,
    DraftFound,
    Entered,
    Failed,
    HoldsListed,
    Moved,
    Picked,
    PinTyped,
    Pressed,
    Recalled,
    ReceiptFound,
    Scanned,
    ShiftClosed,
    ShiftOpened,
    SignedOn,
    SignOnRefused,
    StockShown,
    Told,
)
from pos_terminal.checkout.committed import commit_failed, committed
from pos_terminal.checkout.functions import ANYBODY, HANDLERS, WITHOUT_SHIFT
from pos_terminal.checkout.receipts import moved
from pos_terminal.checkout.replies import NOTHING, Step, done, refuse
from pos_terminal.checkout.state import AskKind, CheckoutState, Message, Mode, Request
from pos_terminal.checkout.world import World
from retail.barcode import Context, ItemCode, PaymentCode, ShortCode, Unreadable, WeighedLabel, classify
from retail.functions import BY_CODE

_GIVE_WAY: Final = frozenset({"coupon", "promotion"})
"""Functions whose lists and questions a scan ends: the next goods, or the coupon asked for."""

_BY_HAND: Final = Scanned | Entered | Pressed | Moved | Picked | PinTyped | Answered


def handle(state: CheckoutState, command: Command, world: World) -> Step:
    """What the till shows after a command, and what is to be done about it, in order."""
    if state.saving and isinstance(command, _BY_HAND):
        return replace(state, waiting=(*state.waiting, command)), NOTHING
    if isinstance(command, _BY_HAND):
        return _by_hand(state, command, world)
    step = _from_service(state, command, world)
    if step[0].saving or not step[0].waiting:
        return step
    return _catch_up(step, world)


def _catch_up(step: Step, world: World) -> Step:
    """What was scanned and pressed while a document was on its way into the journal happens now, in its order."""
    state, effects = step
    waiting = state.waiting
    state = replace(state, waiting=())
    for command in waiting:
        state, more = handle(state, command, world)
        effects = (*effects, *more)
    return state, effects


def _by_hand(state: CheckoutState, command: Command, world: World) -> Step:
    if isinstance(command, PinTyped):
        return session.pin_typed(state, command)
    if state.locked:
        return refuse(state, "is_locked")
    if isinstance(command, Pressed):
        return _pressed(state, command, world)
    if state.operator is None:
        return refuse(state, "sign_on_first")
    if state.asked is not None:
        return _while_asked(state, command, world)
    if isinstance(command, Answered):
        return _back(state, world) if command.text is None else (state, NOTHING)
    if isinstance(command, Moved):
        return (returns.moved if state.mode is Mode.RETURNING else moved)(state, command.by), NOTHING
    if isinstance(command, Scanned):
        return _scanned(state, command.text, world)
    if isinstance(command, Picked):
        return selling.picked(state, command.item, world) if state.mode is Mode.SELLING else (state, NOTHING)
    assert isinstance(command, Entered)
    return _entered(state, command.text, world)


def _entered(state: CheckoutState, text: str, world: World) -> Step:
    match state.mode:
        case Mode.SELLING:
            return selling.entered(state, text, world)
        case Mode.TENDERING:
            return tender.entered(state, text, world)
        case Mode.RETURNING:
            return returns.entered(state, text, world)
        case Mode.NO_SHIFT:
            return shifts.open_shift(state, Request("shift_open", text=text.strip()), world)
        case _:
            return state, NOTHING


def _scanned(state: CheckoutState, text: str, world: World) -> Step:
    match state.mode:
        case Mode.SELLING:
            return selling.read(state, text, "scan", world)
        case Mode.RETURNING:
            return returns.scanned(state, text, world)
        case Mode.TENDERING:
            return _scanned_at_tender(state, text, world)
        case Mode.NO_SHIFT:
            return refuse(state, "open_shift_first")
        case _:
            return refuse(state, "finish_question_first")


def _scanned_at_tender(state: CheckoutState, text: str, world: World) -> Step:
    """A payment code pays; late goods are still rung up, and coupons taken, as long as nothing was paid."""
    parsed = classify(text, world.terms.barcode_rules, Context.TENDER)
    if isinstance(parsed, PaymentCode):
        return tender.pay(state, Request("tender_wallet_qr", choice=parsed.channel), world)
    if state.receipt.tenders:
        return refuse(state, "paid_already" if isinstance(parsed, ItemCode | WeighedLabel) else "not_a_payment")
    if isinstance(parsed, ShortCode | Unreadable) and (step := coupons.present(state, text, world)) is not None:
        return step
    if not isinstance(parsed, ItemCode | WeighedLabel):
        return refuse(state, "not_a_payment")
    state, _ = tender.leave(state, world)
    return selling.read(state, text, "scan", world)


def _pressed(state: CheckoutState, command: Pressed, world: World) -> Step:
    function = BY_CODE.get(command.function)
    if function is None:
        return refuse(state, "function_unknown")
    if function.code not in ANYBODY:
        if state.operator is None:
            return refuse(state, "sign_on_first")
        if state.asked is not None:
            return refuse(state, "finish_question_first")
        if state.shift is None and function.code not in WITHOUT_SHIFT:
            return refuse(state, "open_shift_first")
        if state.mode is Mode.RETURNING and function.code not in ("lock", "return"):
            return refuse(state, "finish_return_first")
        if function.scope == "sale" and state.mode is Mode.TENDERING:
            return refuse(state, "finish_payment_first")
        if function.scope == "tender" and state.mode is not Mode.TENDERING:
            return refuse(state, "total_first")
    return HANDLERS[function.code](state, Request(function.code, text=command.text.strip()), world)


def _while_asked(state: CheckoutState, command: Command, world: World) -> Step:
    """An answer goes to the function that asked; whatever else comes waits until it is answered."""
    asked, request = state.asked, state.pending
    assert asked is not None
    if isinstance(command, Entered) and asked.kind not in ("approval", "pin"):
        command = Answered(command.text)
    if isinstance(command, Moved):
        return state, NOTHING
    if isinstance(command, Scanned) and asked.function in _GIVE_WAY and asked.kind != "approval":
        return _scanned(done(state), command.text, world)
    if not isinstance(command, Answered) or request is None:
        return refuse(state, "finish_question_first")
    if command.text is None:
        return _unanswered(state, request)
    if asked.kind == "count":
        return shifts.counted(state, command.text, request, world)
    return HANDLERS[request.function](state, _filled(request, asked.kind, command), world)


def _filled(request: Request, kind: AskKind, command: Answered) -> Request:
    """The request with the answer in its place."""
    text = (command.text or "").strip()
    match kind:
        case "approval":
            return replace(request, approver=command.approver)
        case "confirm":
            return replace(request, confirmed=True)
        case "amount" | "text":
            return replace(request, text=text)
        case "reason":
            return replace(request, reason=text)
        case "choice":
            return replace(request, choice=text)
        case "date":
            return replace(request, date=text)
        case _:
            return request


def _unanswered(state: CheckoutState, request: Request) -> Step:
    """Esc on a question ends its function. Only the receipt left by a crash must be decided on."""
    if request.function == "resume":
        return state, NOTHING
    counting = state.mode is Mode.COUNTING
    mode = Mode.SELLING if counting else state.mode
    return replace(done(state), mode=mode, counting=None, message=None), NOTHING


def _back(state: CheckoutState, world: World) -> Step:
    """Esc with nothing asked: one step back."""
    if state.mode is Mode.TENDERING:
        return tender.leave(state, world)
    if state.mode is Mode.RETURNING:
        return returns.leave(state)
    state = replace(
        state,
        quantity_milli=None,
        line_clerk=None,
        checking_price=False,
        returning_loose=None,
        stock=None,
        message=None,
    )
    return state, NOTHING


def _from_service(state: CheckoutState, command: Command, world: World) -> Step:
    match command:
        case Committed():
            return committed(state, command, world)
        case CommitFailed():
            return commit_failed(state, command)
        case SignedOn():
            return session.signed_on(state, command, world)
        case SignOnRefused():
            return session.sign_on_refused(state, command)
        case ShiftOpened(shift=shift):
            return session.offer_draft(replace(state, shift=shift, mode=Mode.SELLING), world)
        case ShiftClosed():
            return replace(state, shift=None, mode=Mode.NO_SHIFT), NOTHING
        case Recalled():
            return holds.recalled(state, command, world)
        case CouponChecked():
            return coupons.checked(state, command, world)
        case CouponsChecked():
            return recalling.coupons_checked(state, command, world)
        case HoldsListed():
            return holds.listed(state, command, world)
        case ReceiptFound():
            return returns.found(state, command)
        case StockShown(stock=stock):
            return replace(state, stock=stock, message=None), NOTHING
        case DraftFound(receipt=receipt):
            return session.offer_draft(replace(state, draft=receipt), world)
        case Failed(code=code, values=values):
            return refuse(state, code, **dict(values))
        case Told(code=code, level=level, values=values):
            return replace(state, message=Message(code, level, values)), NOTHING
        case _:
            return state, NOTHING
