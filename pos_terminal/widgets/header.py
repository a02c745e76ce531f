"""The top line: where, who, which shift, the lamps, the clock."""

from __future__ import annotations

from pos_terminal.locale.words import Words
from pos_terminal.widgets.canvas import Row, Span, columns
from pos_terminal.widgets.cells import clip
from pos_terminal.widgets.view import Status, View


def draw_header(view: View, width: int) -> Row:
    """One row. Names give way first; lamps and clock always stand at the right edge."""
    state, words, chrome = view.state, view.words, view.chrome
    right: Row = (*lamps(chrome.status, words), (f" {chrome.clock} ", "bar"))
    left: list[Span] = [(f" {clip(chrome.store or words('Zhanggui'), width // 4)}", "bar")]
    if chrome.till:
        left.append((f" {chrome.till}", "bar"))
    if state.operator is not None:
        name = clip(state.operator.name or state.operator.operator, 12)
        left.append((f"  {words('Cashier')} ", "bar-dim"))
        left.append((name, "bar"))
    if state.shift is not None:
        left.append((f"  {words('Shift')} ", "bar-dim"))
        left.append((f"{state.shift.number}", "bar"))
    left.append((" " * width, "bar"))
    return columns(tuple(left), right, width)


def lamps(status: Status, words: Words) -> Row:
    """Connection, what waits to be sent, printer, offers left out. A fault is told by mark and word, too."""
    if status.online is None:
        spans: list[Span] = [(f" ○{words('alone')}", "bar-bad")]
    else:
        spans = [(f" ●{words('online')}", "bar-good") if status.online else (f" ○{words('offline')}", "bar-bad")]
    if status.unsent:
        spans.append((f" ↑{status.unsent}", "bar-dim" if status.online else "bar-bad"))
    if status.printer != "none":
        good = status.printer == "ok"
        spans.append((f" {'●' if good else '○'}{words('printer')}", "bar-good" if good else "bar-bad"))
    if status.offers_left_out:
        spans.append((f" ○{words('offers')} {status.offers_left_out}", "bar-bad"))
    return tuple(spans)
