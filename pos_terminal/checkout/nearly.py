"""What the customer nearly has: the one hint worth telling when the total is pressed, or when a gift is within reach.

What a further piece would save is not guessed: the engine prices the receipt with it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

from pos_terminal.checkout.explaining import name_of, names_goods, offer_named
from pos_terminal.checkout.pricing import context_of, priced
from pos_terminal.checkout.replies import message
from pos_terminal.checkout.state import Message, Receipt
from pos_terminal.checkout.world import World
from promotions import AmountAtThreshold, Basket, BasketLine, Note, Offer, PercentAtThreshold, Priced, price
from promotions.plans.base import percent_of
from retail.money import format_minor
from retail.quantity import MILLI

UNITS_MAX: Final = 2
"""So many further pieces are nearly there."""

WORTH: Final = 3
"""More than so many times what would be saved is not nearly there."""

WALLETS: Final = ("wechat", "alipay", "unionpay")
"""The channels of wallets, as payment codes tell them."""

TRIALS_MAX: Final = 4
"""So many further pieces, and means of payment, are tried: each is a pricing of the receipt."""


class Near(NamedTuple):
    """A hint and what following it would save, in minor units."""

    gain: int
    told: Message


def nearest(receipt: Receipt, world: World) -> Message | None:
    """The most valuable hint, None when nothing is near: goods still free to take, then the largest saving."""
    answer = receipt.priced
    if answer is None:
        return None
    if gift := gift_told(receipt, None):
        return gift
    found = [*_amounts(receipt, answer, world), *_units(receipt, answer, world), *_tenders(receipt, answer, world)]
    return max(found, key=lambda near: near.gain).told if found else None


def gift_told(receipt: Receipt, before: Priced | None) -> Message | None:
    """That goods may be taken free or at a price, when that was not so before. Asked at every scan: notes are only
    written where there are rewards."""
    if receipt.offers is None or not receipt.offers.rewards:
        return None
    known = {note.offer for note in before.notes if note.gift_units} if before is not None else set()
    for note in receipt.priced.notes if receipt.priced is not None else ():
        if note.gift_units and note.offer not in known:
            return message("gift_open", name=name_of(receipt.offers, note.offer), count=note.gift_units)
    return None


def _amounts(receipt: Receipt, answer: Priced, world: World) -> list[Near]:
    """Thresholds that a little more would reach."""
    found = []
    currency = world.terms.currency
    for note in answer.notes:
        offer = offer_named(receipt.offers, note.offer) if note.missing_minor else None
        gain = _next_step(offer, note) if offer is not None else 0
        if 0 < note.missing_minor <= WORTH * gain:
            amount = format_minor(note.missing_minor, currency)
            name = name_of(receipt.offers, note.offer)
            found.append(Near(gain, message("near_more", name=name, amount=amount, gain=format_minor(gain, currency))))
    return found


def _next_step(offer: Offer, note: Note) -> int:
    """What the next threshold would take off beyond what is taken off now; 0 where that cannot be said."""
    plan = offer.plan
    if isinstance(plan, AmountAtThreshold):
        if plan.every:
            return plan.tiers[0].amount_minor
        return next((tier.amount_minor for tier in plan.tiers if tier.amount_minor > note.applied_minor), 0) - (
            note.applied_minor
        )
    if isinstance(plan, PercentAtThreshold):
        steps = (percent_of(tier.threshold_minor, tier.percent_bp) for tier in plan.tiers)
        return next((off for off in steps if off > note.applied_minor), 0) - note.applied_minor
    return 0


def _units(receipt: Receipt, answer: Priced, world: World) -> list[Near]:
    """Groups that a piece or two of goods already on the receipt would complete, if that saves anything."""
    lacking = [note for note in answer.notes if 0 < note.missing_units <= UNITS_MAX]
    found = []
    for note in lacking[:TRIALS_MAX]:
        offer = offer_named(receipt.offers, note.offer)
        line = _last_named(receipt, offer) if offer is not None else None
        if line is None:
            continue
        gain = _gain_of_more(receipt, answer, line, note.missing_units, world)
        if WORTH * gain >= line.gross_minor // max(1, line.quantity_milli // MILLI) * note.missing_units:
            name = name_of(receipt.offers, note.offer)
            item = next(one.item.name for one in receipt.lines if one.number == line.number)
            amount = format_minor(gain, world.terms.currency)
            found.append(Near(gain, message("near_units", name=name, item=item, count=note.missing_units, gain=amount)))
    return found


def _last_named(receipt: Receipt, offer: Offer) -> BasketLine | None:
    """The latest goods in pieces that an offer names."""
    for figures in reversed(receipt.figures.lines):
        line = figures.basket_line
        if line is not None and figures.line.live and line.counted and names_goods(offer, line.article):
            return line
    return None


def _gain_of_more(receipt: Receipt, answer: Priced, line: BasketLine, units: int, world: World) -> int:
    """How much less than their price these further pieces would cost, on this receipt."""
    lines = [found.basket_line for found in receipt.figures.lines if found.basket_line is not None]
    pieces = line.quantity_milli // MILLI
    gross = line.gross_minor // pieces * units
    more = replace(line, number=max(one.number for one in lines) + 1, quantity_milli=units * MILLI, gross_minor=gross)
    offers = receipt.offers or world.offers
    trial = price(Basket((*lines, more)), offers, context_of(receipt, world), answer)
    return gross - (trial.total - answer.total)


def _tenders(receipt: Receipt, answer: Priced, world: World) -> list[Near]:
    """Means of payment that an offer asks for and that this store takes."""
    waiting = [note for note in answer.notes if note.reason == "other_tender"]
    found = []
    for note in waiting[:TRIALS_MAX]:
        offer = offer_named(receipt.offers, note.offer)
        taken = [one for one in (offer.audience.tenders if offer else ()) if one in tenders_taken(world)]
        if not taken:
            continue
        gain = receipt.due - priced(replace(receipt, tender=taken[0]), world).due
        if gain > 0:
            name = name_of(receipt.offers, note.offer)
            amount = format_minor(gain, world.terms.currency)
            found.append(Near(gain, message("near_tender", name=name, tender=taken[0], gain=amount)))
    return found


def tenders_taken(world: World) -> tuple[str, ...]:
    """The means of payment of this store, by the names that offers ask for."""
    channels = WALLETS if "wallet_qr" in world.terms.tenders else ()
    return (*world.terms.tenders, *world.terms.other_tenders, *channels)
