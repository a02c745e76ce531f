"""What an entry must keep to be folded: dates that can be, cells that add up. Anything else goes to quarantine.

Acceptance never looks inside, for money taken must not be refused; here it is judged, and nothing waits for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from retail.codec import Envelope
from retail.documents.base import Document
from retail.documents.sale import Line, Sale

EARLIEST: Final = date(2000, 1, 1)
AHEAD: Final = timedelta(days=2)
"""A store ahead of our clock, and a shift opened for tomorrow, are still believed."""

REACH: Final = 10**14
"""No amount, price or quantity of a shop is larger; sums of such still fit the database's integers."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an entry is not folded, for a program and for a person."""

    reason: str
    detail: str


def business_day(number: int) -> date | None:
    """The date written as YYYYMMDD, or None when there is none such.

    >>> business_day(20260229) is None
    True
    """
    try:
        return date(number // 10_000, number // 100 % 100, number % 100)
    except ValueError:
        return None


def fault_of(envelope: Envelope, document: Document, accepted_on: date) -> Fault | None:
    """What is wrong with a readable document, judged by the day of its acceptance; None when it can be true."""
    day = business_day(envelope.business_date)
    if day is None or not EARLIEST <= day <= accepted_on + AHEAD:
        return Fault("implausible_date", f"business date {envelope.business_date}, accepted on {accepted_on}")
    return _sale_fault(document) if isinstance(document, Sale) else None


def _sale_fault(sale: Sale) -> Fault | None:
    net = 0
    settled = [0] * len(sale.tenders)
    numbers: set[int] = set()
    for line in sale.lines:
        if line.number in numbers:
            return Fault("sums_differ", f"line {line.number} stands twice")
        numbers.add(line.number)
        if line.voided is not None:
            continue
        problem = _line_problem(line, settled)
        if problem:
            return Fault("sums_differ", f"line {line.number}: {problem}")
        for run in line.runs:
            net += run.units * run.net
    if net != sale.net:
        return Fault("sums_differ", f"the lines' nets are {net}, the receipt's is {sale.net}")
    for place, tender in enumerate(sale.tenders):
        if settled[place] != tender.amount:
            return Fault("sums_differ", f"tender {place} settles {settled[place]} of {tender.amount}")
    if not all(-REACH < tender.given < REACH and -REACH < tender.change < REACH for tender in sale.tenders):
        return Fault("out_of_reach", "a tender is beyond any shop's reach")
    return None


def _line_problem(line: Line, settled: list[int]) -> str:
    """What does not add up in a line, or nothing; adds its tender cells to `settled`."""
    quantity = 0
    owned = line.ownership.kind != "none"
    for run in line.runs:
        units, net = run.units, run.net
        quantity += units * run.quantity_milli
        if units < 0 or not -REACH < units * run.gross < REACH or not -REACH < units * net < REACH:
            return "an amount is beyond any shop's reach"
        rest = run.gross - net
        for cut in run.reductions:
            rest -= cut.amount
        if rest:
            return f"gross less reductions misses the net by {rest}"
        rest = net
        for cell in run.tenders:
            if not 0 <= cell.tender < len(settled):
                return f"there is no tender {cell.tender}"
            settled[cell.tender] += units * cell.amount
            rest -= cell.amount
        if rest:
            return f"the tenders' cells miss the net by {rest}"
        if owned:
            rest = net
            for share in run.clerks:
                rest -= share.amount
            if rest:
                return f"the clerks' cells miss the net by {rest}"
    if quantity != line.quantity_milli:
        return f"the runs hold {quantity} thousandths, the line {line.quantity_milli}"
    if not (-REACH < quantity < REACH and -REACH < line.unit_price < REACH):
        return "a quantity or price is beyond any shop's reach"
    return ""
