"""X and Z: a shift's figures. Only Z shows what was counted, and only after it was counted."""

from __future__ import annotations

from devices.receipt import Item, Receipt, Rule, Text
from pos_terminal.checkout.world import ShiftTotals
from pos_terminal.receipts.slip import Slip, foot, head, moment, row
from retail.documents.till import ShiftClose


def x_report(shift: int, business_date: int, cashier: str, totals: ShiftTotals, slip: Slip) -> Receipt:
    """The shift so far."""
    items = head(slip, slip.word("x"))
    items += moment(slip, cashier)
    items += _figures(shift, business_date, totals, slip)
    return foot(items)


def z_report(document: ShiftClose, business_date: int, totals: ShiftTotals, slip: Slip) -> Receipt:
    """The shift at its end: sales by means of payment, then what was expected, counted and missing of each."""
    items = head(slip, slip.word("z"))
    items += moment(slip, document.cashier)
    items += _figures(document.shift, business_date, totals, slip)
    items.append(Rule())
    for count in document.counts:
        items.append(Text(slip.word(count.tender), bold=True))
        items.append(row(f"  {slip.word('expected')}", slip.money(count.expected)))
        items.append(row(f"  {slip.word('counted')}", slip.money(count.counted)))
        items.append(row(f"  {slip.word('difference')}", slip.money(count.counted - count.expected), bold=True))
    items.append(Rule())
    if document.approver:
        items.append(Text(f"{slip.word('approver')} {document.approver}"))
    items.append(Text(f"{slip.word('signature')} ______________"))
    return foot(items)


def _figures(shift: int, business_date: int, totals: ShiftTotals, slip: Slip) -> list[Item]:
    items: list[Item] = [
        row(slip.word("shift"), str(shift)),
        row(slip.word("business_date"), str(business_date)),
        Rule(),
        row(slip.word("count_receipts"), str(totals.receipts)),
        row(slip.word("net"), slip.money(totals.net), bold=True),
    ]
    for tender, amount in sorted(totals.tenders.items()):
        if tender != "exchange":
            items.append(row(f"  {slip.word(tender)} × {totals.counts.get(tender, 0)}", slip.money(amount)))
    items += [
        Rule(),
        row(slip.word("float"), slip.money(totals.float_amount)),
        row(slip.word("movements"), slip.money(totals.movements)),
        row(slip.word("grand_total"), slip.money(totals.grand_total)),
    ]
    return items
