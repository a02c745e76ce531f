"""A list to choose from, drawn where the lines stand: held receipts, items found, departments, functions, help."""

from __future__ import annotations

from dataclasses import dataclass

from pos_terminal.widgets.canvas import BLANK, Row
from pos_terminal.widgets.cells import Align, clip, fit
from pos_terminal.widgets.lines import scroll_top


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its heading, its width (0: what the others leave), how it is aligned."""

    head: str
    width: int = 0
    align: Align = "left"


@dataclass(frozen=True, slots=True)
class ListPanel:
    """What a list shows. `selected` -1: nothing is to be chosen, only read. `footer`: what to press."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    selected: int = -1
    footer: str = ""
    empty: str = ""


def draw_list(panel: ListPanel, width: int, height: int) -> list[Row]:
    """A title, the headings, as many rows as fit around the selected one, a footer on the last row."""
    widths = _widths(panel.columns, width - 2)
    rows: list[Row] = [((fit(f" {panel.title}", width), "title"),)]
    if any(column.head for column in panel.columns):
        heads = tuple(column.head for column in panel.columns)
        rows.append(((" " + _cells(heads, panel.columns, widths), "head"),))
    room = height - len(rows) - (1 if panel.footer else 0)
    if not panel.rows:
        rows.append(((clip(f"   {panel.empty}", width), "dim"),))
    top = scroll_top(len(panel.rows), room, max(0, panel.selected), 0)
    for index in range(top, min(len(panel.rows), top + room)):
        chosen = index == panel.selected
        text = ("▸" if chosen else " ") + _cells(panel.rows[index], panel.columns, widths)
        rows.append(((fit(text, width), "selected" if chosen else ""),))
    rows += [BLANK] * (height - len(rows) - (1 if panel.footer else 0))
    if panel.footer:
        rows.append(((clip(f" {panel.footer}", width), "dim"),))
    return rows[:height]


def _widths(columns: tuple[Column, ...], room: int) -> tuple[int, ...]:
    fixed = sum(column.width + 1 for column in columns if column.width)
    open_columns = sum(1 for column in columns if not column.width)
    share = max(4, (room - fixed) // max(1, open_columns) - 1)
    return tuple(column.width or share for column in columns)


def _cells(texts: tuple[str, ...], columns: tuple[Column, ...], widths: tuple[int, ...]) -> str:
    pieces = (fit(text, width, column.align) for text, column, width in zip(texts, columns, widths, strict=True))
    return " ".join(pieces)
