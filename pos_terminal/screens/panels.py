"""What stands in the middle of the screen instead of the receipt's lines: sign-on, lists, questions, returns, counts.

Each panel is a function of the view and the desk; the places around it never move.
"""

from __future__ import annotations

from pos_terminal.actions import Desk, Overlay, signing
from pos_terminal.checkout.returns import already
from pos_terminal.checkout.state import Asked, HeldReceipt, Mode, Returning, StockTold
from pos_terminal.checkout.taking_back import returnable_milli
from pos_terminal.locale.words import Words
from pos_terminal.screens.offers import draw_offers
from pos_terminal.widgets.canvas import BLANK, Row, framed
from pos_terminal.widgets.cells import cells, fit, wrap
from pos_terminal.widgets.list import Column, ListPanel, draw_list
from pos_terminal.widgets.strip import cap_text
from pos_terminal.widgets.view import View
from retail.functions import BY_CODE, FUNCTIONS, SECTION_LABELS
from retail.keymap import Keymap
from retail.quantity import format_milli

_NUMBERED = frozenset({"resume", "coupon", "promotion"})
"""Questions whose answers have codes that mean nothing to a person."""


def draw_panel(view: View, desk: Desk, keys: Keymap, width: int, height: int) -> list[Row] | None:
    """The rows of the panel that is open; None when the receipt's lines are to be seen."""
    state = view.state
    if desk.overlay is not None:
        return _overlay(view, desk.overlay, keys, width, height)
    if signing(state):
        return framed(_sign_panel(view, desk), width, height)
    if state.asked is not None and state.asked.kind == "choice":
        return draw_list(_choice_panel(view, state.asked, desk), width, height)
    if state.mode is Mode.COUNTING:
        return draw_list(_count_panel(view), width, height)
    if state.mode is Mode.RETURNING:
        return _return_panel(view, state.returning, width, height)
    if state.mode is Mode.NO_SHIFT:
        return framed(_no_shift_panel(view), width, height)
    if state.stock is not None:
        return draw_list(_stock_panel(view, state.stock), width, height)
    return None


def _overlay(view: View, overlay: Overlay, keys: Keymap, width: int, height: int) -> list[Row]:
    if overlay.kind == "help":
        return draw_help(keys, view.words, width, height, overlay.selected)
    if overlay.kind == "offers":
        return draw_offers(view, width, height, overlay.selected)
    panel = _menu_panel(view, overlay, keys) if overlay.kind == "menu" else _items_panel(view, overlay)
    return draw_list(panel, width, height)


def _sign_panel(view: View, desk: Desk) -> list[Row]:
    """Who signs, for what, and what to type next."""
    state, words = view.state, view.words
    lines: list[Row] = []
    if state.asked is not None:
        function = BY_CODE.get(state.asked.function)
        name = words.label(function) if function else state.asked.function
        lines = [((words("{function}: a second person must agree", function=name), "title"),), BLANK]
        reason = dict(state.asked.values).get("reason", "")
        if reason:
            lines += [((approval_reason(reason, words), ""),), BLANK]
    elif state.locked:
        name = state.operator.name if state.operator is not None else ""
        lines = [((words("Till locked by {name}. The receipt is kept.", name=name), "title"),), BLANK]
    else:
        place = " · ".join(part for part in (view.chrome.store, view.chrome.till) if part)
        lines = [((words("Zhanggui"), "title"),), ((place, "bold"),), BLANK]
        if state.shift is not None:
            lines.append(((words("Shift {number} is open.", number=state.shift.number), ""),))
    if desk.signer:
        lines.append(((words("{signer}: type your PIN, then Enter", signer=desk.signer), "bold"),))
    else:
        lines.append(((words("Type your number, then Enter"), "bold"),))
    if state.asked is not None:
        lines.append(((words("Esc: give up"), "dim"),))
    return lines


