"""Opening the drawer, which hangs on the printer. Change must be given when there is no paper, too."""

from __future__ import annotations

from devices import escpos
from devices.printer import Paper, Printer, PrinterStatus
from devices.profiles import DrawerCommand, PrinterProfile


def open_drawer(printer: Printer, profile: PrinterProfile) -> None:
    """Pulse the drawer; raises PrinterOffline when the printer cannot be reached.

    The plain pulse waits in the printer's buffer while paper is out and would open the drawer much later, so
    it is sent only to a printer not known to be stopped; the real-time command is obeyed at once.
    """
    realtime = profile.drawer is DrawerCommand.REALTIME
    if profile.drawer is DrawerCommand.AUTO:
        realtime = _stopped(printer.status())
    command = escpos.realtime_pulse if realtime else escpos.pulse
    printer.send_now(command(profile.drawer_pin))


def drawer_is_open(status: PrinterStatus, profile: PrinterProfile) -> bool | None:
    """Whether the sensor says open; None when the printer did not answer."""
    if status.drawer_level is None:
        return None
    return status.drawer_level == profile.drawer_open_level


def _stopped(status: PrinterStatus) -> bool:
    return status.answered and (status.paper is Paper.OUT or status.cover_open or not status.online)
