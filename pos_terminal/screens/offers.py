"""The explanation panel: why the receipt costs what it costs, first for the selected line, then for the rest."""

from __future__ import annotations

from pos_terminal.checkout.explaining import Explained, explained, takings
from pos_terminal.checkout.figures import LineFigures
from pos_terminal.checkout.pricing import LINE_DISCOUNT, RECEIPT_DISCOUNT, ROUNDING
from pos_terminal.widgets.canvas import BLANK, Row
from pos_terminal.widgets.cells import cells, clip, fit
from pos_terminal.widgets.lines import selected_index
from pos_terminal.widgets.view import View

AMOUNT = 11
HAND = frozenset({LINE_DISCOUNT, RECEIPT_DISCOUNT, ROUNDING})
NAME_SHARE = 5
"""The name has two parts of so many of the width, what is to be said of it the rest."""


def draw_offers(view: View, width: int, height: int, top: int) -> list[Row]:
    """The selected line and its offers, then all others, from row `top` on."""
    line = _line(view)
    rows = _rows(view, line, width)
    room = height - 2
    top = max(0, min(top, len(rows) - room))
    body = rows[top : top + room]
    more = f"  {top + 1}-{min(len(rows), top + room)}/{len(rows)}" if len(rows) > room else ""
    title = _title(view, line, width, more)
    footer: Row = (
        (clip(f" {view.words('↑ ↓: another line. PgUp PgDn: read on. Any other key: back')}", width), "dim"),
    )
    return [title, *body, *([BLANK] * (room - len(body))), footer]


def _line(view: View) -> LineFigures | None:
    """The selected line, if it counts."""
    receipt = view.state.receipt
    if not receipt.lines or not receipt.figures.lines:
        return None
    found = receipt.figures.lines[min(selected_index(receipt), len(receipt.figures.lines) - 1)]
    return found if found.line.live else None


def _title(view: View, line: LineFigures | None, width: int, more: str) -> Row:
    saved = view.words("Saved in all {amount}", amount=view.money(view.state.receipt.figures.saved))
    if line is None:
        return ((fit(f" {view.words('Offers')}{more}", max(0, width - cells(saved) - 1)) + saved + " ", "title"),)
    amounts = view.money(line.net) if not line.saved else f"{view.money(line.gross)} → {view.money(line.net)}"
    head = f" {line.line.number} {clip(line.line.item.name, width // 3)}  {amounts}{more}"
    return ((fit(head, max(0, width - cells(saved) - 1)) + saved + " ", "title"),)


def _rows(view: View, line: LineFigures | None, width: int) -> list[Row]:
    found = explained(view.state.receipt, view.chrome.currency, line)
    taken = dict(takings(line)) if line is not None else {}
    here = [one for one in found if one.here or one.offer in taken]
    rest = [one for one in found if one not in here]
    rows: list[Row] = []
    if here or taken:
        rows.append(((fit(f" {view.words('This line')}", width), "head"),))
        rows += [_row(view, one, taken.get(one.offer, 0), width) for one in here]
        rows += [_by_hand(view, name, off, width) for name, off in taken.items() if name in HAND]
    applied = [one for one in here if one.held]
    if applied or rest:
        rows.append(((fit(f" {view.words('Whole receipt')}", width), "head"),))
        rows += [_row(view, one, one.off, width, whole=True) for one in (*applied, *rest)]
    if not rows:
        rows = [BLANK, ((f"   {view.words('No offer names these goods')}", "dim"),)]
    return rows


def _row(view: View, one: Explained, off: int, width: int, *, whole: bool = False) -> Row:
    """One offer: its name, what is to be said, what it took off the line or, `whole`, the receipt."""
    name_cells = width * 2 // NAME_SHARE
    told = view.words.told(one.what) if one.what is not None else ""
    if one.off and not told:
        told = view.words("applied")
    if whole and one.times > 1:
        told = f"× {one.times}  {told}"
    name = fit(f" {'●' if one.held else '○'} {one.name}", name_cells)
    text = fit(told, max(0, width - name_cells - AMOUNT - 2))
    amount = fit(view.money(-off) if off else "", AMOUNT, "right")
    style = "" if one.held else "dim"
    return ((name, "bold" if one.held else style), (" " + text, style), (amount + " ", "saved"))


def _by_hand(view: View, name: str, off: int, width: int) -> Row:
    """What a person or the rounding took off the line."""
    labels = {
        LINE_DISCOUNT: view.words("Line discount"),
        RECEIPT_DISCOUNT: view.words("Receipt discount"),
        ROUNDING: view.words("rounded off"),
    }
    head = fit(f" ● {labels.get(name, name)}", width - AMOUNT - 1)
    return ((head, "bold"), (fit(view.money(-off), AMOUNT, "right") + " ", "saved"))
