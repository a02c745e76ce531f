"""The open receipt as a document: cells made once, by `retail.cells.settle`, from the figures on the screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import structs

from pos_terminal.checkout.figures import LineFigures, Undone
from pos_terminal.checkout.issued_coupons import kept_coupons
from pos_terminal.checkout.lines import OpenLine
from pos_terminal.checkout.state import CheckoutState, Receipt
from pos_terminal.checkout.world import World
from promotions import BasketLine
from promotions.applied import told_of
from promotions.reversal import reversal
from retail.cells import PricedRun, ReturnedLine, SoldLine, settle
from retail.documents.offers import Reversal
from retail.documents.sale import Line, Run, Sale, Tender, Voided
from retail.documents.till import Abandoned


def sale_of(state: CheckoutState, world: World) -> Sale:
    """The completed receipt; its tenders settle exactly what is due."""
    receipt = state.receipt
    live = [found for found in receipt.figures.lines if found.line.live]
    undone = receipt.figures.undone
    moves = [found for each in undone for found in each.adjusted]
    open_lines = [*(_to_settle(found) for found in live), *(ReturnedLine((found.run,)) for found in moves)]
    tenders, runs = settle(open_lines, (*receipt.tenders, *kept_coupons(receipt)))
    settled = dict(zip((found.line.number for found in live), runs, strict=False))
    lines = [_line(found, settled.get(found.line.number)) for found in receipt.figures.lines]
    first = max((line.number for line in lines), default=0) + 1
    for number, (found, made) in enumerate(zip(moves, runs[len(live) :], strict=True), first):
        lines.append(_moved_line(number, found.line, made))
    told = told_of(receipt.priced, receipt.offers or world.offers, _basket_lines(receipt), receipt.coupons)
    return Sale(
        counter=world.history.next_counter(),
        shift=state.shift.number if state.shift else 0,
        cashier=state.operator.operator if state.operator else "",
        member=receipt.member,
        currency=world.terms.currency,
        net=receipt.due,
        lines=tuple(lines),
        tenders=tenders,
        offer_set=receipt.offers.hash if receipt.offers else b"",
        priced_with=receipt.priced_with,
        started_at_ms=receipt.started_at_ms,
        recalled_from=receipt.recalled_from,
        offers=told.offers,
        coupons=told.coupons,
        earned=told.earned,
        issued=told.issued,
        stamped=told.stamped,
        points_spent=told.points_spent,
        reversals=tuple(back for each in undone if (back := _reversal(each, receipt.coupons_handed_back)) is not None),
    )


def _basket_lines(receipt: Receipt) -> list[BasketLine]:
    return [found.basket_line for found in receipt.figures.lines if found.basket_line is not None]


def _moved_line(number: int, sold: Line, runs: tuple[Run, ...]) -> Line:
    """What moves at goods that are kept, as a line of the receipt: money without goods."""
    return structs.replace(sold, number=number, quantity_milli=0, entry="adjustment", runs=runs, voided=None)


def _reversal(undone: Undone, handed_back: bool) -> Reversal | None:
    return reversal(undone.sold, undone.document, undone.business_date, undone.was, undone.now, handed_back=handed_back)


def abandoned(
    state: CheckoutState, receipt: Receipt, reason: Literal["cancelled", "crash", "signed_off"], approver: str = ""
) -> Abandoned:
    """The receipt as it stood when it was given up."""
    return Abandoned(
        shift=state.shift.number if state.shift else 0,
        cashier=state.operator.operator if state.operator else "",
        reason=reason,
        lines=tuple(_line(found, None) for found in receipt.figures.lines),
        started_at_ms=receipt.started_at_ms,
        approver=approver,
    )


def _to_settle(found: LineFigures) -> SoldLine | ReturnedLine:
    line = found.line
    if line.returned is not None:
        return ReturnedLine(found.taken)
    return SoldLine(found.runs, line.item.tax_code, line.item.tax_rate_bp, line.ownership)


def _line(found: LineFigures, runs: tuple[Run, ...] | None) -> Line:
    """The line as it stands on the receipt; without settled runs (struck out, given up) its cells have no tender."""
    line = found.line
    name, department, unit, item = line.item.name, line.item.department, line.item.unit, line.item.item
    if line.returned is not None:
        sold = line.returned.line
        name, department, unit, item = sold.name, sold.department, sold.unit, sold.item
    return Line(
        number=line.number,
        item=item,
        code=line.code,
        name=name,
        department=department,
        unit=unit,
        quantity_milli=line.quantity_milli,
        unit_price=found.unit_price,
        price_source=found.source,
        entry=line.entry,
        ownership=line.ownership,
        runs=runs if runs is not None else (found.taken or _unsettled(found.runs)),
        voided=_voided(line),
    )


def _voided(line: OpenLine) -> Voided | None:
    return None if line.live else Voided(line.voided_by, line.void_approver, line.voided_at_ms)


def _unsettled(runs: Sequence[PricedRun]) -> tuple[Run, ...]:
    return tuple(
        Run(run.units, run.quantity_milli, run.gross, run.reductions, run.net, (), (), (), None) for run in runs
    )


def change_of(tenders: Sequence[Tender]) -> int:
    """What goes back over the counter in cash."""
    return sum(tender.change for tender in tenders)
