from __future__ import annotations

from dataclasses import replace

import pytest

from devices.drawer import drawer_is_open, open_drawer
from devices.escpos import pulse, realtime_pulse
from devices.printer import Paper, PrinterStatus
from devices.printers.memory import MemoryPrinter
from devices.profiles import GENERIC_80, DrawerCommand

READY = PrinterStatus(answered=True, online=True, paper=Paper.OK, drawer_level=0)
NO_PAPER = PrinterStatus(answered=True, online=False, paper=Paper.OUT, drawer_level=0)
SILENT = PrinterStatus()


class StatusPrinter(MemoryPrinter):
    def __init__(self, status: PrinterStatus) -> None:
        super().__init__()
        self._status = status

    def status(self) -> PrinterStatus:
        return self._status


@pytest.mark.parametrize(
    ("status", "way", "command"),
    [
        (READY, DrawerCommand.AUTO, pulse(2)),
        (SILENT, DrawerCommand.AUTO, pulse(2)),
        (NO_PAPER, DrawerCommand.AUTO, realtime_pulse(2)),
        (NO_PAPER, DrawerCommand.PULSE, pulse(2)),
        (READY, DrawerCommand.REALTIME, realtime_pulse(2)),
    ],
)
def test_the_drawer_opens_by_the_command_this_printer_obeys_now(status, way, command):
    printer = StatusPrinter(status)
    open_drawer(printer, replace(GENERIC_80, drawer=way))
    assert printer.commands == [command]


def test_the_second_drawer_hangs_on_pin_five():
    printer = MemoryPrinter()
    open_drawer(printer, replace(GENERIC_80, drawer_pin=5))
    assert printer.commands == [pulse(5)]


def test_the_sensor_is_read_by_the_level_this_cable_has():
    assert drawer_is_open(READY, GENERIC_80) is False
    assert drawer_is_open(READY, replace(GENERIC_80, drawer_open_level=0)) is True
    assert drawer_is_open(SILENT, GENERIC_80) is None
