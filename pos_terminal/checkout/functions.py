"""Which handler carries out which till function. Every code of `retail.functions` has one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pos_terminal.checkout import (
    clerks,
    coupons,
    discounts,
    holds,
    members,
    promotion,
    returns,
    selling,
    session,
    shifts,
    tender,
)
from pos_terminal.checkout.replies import Step
from pos_terminal.checkout.state import CheckoutState, Request
from pos_terminal.checkout.world import World

Handler = Callable[[CheckoutState, Request, World], Step]


def _total(state: CheckoutState, request: Request, world: World) -> Step:
    """What was typed before the key is rung up first: nobody's last item is forgotten."""
    return selling.entered(state, request.text, world) if request.text else tender.begin(state, world, request)


HANDLERS: Final[dict[str, Handler]] = {
    "quantity": selling.set_quantity,
    "department": selling.department,
    "search": selling.search,
    "price_check": selling.check_price,
    "stock_query": selling.stock,
    "repeat": selling.repeat,
    "remove_line": selling.remove_line,
    "line_discount": discounts.line_discount,
    "price_override": discounts.price_override,
    "total": _total,
    "receipt_discount": discounts.receipt_discount,
    "coupon": coupons.coupon,
    "promotion": promotion.promotion,
    "explain": session.explain,
    "hold": holds.hold,
    "recall": holds.recall,
    "cancel_receipt": session.cancel_receipt,
    "return": returns.choose,
    "return_without_receipt": returns.begin_loose,
    "reprint": session.reprint,
    "member": members.attach,
    "clerk": clerks.set_clerk,
    "clerk_share": clerks.share_line,
    "tender_cash": tender.pay,
    "tender_card": tender.pay,
    "tender_wallet_qr": tender.pay,
    "tender_stored_value": tender.pay,
    "tender_voucher": tender.pay,
    "tender_coupon": tender.pay,
    "tender_other": tender.pay,
    "remove_tender": tender.remove,
    "no_sale": shifts.no_sale,
    "shift_open": shifts.open_shift,
    "cash_in": shifts.cash,
    "cash_out": shifts.cash,
    "x_report": shifts.x_report,
    "z_report": shifts.z_report,
    "menu": session.show_menu,
    "lock": session.lock,
    "sign_off": session.sign_off,
    "language": session.language,
    "help": session.show_help,
    "resume": session.resume,
}

WITHOUT_SHIFT: Final = frozenset({"shift_open", "sign_off", "language", "help", "lock", "menu"})
"""What works before a shift is open."""

ANYBODY: Final = frozenset({"language", "help"})
"""What works while nobody is signed on."""
