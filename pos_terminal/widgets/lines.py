"""The receipt's lines: number, name, quantity × price, clerk, reductions, net.

Only what is visible is drawn, so a receipt of hundreds of lines costs what one of twenty does. The list moves by half
its height at a time: between two moves a new line changes one row of the screen.
"""

from __future__ import annotations

from dataclasses import dataclass

from pos_terminal.checkout.figures import LineFigures
from pos_terminal.checkout.state import OpenLine, Receipt
from pos_terminal.checkout.taken_offers import moved_offers
from pos_terminal.widgets.canvas import BLANK, Row
from pos_terminal.widgets.cells import cells, fit
from pos_terminal.widgets.view import View
from retail.ownership import Ownership
from retail.quantity import format_milli

QUANTITY = 17
CLERK = 8
SAVED = 9
NET = 11
NUMBER = 4


@dataclass(frozen=True, slots=True)
class Layout:
    """The widths of the columns, for one width of the screen."""

    name: int

    @staticmethod
    def of(width: int) -> Layout:
        """All that the other columns leave goes to the name."""
        return Layout(max(8, width - (1 + NUMBER + 1 + 1 + QUANTITY + 1 + CLERK + SAVED + NET + 1)))


def scroll_top(count: int, height: int, selected: int, top: int) -> int:
    """The first visible row, given where it was: it stays unless the selected row (0-based) would not be seen.

    >>> scroll_top(10, 10, 9, 0), scroll_top(11, 10, 10, 0), scroll_top(12, 10, 11, 6), scroll_top(30, 10, 2, 20)
    (0, 6, 6, 0)
    """
    if count <= height:
        return 0
    top = min(top, count - 1)
    if selected < top:
        top = selected - height // 2
    elif selected >= top + height:
        top = selected - (height - 1) // 2
    return max(0, min(top, count - 1))


def selected_index(receipt: Receipt) -> int:
    """Where the selected line stands, the last one when none is."""
    for index, line in enumerate(receipt.lines):
        if line.number == receipt.selected:
            return index
    return max(0, len(receipt.lines) - 1)


def draw_heads(view: View, width: int) -> Row:
    """The names of the columns."""
    words, layout = view.words, Layout.of(width)
    text = "".join(
        (
            " ",
            fit(words("No."), NUMBER, "right"),
            " ",
            fit(words("Item"), layout.name),
            " ",
            fit(words("Quantity × price"), QUANTITY, "right"),
            " ",
            fit(words("Clerk"), CLERK),
            fit(words("Off"), SAVED, "right"),
            fit(words("Amount"), NET, "right"),
            " ",
        )
    )
    return ((text, "head"),)


def draw_lines(view: View, width: int, height: int, top: int) -> list[Row]:
    """The rows from line `top` on."""
    receipt, layout = view.state.receipt, Layout.of(width)
    figures = receipt.figures.lines
    rows: list[Row] = []
    for index in range(top, min(len(receipt.lines), top + height)):
        found = figures[index] if index < len(figures) else None
        rows.append(_row(view, receipt.lines[index], found, layout, receipt.selected))
    if top + height > len(receipt.lines):
        rows += [_moved_row(view, name, amount, layout) for name, amount in moved_offers(receipt)]
    return rows[:height] + [BLANK] * (height - len(rows))


def _moved_row(view: View, name: str, amount: int, layout: Layout) -> Row:
    """What an offer gives less on goods that are kept, since others of their receipt come back."""
    goods = fit(f"{view.words('[back]')} {name}", layout.name)
    gap = " " * (2 + QUANTITY + CLERK + SAVED)
    return ((" " * (NUMBER + 2), "dim"), (goods + gap, "back"), (fit(view.money(amount), NET, "right") + " ", "back"))


def _row(view: View, line: OpenLine, figures: LineFigures | None, layout: Layout, selected: int) -> Row:
    marker = "▸" if line.number == selected else " "
    number = fit(str(line.number), NUMBER, "right")
    name, mark = line.item.name, ""
    if not line.live:
        mark = view.words("[void]") + " "
    elif line.returned is not None:
        mark = view.words("[back]") + " "
    saved = -figures.saved if figures is not None and figures.saved else 0
    head = f"{marker}{number} "
    goods = fit(mark + name, layout.name)
    middle = f" {fit(quantity_text(view, line, figures), QUANTITY, 'right')} {fit(owner_text(line.ownership), CLERK)}"
    off = fit(view.money(saved) if saved else "", SAVED, "right")
    net = fit(view.money(figures.net) if figures is not None else "", NET, "right") + " "
    if line.number == selected:
        return ((head + goods + middle + off + net, "selected"),)
    if not line.live:
        return ((head, "dim"), (goods + middle + off + net, "void"))
    style = "back" if line.returned is not None else ""
    return ((head, "dim"), (goods + middle, style), (off, "saved"), (net, style or "bold"))


def quantity_text(view: View, line: OpenLine, figures: LineFigures | None) -> str:
    """`3 × 2.00`, `0.755kg × 35.00`; a label's amount has no unit price."""
    quantity = format_milli(line.quantity_milli)
    if line.item.measured:
        quantity += line.item.unit
    if figures is None or line.label_amount is not None:
        return quantity
    text = f"{quantity} × {view.unit_price(figures.unit_price)}"
    return text if cells(text) <= QUANTITY else text.replace(" ", "")


def owner_text(ownership: Ownership) -> str:
    """Who the line counts for: `07`, `07+12` shared, `@A` a pool."""
    if ownership.kind == "pool":
        return "@" + ownership.shares[0].clerk
    return "+".join(share.clerk for share in ownership.shares)
