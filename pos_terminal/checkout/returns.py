"""Goods coming back: from a sold receipt, cell by cell, or without one at today's price under authority."""

from __future__ import annotations

from dataclasses import replace

from pos_terminal.checkout.approvals import Granted, permitted
from pos_terminal.checkout.commands import ReceiptFound
from pos_terminal.checkout.effects import Beep, FindReceipt, SaveDraft
from pos_terminal.checkout.grammar import parse_entry
from pos_terminal.checkout.lines import OpenLine, Origin, TakenBack
from pos_terminal.checkout.pricing import charged, gross_of
from pos_terminal.checkout.receipts import neighbour, with_line
from pos_terminal.checkout.replies import NOTHING, Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Mode, Request, Returning
from pos_terminal.checkout.taken_offers import taken_back_message
from pos_terminal.checkout.taking_back import CannotReturn, returnable_milli, returned_by
from pos_terminal.checkout.world import World
from retail.barcode import Context, ItemCode, ReceiptCode, ShortCode, WeighedLabel, classify
from retail.cells import SoldLine, gross_runs, return_without_receipt
from retail.documents.sale import Line
from retail.feeds import ItemRow
from retail.money import format_minor
from retail.quantity import MILLI, parse_milli
from retail.receipt_number import parse_receipt_number
from retail.rights import Amount
from retail.wire import ReturnedRun


def begin(state: CheckoutState, request: Request, world: World) -> Step:
    """Opens the return: the receipt's QR or number is asked for, or looked up when it is already there."""
    grant = permitted(state, request, world)
    if not isinstance(grant, Granted):
        return grant
    state = replace(
        done(state), mode=Mode.RETURNING, returning=None, quantity_milli=None, return_approver=request.approver
    )
    if request.text:
        found, effects = look_up(state, request.text)
        return found, (*grant.effects, *effects)
    return say(state, "scan_receipt"), grant.effects


def look_up(state: CheckoutState, text: str) -> Step:
    """Asks for the receipt under a QR or a printed number."""
    typed = text.strip()
    if not typed.startswith("ZG1:") and parse_receipt_number(typed) is None:
        return refuse(state, "receipt_not_read")
    return say(state, "looking_for_receipt"), (FindReceipt(typed),)


def found(state: CheckoutState, command: ReceiptFound) -> Step:
    """The receipt is laid open; its first line that can come back is selected."""
    if state.mode is not Mode.RETURNING:
        return state, NOTHING
    opened = Returning(
        command.document, command.sale, command.already, command.certain, business_date=command.business_date
    )
    numbers = [line.number for line in command.sale.lines if returnable_milli(line, already(state, opened))]
    if not numbers:
        return refuse(state, "nothing_to_return")
    state = replace(state, returning=replace(opened, selected=numbers[0]))
    return say(state, "choose_returns" if command.certain else "choose_returns_alone"), NOTHING


def already(state: CheckoutState, returning: Returning) -> tuple[ReturnedRun, ...]:
    """What came back of the receipt before, this receipt's own return lines included."""
    here = [
        run
        for figures in state.receipt.figures.lines
        if figures.line.live and figures.line.returned and figures.line.returned.document == returning.document
        for run in figures.taken
    ]
    return (*returning.already, *returned_by(here))


def entered(state: CheckoutState, text: str, world: World) -> Step:
    """A typed line in a return: the receipt's number, then `2` a line, `1*2` one piece of it, `*` all; nothing ends."""
    typed = text.strip()
    if state.returning is None:
        return look_up(state, typed) if typed else leave(state)
    if not typed or typed == "+":
        return leave(state)
    if typed == "*":
        return _all(state, world)
    return choose(state, Request("return", text=typed), world)


def scanned(state: CheckoutState, text: str, world: World) -> Step:
    """A receipt's QR, or one of the goods that come back."""
    parsed = classify(text, world.terms.barcode_rules, Context.SALE)
    if isinstance(parsed, ReceiptCode):
        return look_up(state, text)
    if state.returning is None:
        return refuse(state, "scan_receipt_first")
    wanted = _line_for(state, state.returning, parsed, world)
    if wanted is None:
        return refuse(state, "not_on_receipt")
    quantity = "" if len(wanted.runs) == 1 and wanted.runs[0].units == 1 else "1*"
    return choose(state, Request("return", text=f"{quantity}{wanted.number}"), world)


