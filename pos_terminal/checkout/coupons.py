"""Coupons for offers: taken when scanned or typed, with what they give said at once; given back with the same key.

A coupon that takes nothing off is not used up: it stays on the receipt in case further goods call for it, and is the
customer's again afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout.effects import Beep, SaveDraft
from pos_terminal.checkout.explaining import why
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.receipts import started
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, message, refuse, say
from pos_terminal.checkout.state import CheckoutState, Level, Message, Receipt, Request
from pos_terminal.checkout.world import World
from promotions import Coupon, OfferSet
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


def present(state: CheckoutState, code: str, world: World) -> Step | None:
    """Takes a coupon and says what it gives, or why nothing; None when the code is no coupon."""
    receipt = started(state.receipt, world)
    found = coupon_of(code, receipt.offers or world.offers)
    if found is None:
        return None
    if found in receipt.coupons and not _many(found, receipt.offers or world.offers):
        return refuse(state, "coupon_known", code=found.code)
    if len(receipt.coupons) >= COUPONS_MAX:
        return refuse(state, "coupons_too_many")
    before = state.receipt
    receipt = priced(replace(receipt, coupons=(*receipt.coupons, found)), world)
    told = _gives(found, before, receipt, world)
    return replace(state, receipt=receipt, message=told, last=None), (SaveDraft(), Beep())


def coupon_of(code: str, offers: OfferSet) -> Coupon | None:
    """The coupon that a code stands for: a series that an offer asks for is its own code, a single coupon's code is the
    series, a hyphen and a number of its own.

    Looked up only when the code is no goods: it goes through all offers.
    """
    typed = code.strip()
    series = {offer.audience.coupon for offer in offers.offers if offer.audience.coupon}
    if typed in series:
        return Coupon(typed, typed)
    start = typed.rpartition("-")[0]
    return Coupon(typed, start) if start in series else None


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
    return say(state, "coupon_given_back", code=held[place].code), (SaveDraft(),)
