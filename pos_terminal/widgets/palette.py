"""Every colour of the till, by what it means. Nothing is told by colour alone: a plain terminal must do.

The colours are chosen so that the nearest of sixteen still has the same contrast: light on black, black on light
(never bold, which many consoles turn into grey).
"""

from __future__ import annotations

from typing import Final

from rich.style import Style

GROUND: Final = "#0c0c0c"
INK: Final = "#e4e4e4"


def _style(color: str = INK, ground: str = GROUND, *, bold: bool = False, strike: bool = False) -> Style:
    return Style(color=color, bgcolor=ground, bold=bold, strike=strike)


STYLES: Final[dict[str, Style]] = {
    "": _style(),
    "bold": _style("#ffffff", bold=True),
    "dim": _style("#a0a0a0"),
    "bar": _style("#ffffff", "#004a80", bold=True),
    "bar-dim": _style("#d0e4f4", "#004a80"),
    "bar-good": _style("#80ff80", "#004a80", bold=True),
    "bar-bad": _style("#ffff60", "#004a80", bold=True),
    "head": _style("#60d0d0"),
    "rule": _style("#707070"),
    "selected": _style("#000000", "#60d0d0"),
    "void": _style("#909090", strike=True),
    "back": _style("#ff9080"),
    "saved": _style("#80e080"),
    "total": _style("#ffff60", bold=True),
    "change": _style("#80ff80", bold=True),
    "entry": _style("#ffffff", bold=True),
    "cursor": _style("#000000", "#ffffff"),
    "info": _style("#ffffff"),
    "ask": _style("#000000", "#60d0d0"),
    "refused": _style("#000000", "#ffd75f"),
    "fault": _style("#ffffff", "#c00000", bold=True),
    "key": _style("#000000", "#c0c0c0"),
    "label": _style("#d0d0d0"),
    "title": _style("#ffff60", bold=True),
}
"""Style names that a span may carry; the empty one is ordinary text."""

STYLES_WITHOUT_COLOUR: Final[dict[str, Style]] = {
    name: Style(
        bold=style.bold,
        strike=style.strike,
        reverse=style.bgcolor is not None and style.bgcolor.name != GROUND,
    )
    for name, style in STYLES.items()
}
"""The same for terminals without colours (NO_COLOR): what had a ground of its own is shown reversed."""

PLAIN_TERMINAL: Final = str.maketrans(dict(zip("×─│…●○↑↓▸·•█", "x-|~*o^v>.*#", strict=True)))
"""Substitutes for a terminal that lacks these characters, or draws them two cells wide as old Chinese ones do."""
