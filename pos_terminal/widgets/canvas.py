"""The one kind of widget that the till is made of: a rectangle of finished rows.

Drawing functions are pure and make all rows anew; the canvas compares them with what it shows and repaints only the
rows that differ. So a scan costs one pass of plain Python and one or two lines to the terminal, without layout, style
matching, or a widget per line.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from pos_terminal.widgets.cells import cells, clip, fit, safe
from pos_terminal.widgets.palette import PLAIN_TERMINAL, STYLES, STYLES_WITHOUT_COLOUR

Span = tuple[str, str]
"""Text and the name of its style."""

Row = tuple[Span, ...]
"""One line of spans, from left to right."""

BLANK: Row = ()


def row_text(row: Row) -> str:
    """The text of a row, without its styles."""
    return "".join(text for text, _ in row)


def row_cells(row: Row) -> int:
    """How many cells a row fills."""
    return sum(cells(text) for text, _ in row)


def filled(row: Row, width: int, style: str = "") -> Row:
    """The row with exactly `width` cells: blanks added at the end, or what is too much cut off."""
    used = row_cells(row)
    if used < width:
        return (*row, (" " * (width - used), style))
    if used == width:
        return row
    kept: list[Span] = []
    left = width
    for text, name in row:
        if left <= 0:
            break
        room = min(left, cells(text))
        piece = " " * room if text.isspace() else fit(text, room)
        kept.append((piece, name))
        left -= cells(piece)
    return tuple(kept)


def columns(left: Row, right: Row, width: int) -> Row:
    """Two rows in one: the first cut to what the second leaves, the second at the right edge."""
    return (*filled(left, max(0, width - row_cells(right))), *right)


def framed(lines: list[Row], width: int, height: int) -> list[Row]:
    """A few lines in the upper third, each centred."""
    top = max(0, (height - len(lines)) // 3)
    rows: list[Row] = [BLANK] * top
    for line in lines:
        text = clip("".join(piece for piece, _ in line), width)
        style = line[0][1] if line else ""
        rows.append(((fit(text, width, "center"), style),))
    return (rows + [BLANK] * height)[:height]


def cursor_cell(row: Row) -> int:
    """The cell of the cursor in the entry's row."""
    place = 0
    for text, style in row:
        if style == "cursor":
            break
        place += cells(text)
    return place


@lru_cache(2048)
def _strip(row: Row, width: int, plain: bool, monochrome: bool) -> Strip:
    """The row as the screen library takes it."""
    segments = []
    for text, name in filled(row, width):
        text = safe(text)
        style = STYLES_WITHOUT_COLOUR[name] if monochrome else STYLES[name]
        segments.append(Segment(text.translate(PLAIN_TERMINAL) if plain else text, style))
    return Strip(segments, width)


class Canvas(Widget):
    """Shows rows. Whoever has something new to show calls `show`; nothing else ever changes it."""

    class Resized(Message):
        """The canvas has another size; what it shows must be drawn anew."""

    can_focus = False
    ALLOW_SELECT = False
    plain: ClassVar[bool] = False
    """Whether the terminal lacks the finer characters (configuration); one terminal, so one value."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._rows: list[Row] = []

    def on_resize(self) -> None:
        self.post_message(self.Resized())

    @property
    def rows(self) -> list[Row]:
        """What is shown, from the top."""
        return self._rows

    def show(self, rows: Sequence[Row]) -> list[int]:
        """Take these rows as what is shown; returns which of them differ, for the screen to paint."""
        height = self.size.height
        new = list(rows[:height]) + [BLANK] * (height - len(rows))
        old, self._rows = self._rows, new
        if len(old) != len(new):
            return list(range(height))
        return [y for y in range(height) if new[y] != old[y]]

    def strip(self, y: int) -> Strip:
        """The row as it goes to the terminal."""
        row = self._rows[y] if y < len(self._rows) else BLANK
        return _strip(row, self.size.width, self.plain, self.app.no_color)

    def render_lines(self, crop: Region) -> list[Strip]:
        """The rows for the screen library, when it paints everything: at start, and when the size changes."""
        strips = [self.strip(y) for y in crop.line_range]
        return strips if crop.width == self.size.width else [strip.crop(*crop.column_span) for strip in strips]
