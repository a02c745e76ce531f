"""Receipt → lines of exactly so many cells. Pure: the same receipt gives the same lines for 32, 42 or 48 cells.

Widths are counted on encoded bytes (`devices.text`), alignment is made with blanks, and no character is ever
cut in two, no amount ever shortened.
"""

from __future__ import annotations

from dataclasses import dataclass

from devices.receipt import (
    Align,
    Barcode,
    Cell,
    Columns,
    Cut,
    DrawerKick,
    Feed,
    Image,
    QrCode,
    Receipt,
    Rule,
    Text,
)
from devices.text import cells, glyphs, printable

_NEVER_FIRST = frozenset(mark.encode("gbk") for mark in "，。、；：！？）】》”’％")
_NEVER_LAST = frozenset(mark.encode("gbk") for mark in "（【《“‘￥")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: encoded bytes, padded on the left, never on the right."""

    data: bytes
    bold: bool = False
    double_width: bool = False
    double_height: bool = False


Op = Line | QrCode | Barcode | Image | Feed | Cut | DrawerKick


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines and symbols in order; `replaced` counts characters the printer has not (printed as `?`)."""

    ops: tuple[Op, ...]
    replaced: int


class _Typesetter:
    """Encodes texts and counts what could not be printed."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.replaced = 0

    def encode(self, text: str) -> bytes:
        result = printable(text, self.encoding)
        self.replaced += result.replaced
        return result.data


def layout(receipt: Receipt, width_cells: int, encoding: str = "gbk") -> Layout:
    """The receipt set for paper of `width_cells` (32 = 58 mm, 42 or 48 = 80 mm)."""
    if width_cells < 16:
        raise ValueError("paper narrower than 16 cells")
    typesetter = _Typesetter(encoding)
    ops: list[Op] = []
    for item in receipt.items:
        if isinstance(item, Text):
            ops += _paragraph(item, width_cells, typesetter)
        elif isinstance(item, Columns):
            ops += _row(item, width_cells, typesetter)
        elif isinstance(item, Rule):
            ops.append(_rule(item, width_cells, typesetter))
        else:
            ops.append(item)
    return Layout(tuple(ops), typesetter.replaced)


def wrap(data: bytes, width_cells: int) -> list[bytes]:
    """`data` in lines of at most `width_cells`, at a blank where one is near, between Han characters else.

    >>> [line.decode("gbk") for line in wrap("农夫山泉 Spring 550ml".encode("gbk"), 12)]
    ['农夫山泉', 'Spring 550ml']
    """
    lines: list[bytes] = []
    line: list[bytes] = []
    used = 0
    for glyph in glyphs(data):
        if used + cells(glyph) > width_cells:
            keep = _break_index(line, glyph)
            if sum(map(cells, line[keep:])) + cells(glyph) > width_cells:
                keep = len(line)
            lines.append(b"".join(line[:keep]).rstrip(b" "))
            line = line[keep:]
            used = sum(cells(kept) for kept in line)
        if glyph == b" " and not line and lines:
            continue  # a wrapped line does not begin with the blank it was broken at
        line.append(glyph)
        used += cells(glyph)
    lines.append(b"".join(line).rstrip(b" "))
    return [entry for entry in lines if entry] or [b""]


def _break_index(line: list[bytes], following: bytes) -> int:
    """Where to break before `following`: a Latin word or number moves whole unless it fills the line."""
    start = len(line)
    if following in _NEVER_FIRST:
        start -= 1
    elif len(following) == 1 and following != b" ":
        while start > 0 and len(line[start - 1]) == 1 and line[start - 1] != b" ":
            start -= 1
    if start > 0 and line[start - 1] in _NEVER_LAST:
        start -= 1
    return start if start > 0 else len(line)


def _pad(data: bytes, width_cells: int, align: Align) -> bytes:
    """`data` with blanks up to `width_cells`; an odd blank of a centred text goes to the right."""
    room = width_cells - cells(data)
    assert room >= 0, (data, width_cells)
    if align is Align.RIGHT:
        return b" " * room + data
    if align is Align.CENTER:
        return b" " * (room // 2) + data + b" " * (room - room // 2)
    return data + b" " * room


def _paragraph(item: Text, width_cells: int, typesetter: _Typesetter) -> list[Line]:
    width = width_cells // 2 if item.double_width else width_cells
    data = typesetter.encode(item.text)
    parts = _balanced(data, width) if item.align is Align.CENTER else wrap(data, width)
    return [
        Line(_pad(part, width, item.align).rstrip(b" "), item.bold, item.double_width, item.double_height)
        for part in parts
    ]


def _balanced(data: bytes, width_cells: int) -> list[bytes]:
    """`data` in as few lines as fit, of about the same length: a centred heading does not end in two characters."""
    lines = wrap(data, width_cells)
    for narrower in range(width_cells - 1, max(1, cells(data) // len(lines)) - 1, -1):
        attempt = wrap(data, narrower)
        if len(attempt) > len(lines):
            break
        lines = attempt
    return lines


def _rule(item: Rule, width_cells: int, typesetter: _Typesetter) -> Line:
    data = typesetter.encode(item.character) or b"-"
    mark = next(glyphs(data))
    return Line(mark * (width_cells // cells(mark)))


def _row(item: Columns, width_cells: int, typesetter: _Typesetter) -> list[Line]:
    width = width_cells // 2 if item.double_width else width_cells
    rows = _set_row([(cell, typesetter.encode(cell.text)) for cell in item.cells], width, item)
    return [Line(row.rstrip(b" "), item.bold, item.double_width, item.double_height) for row in rows]


def _set_row(row: list[tuple[Cell, bytes]], width: int, item: Columns) -> list[bytes]:
    if not row:
        return [b""]
    (first, first_data), others = row[0], row[1:]
    first_align = first.align or Align.LEFT
    widths = [max(cell.width_cells, cells(data)) for cell, data in others]
    taken = sum(widths) + len(widths)  # one blank before each column
    if taken > width and sum(cells(data) + 1 for _, data in others) <= width + 1:
        widths = _shrink([cells(data) for _, data in others], widths, width)
        taken = sum(widths) + len(widths)
    room = width - taken
    tail = b"".join(
        b" " + _pad(data, size, cell.align or Align.RIGHT) for (cell, data), size in zip(others, widths, strict=True)
    )
    if room >= min(item.first_cells_min, cells(first_data)) and room > 0:
        parts = wrap(first_data, room)
        return [_pad(parts[0], room, first_align) + tail, *(_pad(p, room, first_align) for p in parts[1:])]
    above = [_pad(part, width, first_align) for part in wrap(first_data, width)] if first_data else []
    if taken - 1 <= width:
        return [*above, _pad(tail[1:], width, Align.RIGHT)]
    return [
        *above,
        *(_pad(part, width, cell.align or Align.RIGHT) for cell, data in others for part in wrap(data, width)),
    ]


def _shrink(needed: list[int], widths: list[int], width: int) -> list[int]:
    """Take blanks from the leftmost columns until the row fits the paper; the rightmost keep their place."""
    widths = list(widths)
    over = sum(widths) + len(widths) - 1 - width
    for index, need in enumerate(needed):
        give = max(0, min(over, widths[index] - need))
        widths[index] -= give
        over -= give
    return widths
