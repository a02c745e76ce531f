"""Bar and QR symbols as the simulated printer draws them from their data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import PIL.Image


def qr_picture(data: bytes, module_dots: int, level: int) -> PIL.Image.Image:
    """The symbol without a quiet zone; `level` 48 to 51 as in the printer command (L, M, Q, H).

    ValueError when there is no data or more than a symbol holds.
    """
    from qrcode import constants
    from qrcode.exceptions import DataOverflowError
    from qrcode.main import QRCode

    if not data:
        raise ValueError("no data")

    levels = {
        48: constants.ERROR_CORRECT_L,
        49: constants.ERROR_CORRECT_M,
        50: constants.ERROR_CORRECT_Q,
        51: constants.ERROR_CORRECT_H,
    }
    symbol: Any = QRCode(error_correction=levels[level], border=0)
    symbol.add_data(data)
    try:
        symbol.make(fit=True)
    except DataOverflowError as error:
        raise ValueError(str(error)) from error
    return _picture([[bool(module) for module in row] for row in symbol.get_matrix()], module_dots, module_dots)


def bar_picture(kind: str, data: str, module_dots: int, height_dots: int) -> PIL.Image.Image:
    """The bars of a Code 128 or EAN-13; ValueError when the data is no such code."""
    from barcode import get_barcode_class
    from barcode.errors import BarcodeError

    try:
        pattern: str = get_barcode_class(kind)(data).build()[0]
    except BarcodeError as error:
        raise ValueError(str(error)) from error
    return _picture([[bar == "1" for bar in pattern]], module_dots, height_dots)


def raster_picture(width_bytes: int, rows: bytes) -> PIL.Image.Image:
    """A bit image of the printer command, 1 = black."""
    import PIL.Image
    import PIL.ImageOps

    height = len(rows) // width_bytes
    dots = PIL.Image.frombytes("1", (width_bytes * 8, height), rows[: width_bytes * height])
    return PIL.ImageOps.invert(dots.convert("L"))


def _picture(modules: list[list[bool]], across: int, down: int) -> PIL.Image.Image:
    import PIL.Image

    small = PIL.Image.new("L", (len(modules[0]), len(modules)), 255)
    small.putdata([0 if dark else 255 for row in modules for dark in row])
    return small.resize((small.width * max(1, across), small.height * max(1, down)), PIL.Image.Resampling.NEAREST)
