"""Receipt → ESC/POS bytes of one printer profile.

Commands are written here and nowhere else. Text arrives as bytes free of control characters, symbols carry
their length, pictures are kept free of the two-byte real-time prefixes a printer obeys even inside a picture:
nothing that came in as data can open the drawer.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import Any

from devices.layout import Layout, Line, Op, layout
from devices.profiles import Knife, PrinterProfile, QrMethod
from devices.receipt import Barcode, Cut, DrawerKick, Feed, Image, QrCode, Receipt

ESC, FS, GS, DLE = b"\x1b", b"\x1c", b"\x1d", b"\x10"
INITIALISE = ESC + b"@"
KANJI_ON, KANJI_OFF = FS + b"&", FS + b"."
_CENTER, _LEFT = ESC + b"a\x01", ESC + b"a\x00"
_REALTIME = (DLE + b"\x04", DLE + b"\x05", DLE + b"\x14")
_TEAR_BAR_LINES = 4
_QR_BYTES_M = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666, 711)
"""Bytes that fit a symbol of version 1, 2, … with error correction M (ISO/IEC 18004), as far as receipts go."""
QUIET_ZONE_MODULES = 4


@dataclass(frozen=True, slots=True)
class PrintData:
    """The bytes of one receipt; `replaced` characters came out as `?`."""

    data: bytes
    replaced: int


def encode(receipt: Receipt, profile: PrinterProfile) -> PrintData:
    """The whole job, from reset to the end of the paper."""
    laid_out: Layout = layout(receipt, profile.width_cells, profile.encoding)
    parts = [INITIALISE]
    if profile.kanji_switch:
        parts.append(KANJI_ON)
    parts += [_encode(op, profile) for op in laid_out.ops]
    if profile.kanji_switch:
        parts.append(KANJI_OFF)
    return PrintData(b"".join(parts), laid_out.replaced)


def pulse(pin: int) -> bytes:
    """The drawer command that waits its turn in the printer's buffer: 50 ms on, 500 ms off."""
    return ESC + b"p" + bytes((0 if pin == 2 else 1, 25, 250))


def realtime_pulse(pin: int) -> bytes:
    """The drawer command obeyed at once, also without paper: 100 ms."""
    return DLE + b"\x14\x01" + bytes((0 if pin == 2 else 1, 1))


def _encode(op: Op, profile: PrinterProfile) -> bytes:
    if isinstance(op, Line):
        return _line(op, profile)
    if isinstance(op, QrCode):
        return _CENTER + b"\n" + _qr(op, profile) + b"\n" + _LEFT  # blank lines: the symbol's quiet zone
    if isinstance(op, Barcode):
        return _CENTER + b"\n" + _barcode(op, profile) + _LEFT
    if isinstance(op, Image):
        return _CENTER + _raster(op, profile.width_dots) + _LEFT
    if isinstance(op, Feed):
        return ESC + b"d" + bytes((op.lines,))
    if isinstance(op, Cut):
        return _cut(profile)
    assert isinstance(op, DrawerKick)
    return pulse(op.pin)


def _line(line: Line, profile: PrinterProfile) -> bytes:
    assert all(byte >= 0x20 and byte != 0x7F for byte in line.data), line.data
    size = (0x10 if line.double_width else 0) | (0x01 if line.double_height else 0)
    kanji_size = (0x04 if line.double_width else 0) | (0x08 if line.double_height else 0)
    before = after = b""
    if size:
        before, after = GS + b"!" + bytes((size,)), GS + b"!\x00"
        if profile.kanji_size:
            before, after = before + FS + b"!" + bytes((kanji_size,)), after + FS + b"!\x00"
    if line.bold:
        before, after = before + ESC + b"E\x01", ESC + b"E\x00" + after
    return before + line.data + b"\n" + after


def _cut(profile: PrinterProfile) -> bytes:
    if profile.knife is Knife.NONE:
        return ESC + b"d" + bytes((_TEAR_BAR_LINES,))
    return GS + b"V" + (b"\x41" if profile.knife is Knife.FULL else b"\x42") + b"\x00"


