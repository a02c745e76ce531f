"""The shift: opened with a float, read by X, ended by Z after a blind count. And cash outside of sales."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

from pos_terminal.checkout.approvals import Granted, permitted
from pos_terminal.checkout.effects import Commit, PrintReport
from pos_terminal.checkout.grammar import parse_count
from pos_terminal.checkout.replies import Step, ask, done, refuse, say
from pos_terminal.checkout.state import CheckoutState, Counting, Mode, Request, Shift
from pos_terminal.checkout.world import World
from retail.documents.till import CashMovement, NoSale, ShiftClose, ShiftOpen, TenderCount
from retail.money import format_minor, parse_minor
from retail.rights import Amount

FIRST_YEAR: Final = 2024
LAST_YEAR: Final = 2089
DAYS_BETWEEN_SHIFTS_MAX: Final = 31


def open_shift(state: CheckoutState, request: Request, world: World) -> Step:
    """Begins a shift with the float in the drawer. Its business date is today's, asked for when the clock is not
    plausible."""
    if state.shift is not None:
        return refuse(done(state), "shift_already_open")
    if not request.text:
        return ask(state, request, "amount", code="ask_float")
    try:
        float_amount = parse_minor(request.text, world.terms.currency)
    except ValueError:
        return refuse(done(state), "amount_not_read", text=request.text)
    if not 0 <= float_amount <= world.terms.amount_max_minor:
        return refuse(done(state), "amount_not_read", text=request.text)
    number, last_date = world.history.last_shift()
    business_date = _date_typed(request.date) if request.date else world.local_date
    if business_date is None:
        return refuse(done(state), "date_not_read", text=request.date)
    if not plausible(business_date, last_date, typed=bool(request.date)):
        if request.date:
            return refuse(done(state), "date_before_last_shift", date=last_date)
        return ask(state, request, "date", (("clock", str(world.local_date)), ("last", str(last_date))), "ask_date")
    cashier = state.operator.operator if state.operator else ""
    shift = Shift(number + 1, cashier, business_date, float_amount)
    document = ShiftOpen(shift.number, cashier, world.terms.currency, float_amount)
    state = replace(done(state), mode=Mode.SAVING, saving="shift_open", opening=shift)
    return state, (Commit("shift_open", document, business_date),)


def plausible(business_date: int, last_date: int, *, typed: bool) -> bool:
    """Whether a shift may open on this day (YYYYMMDD) after one on `last_date` (0: none). A date that a person typed
    may be far on, but never before the last shift's."""
    day = _date(business_date)
    if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
        return False
    last = _date(last_date)
    if last is None:
        return True
    return day >= last and (typed or (day - last).days <= DAYS_BETWEEN_SHIFTS_MAX)


def x_report(state: CheckoutState, request: Request, world: World) -> Step:
    """Prints the shift's figures so far."""
    grant = permitted(state, request, world)
    if not isinstance(grant, Granted):
        return grant
    return say(done(state), "x_printed"), (*grant.effects, PrintReport("x"))


def z_report(state: CheckoutState, request: Request, world: World) -> Step:
    """Ends the shift: every means of payment is counted before anybody sees what should be there."""
    if state.receipt.live_lines:
        return refuse(done(state), "finish_receipt_first")
    grant = permitted(state, request, world)
    if not isinstance(grant, Granted):
        return grant
    counting = state.counting or Counting(world.terms.counted_tenders)
    if len(counting.counted) < len(counting.tenders):
        state = replace(state, mode=Mode.COUNTING, counting=counting)
        tender = counting.tenders[len(counting.counted)]
        return ask(state, replace(request, amount=""), "count", (("tender", tender),), "ask_count")
    if not request.confirmed:
        values = tuple(
            (tender, format_minor(amount, world.terms.currency))
            for tender, amount in zip(counting.tenders, counting.counted, strict=True)
        )
        return ask(state, request, "confirm", values, "ask_counted")
    return _close(state, counting, request.approver, world, grant)


def counted(state: CheckoutState, text: str, request: Request, world: World) -> Step:
    """One means of payment has been counted."""
    assert state.counting is not None
    try:
        amount = parse_count(text, world.terms.currency)
    except ValueError:
        return refuse(state, "count_not_read", text=text)
    counting = replace(state.counting, counted=(*state.counting.counted, amount))
    return z_report(replace(done(state), counting=counting), request, world)


def _close(state: CheckoutState, counting: Counting, approver: str, world: World, grant: Granted) -> Step:
    assert state.shift is not None
    totals = world.history.shift_totals()
    counts = tuple(
        TenderCount(tender, totals.expected(tender), amount)
        for tender, amount in zip(counting.tenders, counting.counted, strict=True)
    )
    document = ShiftClose(
        shift=state.shift.number,
        cashier=state.operator.operator if state.operator else "",
        currency=world.terms.currency,
        counts=counts,
        receipts=totals.receipts,
        net=totals.net,
        grand_total=totals.grand_total,
        approver=approver,
    )
    difference = sum(count.counted - count.expected for count in counts)
    shown = {
        "expected": format_minor(sum(count.expected for count in counts), world.terms.currency),
        "counted": format_minor(sum(count.counted for count in counts), world.terms.currency),
        "difference": format_minor(difference, world.terms.currency),
    }
    state = say(replace(done(state), mode=Mode.SAVING, saving="shift_close"), "shift_closed", **shown)
    return state, (*grant.effects, Commit("shift_close", document))


def cash(state: CheckoutState, request: Request, world: World) -> Step:
    """Cash into or out of the drawer outside a sale, with a reason."""
    if state.shift is None:
        return refuse(done(state), "open_shift_first")
    if not request.text:
        return ask(state, request, "text", code="ask_cash")
    try:
        amount = parse_minor(request.text, world.terms.currency)
    except ValueError:
        return refuse(done(state), "amount_not_read", text=request.text)
    if not 0 < amount <= world.terms.amount_max_minor:
        return refuse(done(state), "amount_not_read", text=request.text)
    if not request.reason:
        return ask(state, request, "reason")
    out = request.function == "cash_out"
    grant = permitted(state, request, world, Amount(minor=amount if out else 0), subject="cash", minor=amount)
    if not isinstance(grant, Granted):
        return grant
    document = CashMovement(
        shift=state.shift.number,
        cashier=state.operator.operator if state.operator else "",
        currency=world.terms.currency,
        amount=-amount if out else amount,
        reason=request.reason,
        approver=request.approver,
    )
    shown = format_minor(amount, world.terms.currency)
    state = say(done(state), "cash_out_done" if out else "cash_in_done", amount=shown)
    return state, (*grant.effects, Commit("cash", document))


def no_sale(state: CheckoutState, request: Request, world: World) -> Step:
    """Opens the drawer without a sale, once the reason is on record."""
    if state.shift is None:
        return refuse(done(state), "open_shift_first")
    if not request.reason:
        return ask(state, request, "reason")
    grant = permitted(state, request, world)
    if not isinstance(grant, Granted):
        return grant
    cashier = state.operator.operator if state.operator else ""
    document = NoSale(state.shift.number, cashier, request.reason, request.approver)
    return say(done(state), "drawer_opened"), (*grant.effects, Commit("no_sale", document))


def _date(business_date: int) -> date | None:
    try:
        return date(business_date // 10_000, business_date // 100 % 100, business_date % 100)
    except ValueError:
        return None


def _date_typed(text: str) -> int | None:
    typed = text.strip().replace("-", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) == 8 and _date(int(typed)) else None
