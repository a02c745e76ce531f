"""The message line: the last thing the till has to say, told apart by mark as well as by colour."""

from __future__ import annotations

from typing import Final

from pos_terminal.checkout.state import Level
from pos_terminal.widgets.canvas import Row
from pos_terminal.widgets.cells import fit
from pos_terminal.widgets.view import View

MARKS: Final = {Level.INFO: ("  ", "info"), Level.REFUSED: (" ! ", "refused"), Level.FAULT: (" !! ", "fault")}


def draw_message(view: View, width: int, question: str = "") -> Row:
    """One row: a refusal first, then an open question, then what else there is to say."""
    message = view.state.message
    if question and (message is None or message.level is Level.INFO):
        return ((fit(f" ? {question}", width), "ask"),)
    if message is None:
        return ()
    mark, style = MARKS[message.level]
    return ((fit(mark + view.words.told(message), width), style),)
