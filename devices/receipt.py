"""A receipt as a value: what stands on the paper, not how a printer is told.

Whoever sells builds one of these; layout and encoder turn it into bytes for a paper width and a printer.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

SYMBOL_CHARACTERS_MAX = 700
IMAGE_HEIGHT_DOTS_MAX = 1000


class Align(StrEnum):
    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; wraps at the paper's width. Double sizes halve the room or double the height."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    double_width: bool = False
    double_height: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: at least `width_cells` wide, wider when its text needs it, since an amount is never cut.

    Without `align` the first cell of a row stands left, the others right.
    """

    text: str
    width_cells: int = 0
    align: Align | None = None


@dataclass(frozen=True, slots=True)
class Columns:
    """A row. The first cell takes the room the others leave, and wraps in it; the others never wrap.

    When the first would get less than `first_cells_min` cells it goes on lines of its own above the others.
    """

    cells: tuple[Cell, ...]
    bold: bool = False
    double_width: bool = False
    double_height: bool = False
    first_cells_min: int = 8


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper made of one printable character."""

    character: str = "-"


@dataclass(frozen=True, slots=True)
class QrCode:
    """A centred QR symbol, error correction M. `module_dots` shrinks when the symbol is wider than the paper."""

    data: str
    module_dots: int = 5

    def __post_init__(self) -> None:
        _check_symbol_data(self.data)
        if not 2 <= self.module_dots <= 16:
            raise ValueError("a QR module is 2 to 16 dots")


@dataclass(frozen=True, slots=True)
class Barcode:
    """A centred bar symbol with its text below: `code128` (ASCII) or `ean13` (13 digits)."""

    data: str
    symbology: str = "code128"
    height_dots: int = 64

    def __post_init__(self) -> None:
        _check_symbol_data(self.data)
        if self.symbology not in ("code128", "ean13"):
            raise ValueError(f"unknown symbology {self.symbology}")
        if not self.data.isascii() or len(self.data) > 48:
            raise ValueError("a barcode takes up to 48 ASCII characters")
        if self.symbology == "ean13" and not (len(self.data) == 13 and self.data.isdigit()):
            raise ValueError("an EAN-13 is 13 digits")
        if not 16 <= self.height_dots <= 255:
            raise ValueError("a barcode is 16 to 255 dots high")


@dataclass(frozen=True, slots=True)
class Image:
    """A centred picture, one bit a dot, rows padded to whole bytes, 1 = black (`devices.images` reads files)."""

    width_dots: int
    rows: bytes

    def __post_init__(self) -> None:
        if self.width_dots < 1 or len(self.rows) % self.row_bytes:
            raise ValueError("the rows are not whole")
        if not 1 <= self.height_dots <= IMAGE_HEIGHT_DOTS_MAX:
            raise ValueError(f"a picture is up to {IMAGE_HEIGHT_DOTS_MAX} dots high")

    @property
    def row_bytes(self) -> int:
        return (self.width_dots + 7) // 8

    @property
    def height_dots(self) -> int:
        return len(self.rows) // self.row_bytes


@dataclass(frozen=True, slots=True)
class Feed:
    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= 255:
            raise ValueError("a feed is 1 to 255 lines")


@dataclass(frozen=True, slots=True)
class Cut:
    """End of the paper; a printer without a knife feeds to the tear bar instead."""


@dataclass(frozen=True, slots=True)
class DrawerKick:
    """Opens the drawer in the course of the receipt. Change is given by `devices.drawer`, past paper faults."""

    pin: int = 2

    def __post_init__(self) -> None:
        if self.pin not in (2, 5):
            raise ValueError("a drawer hangs on pin 2 or 5")


Item = Text | Columns | Rule | QrCode | Barcode | Image | Feed | Cut | DrawerKick


@dataclass(frozen=True, slots=True)
class Receipt:
    items: tuple[Item, ...]


def _check_symbol_data(data: str) -> None:
    """Refuse what could reach the printer as a command or not fit a symbol on paper."""
    if not data or len(data.encode()) > SYMBOL_CHARACTERS_MAX:
        raise ValueError(f"a symbol holds 1 to {SYMBOL_CHARACTERS_MAX} bytes")
    if any(ord(c) < 0x20 or ord(c) == 0x7F for c in data):
        raise ValueError("a symbol holds no control characters")
