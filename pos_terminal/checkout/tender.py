"""Paying: the total, cash with change, several means of payment on one receipt, rounding, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pos_terminal.checkout.documents import sale_of
from pos_terminal.checkout.effects import CommitSale, SaveDraft
from pos_terminal.checkout.explaining import offer_named
from pos_terminal.checkout.issued_coupons import settled
from pos_terminal.checkout.nearly import nearest
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Mode, Receipt, Request
from pos_terminal.checkout.taken_offers import taken_back_message
from pos_terminal.checkout.terms import RoundingRule
from pos_terminal.checkout.world import World
from retail.barcode import is_code_length
from retail.documents.sale import Tender, TenderKind
from retail.money import Rounding, divide, format_minor, parse_minor

KINDS: Final[dict[str, TenderKind]] = {
    "tender_cash": "cash",
    "tender_card": "card",
    "tender_wallet_qr": "wallet_qr",
    "tender_voucher": "voucher",
    "tender_coupon": "coupon",
    "tender_stored_value": "stored_value",
    "tender_other": "other",
}
VALUED: Final = frozenset({"voucher", "coupon"})
"""Paper with a value of its own: it may be worth more than what it pays, and gives no change."""

_TOTAL: Final = Request("total")
_ROUNDING: Final[dict[RoundingRule, tuple[int, Rounding]]] = {
    "down_10": (10, Rounding.DOWN),
    "half_10": (10, Rounding.HALF_UP),
    "down_100": (100, Rounding.DOWN),
    "half_100": (100, Rounding.HALF_UP),
}


def begin(state: CheckoutState, world: World, request: Request = _TOTAL) -> Step:
    """From selling to paying: the offers' conditions of time are decided by this minute, and so is what becomes of
    coupons that goods coming back no longer earn."""
    if not state.receipt.live_lines:
        return refuse(done(state), "nothing_to_pay")
    receipt = settled(state, priced(replace(state.receipt, tender_minute=world.local_minute), world), request, world)
    if not isinstance(receipt, Receipt):
        return receipt
    state = replace(
        done(state),
        mode=Mode.TENDERING,
        receipt=receipt,
        quantity_milli=None,
        line_clerk=None,
        checking_price=False,
        returning_loose=None,
        message=taken_back_message(receipt, world) or nearest(receipt, world),
    )
    return state, NOTHING


def leave(state: CheckoutState, world: World) -> Step:
    """Back from paying to selling, as long as nothing has been paid."""
    if state.receipt.tenders:
        return refuse(state, "remove_tenders_first")
    receipt = priced(replace(state.receipt, tender_minute=None, tender="", rounding=0, withheld=0), world)
    return replace(state, mode=Mode.SELLING, receipt=receipt, message=None), NOTHING


def entered(state: CheckoutState, text: str, world: World) -> Step:
    """A typed line while paying: an amount of cash, or nothing for exactly what is due."""
    return pay(state, Request("tender_cash", text=text.strip()), world)


def pay(state: CheckoutState, request: Request, world: World) -> Step:
    """One means of payment, for the amount typed or for all that is open."""
    kind = KINDS[request.function]
    state = done(state)
    if state.receipt.open_amount == 0:
        return finish(state, world)
    if kind not in world.terms.tenders:
        return refuse(state, "tender_not_taken")
    amount: int | None = None
    if request.text:
        if is_code_length(request.text):
            return refuse(state, "code_as_money", code=request.text)
        try:
            amount = parse_minor(request.text, world.terms.currency)
        except ValueError:
            return refuse(state, "amount_not_read", text=request.text)
        if amount <= 0:
            return refuse(state, "amount_not_positive")
        if amount > world.terms.amount_max_minor:
            return refuse(state, "amount_too_large")
    if kind == "other" and len(world.terms.other_tenders) > 1 and not request.choice:
        values = tuple((name, name) for name in world.terms.other_tenders)
        return ask(state, request, "choice", values, "ask_tender")
    name, means = _named(kind, request.choice, world)
    paying = replace(state, receipt=paid_wholly(state.receipt, means, amount, world))
    after, effects = _settled(paying, kind, name, amount, world)
    if not after.saving and after.receipt.tenders == state.receipt.tenders:
        # Nothing was taken: the price that was for this payment alone is not.
        after = replace(after, receipt=state.receipt)
    return after, effects


def _named(kind: TenderKind, chosen: str, world: World) -> tuple[str, tuple[str, ...]]:
    """The name that goes on the receipt, and what offers may call this means, the narrower first: a wallet by its
    channel, another payment by the store's name for it."""
    if kind == "wallet_qr":
        return "", (chosen, kind) if chosen else (kind,)
    if kind != "other":
        return "", (kind,)
    name = chosen or (world.terms.other_tenders[0] if world.terms.other_tenders else "")
    return name, (name, kind) if name else (kind,)


