"""Offers by hand (现场促销, 半自动促销): the cashier picks one or several, and adds gifts and reward goods."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout import selling
from pos_terminal.checkout.approvals import Granted, permitted
from pos_terminal.checkout.effects import Effect, SaveDraft
from pos_terminal.checkout.explaining import name_of, offer_named, why
from pos_terminal.checkout.pricing import context_of, priced
from pos_terminal.checkout.receipts import started
from pos_terminal.checkout.replies import Step, ask, done, message, plain, refuse, say
from pos_terminal.checkout.state import CheckoutState, Message, Receipt, Request
from pos_terminal.checkout.world import World
from promotions import Offer, Reward
from promotions.conditions import why_closed
from retail.money import format_minor

OFFER: Final = "offer:"
GOODS: Final = "goods:"
ROWS_MAX: Final = 60
GAINS_MAX: Final = 10
"""For so many offers the list says what they would take off: each is a pricing of the receipt."""


def promotion(state: CheckoutState, request: Request, world: World) -> Step:
    """Lists what can be picked; the chosen offer is picked or dropped, chosen goods are rung up, and the list stays."""
    if request.choice.startswith(GOODS):
        state, effects = selling.picked(done(state), request.choice.removeprefix(GOODS), world)
        return _listed(state, world, effects)
    if request.choice.startswith(OFFER):
        return _toggled(state, request, world)
    return _listed(state, world, ())


def _listed(state: CheckoutState, world: World, effects: tuple[Effect, ...]) -> Step:
    rows = (*_goods(state.receipt, world), *_offers(state.receipt, world))[:ROWS_MAX]
    if not rows:
        if effects:
            return done(state), effects
        return refuse(done(state), "no_promotions")
    state, _ = ask(state, Request("promotion"), "choice", rows, "ask_promotion")
    return state, effects


def _toggled(state: CheckoutState, request: Request, world: World) -> Step:
    offer = request.choice.removeprefix(OFFER)
    before = started(state.receipt, world)
    found = offer_named(before.offers, offer)
    if found is None or not found.manual:
        return refuse(done(state), "no_promotions")
    name = name_of(before.offers, offer)
    if offer in before.picked:
        receipt = priced(replace(before, picked=tuple(one for one in before.picked if one != offer)), world)
        state = say(replace(done(state), receipt=receipt), "promotion_dropped", name=name)
        return _listed(state, world, (SaveDraft(),))
    receipt = priced(replace(before, picked=(*before.picked, offer)), world)
    saved = state.receipt.due - receipt.due
    grant = permitted(state, request, world, subject=offer, minor=max(saved, 0))
    if not isinstance(grant, Granted):
        return grant
    told = _told(receipt, found, saved, world)
    state = replace(done(state), receipt=receipt, message=told)
    return _listed(state, world, (*grant.effects, SaveDraft()))


def _told(receipt: Receipt, offer: Offer, saved: int, world: World) -> Message:
    """What picking an offer has done, or why nothing."""
    currency, name = world.terms.currency, name_of(receipt.offers, offer.id)
    if saved > 0:
        return message("promotion_saves", name=name, amount=format_minor(saved, currency))
    notes = receipt.priced.notes if receipt.priced is not None else ()
    note = next((note for note in notes if note.offer == offer.id), None)
    told = why(note, receipt.offers, currency) if note is not None else Message("why_not_here")
    return replace(message("promotion_taken", name=name), why=told or Message("why_later"))


def _goods(receipt: Receipt, world: World) -> list[tuple[str, str]]:
    """Goods that may be taken free or at a price now, if the offer names them one by one."""
    rows = []
    for note in receipt.priced.notes if receipt.priced is not None else ():
        offer = offer_named(receipt.offers, note.offer) if note.gift_units else None
        if offer is None or not isinstance(offer.plan, Reward):
            continue
        price = format_minor(_minor(offer.plan.unit_price), world.terms.currency)
        for item in offer.plan.given.items:
            row = world.catalog.item_by_id(item)
            if row is not None and row.on_sale:
                label = f"+ {plain(row.name)}  {price}  ({name_of(receipt.offers, offer.id)})"
                rows.append((GOODS + item, label))
    return rows


def _minor(unit_price: int) -> int:
    """A unit price (ten-thousandths) as people say it."""
    return unit_price // 100


def _offers(receipt: Receipt, world: World) -> list[tuple[str, str]]:
    """The manual offers that would hold if they were picked: those with goods on the receipt first."""
    offers = (receipt.offers or world.offers).offers
    named = {note.offer for note in receipt.priced.notes} if receipt.priced is not None else set()
    context = context_of(receipt, world)
    manual = [offer for offer in offers if offer.manual]
    manual = [one for one in manual if why_closed(one, replace(context, picked=(one.id,))) is None]
    manual.sort(key=lambda offer: (offer.id not in receipt.picked, offer.id not in named, -offer.rank, offer.id))
    rows = []
    for place, offer in enumerate(manual):
        mark = "x" if offer.id in receipt.picked else " "
        gain = ""
        if offer.id in named and place < GAINS_MAX:
            gain = _gain(receipt, offer.id, world)
        rows.append((OFFER + offer.id, f"[{mark}] {name_of(receipt.offers or world.offers, offer.id)}{gain}"))
    return rows


def _gain(receipt: Receipt, offer: str, world: World) -> str:
    """What an offer takes off, or would take off on top of those picked already."""
    if offer in receipt.picked:
        other = replace(receipt, picked=tuple(one for one in receipt.picked if one != offer))
    else:
        other = replace(receipt, picked=(*receipt.picked, offer))
    off = abs(priced(other, world).due - receipt.due)
    return f"  -{format_minor(off, world.terms.currency)}" if off else ""
