"""Which driver a configured device gets. Drivers are imported when used: a till without USB never loads evdev."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, cast

from devices.printer import Printer
from devices.scanner import Scanner

PRINTERS: dict[str, str] = {
    "network": "devices.printers.network:NetworkPrinter",
    "serial": "devices.printers.serial:SerialPrinter",
    "file": "devices.printers.file:FilePrinter",
    "memory": "devices.printers.memory:MemoryPrinter",
}
SCANNERS: dict[str, str] = {
    "serial": "devices.scanners.serial:SerialScanner",
    "evdev": "devices.scanners.evdev:EvdevScanner",
    "keyboard": "devices.scanners.keyboard:KeyboardScanner",
    "memory": "devices.scanners.memory:MemoryScanner",
}


class DeviceConfigError(ValueError):
    """The configuration names a driver or an option that does not exist; the message says which do."""


def make_printer(kind: str, options: Mapping[str, Any]) -> Printer:
    """The driver for `kind`, not yet connected; options are those of its class."""
    return cast(Printer, _make(PRINTERS, kind, options))


def make_scanner(kind: str, device_id: str, options: Mapping[str, Any]) -> Scanner:
    """The driver for `kind`, not yet started; options are those of its class."""
    return cast(Scanner, _make(SCANNERS, kind, {"device_id": device_id, **options}))


def _make(known: dict[str, str], kind: str, options: Mapping[str, Any]) -> Any:
    if kind not in known:
        raise DeviceConfigError(f"no driver {kind!r}; there are {', '.join(known)}")
    module_name, _, class_name = known[kind].partition(":")
    driver = getattr(import_module(module_name), class_name)
    try:
        return driver(**options)
    except (TypeError, ValueError) as error:
        raise DeviceConfigError(f"{kind}: {error}") from error
