"""The slip that lies in the drawer for cash put in or taken out."""

from __future__ import annotations

from devices.receipt import Cell, Columns, Receipt, Rule, Text
from pos_terminal.receipts.slip import Slip, foot, head, moment, person
from retail.documents.till import CashMovement


def cash_slip(movement: CashMovement, slip: Slip) -> Receipt:
    """Who moved how much cash, why, and who agreed."""
    items = head(slip, slip.word("cash_in" if movement.amount >= 0 else "cash_out"))
    items += moment(slip, movement.cashier)
    items.append(Rule())
    amount = slip.total(abs(movement.amount))
    items.append(Columns((Cell(slip.word("amount")), Cell(amount)), bold=True, double_width=True, double_height=True))
    items.append(Text(f"{slip.word('reason')} {movement.reason}"))
    if movement.approver:
        items.append(Text(f"{slip.word('approver')} {person(slip, movement.approver)}"))
    items.append(Text(f"{slip.word('signature')} ______________"))
    return foot(items)
