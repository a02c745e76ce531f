"""Who is at the till: signing on and off, locking, and the receipt that a crash left behind."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.approvals import Granted, permitted
from pos_terminal.checkout.commands import PinTyped, SignedOn, SignOnRefused
from pos_terminal.checkout.coupons import released
from pos_terminal.checkout.documents import abandoned
from pos_terminal.checkout.effects import CheckPin, Commit, Effect, SaveDraft, ShowHelp, ShowMenu, ShowOffers
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Mode, Receipt, Request
from pos_terminal.checkout.world import World
from retail.documents.till import Reprint, SignOn
from retail.ownership import UNOWNED

OPERATOR_CHARACTERS_MAX = 32


def pin_typed(state: CheckoutState, command: PinTyped) -> Step:
    """Somebody signs: the PIN is checked off the screen's thread."""
    operator = command.operator.strip()
    if not operator or len(operator) > OPERATOR_CHARACTERS_MAX or not command.pin:
        return refuse(state, "type_operator_and_pin")
    approves = ""
    if state.asked is not None and state.asked.kind == "approval":
        approves = state.asked.function
    elif state.mode is not Mode.SIGNED_OFF and not state.locked:
        return refuse(state, "already_signed_on")
    return say(state, "checking_pin"), (CheckPin(operator, command.pin, approves),)


def signed_on(state: CheckoutState, command: SignedOn, world: World) -> Step:
    """The PIN was right: on to the open shift, or to opening one."""
    operator = command.operator
    record: tuple[Effect, ...] = (Commit("sign_on", SignOn(operator.operator, True)),)
    if state.locked:
        if state.operator is not None and operator.operator != state.operator.operator:
            step = refuse(state, "locked_by_other", name=state.operator.name)
            return step[0], (*step[1], *record)
        return say(replace(state, locked=False), "unlocked"), record
    mode = Mode.SELLING if command.shift is not None else Mode.NO_SHIFT
    state = replace(done(state), mode=mode, operator=operator, shift=command.shift, clerk=UNOWNED, line_clerk=None)
    state = say(state, "welcome" if command.shift else "open_shift_now", name=operator.name)
    state, more = offer_draft(state, world)
    return state, (*record, *more)


def sign_on_refused(state: CheckoutState, command: SignOnRefused) -> Step:
    """The PIN was wrong, or must wait; the attempt is on record."""
    record: tuple[Effect, ...] = ()
    if command.operator:
        record = (Commit("sign_on", SignOn(command.operator[:OPERATOR_CHARACTERS_MAX], False)),)
    code = "pin_wait" if command.wait_s else "pin_wrong"
    state, effects = refuse(state, code, seconds=command.wait_s)
    return state, (*effects, *record)


def offer_draft(state: CheckoutState, world: World) -> Step:
    """Offers the receipt back that was open when the till last stopped, as soon as somebody can sell."""
    if state.draft is None or state.mode is not Mode.SELLING or state.receipt.lines:
        return state, NOTHING
    return resume(state, Request("resume"), world)


def resume(state: CheckoutState, request: Request, world: World) -> Step:
    """Takes the interrupted receipt up again, with what was paid on it, or gives it up on record."""
    draft = state.draft
    if draft is None:
        return done(state), NOTHING
    offers = draft.offers or world.offers
    known = world.uses.known(offers, draft.member, world.local_minute)
    receipt = priced(replace(draft, offers=offers, known=known), world)
    if request.choice == "yes":
        mode = Mode.TENDERING if receipt.tenders else Mode.SELLING
        state = replace(done(state), mode=mode, receipt=receipt, draft=None, last=None)
        return say(state, "resumed"), (SaveDraft(),)
    if request.choice == "no" and not receipt.tenders:
        document = abandoned(state, receipt, "crash")
        state = replace(done(state), mode=Mode.SAVING, saving="abandoned")
        return state, (Commit("abandoned", document),)
    code = "ask_resume_paid" if receipt.tenders else "ask_resume"
    choices = (("yes", "yes"),) if receipt.tenders else (("yes", "yes"), ("no", "no"))
    return ask(state, Request("resume"), "choice", choices, code)


def cancel_receipt(state: CheckoutState, request: Request, world: World) -> Step:
    """Gives the whole receipt up; it stays on record."""
    receipt = state.receipt
    if not receipt.lines:
        return _nothing_sold(state)
    if receipt.tenders:
        return refuse(done(state), "remove_tenders_first")
    grant = permitted(state, request, world, subject="receipt", minor=receipt.due)
    if not isinstance(grant, Granted):
        return grant
    document = abandoned(state, receipt, "cancelled", request.approver)
    state = replace(done(state), mode=Mode.SAVING, saving="abandoned")
    return state, (*grant.effects, Commit("abandoned", document))


def _nothing_sold(state: CheckoutState) -> Step:
    """Forgets a member, coupons and picked offers that were to go with goods; nothing of that is a receipt yet."""
    receipt = state.receipt
    if not (receipt.member or receipt.coupons or receipt.picked):
        return refuse(done(state), "nothing_to_cancel")
    return say(replace(done(state), receipt=Receipt()), "receipt_cancelled"), released(receipt)


def lock(state: CheckoutState, request: Request, world: World) -> Step:
    """Locks the till; the receipt stays as it is."""
    if state.operator is None:
        return refuse(done(state), "sign_on_first")
    return say(replace(done(state), locked=True), "locked", name=state.operator.name), NOTHING


def sign_off(state: CheckoutState, request: Request, world: World) -> Step:
    """The till is free for the next cashier; the shift goes on."""
    if state.receipt.live_lines:
        return refuse(done(state), "finish_receipt_first")
    return say(CheckoutState(shift=state.shift, language=state.language), "signed_off"), NOTHING


def language(state: CheckoutState, request: Request, world: World) -> Step:
    """The other language, at once."""
    return replace(done(state), language="en" if state.language == "zh_CN" else "zh_CN"), NOTHING


def show_help(state: CheckoutState, request: Request, world: World) -> Step:
    """Opens the help."""
    return done(state), (ShowHelp(),)


def show_menu(state: CheckoutState, request: Request, world: World) -> Step:
    """Opens the list of functions without a key."""
    return done(state), (ShowMenu(),)


def explain(state: CheckoutState, request: Request, world: World) -> Step:
    """Opens the explanation of what the receipt costs."""
    return done(state), (ShowOffers(),)


def reprint(state: CheckoutState, request: Request, world: World) -> Step:
    """Prints a receipt of this till again, marked with how often: the last one, or the one whose number was typed."""
    document = world.history.receipt_named(request.text.strip())
    if document is None:
        return refuse(done(state), "receipt_not_here")
    grant = permitted(state, request, world, subject=str(document))
    if not isinstance(grant, Granted):
        return grant
    copies = world.history.copies(document) + 1
    cashier = state.operator.operator if state.operator else ""
    effects = (*grant.effects, Commit("reprint", Reprint(document, cashier, copies)))
    return say(done(state), "reprinting", copies=copies), effects