def _settled(state: CheckoutState, kind: TenderKind, name: str, amount: int | None, world: World) -> Step:
    if state.receipt.open_amount == 0:
        return finish(state, world)
    if kind == "cash":
        return _cash(state, amount, world)
    return _without_change(state, kind, name, amount, world)


def paid_wholly(receipt: Receipt, means: Sequence[str], amount: int | None, world: World) -> Receipt:
    """The receipt as it is priced when this one means pays for all of it; as it was, when the amount is not enough.
    `means` are its names: the first that an offer asks for is taken.

    Only a receipt that one means of payment settles counts as paid with it: offers that ask for one cannot be had for
    a part.
    """
    if receipt.tenders or receipt.due <= 0 or receipt.priced is None:
        return receipt
    waiting = [note.offer for note in receipt.priced.notes if note.reason == "other_tender"]
    offers = [offer for name in waiting if (offer := offer_named(receipt.offers, name)) is not None]
    asked = {tender for offer in offers for tender in offer.audience.tenders}
    tender = next((name for name in means if name in asked), "")
    if not tender:
        return receipt
    found = priced(replace(receipt, tender=tender), world)
    due = found.due - (rounded_off(found.due, world.terms.rounding) if tender == "cash" else 0)
    return receipt if amount is not None and amount < due else found


def remove(state: CheckoutState, request: Request, world: World) -> Step:
    """Takes the last payment off again."""
    receipt = state.receipt
    if not receipt.tenders:
        return refuse(done(state), "no_tender_to_remove")
    gone = receipt.tenders[-1]
    receipt = priced(replace(receipt, tenders=receipt.tenders[:-1], tender="", rounding=0), world)
    state = replace(done(state), receipt=receipt)
    return say(state, "tender_removed", amount=format_minor(gone.amount, world.terms.currency)), (SaveDraft(),)


def _cash(state: CheckoutState, given: int | None, world: World) -> Step:
    receipt = state.receipt
    open_amount = receipt.open_amount
    if open_amount < 0:
        back = -open_amount if given is None else given
        if back > -open_amount:
            return refuse(state, "over_refund", amount=format_minor(-open_amount, world.terms.currency))
        return _taken(state, receipt, Tender("cash", "", -back, 0, back, ""), world)
    rounding = rounded_off(open_amount, world.terms.rounding)
    whole = open_amount - rounding
    if given is not None and given < whole:
        return _taken(state, receipt, Tender("cash", "", given, given, 0, ""), world)
    given = whole if given is None else given
    if given - whole > world.terms.change_max_minor:
        return refuse(state, "change_too_large", amount=format_minor(given - whole, world.terms.currency))
    if rounding:
        receipt = priced(replace(receipt, rounding=rounding), world)
    if not whole:
        return finish(replace(state, receipt=receipt), world)
    return _taken(state, receipt, Tender("cash", "", whole, given, given - whole, ""), world)


def rounded_off(amount: int, rule: RoundingRule) -> int:
    """What payment in cash takes off an amount due (negative where it is rounded up).

    >>> rounded_off(1_234, "down_10"), rounded_off(1_236, "half_10"), rounded_off(1_234, "none")
    (4, -4, 0)
    """
    if rule == "none":
        return 0
    step, rounding = _ROUNDING[rule]
    return amount - divide(amount, step, rounding) * step


def _without_change(state: CheckoutState, kind: TenderKind, name: str, amount: int | None, world: World) -> Step:
    receipt = state.receipt
    open_amount = receipt.open_amount
    if open_amount < 0:
        back = -open_amount if amount is None else amount
        if back > -open_amount:
            return refuse(state, "over_refund", amount=format_minor(-open_amount, world.terms.currency))
        return _taken(state, receipt, Tender(kind, name, -back, 0, back, ""), world)
    if kind in VALUED and amount is None:
        return refuse(state, "type_value_first")
    value = open_amount if amount is None else amount
    if value > open_amount and kind not in VALUED:
        return refuse(state, "over_tender", amount=format_minor(open_amount, world.terms.currency))
    return _taken(state, receipt, Tender(kind, name, min(value, open_amount), value, 0, ""), world)


def _taken(state: CheckoutState, receipt: Receipt, tender: Tender, world: World) -> Step:
    receipt = replace(receipt, tenders=(*receipt.tenders, tender))
    state = replace(state, receipt=receipt, message=None)
    if receipt.open_amount == 0:
        return finish(state, world)
    return say(state, "still_open", amount=format_minor(receipt.open_amount, world.terms.currency)), (SaveDraft(),)


def finish(state: CheckoutState, world: World) -> Step:
    """Everything is settled: the receipt goes to the journal, and nothing else happens before it is there."""
    if any(tender.kind == "voucher" for tender in state.receipt.tenders):
        # Vouchers earn no points: how many were taken is known only now.
        state = replace(state, receipt=priced(state.receipt, world))
    sale = sale_of(state, world)
    drawer = any(tender.kind == "cash" for tender in sale.tenders)
    return replace(done(state), mode=Mode.SAVING, saving="sale"), (CommitSale(sale, drawer),)