def _no_shift_panel(view: View) -> list[Row]:
    words = view.words
    return [
        ((words("No shift is open"), "title"),),
        BLANK,
        ((words("Type the float in the drawer, then Enter"), "bold"),),
    ]


def _choice_panel(view: View, asked: Asked, desk: Desk) -> ListPanel:
    """A question answered from a list; held receipts show who, when and how much."""
    words, state = view.words, view.state
    title = words.told(asked)
    footer = words("↑ ↓ and Enter, or the number. Esc: back")
    if asked.function == "recall" and state.holds:
        columns = (
            Column("", 3, "right"),
            Column(words("Label")),
            Column(words("Cashier"), 10),
            Column(words("Lines"), 6, "right"),
            Column(words("Amount"), 12, "right"),
        )
        rows = tuple(_hold_cells(view, number, held) for number, held in enumerate(state.holds, 1))
        return ListPanel(title, columns, rows, desk.cursor, footer)
    rows = tuple((code, _choice_label(asked, code, label, words)) for code, label in asked.values)
    if asked.function in _NUMBERED:
        rows = tuple((str(number), label) for number, (_, label) in enumerate(rows, 1))
    return ListPanel(title, (Column("", 6, "right"), Column("")), rows, desk.cursor, footer)


def _choice_label(asked: Asked, code: str, label: str, words: Words) -> str:
    if asked.function != "resume":
        return words.value(label)
    return words("Go on with it") if code == "yes" else words("Give it up: it stays on record")


def _hold_cells(view: View, number: int, held: HeldReceipt) -> tuple[str, ...]:
    return (str(number), held.label, held.cashier, str(held.lines), view.money(held.net))


def _count_panel(view: View) -> ListPanel:
    """The blind count: what was counted so far. What should be there is not shown before the end."""
    words, counting = view.words, view.state.counting
    assert counting is not None
    rows = []
    for number, tender in enumerate(counting.tenders):
        counted = view.money(counting.counted[number]) if number < len(counting.counted) else ""
        rows.append((words.value(tender), counted))
    confirming = len(counting.counted) == len(counting.tenders)
    hint = words("Type the sum, or 100*5+50*2+3.5. Esc: back")
    if confirming:
        hint = words("Enter: close the shift. Esc: back")
    return ListPanel(
        words("Count the drawer"),
        (Column(words("Payment"), 20), Column(words("Counted"), 16, "right")),
        tuple(rows),
        -1 if confirming else len(counting.counted),
        hint,
    )


def _return_panel(view: View, returning: Returning | None, width: int, height: int) -> list[Row]:
    words = view.words
    if returning is None:
        lines: list[Row] = [
            ((words("Return"), "title"),),
            BLANK,
            ((words("Scan the receipt's QR, or type its number, then Enter"), "bold"),),
            ((words("Enter: back to the sale"), "dim"),),
        ]
        return framed(lines, width, height)
    return draw_list(_returning_panel(view, returning), width, height)


def _returning_panel(view: View, returning: Returning) -> ListPanel:
    """The lines of the sold receipt, with what can still come back of each."""
    words, state = view.words, view.state
    back = already(state, returning)
    rows: list[tuple[str, ...]] = []
    selected = -1
    for line in returning.sale.lines:
        if line.voided is not None or line.quantity_milli <= 0:
            continue
        if line.number == returning.selected:
            selected = len(rows)
        left = returnable_milli(line, back)
        net = sum(run.units * run.net for run in line.runs)
        sold, open_ = format_milli(line.quantity_milli), format_milli(left) if left else "-"
        rows.append((str(line.number), line.name, sold, open_, view.money(net)))
    title = words("Return from receipt of {amount}", amount=view.money(returning.sale.net))
    if not returning.certain:
        title += "  " + words("(only this till could be asked)")
    columns = (
        Column(words("No."), 4, "right"),
        Column(words("Item")),
        Column(words("Sold"), 8, "right"),
        Column(words("Open"), 8, "right"),
        Column(words("Paid"), 11, "right"),
    )
    footer = words("Scan, or a line's number. 1*2: one of line 2. Space: chosen line. *: all")
    return ListPanel(title, columns, tuple(rows), selected, footer)


