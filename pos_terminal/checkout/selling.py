"""Ringing up: what a scan or a typed line does to the open receipt."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from pos_terminal.checkout import coupons, members, returns, tender
from pos_terminal.checkout.clerks import UnknownOwner, owner_named
from pos_terminal.checkout.effects import AskStock, Beep, SaveDraft, ShowItems
from pos_terminal.checkout.goods import Problem, goods_for, line_of
from pos_terminal.checkout.grammar import Entry, parse_entry
from pos_terminal.checkout.lines import OpenLine
from pos_terminal.checkout.nearly import gift_told
from pos_terminal.checkout.prices import price_for
from pos_terminal.checkout.receipts import changed_line, moved, selected_line, with_line
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Request
from pos_terminal.checkout.terms import Department
from pos_terminal.checkout.world import World
from retail.barcode import Context, MemberCard, Parsed, ReceiptCode, classify
from retail.documents.sale import EntryMethod
from retail.feeds import ItemRow
from retail.money import extend_minor, format_minor, parse_minor, price_of_minor
from retail.quantity import MILLI, format_milli, parse_milli

NO_GOODS: Final = frozenset({"code_unknown", "unreadable", "bad_check_digit", "payment_code_on_sale", "plu_unknown"})
"""Problems of a code that may be a coupon's after all."""

_AMOUNT: Final = re.compile(r"[0-9]*\.[0-9]{0,2}")


def entered(state: CheckoutState, text: str, world: World) -> Step:
    """A typed line on the sale: quantity, clerk, code, or nothing for the total."""
    typed = text.strip()
    if typed in ("", "+"):
        return tender.begin(state, world)
    if "/" in typed and typed[0].isalpha() and world.catalog.item_by_code(typed):
        return read(state, typed, "key", world)
    entry = parse_entry(typed)
    if entry is None:
        return refuse(state, "quantity_not_read" if typed.startswith("*") else "entry_not_read", text=typed)
    if entry.quantity:
        return _with_quantity(state, entry, world)
    return _with_owner(state, entry, world)


def _with_quantity(state: CheckoutState, entry: Entry, world: World) -> Step:
    if entry.quantity.startswith("-"):
        return refuse(state, "quantity_negative")
    try:
        quantity_milli = parse_milli(entry.quantity)
    except ValueError:
        return refuse(state, "quantity_not_read", text=entry.quantity)
    if quantity_milli == 0:
        return refuse(state, "quantity_zero")
    if quantity_milli > world.terms.quantity_max_milli:
        return refuse(state, "quantity_too_large")
    return _with_owner(replace(state, quantity_milli=quantity_milli), entry, world)


def _with_owner(state: CheckoutState, entry: Entry, world: World) -> Step:
    if entry.owner is not None:
        try:
            state = replace(state, line_clerk=owner_named(entry.owner, world))
        except UnknownOwner as error:
            return refuse(state, error.code, clerk=error.name)
    if entry.code:
        return read(state, entry.code, "key", world)
    return replace(state, message=None), NOTHING


def set_quantity(state: CheckoutState, request: Request, world: World) -> Step:
    """The quantity key: what was typed before it holds for the next goods."""
    return _with_quantity(done(state), Entry(quantity=request.text or "*"), world)


def read(state: CheckoutState, code: str, entry: EntryMethod, world: World) -> Step:
    """A code was scanned or typed on the sale."""
    if coupons.has_form(code):
        return coupons.present(state, code, world) or refuse(state, "unreadable")
    parsed: Parsed = classify(code, world.terms.barcode_rules, Context.SALE)
    if isinstance(parsed, MemberCard):
        return members.attach(state, Request("member", text=parsed.number), world)
    if isinstance(parsed, ReceiptCode):
        return returns.begin(state, Request("return", text=parsed.text), world)
    found = goods_for(parsed, state.quantity_milli, entry, world)
    if isinstance(found, Problem) and found.code in NO_GOODS:
        # Goods come first: a coupon is looked for among all offers, which takes longer.
        return coupons.present(state, code, world) or ring(state, found, world)
    return ring(state, found, world)


def ring(state: CheckoutState, found: OpenLine | Problem, world: World) -> Step:
    """Sells these goods, or takes them back, or only tells their price, as the till stands."""
    if isinstance(found, Problem):
        return refuse(state, found.code, **found.values)
    if state.checking_price:
        return tell_price(state, found, world)
    if state.returning_loose is not None:
        return returns.take_loose(state, found, world)
    ownership = state.clerk if state.line_clerk is None else state.line_clerk
    if world.terms.clerk_needed and ownership.kind == "none":
        return refuse(state, "clerk_first")
    before = state.receipt.priced
    state = with_line(state, replace(found, ownership=ownership), world)
    state = replace(state, quantity_milli=None, line_clerk=None, message=gift_told(state.receipt, before))
    return state, (SaveDraft(), Beep())


