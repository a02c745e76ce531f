"""What the screen's places show of an open till. It draws what the state says and knows no rule."""

from __future__ import annotations

from pos_terminal.actions import Desk, signing
from pos_terminal.checkout.state import Mode
from pos_terminal.screens.checkout import CheckoutScreen
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


class Face:
    """Sign-on, sale, payment, returns, reports: the faces of the one screen."""

    def __init__(self, screen: CheckoutScreen) -> None:
        self._screen = screen
        self._top = 0
        self._strip: list[Row] = []
        self._strip_for: tuple[int, str, str, int] | None = None

    def draw(self, view: View, desk: Desk, keys: Keymap) -> None:
        """Draw everything that may have changed, and have the rows that did painted at once."""
        screen, width = self._screen, self._screen.size.width
        screen.show(
            (screen.total, total.draw_total(view, width, plain=Canvas.plain)),
            (screen.stage, self._stage_rows(view, desk, keys)),
            (screen.entry, [draw_entry(view, entry_of(view, desk), width)]),
            (screen.message, [draw_message(view, width, question(view))]),
            (screen.strip, self._strip_rows(view, keys)),
            (screen.header, [draw_header(view, width)]),
        )

    def draw_header(self, view: View) -> None:
        """Draw clock and lamps alone, as they change without a command."""
        screen = self._screen
        screen.show((screen.header, [draw_header(view, screen.size.width)]))

    def _stage_rows(self, view: View, desk: Desk, keys: Keymap) -> list[Row]:
        screen = self._screen
        width, height = screen.stage.size
        panel = draw_panel(view, desk, keys, width, height)
        if panel is not None:
            return panel
        receipt = view.state.receipt
        self._top = scroll_top(len(receipt.lines), screen.page, selected_index(receipt), self._top)
        return [draw_heads(view, width), *draw_lines(view, width, screen.page, self._top)]

    def _strip_rows(self, view: View, keys: Keymap) -> list[Row]:
        """The key strip, made anew only when one of these is another."""
        scope: Scope = "tender" if view.state.mode is Mode.TENDERING else "sale"
        width = self._screen.size.width
        made_for = (id(keys), scope, view.words.language, width)
        if made_for != self._strip_for:
            self._strip_for = made_for
            self._strip = strip.draw_strip(keys, scope, view.words, width)
        return self._strip


def entry_of(view: View, desk: Desk) -> Entry:
    """What the entry line shows: a PIN is masked, a question has its own prompt."""
    words, state = view.words, view.state
    if desk.overlay is not None and desk.overlay.kind in ("items", "menu"):
        return Entry(desk.text, prompt=words("Find") if desk.overlay.kind == "items" else words("Number"))
    if signing(state):
        return Entry(desk.text, masked=bool(desk.signer), prompt=words("PIN") if desk.signer else words("Number"))
    if state.asked is not None:
        return Entry(desk.text, prompt=words("Answer"))
    return Entry(desk.text)