def _line_for(state: CheckoutState, returning: Returning, parsed: object, world: World) -> Line | None:
    """The first line of the receipt with these goods of which something is left."""
    item = ""
    codes: set[str] = set()
    if isinstance(parsed, WeighedLabel):
        codes = {parsed.code}
    elif isinstance(parsed, ItemCode | ShortCode):
        hit = world.catalog.item_by_code(parsed.code)
        item, codes = hit[0].item if hit else "", {parsed.code}
    back = already(state, returning)
    for line in returning.sale.lines:
        if (line.code in codes or (item and line.item == item)) and returnable_milli(line, back):
            return line
    return None


def choose(state: CheckoutState, request: Request, world: World) -> Step:
    """Takes a line of the opened receipt back, whole or in part, within the cashier's limits."""
    returning = state.returning
    if returning is None:
        return begin(state, request, world)
    back = already(state, returning)
    picked = _picked(state, returning, request.text, back, world)
    if isinstance(picked, str):
        return refuse(done(state), picked)
    line, quantity_milli = picked
    taken = TakenBack(returning.document, line, back, quantity_milli)
    item = _item_of(line, world)
    opened = OpenLine(0, item, line.code, -quantity_milli, (), "return", line.ownership, returned=taken)
    try:
        changed = with_line(_with_origin(done(state), returning), opened, world)
    except CannotReturn:
        return refuse(done(state), "more_than_left")
    signed = request.approver or state.return_approver
    refund = paid_back(changed)
    grant = permitted(
        state,
        replace(request, approver=signed),
        world,
        Amount(minor=refund, alone=not returning.certain),
        subject=str(returning.document),
        minor=max(refund - paid_back(state), 0),
    )
    if not isinstance(grant, Granted):
        return grant
    told = taken_back_message(changed.receipt, world)
    returning = replace(returning, selected=line.number)
    changed = replace(changed, returning=returning, return_approver=signed, message=told)
    return changed, (*grant.effects, SaveDraft(), Beep())


def _with_origin(state: CheckoutState, returning: Returning) -> CheckoutState:
    """The state whose receipt knows the one that goods come back from; as it was found first."""
    origins = state.receipt.origins
    if any(origin.document == returning.document for origin in origins):
        return state
    origin = Origin(returning.document, returning.sale, returning.already, returning.business_date)
    return replace(state, receipt=replace(state.receipt, origins=(*origins, origin)))


def _picked(
    state: CheckoutState, returning: Returning, text: str, back: tuple[ReturnedRun, ...], world: World
) -> tuple[Line, int] | str:
    """The line and quantity that were typed, or the message that says what is wrong."""
    entry = parse_entry(text)
    if entry is None or entry.owner is not None or not entry.code.isdigit():
        return "return_not_read"
    line = next((one for one in returning.sale.lines if str(one.number) == entry.code.lstrip("0")), None)
    if line is None:
        return "no_such_line"
    left = returnable_milli(line, back)
    if not left:
        return "nothing_left_of_line"
    if not entry.quantity:
        return line, left
    try:
        quantity = parse_milli(entry.quantity)
    except ValueError:
        return "quantity_not_read"
    if quantity <= 0:
        return "quantity_zero"
    if quantity > left:
        return "more_than_left"
    if quantity % MILLI and not _divisible(line, world):
        return "whole_units_only"
    return line, quantity


def _divisible(line: Line, world: World) -> bool:
    """Whether a part of a unit can come back: only of one weighed or measured unit."""
    if len(line.runs) != 1 or line.runs[0].units != 1:
        return False
    item = world.catalog.item_by_id(line.item)
    return line.runs[0].quantity_milli % MILLI != 0 or (item is not None and item.measured)


