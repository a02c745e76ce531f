"""The entry line: what is being typed, and what will hold for the next code. Scans never pass through it."""

from __future__ import annotations

from dataclasses import dataclass

from pos_terminal.checkout.state import Mode
from pos_terminal.widgets.canvas import Row, Span, columns
from pos_terminal.widgets.cells import cells, clip, tail
from pos_terminal.widgets.lines import owner_text
from pos_terminal.widgets.total import pending_text
from pos_terminal.widgets.view import View

TEXT_MAX = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """What is being typed. `masked`: a PIN. `prompt`: what is asked for, empty for what the mode suggests."""

    text: str = ""
    masked: bool = False
    prompt: str = ""

    @property
    def shown(self) -> str:
        """The text as others may see it."""
        return "•" * len(self.text) if self.masked else self.text


def draw_entry(view: View, entry: Entry, width: int) -> Row:
    """Prompt, text, cursor; at the right edge the sticky clerk, the member, and what the next scan will do."""
    prompt = f" {entry.prompt or mode_prompt(view)}▸ {pending_text(view)}"
    right = _context(view, width // 2)
    room = width - cells(prompt) - sum(cells(text) for text, _ in right) - 2
    left: Row = ((prompt, "title"), (tail(entry.shown, max(4, room)), "entry"), (" ", "cursor"))
    return columns(left, right, width)


def mode_prompt(view: View) -> str:
    """What the entry is for, by the face that the till shows."""
    state, words = view.state, view.words
    if state.mode is Mode.SIGNED_OFF or state.locked:
        return words("Number")
    if state.mode is Mode.TENDERING:
        return words("Given")
    if state.mode is Mode.NO_SHIFT:
        return words("Float")
    if state.mode is Mode.COUNTING:
        return words("Counted")
    if state.mode is Mode.RETURNING:
        return words("Quantity back")
    if state.checking_price:
        return words("Price of")
    return words("Code")


def _context(view: View, room: int) -> Row:
    state, words = view.state, view.words
    if state.locked:
        return ()
    spans: list[Span] = []
    if state.returning_loose is not None:
        spans.append((f" {words('return without receipt')} ", "back"))
    receipt = state.receipt
    if receipt.member:
        level = f" {receipt.member_level}" if receipt.member_level else ""
        name = receipt.member_name or receipt.member
        spans.append((f" {words('Member')} {clip(name, 14)}{level} ", "saved"))
    owner = state.line_clerk if state.line_clerk is not None else state.clerk
    if owner.kind != "none":
        spans.append((f" {words('Clerk')} {clip(owner_text(owner), 12)} ", "head"))
    while spans and sum(cells(text) for text, _ in spans) > room:
        spans.pop(0)
    return tuple(spans)
