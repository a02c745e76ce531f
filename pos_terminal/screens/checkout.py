"""The one screen of the till, which a cashier never leaves: sign-on, sale, payment, returns, reports are its faces.

It draws what the state says and knows no rule. Every part has its fixed place; only rows that changed are painted.
"""

from __future__ import annotations

from rich.control import Control
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from pos_terminal.actions import Desk, signing
from pos_terminal.checkout.state import Mode
from pos_terminal.screens.panels import draw_panel, question
from pos_terminal.widgets import strip, total
from pos_terminal.widgets.canvas import Canvas, Row
from pos_terminal.widgets.entry import Entry, cursor_cell, draw_entry
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
        self._cursor = Offset(0, 0)
        self._strip: list[Row] = []
        self._strip_for: tuple[int, str, str, int] | None = None

    def compose(self) -> ComposeResult:
        yield from (self.header, self.stage, self.total, self.entry, self.message, self.strip)

    @property
    def page(self) -> int:
        """How many lines of the receipt can be seen."""
        return max(1, self.stage.size.height - 1)

    def draw(self, view: View, desk: Desk, keys: Keymap) -> None:
        """Draw everything that may have changed, and have the rows that did painted at once."""
        width = self.size.width
        entry = draw_entry(view, entry_of(view, desk), width)
        self._cursor = Offset(cursor_cell(entry), self.entry.region.y)
        self._show(
            (self.total, total.draw_total(view, width, plain=Canvas.plain)),
            (self.stage, self._stage_rows(view, desk, keys)),
            (self.entry, [entry]),
            (self.message, [draw_message(view, width, question(view))]),
            (self.strip, self._strip_rows(view, keys)),
            (self.header, [draw_header(view, width)]),
        )

    def draw_header(self, view: View) -> None:
        """Draw clock and lamps alone, as they change without a command."""
        self._show((self.header, [draw_header(view, self.size.width)]))

    def _stage_rows(self, view: View, desk: Desk, keys: Keymap) -> list[Row]:
        width, height = self.stage.size
        panel = draw_panel(view, desk, keys, width, height)
        if panel is not None:
            return panel
        receipt = view.state.receipt
        self._top = scroll_top(len(receipt.lines), self.page, selected_index(receipt), self._top)
        return [draw_heads(view, width), *draw_lines(view, width, self.page, self._top)]

    def _strip_rows(self, view: View, keys: Keymap) -> list[Row]:
        """The key strip, made anew only when one of these is another."""
        scope: Scope = "tender" if view.state.mode is Mode.TENDERING else "sale"
        made_for = (id(keys), scope, view.words.language, self.size.width)
        if made_for != self._strip_for:
            self._strip_for = made_for
            self._strip = strip.draw_strip(keys, scope, view.words, self.size.width)
        return self._strip

    def _show(self, *drawn: tuple[Canvas, list[Row]]) -> None:
        """Take over the rows, and paint those that differ.

        They go straight to the terminal: through the screen library each would first take three turns of the message
        loop, a layout of cuts, and the rendering of every widget in between. The library is pinned exactly, and asks
        the canvases for the same rows whenever it paints by itself.
        """
        changed = [(canvas.region.y + y, canvas.strip(y)) for canvas, rows in drawn for y in canvas.show(rows)]
        driver = self.app._driver
        if not changed or not self.is_current or driver is None or self.app.is_headless:
            return
        console = self.app.console
        moves = [Control.move_to(0, y).segment.text + row.render(console) for y, row in changed]
        # The hidden cursor rests in the entry: an input method for Chinese opens its window there.
        self.app.cursor_position = self._cursor
        self.app._begin_update()
        driver.write("".join(moves) + Control.move_to(*self._cursor).segment.text)
        self.app._end_update()
        driver.flush()


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
