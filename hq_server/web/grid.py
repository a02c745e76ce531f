"""Tables: columns by what they hold, so that figures look alike everywhere.

Cells are written as text, never as HTML: a name is shown, not executed. Numbers travel as integers of the smallest unit
and sort as such; only the browser writes them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from nicegui import ui

Column = dict[str, Any]
Row = dict[str, Any]

_MINUS: Final = {"zg-minus": "x < 0"}

NO_ROWS: Final = ("没有数据", "Nothing here")


def text_column(name: str, label: str, *, width: int | None = None, wide: bool = False, **more: Any) -> Column:
    """Text; it takes the room that is left unless `width` (pixels) is given. `wide` columns go on a phone."""
    size = {"flex": 1, "minWidth": 110} if width is None else {"width": width}
    return {"field": name, "headerName": label, "tooltipField": name, **size, **_wide(wide), **more}


def money_column(name: str, label: str, *, width: int = 120, wide: bool = False) -> Column:
    """Minor units; the row's `currency` says which."""
    return _number(name, label, "zg.money(p.value, p.data && p.data.currency)", width, wide)


def price_column(name: str, label: str, *, width: int = 110, wide: bool = False) -> Column:
    """A unit price in ten-thousandths."""
    return _number(name, label, "zg.price(p.value, p.data && p.data.currency)", width, wide)


def quantity_column(name: str, label: str, *, width: int = 105, wide: bool = False) -> Column:
    """Thousandths of a unit."""
    return _number(name, label, "zg.quantity(p.value)", width, wide)


def count_column(name: str, label: str, *, width: int = 95, wide: bool = False) -> Column:
    """A plain number."""
    return _number(name, label, "zg.count(p.value)", width, wide)


def percent_column(name: str, label: str, *, width: int = 95, wide: bool = False) -> Column:
    """Tenths of a percent."""
    return _number(name, label, "zg.percent(p.value)", width, wide)


def link_column(name: str, label: str, **more: Any) -> Column:
    """Text that looks as if it leads somewhere."""
    return text_column(name, label, cellClass="zg-link", **more)


def state_column(name: str, label: str, classes: dict[str, str], *, width: int = 110) -> Column:
    """A word from a fixed list; `classes` colours it: word → class."""
    rules = {css: f"x === {_quoted(word)}" for word, css in classes.items()}
    return text_column(name, label, width=width, cellClassRules=rules)


def table(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    key: str,
    language: str,
    height: str = "420px",
    select: str | None = None,
    total: Row | None = None,
) -> ui.aggrid:
    """A table. `key` names the field that tells rows apart; `select` is `singleRow` or `multiRow`; `total` is a row
    that stays in sight."""
    options: dict[str, Any] = {
        "columnDefs": list(columns),
        "rowData": list(rows),
        "defaultColDef": {
            "sortable": True,
            "resizable": True,
            "suppressMovable": True,
            "enableCellChangeFlash": True,
            "suppressHeaderMenuButton": True,
        },
        ":getRowId": f"p => String(p.data[{_quoted(key)}])",
        "overlayNoRowsTemplate": f"<span>{NO_ROWS[language == 'en']}</span>",
        ":onGridSizeChanged": "p => zg.fit(p.api)",
        "animateRows": False,
        "suppressFieldDotNotation": True,
        "tooltipShowDelay": 600,
        "ensureDomOrder": True,
        "enableCellTextSelection": True,
    }
    if select is not None:
        options["rowSelection"] = {"mode": select, "enableClickSelection": True, "checkboxes": select == "multiRow"}
    if total is not None:
        options["pinnedTopRowData"] = [total]
    return ui.aggrid(options, theme="quartz", auto_size_columns=False).style(f"height: {height}")


def change(grid: ui.aggrid, rows: Sequence[Row]) -> None:
    """Puts changed rows in place; their cells light up for a moment."""
    grid.run_grid_method("applyTransaction", {"update": list(rows)})


def replace(grid: ui.aggrid, rows: Sequence[Row]) -> None:
    """Shows other rows; sorting and scrolling stay."""
    grid.run_grid_method("setGridOption", "rowData", list(rows))


def _number(name: str, label: str, formatted: str, width: int, wide: bool) -> Column:
    return {
        "field": name,
        "headerName": label,
        "width": width,
        "type": "rightAligned",
        "cellClass": "zg-number",
        "cellClassRules": _MINUS,
        "sortingOrder": ["desc", "asc", None],
        ":valueFormatter": f"p => {formatted}",
        **_wide(wide),
    }


def _wide(wide: bool) -> Column:
    return {"context": {"wide": True}} if wide else {}


def _quoted(text: str) -> str:
    """A text as a JavaScript string. Only names and words of this program come here."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
