"""Sells a scripted stretch the way a cashier does: everything through the till's commands, nothing behind its back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pos_terminal.checkout.commands import Answered, Command, Entered, PinTyped, Pressed, Scanned
from pos_terminal.checkout.state import Level, Mode
from pos_terminal.till import Till
from zhanggui.demo.shop import Scan, Visit

FLOAT: Final = "200"
CASH_EVERY: Final = 3
"""Every third customer hands over the exact amount, the others more than that."""


class SaleRefused(RuntimeError):
    """The till did not take what the script sells; the text names the till's message."""


def sign_on(till: Till, operator: str, pin: str) -> None:
    """Signs on, and opens a shift unless one is open."""
    till.submit(PinTyped(operator, pin))
    till.wait_for(lambda state: state.operator is not None or _refused(till))
    _check(till, f"signing on as {operator}")
    till.settle()
    if till.state.mode is Mode.NO_SHIFT:
        _do(till, Entered(FLOAT))
    if till.state.draft is not None:
        _end_interrupted(till)


def _end_interrupted(till: Till) -> None:
    """A receipt was open when the till last stopped: it is given up, or finished when it was paid in part."""
    assert till.state.draft is not None
    paid = bool(till.state.draft.tenders)
    _do(till, Answered("yes" if paid else "no"))
    if paid:
        _do(till, Entered(""))


def sell(till: Till, visits: Iterable[Visit]) -> int:
    """Rings up every visit and takes the cash; returns how many receipts that made."""
    receipts = 0
    for visit in visits:
        if visit.member:
            _do(till, Pressed("member", visit.member))
        for scan in visit.scans:
            _ring(till, scan)
        _do(till, Pressed("total"))
        _do(till, Entered("" if receipts % CASH_EVERY == 0 else _handed_over(till.state.receipt.open_amount)))
        if till.state.mode is not Mode.SELLING or till.state.receipt.lines:
            raise SaleRefused(f"receipt {receipts + 1} is still open: {till.state.message}")
        receipts += 1
    return receipts


def _ring(till: Till, scan: Scan) -> None:
    if scan.clerk:
        _do(till, Pressed("clerk", scan.clerk))
    if scan.pieces != 1:
        _do(till, Entered(f"{scan.pieces}*"))
    before = len(till.state.receipt.lines)
    _do(till, Scanned(scan.code))
    if len(till.state.receipt.lines) != before + 1:
        raise SaleRefused(f"{scan.code} did not become a line: {till.state.message}")


def _handed_over(due: int) -> str:
    """The next full ten, and ten more where that is exact."""
    return str((due // 1000 + 1) * 10)


def _do(till: Till, command: Command) -> None:
    till.submit(command)
    till.settle()
    _check(till, str(command))


def _check(till: Till, doing: str) -> None:
    if _refused(till):
        raise SaleRefused(f"{doing}: {till.state.message}")


def _refused(till: Till) -> bool:
    message = till.state.message
    return message is not None and message.level is Level.REFUSED
