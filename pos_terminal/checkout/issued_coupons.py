"""Coupons for a next purchase that goods coming back no longer earn: they are handed back, or taken off the refund.

The paper decides: whoever hands the coupon back cannot use it any more, so this needs no network. What was taken off
the refund stands on the receipt as a means of payment, and the coupon stays good.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from pos_terminal.checkout.replies import Step, ask, message, refuse
from pos_terminal.checkout.state import CheckoutState, Receipt, Request
from pos_terminal.checkout.world import World
from promotions.reversal import CouponDue, coupons_due
from retail.documents.sale import Tender
from retail.money import format_minor

COLLECTED: Final = "1"
DEDUCTED: Final = "2"
CHOICES: Final = ((COLLECTED, "coupons_collected"), (DEDUCTED, "coupons_deducted"))
KEPT: Final = "kept:"
"""Marks the means of payment by which a customer keeps a coupon; its series follows."""


def settled(state: CheckoutState, receipt: Receipt, request: Request, world: World) -> Receipt | Step:
    """The receipt with what is taken off the refund for coupons; or the question whether they were handed back, or why
    they cannot be taken off."""
    due = _all_due(receipt)
    whole = sum(one.coupons * one.issued.amount for one in due)
    rest = sum(one.rest for one in due)
    if not whole and not rest:
        return replace(receipt, withheld=0, coupons_handed_back=False)
    if whole and request.choice not in (COLLECTED, DEDUCTED):
        told = message("coupons_must_come_back", amount=format_minor(whole, world.terms.currency))
        return ask(replace(state, message=told), request, "choice", CHOICES, "ask_issued_coupons")
    collected = request.choice == COLLECTED
    withheld = rest if collected else whole + rest
    if withheld and receipt.due >= 0:
        return refuse(replace(state, asked=None, pending=None), "return_apart_first")
    return replace(receipt, withheld=min(withheld, max(-receipt.due, 0)), coupons_handed_back=collected)


def kept_coupons(receipt: Receipt) -> tuple[Tender, ...]:
    """The means of payment by which the customer keeps coupons."""
    if not receipt.withheld:
        return ()
    series = dict.fromkeys(due.issued.series for due in _all_due(receipt))
    return (Tender("coupon", "", -receipt.withheld, 0, 0, KEPT + ",".join(series)),)


def _all_due(receipt: Receipt) -> list[CouponDue]:
    return [due for undone in receipt.figures.undone for due in coupons_due(undone.sold, undone.was, undone.now)]
