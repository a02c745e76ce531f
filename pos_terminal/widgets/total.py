"""The panel under the lines, always in the same place: what was rung up last, and the one amount that counts."""

from __future__ import annotations

from pos_terminal.checkout.explaining import name_of, offer_named, takings
from pos_terminal.checkout.figures import LineFigures
from pos_terminal.checkout.state import LastReceipt, Mode
from pos_terminal.widgets.big import ROWS, big
from pos_terminal.widgets.canvas import BLANK, Row, columns
from pos_terminal.widgets.cells import cells
from pos_terminal.widgets.lines import quantity_text, selected_index
from pos_terminal.widgets.view import View
from retail.quantity import MILLI, format_milli

HEIGHT = 1 + ROWS
PAYING = frozenset({Mode.TENDERING, Mode.SAVING})


def draw_total(view: View, width: int, *, plain: bool = False) -> list[Row]:
    """A rule with the counts; then the last item, the payment or the last receipt, the amount at the right edge."""
    if view.state.locked or view.state.mode is Mode.SIGNED_OFF:
        return [_rule(view, width, ""), BLANK, BLANK, BLANK]
    label, amount, style = headline(view)
    digits = big(view.money(amount), plain=plain)
    left = (*_left(view), BLANK, BLANK, BLANK)[:ROWS]
    blank = " " * cells(label)
    rows = []
    for number in range(ROWS):
        right: Row = ((label if number == (1 if plain else 0) else blank, "title"), (f"  {digits[number]}  ", style))
        rows.append(columns(left[number], right, width))
    return [_rule(view, width, _counts(view)), *rows]


def headline(view: View) -> tuple[str, int, str]:
    """The words, the amount and the style of what stands in large figures."""
    state, words = view.state, view.words
    last, receipt = state.last, state.receipt
    if last is not None and not receipt.lines:
        if last.change:
            return words("Change"), last.change, "change"
        return (words("Paid out"), -last.net, "change") if last.net < 0 else (words("Paid"), last.net, "change")
    amount = receipt.open_amount if state.mode in PAYING else receipt.due
    if amount < 0:
        return words("Pay out"), -amount, "total"
    return words("To pay") if state.mode in PAYING else words("Total"), amount, "total"


def _left(view: View) -> tuple[Row, ...]:
    state = view.state
    if state.last is not None and not state.receipt.lines:
        return _last_sale(view, state.last)
    if state.mode in PAYING:
        return _payment(view)
    return _item(view)


def _counts(view: View) -> str:
    """How many lines count, and how many pieces; a weighed line is one piece, one that comes back is one less."""
    receipt = view.state.receipt
    pieces = 0
    for line in receipt.live_lines:
        pieces += line.quantity_milli // MILLI if line.counted else (1 if line.quantity_milli > 0 else -1)
    if not receipt.lines:
        return ""
    return view.words("Lines {lines}  Pieces {pieces}", lines=len(receipt.live_lines), pieces=pieces) + " "


def _rule(view: View, width: int, counts: str) -> Row:
    saved = view.state.receipt.figures.saved
    right = f" {view.words('Saved')} {view.money(saved)} ──" if saved > 0 and counts else ""
    filling = "─" * max(0, width - 3 - cells(counts) - cells(right))
    return (("── ", "rule"), (counts, "label"), (filling, "rule"), (right, "saved"))


def _item(view: View) -> tuple[Row, ...]:
    """The selected line, which after a scan is the new one: name, quantity and price, what was taken off and why."""
    receipt = view.state.receipt
    if not receipt.lines:
        return ()
    index = selected_index(receipt)
    line = receipt.lines[index]
    figures = receipt.figures.lines[index] if index < len(receipt.figures.lines) else None
    name: Row = ((f" {line.item.name}", "bold"),)
    if figures is None:
        return (name,)
    amounts: Row = ((f" {quantity_text(view, line, figures)} = ", ""), (view.money(figures.net), "bold"))
    if not figures.saved:
        return name, amounts
    before = f"  {view.words('was')} {view.money(figures.gross)}"
    saved = f" {view.words('Saved')} {view.money(figures.saved)}"
    return name, (*amounts, (before, "dim")), ((saved, "saved"), (f"  {_offers(view, figures)}", "dim"))


def _offers(view: View, figures: LineFigures) -> str:
    """The offers that took something off the line, the largest first."""
    offers = view.state.receipt.offers
    found = sorted(takings(figures), key=lambda taken: -taken[1])
    return " ".join(name_of(offers, taken) for taken, off in found if off and offer_named(offers, taken) is not None)


def _payment(view: View) -> tuple[Row, ...]:
    """What was paid so far, the latest last."""
    receipt, words = view.state.receipt, view.words
    due = view.money(abs(receipt.due))
    head: Row = ((f" {words('Total') if receipt.due >= 0 else words('Pay out')} {due}", "bold"),)
    if receipt.rounding:
        head = (*head, (f"  {words('rounded off')} {view.money(receipt.rounding)}", "saved"))
    rows: list[Row] = []
    for tender in receipt.tenders[-(ROWS - 1) :]:
        text = f" {words.value(tender.kind)} {view.money(tender.amount)}"
        rows.append(((text, ""),))
    return (head, *rows)


def _last_sale(view: View, last: LastReceipt) -> tuple[Row, ...]:
    """The receipt just finished: it stays until the next scan."""
    words = view.words
    return (
        ((f" {words('Receipt')} ", "dim"), (last.number, "bold")),
        ((f" {words('Total')} {view.money(last.net)}", ""),),
        ((f" {words.value(last.tender)}", "dim"),),
    )


def pending_text(view: View) -> str:
    """A quantity that waits for its code: `3 ×`."""
    milli = view.state.quantity_milli
    return f"{format_milli(milli)} × " if milli is not None else ""