def _stock_panel(view: View, stock: StockTold) -> ListPanel:
    words = view.words
    rows = [(words("This store"), format_milli(stock.here_milli))]
    rows += [(f"{one.store} {one.name}", format_milli(one.quantity_milli)) for one in stock.stores]
    footer = "" if stock.at_ms else words("Nobody could be asked: only what this till knows. Esc: back")
    return ListPanel(
        words("Stock of {name}", name=stock.name),
        (Column(words("Store")), Column(words("Stock"), 12, "right")),
        tuple(rows),
        footer=footer or words("Esc: back"),
    )


def _menu_panel(view: View, overlay: Overlay, keys: Keymap) -> ListPanel:
    words = view.words
    rows = tuple(
        (str(number), words.label(function), function.help(words.short))
        for number, function in enumerate(keys.menu(), 1)
    )
    columns = (Column("", 3, "right"), Column("", 22), Column(""))
    footer = words("↑ ↓ and Enter, or the number. Esc: back")
    return ListPanel(words("Functions"), columns, rows, overlay.selected, footer)


def _items_panel(view: View, overlay: Overlay) -> ListPanel:
    words = view.words
    rows = tuple((item.name, item.code, item.price) for item in overlay.found)
    columns = (Column(words("Item")), Column(words("Code"), 14), Column(words("Price"), 14, "right"))
    return ListPanel(
        words("Find goods: name, pinyin initials or code"),
        columns,
        rows,
        overlay.selected if rows else -1,
        words("Type to narrow, ↑ ↓ and Enter to sell. Esc: back"),
        words("Nothing found"),
    )


def draw_help(keys: Keymap, words: Words, width: int, height: int, top: int) -> list[Row]:
    """Every function with its keys and what it does, by section, from row `top` on."""
    rows = help_rows(keys, words, width)
    top = max(0, min(top, len(rows) - (height - 2)))
    title = words("Keys and functions") + f"  {top + 1}-{min(len(rows), top + height - 2)}/{len(rows)}"
    body = rows[top : top + height - 2]
    footer: Row = ((f" {words('↑ ↓ PgUp PgDn: read on. Any other key: back')}", "dim"),)
    return [((f" {title}", "title"),), *body, *([BLANK] * (height - 2 - len(body))), footer]


def help_rows(keys: Keymap, words: Words, width: int) -> list[Row]:
    """The help as rows of this width."""
    rows: list[Row] = []
    label_cells = max(cells(words.label(function)) for function in FUNCTIONS) + 1
    for section, labels in SECTION_LABELS.items():
        rows.append(((f" {labels[0 if words.short == 'zh' else 1]}", "head"),))
        for function in FUNCTIONS:
            if function.section != section:
                continue
            caps = " ".join(cap_text(key) for key in keys.keys[function.code]) or cap_text(keys.key_of("menu"))
            head = fit(f"  {caps}", 12) + fit(words.label(function), label_cells)
            text = wrap(function.help(words.short), max(10, width - cells(head) - 1))
            rows.append(((head, "bold"), (text[0], "")))
            rows += [((" " * cells(head), ""), (more, "")) for more in text[1:]]
    return rows


def question(view: View) -> str:
    """The words of a question that is answered by typing, and what asks; empty when none is open."""
    asked, words = view.state.asked, view.words
    if asked is None or asked.kind in ("choice", "approval"):
        return ""
    function = BY_CODE.get(asked.function)
    if function is None:
        return words.told(asked)
    return words("{function}: {question}", function=words.label(function), question=words.told(asked))


def approval_reason(reason: str, words: Words) -> str:
    """Why a second person is called, in words."""
    return {
        "no_right": words("This is not within the cashier's rights."),
        "always_approved": words("This always takes two people."),
        "over_limit": words("This is beyond the cashier's limit."),
    }.get(reason, "")
