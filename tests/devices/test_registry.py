from __future__ import annotations

import subprocess
import sys

import pytest

from devices.printers.network import NetworkPrinter
from devices.registry import PRINTERS, SCANNERS, DeviceConfigError, make_printer, make_scanner
from devices.scanners.memory import MemoryScanner

OPTIONS = {
    "network": {"host": "127.0.0.1"},
    "serial": {"port": "x"},
    "file": {"path": "x"},
    "evdev": {"path": "x"},
}


def test_every_kind_names_a_driver_that_exists():
    for kind in PRINTERS:
        printer = make_printer(kind, OPTIONS.get(kind, {}))
        assert all(hasattr(printer, verb) for verb in ("send", "send_now", "status"))
    for kind in SCANNERS:
        scanner = make_scanner(kind, "lane", OPTIONS.get(kind, {}))
        assert scanner.device_id == "lane"
        assert all(hasattr(scanner, verb) for verb in ("start", "close"))


def test_options_reach_the_driver():
    assert isinstance(make_printer("network", {"host": "10.0.0.9", "port": 9101}), NetworkPrinter)
    assert isinstance(make_scanner("memory", "lane1", {}), MemoryScanner)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("parallel", {}),
        ("network", {}),
        ("network", {"host": "x", "prot": 1}),
        ("serial", {"port": "x", "flow_control": "no"}),
    ],
)
def test_a_wrong_configuration_is_refused_with_its_reason(kind, options):
    with pytest.raises(DeviceConfigError, match=kind):
        make_printer(kind, options)


def test_a_scanner_without_a_name_of_its_own_is_refused():
    with pytest.raises(DeviceConfigError, match="named by"):
        make_scanner("evdev", "lane", {})


def test_importing_the_package_loads_no_driver_and_no_library():
    modules = [
        "devices.receipt, devices.layout, devices.escpos, devices.printer, devices.print_queue, devices.drawer",
        "devices.scanner, devices.registry, devices.text, devices.profiles, devices.images",
        "devices.printers.network, devices.printers.serial, devices.scanners.serial, devices.scanners.evdev",
    ]
    heavy = "'serial', 'evdev', 'escpos', 'PIL', 'qrcode', 'barcode', 'wcwidth', 'asyncio', 'click'"
    script = f"import sys, {', '.join(modules)}\nprint([name for name in ({heavy}) if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
