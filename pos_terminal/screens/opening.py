"""What the screen shows while the till is being opened: the sign-on, with the same prompts in the same places."""

from __future__ import annotations

from typing import NamedTuple

from pos_terminal.locale.words import Words
from pos_terminal.widgets.canvas import BLANK, Row, filled, framed
from pos_terminal.widgets.cells import fit


class Opening(NamedTuple):
    """The rows of each place but the key strip."""

    header: Row
    stage: list[Row]
    total: list[Row]
    entry: Row
    message: Row


def draw_opening(words: Words, width: int, height: int) -> Opening:
    """The sign-on of a till that knows nothing yet; `height` is the stage's."""
    lines: list[Row] = [
        ((words("Zhanggui"), "title"),),
        BLANK,
        BLANK,
        ((words("Type your number, then Enter"), "bold"),),
    ]
    return Opening(
        header=filled(((f" {words('Zhanggui')}", "bar"),), width, "bar"),
        stage=framed(lines, width, height),
        total=[(("─" * width, "rule"),)],
        entry=((f" {words('Number')}▸ ", "title"), (" ", "cursor")),
        message=((fit("  " + words("The till is being opened: you may type already"), width), "info"),),
    )
