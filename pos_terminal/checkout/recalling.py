"""What was taken by hand on a receipt that is put aside (coupons, offers picked, discounts), and taking it again when
the receipt is taken up: each is looked at anew, and what does not hold any more is said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from pos_terminal.checkout.commands import CouponsChecked
from pos_terminal.checkout.coupons import business_date, is_asked_for, still_selling
from pos_terminal.checkout.effects import AskCouponsAgain, Beep, Effect, ReleaseCoupons, SaveDraft
from pos_terminal.checkout.explaining import name_of, offer_named
from pos_terminal.checkout.lines import Discount
from pos_terminal.checkout.pricing import priced
from pos_terminal.checkout.replies import NOTHING, Step, message
from pos_terminal.checkout.state import CheckoutState, Message, Receipt
from pos_terminal.checkout.world import World
from promotions import Coupon
from promotions.conditions import closed_window
from retail.coupons import SignedCoupon, UniqueCode, read_coupon
from retail.documents.till import HeldCoupon, Hold
from retail.money import format_minor

LOST: Final = frozenset({"recalled_without", "recalled_less"})
"""What stays on the screen while coupons are looked at, and after."""


def held_coupons(receipt: Receipt) -> tuple[HeldCoupon, ...]:
    """The coupons as the hold keeps them."""
    texts = receipt.coupon_texts
    return tuple(HeldCoupon(one.code, one.series, texts.get(one.code, one.code)) for one in receipt.coupons)


def discount_of(bp: int, minor: int) -> Discount | None:
    """A discount by hand as it was given."""
    return Discount(bp, minor) if bp or minor else None


def taken_again(receipt: Receipt, held: Hold, world: World) -> tuple[Receipt, tuple[str, ...]]:
    """The receipt, begun but not priced, with what was taken by hand and needs nobody's answer; and what does not hold
    any more: offers by name, coupons by code."""
    offers = receipt.offers or world.offers
    picked, coupons, lost = [], [], []
    for offer in held.picked:
        found = offer_named(offers, offer)
        if found is not None and found.manual and closed_window(found.window, world.local_minute) is None:
            picked.append(offer)
        else:
            lost.append(name_of(offers, offer))
    for one in held.coupons:
        shared = one.code == one.series
        if shared and is_asked_for(one.series, offers):
            coupons.append(Coupon(one.code, one.series))
        elif shared or _single(one) is None:
            lost.append(one.code)
    receipt = replace(
        receipt,
        picked=tuple(picked),
        coupons=tuple(coupons),
        coupon_texts={one.code: one.text for one in held.coupons},
        discount=discount_of(held.discount_bp, held.discount_minor),
    )
    return receipt, tuple(lost)


def asks_again(state: CheckoutState, held: Hold, world: World) -> tuple[AskCouponsAgain, ...]:
    """What has to be found out about coupons with codes of their own; empty without such coupons."""
    single = tuple(found for one in held.coupons if (found := _single(one)) is not None)
    return (AskCouponsAgain(single, state.receipt.started_at_ms, business_date(state, world)),) if single else ()


def recalled_message(change: int, gone: int, lost: Iterable[str], asks: tuple[Effect, ...], world: World) -> Message:
    """How the receipt stands that was taken up: what is missing first, then by how much its price moved."""
    if gone:
        told = message("recalled_without", count=gone)
    elif asks:
        told = message("recalled_checking")
    elif change:
        told = message("recalled_changed", amount=format_minor(change, world.terms.currency))
    else:
        told = message("recalled")
    names = ", ".join(lost)
    return replace(message("recalled_less", what=names), why=told) if names else told


def coupons_checked(state: CheckoutState, command: CouponsChecked, world: World) -> Step:
    """The coupons of a recalled receipt that may be taken are on it again; the others are named. If the receipt has
    gone on without them, they are let go."""
    good = tuple(one for one in command.found if not one.refusal)
    if command.receipt != state.receipt.started_at_ms or not still_selling(state):
        return state, (ReleaseCoupons(tuple(one.code for one in good)),) if good else NOTHING
    before = state.receipt
    more = tuple(Coupon(one.code, one.series) for one in good)
    fresh = tuple(one for one in more if one not in before.coupons)
    receipt = priced(replace(before, coupons=(*before.coupons, *fresh)), world)
    change = (before.held_change or 0) + receipt.due - before.due
    state = replace(state, receipt=replace(receipt, held_change=change))
    told = _coupons_message(state.message, command, change, world)
    return replace(state, message=told), (SaveDraft(), Beep(refused=len(good) < len(command.found)))


def _single(held: HeldCoupon) -> UniqueCode | SignedCoupon | None:
    """A held coupon that has a code of its own; None for any other."""
    found = read_coupon(held.text)
    return found if isinstance(found, UniqueCode | SignedCoupon) else None


def _coupons_message(before: Message | None, command: CouponsChecked, change: int, world: World) -> Message | None:
    refused = [one for one in command.found if one.refusal]
    kept = before if before is not None and before.code in LOST else None
    if refused and kept is not None:
        return replace(message("recalled_less", what=", ".join(one.code for one in refused)), why=kept)
    if refused:
        first = message(f"coupon_{refused[0].refusal}", code=refused[0].code)
        return replace(message("recalled_coupons_refused", count=len(refused)), why=first)
    if before is None or before.code == "recalled_checking":
        return recalled_message(change, 0, (), (), world)
    return before
