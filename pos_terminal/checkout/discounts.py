"""What a person takes off: a part or an amount of a line or of the receipt, or another unit price."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.approvals import Granted, permitted
from pos_terminal.checkout.effects import SaveDraft
from pos_terminal.checkout.grammar import parse_discount
from pos_terminal.checkout.lines import Discount, OpenLine
from pos_terminal.checkout.pricing import amount_of, charged, priced
from pos_terminal.checkout.receipts import changed_line, selected_line
from pos_terminal.checkout.replies import Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Request
from pos_terminal.checkout.world import World
from retail.money import Rounding, divide, format_minor, parse_minor, price_of_minor
from retail.rights import Amount


def line_discount(state: CheckoutState, request: Request, world: World) -> Step:
    """A percentage or an amount off the selected line, after its offers."""
    line = selected_line(state)
    if line is None:
        return refuse(done(state), "no_line_selected")
    if line.returned is not None:
        return refuse(done(state), "return_line_fixed")
    if not request.text:
        return ask(state, request, "text", code="ask_discount")
    try:
        discount = Discount(*parse_discount(request.text, world.terms.currency))
    except ValueError:
        return refuse(done(state), "discount_not_read", text=request.text)
    net = _net_before(state, line, world)
    grant = permitted(
        state,
        request,
        world,
        Amount(discount_bp=_bp(discount, net)),
        subject=line.item.item,
        minor=amount_of(discount, net),
    )
    if not isinstance(grant, Granted):
        return grant
    state = changed_line(done(state), replace(line, discount=discount), world)
    amount = format_minor(amount_of(discount, net), world.terms.currency)
    return say(state, "discount_given", amount=amount), (*grant.effects, SaveDraft())


def receipt_discount(state: CheckoutState, request: Request, world: World) -> Step:
    """A percentage or an amount off all goods going out."""
    before = priced(replace(state.receipt, discount=None), world)
    net = sum(found.net for found in before.figures.lines if found.line.live and found.line.returned is None)
    if net <= 0:
        return refuse(done(state), "nothing_to_discount")
    if not request.text:
        return ask(state, request, "text", code="ask_discount")
    try:
        discount = Discount(*parse_discount(request.text, world.terms.currency))
    except ValueError:
        return refuse(done(state), "discount_not_read", text=request.text)
    minor = amount_of(discount, net)
    grant = permitted(state, request, world, Amount(discount_bp=_bp(discount, net)), subject="receipt", minor=minor)
    if not isinstance(grant, Granted):
        return grant
    state = replace(done(state), receipt=priced(replace(state.receipt, discount=discount), world))
    amount = format_minor(minor, world.terms.currency)
    return say(state, "discount_given", amount=amount), (*grant.effects, SaveDraft())


def price_override(state: CheckoutState, request: Request, world: World) -> Step:
    """Another unit price for the selected line, with a reason. It takes no offers."""
    line = selected_line(state)
    if line is None:
        return refuse(done(state), "no_line_selected")
    if line.returned is not None or line.label_amount is not None:
        return refuse(done(state), "return_line_fixed" if line.returned else "label_price_fixed")
    if not request.text:
        return ask(state, request, "text", code="ask_price")
    try:
        minor = parse_minor(request.text, world.terms.currency)
    except ValueError:
        return refuse(done(state), "amount_not_read", text=request.text)
    if minor < 0 or minor > world.terms.amount_max_minor:
        return refuse(done(state), "amount_not_read", text=request.text)
    if not request.reason:
        return ask(state, request, "reason")
    price = price_of_minor(minor, world.terms.currency)
    usual, _ = charged(replace(line, manual_price=None), state.receipt.member_level)
    off_bp = divide(max(usual - price, 0) * 10_000, usual, Rounding.UP) if usual else 0
    grant = permitted(state, request, world, Amount(discount_bp=off_bp), subject=line.item.item, minor=minor)
    if not isinstance(grant, Granted):
        return grant
    changed = replace(line, manual_price=price, discount=None)
    state = changed_line(done(state), changed, world)
    return say(state, "price_changed", name=line.item.name), (*grant.effects, SaveDraft())


def _net_before(state: CheckoutState, line: OpenLine, world: World) -> int:
    """What the line costs after offers and before anything by hand."""
    bare = changed_line(state, replace(line, discount=None), world)
    bare_receipt = priced(replace(bare.receipt, discount=None), world)
    return next(found.net for found in bare_receipt.figures.lines if found.line.number == line.number)


def _bp(discount: Discount, net: int) -> int:
    """How large a reduction is against its net, in basis points, never understated."""
    if discount.bp:
        return discount.bp
    return divide(amount_of(discount, net) * 10_000, net, Rounding.UP) if net > 0 else 0