def tell_price(state: CheckoutState, found: OpenLine, world: World) -> Step:
    """The price of goods, without selling them."""
    row = price_for(found.prices, state.receipt.member_level)
    currency = world.terms.currency
    price = format_minor(extend_minor(row.amount, MILLI, currency), currency) if row else "-"
    state = replace(state, checking_price=False, quantity_milli=None)
    return say(state, "price_is", name=found.item.name, price=price, unit=found.item.unit), (Beep(),)


def check_price(state: CheckoutState, request: Request, world: World) -> Step:
    """The next code, or the one already typed, is only looked up."""
    state = replace(done(state), checking_price=True)
    if request.text:
        return read(state, request.text, "key", world)
    return say(state, "scan_for_price"), NOTHING


def search(state: CheckoutState, request: Request, world: World) -> Step:
    """Opens the list of goods that match what was typed."""
    return done(state), (ShowItems(request.text),)


def picked(state: CheckoutState, item: str, world: World) -> Step:
    """Goods were chosen in the search list."""
    row = world.catalog.item_by_id(item)
    if row is None:
        return refuse(state, "code_unknown", code=item)
    if row.measured and state.quantity_milli is None and not state.checking_price:
        return refuse(state, "weigh_first", name=row.name)
    found = line_of(row, "", MILLI if state.quantity_milli is None else state.quantity_milli, "search", world)
    return ring(state, found, world)


def repeat(state: CheckoutState, request: Request, world: World) -> Step:
    """The last line once more, with its quantity."""
    live = state.receipt.live_lines
    if not live:
        return refuse(done(state), "nothing_to_repeat")
    last = live[-1]
    if last.returned is not None:
        return refuse(done(state), "return_line_fixed")
    if last.manual_price is not None:
        found: OpenLine | Problem = replace(last, entry=last.entry if last.entry == "department" else "repeat")
    else:
        found = line_of(last.item, last.code, last.quantity_milli, "repeat", world, last.label_amount)
    state = replace(done(state), quantity_milli=None, line_clerk=last.ownership)
    return ring(state, replace(found, discount=None) if isinstance(found, OpenLine) else found, world)


def department(state: CheckoutState, request: Request, world: World) -> Step:
    """Goods without a code: an amount, keyed into a department."""
    known = world.terms.departments
    if not known:
        return refuse(done(state), "no_departments")
    if not request.text:
        return ask(state, request, "text", code="ask_department_amount")
    try:
        amount = parse_minor(request.text, world.terms.currency)
    except ValueError:
        return refuse(done(state), "amount_not_read", text=request.text)
    if amount <= 0 or amount > world.terms.amount_max_minor:
        return refuse(done(state), "amount_not_read", text=request.text)
    if not request.choice:
        values = tuple((one.code, one.name) for one in known)
        return ask(state, request, "choice", values, "ask_department")
    chosen = next((one for one in known if one.code == request.choice), None)
    if chosen is None:
        return refuse(done(state), "department_unknown")
    item = department_item(chosen, world)
    quantity = MILLI if state.quantity_milli is None else state.quantity_milli
    if quantity % MILLI:
        return refuse(done(state), "whole_pieces_only", name=item.name)
    price = price_of_minor(amount, world.terms.currency)
    return ring(done(state), OpenLine(0, item, "", quantity, (), "department", manual_price=price), world)


def department_item(chosen: Department, world: World) -> ItemRow:
    """What a department's sales are booked on."""
    known = world.catalog.item_by_id(chosen.item) if chosen.item else None
    return known or ItemRow(
        item=chosen.item or f"department:{chosen.code}",
        name=chosen.name,
        department=chosen.code,
        tax_code=chosen.tax_code,
        tax_rate_bp=chosen.tax_rate_bp,
    )


def stock(state: CheckoutState, request: Request, world: World) -> Step:
    """Asks for the stock of the goods typed or selected."""
    if request.text:
        found = goods_for(classify(request.text, world.terms.barcode_rules), MILLI, "key", world)
        if isinstance(found, Problem):
            return refuse(done(state), found.code, **found.values)
        item = found.item
    else:
        line = selected_line(state)
        if line is None:
            return refuse(done(state), "no_line_selected")
        item = line.item
    return done(state), (AskStock(item.item, item.name),)


def remove_line(state: CheckoutState, request: Request, world: World) -> Step:
    """Strikes the selected line out; it stays on record."""
    line = selected_line(state)
    if line is None or state.operator is None:
        return refuse(done(state), "no_line_selected")
    gone = replace(line, voided_by=state.operator.operator, voided_at_ms=world.now_ms)
    above = moved(state, -1).receipt.selected
    state = changed_line(done(state), gone, world)
    live = [one.number for one in state.receipt.live_lines]
    selected = above if above in live else (live[0] if live else 0)
    state = replace(state, receipt=replace(state.receipt, selected=selected))
    return say(state, "line_removed", name=line.item.name, quantity=format_milli(line.quantity_milli)), (SaveDraft(),)
