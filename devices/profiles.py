"""What printers differ in. A short table of our own: the public one has no GB code page and few Chinese makers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class Knife(StrEnum):
    PARTIAL = "partial"
    FULL = "full"
    NONE = "none"


class QrMethod(StrEnum):
    NATIVE = "native"
    RASTER = "raster"


class DrawerCommand(StrEnum):
    """`auto` pulses, and uses the real-time command when the printer says it is out of paper."""

    AUTO = "auto"
    PULSE = "pulse"
    REALTIME = "realtime"


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One model's habits. `kanji_switch`: send FS & (Chinese models start with it on, Japanese ones off).

    `kanji_size`: send FS ! beside GS !, since on some clones the latter leaves Han characters small.
    """

    width_dots: int = 576
    width_cells: int = 48
    encoding: str = "gbk"
    kanji_switch: bool = True
    kanji_size: bool = True
    qr: QrMethod = QrMethod.NATIVE
    knife: Knife = Knife.PARTIAL
    drawer: DrawerCommand = DrawerCommand.AUTO
    drawer_pin: int = 2
    drawer_open_level: int = 1
    """Level of the drawer sensor's pin that means open; cables differ."""

    def __post_init__(self) -> None:
        if self.width_dots % 8 or self.width_cells * 12 > self.width_dots:
            raise ValueError("a cell is 12 dots; the width is a multiple of 8 dots")
        if self.drawer_pin not in (2, 5):
            raise ValueError("a drawer hangs on pin 2 or 5")


GENERIC_80 = PrinterProfile()
GENERIC_58 = PrinterProfile(width_dots=384, width_cells=32, knife=Knife.NONE, qr=QrMethod.RASTER)

PROFILES: dict[str, PrinterProfile] = {
    "generic-80mm": GENERIC_80,
    "generic-58mm": GENERIC_58,
    "generic-80mm-raster": replace(GENERIC_80, qr=QrMethod.RASTER),
    "epson-tm-t88": replace(GENERIC_80, width_dots=512, width_cells=42, drawer=DrawerCommand.REALTIME),
    "epson-tm-t20": replace(GENERIC_80, drawer=DrawerCommand.REALTIME),
    "xprinter-80": GENERIC_80,
    "gprinter-58": GENERIC_58,
}
