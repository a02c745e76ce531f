"""The one screen of the till, which a cashier never leaves: its places, and how they are painted.

Every part has its fixed place; only rows that changed are painted.
"""

from __future__ import annotations

from rich.control import Control
from textual.app import ComposeResult
from textual.geometry import Offset
from textual.screen import Screen

from pos_terminal.locale.words import Words
from pos_terminal.screens.opening import draw_opening
from pos_terminal.widgets.canvas import Canvas, Row, cursor_cell
from pos_terminal.widgets.strip import draw_strip
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
        self._cursor = Offset(0, 0)

    def compose(self) -> ComposeResult:
        yield from (self.header, self.stage, self.total, self.entry, self.message, self.strip)

    @property
    def page(self) -> int:
        """How many lines of the receipt can be seen."""
        return max(1, self.stage.size.height - 1)

    def draw_opening(self, words: Words, keys: Keymap) -> None:
        """Draw what stands here until the till is open: the sign-on, which may be typed into already."""
        drawn = draw_opening(words, *self.stage.size)
        self.show(
            (self.header, [drawn.header]),
            (self.stage, drawn.stage),
            (self.total, drawn.total),
            (self.entry, [drawn.entry]),
            (self.message, [drawn.message]),
            (self.strip, draw_strip(keys, "sale", words, self.size.width)),
        )

    def show(self, *drawn: tuple[Canvas, list[Row]]) -> None:
        """Take over the rows, and paint those that differ.

        They go straight to the terminal: through the screen library each would first take three turns of the message
        loop, a layout of cuts, and the rendering of every widget in between. The library is pinned exactly, and asks
        the canvases for the same rows whenever it paints by itself.
        """
        for canvas, rows in drawn:
            if canvas is self.entry:
                self._cursor = Offset(cursor_cell(rows[0]), canvas.region.y)
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
