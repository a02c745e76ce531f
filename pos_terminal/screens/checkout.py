"""The one screen of the till, which a cashier never leaves: sign-on, sale, payment, returns, reports are its faces.

It draws what the state says and knows no rule. Every part has its fixed place; only rows that changed are painted.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from pos_terminal.actions import Desk, signing
from pos_terminal.checkout.state import Mode
from pos_terminal.screens.panels import draw_panel, question
from pos_terminal.widgets import strip, total
from pos_terminal.widgets.canvas import Canvas, Row
from pos_terminal.widgets.entry import Entry, draw_entry
from pos_terminal.widgets.header import draw_header
from pos_terminal.widgets.lines import draw_heads, draw_lines, scroll_top, selected_index
from pos_terminal.widgets.message import draw_message
from pos_terminal.widgets.view import View
from retail.functions import Scope
from retail.keymap import Keymap


class CheckoutScreen(Screen[None]):
    """Header, stage (lines or a panel), total, entry, message, key strip: from top to bottom, always in this order."""

    def __init__(self) -> None:
        super().__init__(id="checkout")
        self.header = Canvas(id="header")
        self.stage = Canvas(id="stage")
        self.total = Canvas(id="total")
        self.entry = Canvas(id="entry")
        self.message = Canvas(id="message")
        self.strip = Canvas(id="strip")
        self._top = 0

    def compose(self) -> ComposeResult:
        yield from (self.header, self.stage, self.total, self.entry, self.message, self.strip)

    @property
    def page(self) -> int:
        """How many lines of the receipt can be seen."""
        return max(1, self.stage.size.height - 1)

    def draw(self, view: View, desk: Desk, keys: Keymap) -> None:
        """Draw everything that may have changed, and have it painted at once."""
        width = self.size.width
        painted = [
            self._show(self.total, total.draw_total(view, width, plain=Canvas.plain)),
            self._show(self.stage, self._stage_rows(view, desk, keys)),
            self._show(self.entry, [draw_entry(view, entry_of(view, desk), width)]),
            self._show(self.message, [draw_message(view, width, question(view))]),
            self._show(self.strip, self._strip_rows(view, keys)),
            self._show(self.header, [draw_header(view, width)]),
        ]
        self._paint(widget for widget in painted if widget is not None)

    def draw_header(self, view: View) -> None:
        """Draw clock and lamps alone, as they change without a command."""
        self._show(self.header, [draw_header(view, self.size.width)])

    def _stage_rows(self, view: View, desk: Desk, keys: Keymap) -> list[Row]:
        width, height = self.stage.size
        panel = draw_panel(view, desk, keys, width, height)
        if panel is not None:
            return panel
        receipt = view.state.receipt
        self._top = scroll_top(len(receipt.lines), self.page, selected_index(receipt), self._top)
        return [draw_heads(view, width), *draw_lines(view, width, self.page, self._top)]

    def _strip_rows(self, view: View, keys: Keymap) -> list[Row]:
        scope: Scope = "tender" if view.state.mode is Mode.TENDERING else "sale"
        return strip.draw_strip(keys, scope, view.words, self.size.width)

    def _show(self, canvas: Canvas, rows: list[Row]) -> Canvas | None:
        """The canvas, if any of its rows changed."""
        return canvas if canvas.show(rows) else None

    def _paint(self, changed: Iterable[Widget]) -> None:
        """Send the changed rows to the terminal now instead of at the next tick: the cashier is looking at them.

        These are internals of the screen library, which is pinned exactly; without them each widget's update would take
        three turns of the message loop first.
        """
        widgets = set(changed)
        if widgets and self.is_current and not self._layout_required:
            self._compositor.update_widgets(widgets)
            self._compositor_refresh()


def entry_of(view: View, desk: Desk) -> Entry:
    """What the entry line shows: a PIN is masked, a question has its own prompt."""
    words, state = view.words, view.state
    if desk.overlay is not None and desk.overlay.kind != "help":
        return Entry(desk.text, prompt=words("Find") if desk.overlay.kind == "items" else words("Number"))
    if signing(state):
        return Entry(desk.text, masked=bool(desk.signer), prompt=words("PIN") if desk.signer else words("Number"))
    if state.asked is not None:
        return Entry(desk.text, prompt=words("Answer"))
    return Entry(desk.text)
