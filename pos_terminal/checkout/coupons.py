"""Coupons for offers: taken when scanned or typed, with what they give said at once; given back with the same key.

A coupon that takes nothing off is not used up: it stays on the receipt in case further goods call for it, and is the
customer's again afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout.commands import CouponChecked
from pos_terminal.checkout.effects import AskCoupon, Beep, Effect, ReleaseCoupons, SaveDraft
from pos_terminal.checkout.explaining import why
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.receipts import started
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, message, refuse, say
from pos_terminal.checkout.state import CheckoutState, Level, Message, Mode, Receipt, Request
from pos_terminal.checkout.world import World
from promotions import Coupon, OfferSet
from retail.coupons import SIGNED_PREFIX, UNIQUE_PREFIX, Refusal, SharedCode, SignedCoupon, read_coupon
from retail.money import format_minor

COUPONS_MAX: Final = 50
ADD: Final = "+"


def coupon(state: CheckoutState, request: Request, world: World) -> Step:
    """The coupon key: takes the coupon typed, or asks for one; with coupons taken, lists them to give one back."""
    held = state.receipt.coupons
    if request.choice and request.choice != ADD:
        return _give_back(state, request.choice, world)
    if request.text:
        return present(done(state), request.text, world) or refuse(done(state), "coupon_unknown", code=request.text)
    if held and not request.choice:
        rows = ((ADD, "another_coupon"), *((str(number), one.code) for number, one in enumerate(held, 1)))
        return ask(state, request, "choice", rows, "ask_coupons")
    return ask(state, replace(request, choice=""), "text", code="ask_coupon")


def has_form(text: str) -> bool:
    """Whether a text can be nothing but a coupon with a code of its own."""
    return text.strip().upper().startswith((SIGNED_PREFIX, UNIQUE_PREFIX))


def present(state: CheckoutState, text: str, world: World) -> Step | None:
    """Takes a coupon and says what it gives, or why nothing; None when the text is no coupon.

    A shared code is looked for among the offers. A coupon with a code of its own is asked about first: it may have been
    taken elsewhere.
    """
    receipt = started(state.receipt, world)
    found = read_coupon(text)
    if isinstance(found, Refusal):
        return refuse(state, f"coupon_{found}") if has_form(text) else None
    if isinstance(found, SharedCode) and not is_asked_for(found.series, receipt.offers or world.offers):
        return None
    taken = Coupon(found.code, found.series)
    if taken in receipt.coupons and not _many(taken, receipt.offers or world.offers):
        return refuse(state, "coupon_known", code=found.code)
    if len(receipt.coupons) >= COUPONS_MAX:
        return refuse(state, "coupons_too_many")
    if isinstance(found, SharedCode):
        return _taken(state, receipt, taken, world)
    if isinstance(found, SignedCoupon):
        receipt = replace(receipt, coupon_texts={**receipt.coupon_texts, found.code: found.text})
    ask_for = AskCoupon(found, receipt.started_at_ms, business_date(state, world))
    return say(replace(state, receipt=receipt, last=None), "coupon_checking", code=found.code), (ask_for,)


def business_date(state: CheckoutState, world: World) -> int:
    """The day (YYYYMMDD) that a coupon has to be good on."""
    return state.shift.business_date if state.shift else world.local_date


def still_selling(state: CheckoutState) -> bool:
    """Whether coupons may be taken: until the first payment."""
    return state.mode is Mode.SELLING or (state.mode is Mode.TENDERING and not state.receipt.tenders)


def checked(state: CheckoutState, command: CouponChecked, world: World) -> Step:
    """A coupon that was asked about is taken, unless it may not be, or its receipt has gone on without it."""
    taken = Coupon(command.code, command.series)
    receipt = state.receipt
    if command.refusal:
        return refuse(state, f"coupon_{command.refusal}", code=command.code)
    if command.receipt != receipt.started_at_ms or not still_selling(state):
        step = refuse(state, "coupon_too_late", code=command.code)
        return step[0], (*step[1], ReleaseCoupons((command.code,)))
    if taken in receipt.coupons:
        return state, NOTHING
    return _taken(state, receipt, taken, world)


def released(receipt: Receipt, *, sold: bool = False) -> tuple[Effect, ...]:
    """Lets go of the coupons set aside for a receipt; of one that is `sold`, of those that it did not use up."""
    used = receipt.priced.coupons_used if sold and receipt.priced is not None else ()
    codes = tuple(one.code for one in receipt.coupons if one.code != one.series and one.code not in used)
    return (ReleaseCoupons(codes),) if codes else ()


def _taken(state: CheckoutState, receipt: Receipt, taken: Coupon, world: World) -> Step:
    before = state.receipt
    receipt = priced(replace(receipt, coupons=(*receipt.coupons, taken)), world)
    told = _gives(taken, before, receipt, world)
    return replace(state, receipt=receipt, message=told, last=None), (SaveDraft(), Beep())


def is_asked_for(series: str, offers: OfferSet) -> bool:
    """Whether an offer asks for this series. It goes through all offers: only what is no goods is looked for here."""
    return any(offer.audience.coupon == series for offer in offers.offers)


def _many(found: Coupon, offers: OfferSet) -> bool:
    """Whether several coupons with one and the same code each count: printed alike, one used up per application."""
    shared = found.code == found.series
    return shared and any(offer.per_coupon and offer.audience.coupon == found.series for offer in offers.offers)


def _gives(found: Coupon, before: Receipt, after: Receipt, world: World) -> Message:
    """What a coupon does for the receipt: how much less it costs, or why not."""
    saved = before.due - after.due
    if saved > 0:
        return message("coupon_saves", code=found.code, amount=format_minor(saved, world.terms.currency))
    if _later(after) != _later(before):
        return message("coupon_later", code=found.code)
    told = message("coupon_taken", code=found.code)
    return replace(told, why=_why_nothing(found, after, world))


def _later(receipt: Receipt) -> tuple[object, ...]:
    """What the receipt brings beyond its price."""
    answer = receipt.priced
    return (answer.earned, answer.issued, answer.stamped) if answer is not None else ((), (), ())


def _why_nothing(found: Coupon, receipt: Receipt, world: World) -> Message:
    offers = receipt.offers or world.offers
    asking = {offer.id for offer in offers.offers if offer.audience.coupon == found.series}
    for note in receipt.priced.notes if receipt.priced is not None else ():
        if note.offer in asking and (told := why(note, offers, world.terms.currency)) is not None:
            return told
    return Message("why_not_here", Level.INFO)


def _give_back(state: CheckoutState, choice: str, world: World) -> Step:
    held = state.receipt.coupons
    place = int(choice) - 1 if choice.isascii() and choice.isdigit() else -1
    if not 0 <= place < len(held):
        return done(state), NOTHING
    receipt = replace(state.receipt, coupons=(*held[:place], *held[place + 1 :]))
    state = replace(done(state), receipt=priced(receipt, world))
    told = say(state, "coupon_given_back", code=held[place].code)
    return told, (SaveDraft(), *released(replace(receipt, coupons=(held[place],))))
