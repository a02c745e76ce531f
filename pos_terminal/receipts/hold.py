"""The slip of a receipt that was put aside: it lies with the goods, and cannot pass for a receipt."""

from __future__ import annotations

from devices.receipt import Align, Receipt, Rule, Text
from pos_terminal.receipts.slip import Slip, foot, head, moment, row
from retail.documents.till import Hold


def hold_slip(hold: Hold, slip: Slip) -> Receipt:
    """The label, how many lines, and what they stood at."""
    items = head(slip, slip.word("hold"))
    items += moment(slip, hold.cashier)
    items.append(Rule())
    if hold.label:
        items.append(Text(hold.label, Align.CENTER, bold=True, double_width=True, double_height=True))
    items.append(row(slip.word("lines"), str(len(hold.lines))))
    if hold.coupons:
        items.append(row(slip.word("coupons"), str(len(hold.coupons))))
    items.append(row(slip.word("amount"), slip.total(sum(line.net for line in hold.lines))))
    items.append(Text(slip.word("not_valid"), Align.CENTER))
    return foot(items)