def _item_of(line: Line, world: World) -> ItemRow:
    """The item of a returned line; when the catalogue no longer has it, what the receipt says of it."""
    return world.catalog.item_by_id(line.item) or ItemRow(
        item=line.item, name=line.name, department=line.department, unit=line.unit
    )


def _all(state: CheckoutState, world: World) -> Step:
    """Everything that is left of the receipt."""
    returning = state.returning
    assert returning is not None
    result: Step = (state, NOTHING)
    for line in returning.sale.lines:
        if returnable_milli(line, already(result[0], returning)):
            step = choose(result[0], Request("return", text=str(line.number)), world)
            result = (step[0], (*result[1], *step[1]))
            if step[0].asked is not None:
                break
    return result


def paid_back(state: CheckoutState) -> int:
    """What the return lines of the open receipt pay out so far, less what offers are taken back for."""
    figures = state.receipt.figures
    back = sum(found.net for found in figures.lines if found.line.live and found.line.returned)
    return -back - sum(found.net for found in figures.undone)


def moved(state: CheckoutState, by: int) -> CheckoutState:
    """The selection moved among the lines of the opened receipt."""
    returning = state.returning
    if returning is None:
        return state
    back = already(state, returning)
    numbers = [line.number for line in returning.sale.lines if returnable_milli(line, back)]
    return replace(state, returning=replace(returning, selected=neighbour(numbers, returning.selected, by)))


def leave(state: CheckoutState) -> Step:
    """Back to selling: new goods may follow on the same receipt."""
    state = replace(state, mode=Mode.SELLING, returning=None, return_approver="", message=None)
    return state, NOTHING


def begin_loose(state: CheckoutState, request: Request, world: World) -> Step:
    """A return without a receipt: a reason, a second person, and the next goods come back at today's price. That the
    second person agreed is written down with the goods."""
    if not request.reason:
        return ask(state, request, "reason")
    grant = permitted(state, request, world, Amount(alone=world.alone), subject=request.text)
    if not isinstance(grant, Granted):
        return grant
    return say(replace(done(state), returning_loose=request), "scan_goods_back"), NOTHING


def take_loose(state: CheckoutState, goods: OpenLine, world: World) -> Step:
    """These goods come back at today's price. The second person who agreed must also agree to the amount."""
    request = state.returning_loose
    assert request is not None
    line = _as_sold(goods, state, world)
    net = sum(run.units * run.net for run in line.runs)
    minor = paid_back(state) - net
    amount = Amount(minor=minor, alone=world.alone)
    grant = permitted(state, request, world, amount, subject=goods.item.item, minor=-net)
    if not isinstance(grant, Granted):
        return replace(grant[0], asked=None, pending=None), grant[1]
    taken = TakenBack(None, line, (), goods.quantity_milli)
    state = replace(state, returning_loose=None, quantity_milli=None, line_clerk=None)
    opened = replace(
        goods, quantity_milli=-goods.quantity_milli, entry="return", ownership=line.ownership, returned=taken
    )
    state = with_line(state, opened, world)
    name, paid = goods.item.name, format_minor(-net, world.terms.currency)
    return say(state, "taken_back", name=name, amount=paid), (*grant.effects, SaveDraft(), Beep())


def _as_sold(goods: OpenLine, state: CheckoutState, world: World) -> Line:
    """The goods as a line that came back, with cells made at today's price."""
    unit_price, source = charged(goods, state.receipt.member_level)
    gross = gross_of(goods, unit_price, world.terms.currency)
    ownership = state.clerk if state.line_clerk is None else state.line_clerk
    item = goods.item
    runs = gross_runs(gross, goods.quantity_milli, measured=not goods.counted)
    cells = return_without_receipt(SoldLine(runs, item.tax_code, item.tax_rate_bp, ownership))
    return Line(
        number=0,
        item=item.item,
        code=goods.code,
        name=item.name,
        department=item.department,
        unit=item.unit,
        quantity_milli=-goods.quantity_milli,
        unit_price=unit_price,
        price_source=source,
        entry="return",
        ownership=ownership,
        runs=cells.runs,
        voided=None,
    )