def _barcode(op: Barcode, profile: PrinterProfile) -> bytes:
    """GS k in its length-prefixed form, modules as wide as the paper allows."""
    modules = 95 if op.symbology == "ean13" else 11 * (len(op.data) + 3) + 2
    module_dots = 3 if modules * 3 <= profile.width_dots else 2
    setup = GS + b"h" + bytes((op.height_dots,)) + GS + b"w" + bytes((module_dots,)) + GS + b"H\x02"
    if op.symbology == "ean13":
        return setup + GS + b"k\x43\x0d" + op.data.encode("ascii")
    data = b"{B" + op.data.encode("ascii").replace(b"{", b"{{")
    return setup + GS + b"k\x49" + bytes((len(data),)) + data


def _qr(op: QrCode, profile: PrinterProfile) -> bytes:
    data = op.data.encode()
    room = profile.width_dots // (qr_modules(len(data)) + 2 * QUIET_ZONE_MODULES)
    module_dots = max(2, min(op.module_dots, room))
    if profile.qr is QrMethod.RASTER:
        return _raster(_qr_image(_qr_matrix(op.data), module_dots), profile.width_dots)
    return (
        _qr_function(b"A2\x00")
        + _qr_function(b"C" + bytes((module_dots,)))
        + _qr_function(b"E\x31")
        + _qr_function(b"P0" + data)
        + _qr_function(b"Q0")
    )


def qr_modules(size: int) -> int:
    """How many modules wide a symbol of so many bytes is, error correction M. A printer that draws symbols itself needs
    only this; drawing one here takes 10 ms of the till's time.

    >>> qr_modules(14), qr_modules(15)
    (21, 25)
    """
    return 21 + 4 * bisect_left(_QR_BYTES_M, size)


def _qr_function(parameters: bytes) -> bytes:
    body = b"1" + parameters
    return GS + b"(k" + len(body).to_bytes(2, "little") + body


def _qr_matrix(data: str) -> list[list[bool]]:
    """The symbol's modules, without a quiet zone, error correction M."""
    from qrcode.constants import ERROR_CORRECT_M
    from qrcode.main import QRCode
    from qrcode.util import MODE_8BIT_BYTE, QRData

    symbol: Any = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    symbol.add_data(QRData(data.encode(), mode=MODE_8BIT_BYTE))
    symbol.make(fit=True)
    modules: list[list[bool]] = symbol.get_matrix()
    return modules


def _qr_image(matrix: list[list[bool]], module_dots: int) -> Image:
    width_dots = len(matrix) * module_dots
    row_bytes = (width_dots + 7) // 8
    rows = []
    for modules in matrix:
        bits = "".join(("1" if dark else "0") * module_dots for dark in modules).ljust(row_bytes * 8, "0")
        rows.append(int(bits, 2).to_bytes(row_bytes, "big") * module_dots)
    return Image(width_dots, b"".join(rows))


def _raster(image: Image, paper_dots: int) -> bytes:
    if image.width_dots > paper_dots:
        raise ValueError(f"a picture of {image.width_dots} dots does not fit {paper_dots} dots of paper")
    image = _without_realtime(image)
    size = image.row_bytes.to_bytes(2, "little") + image.height_dots.to_bytes(2, "little")
    return GS + b"v0\x00" + size + image.rows


def _without_realtime(image: Image) -> Image:
    """The picture with no real-time prefix in its bytes: such pairs lose their one dot.

    A printer acts on DLE sequences at reception, inside picture data too. 0x10 is a single black dot among
    seven white ones beside an almost white byte: nobody misses it.
    """
    rows = image.rows
    while any(prefix in rows for prefix in _REALTIME):
        for prefix in _REALTIME:
            rows = rows.replace(prefix, b"\x00" + prefix[1:])
    return image if rows is image.rows else Image(image.width_dots, rows)
