from __future__ import annotations

import errno
import os
import random
import threading
from types import SimpleNamespace

import evdev
import pytest

from devices.scanner import FaultCode, ScanQueue
from devices.scanners.evdev import EvdevScanner, Identity
from devices.simulators.scanner import key_events
from tests.devices.events import next_fault, next_scan


class Keyboard:
    """One plugged-in device: a pipe in place of the kernel's node, and the one grab the kernel allows."""

    def __init__(self) -> None:
        self.read_end, self.write_end = os.pipe()
        os.set_blocking(self.read_end, False)
        self.grabbed_by: object | None = None

    def type(self, batch: bytes) -> None:
        os.write(self.write_end, batch)

    def unplug(self) -> None:
        if self.write_end >= 0:
            os.close(self.write_end)
            self.write_end = -1


class PipeDevice(evdev.InputDevice):
    """evdev's own reading of events on a descriptor of ours; only what needs the kernel's node is replaced."""

    def __new__(cls, keyboard: Keyboard) -> PipeDevice:
        return object.__new__(cls)

    def __init__(self, keyboard: Keyboard) -> None:
        self.fd = os.dup(keyboard.read_end)
        self.keyboard = keyboard

    def grab(self) -> None:
        if self.keyboard.grabbed_by is not None:
            raise OSError(errno.EBUSY, "Device or resource busy")
        self.keyboard.grabbed_by = self

    def ungrab(self) -> None:
        assert self.keyboard.grabbed_by is self
        self.keyboard.grabbed_by = None


@pytest.fixture
def keyboard():
    keyboard = Keyboard()
    yield keyboard
    keyboard.unplug()
    os.close(keyboard.read_end)


def started(device_id, open_device, queue):
    scanner = EvdevScanner(device_id, open_device=open_device)
    scanner.start(queue)
    return scanner


def test_codes_of_a_grabbed_scanner_arrive_whole_and_in_order(keyboard):
    chance = random.Random(7)
    codes = [str(chance.randrange(10**12, 10**13)) for _ in range(100)]
    queue = ScanQueue()
    scanner = started("lane1", lambda: PipeDevice(keyboard), queue)
    for code in codes:
        for batch in key_events(code):
            keyboard.type(batch)
    found = [next_scan(queue) for _ in codes]
    scanner.close()
    assert [event.text for event in found] == codes
    assert {event.device_id for event in found} == {"lane1"}
    assert keyboard.grabbed_by is None


def test_two_scanners_each_keep_their_own_codes(keyboard):
    other = Keyboard()
    queue = ScanQueue()
    scanners = [
        started("lane1", lambda: PipeDevice(keyboard), queue),
        started("lane2", lambda: PipeDevice(other), queue),
    ]
    for first, second in zip(key_events("6901234567892"), key_events("2112345015002"), strict=True):
        keyboard.type(first)
        other.type(second)
    found = {event.device_id: event.text for event in (next_scan(queue), next_scan(queue))}
    assert found == {"lane1": "6901234567892", "lane2": "2112345015002"}
    for scanner in scanners:
        scanner.close()
    other.unplug()
    os.close(other.read_end)


def test_a_second_grab_is_told_and_leaves_the_first_alone(keyboard):
    first_queue, second_queue = ScanQueue(), ScanQueue()
    first = started("lane1", lambda: PipeDevice(keyboard), first_queue)
    assert first.reader.opened.wait(2.0)
    second = started("lane1", lambda: PipeDevice(keyboard), second_queue)
    assert next_fault(second_queue).code is FaultCode.CLAIMED
    for batch in key_events("6901234567892"):
        keyboard.type(batch)
    assert next_scan(first_queue).text == "6901234567892"
    first.close()
    assert next_fault(second_queue).code is FaultCode.BACK
    second.close()


def test_an_unplugged_scanner_is_told_once_and_comes_back_without_a_lost_first_code(keyboard):
    plugged: list[Keyboard | None] = [keyboard]
    plugged_in = threading.Event()

    def open_device() -> PipeDevice:
        if plugged[0] is None:
            raise OSError(errno.ENOENT, "No such file or directory")
        return PipeDevice(plugged[0])

    queue = ScanQueue()
    scanner = started("lane1", open_device, queue)
    assert scanner.reader.opened.wait(2.0)
    plugged[0] = None
    keyboard.unplug()
    assert next_fault(queue).code is FaultCode.LOST
    assert not plugged_in.wait(0.5)
    assert queue.get() is None, "told once, however often it is looked for"
    replacement = Keyboard()
    plugged[0] = replacement
    for batch in key_events("6901234567892"):
        replacement.type(batch)
    assert next_fault(queue).code is FaultCode.BACK
    assert next_scan(queue).text == "6901234567892"
    scanner.close()
    replacement.unplug()
    os.close(replacement.read_end)


def test_a_device_lost_while_it_is_read_is_a_loss():
    class Vanishes:
        def __init__(self) -> None:
            self.fd, self.other = os.pipe()
            os.write(self.other, b"x")

        def grab(self) -> None: ...

        def ungrab(self) -> None:
            raise OSError(errno.ENODEV, "No such device")

        def read(self):
            raise OSError(errno.ENODEV, "No such device")

        def close(self) -> None:
            os.close(self.fd)
            os.close(self.other)

    queue = ScanQueue()
    scanner = started("lane1", Vanishes, queue)
    assert next_fault(queue).code is FaultCode.LOST
    scanner.close()


def test_a_missing_device_is_a_loss_with_the_real_library(tmp_path):
    queue = ScanQueue()
    for scanner in (
        EvdevScanner("lane1", path=str(tmp_path / "nothing")),
        EvdevScanner("lane1", vendor=0xFFFF, product=0xFFFF, unique="no such device"),
    ):
        scanner.start(queue)
        assert next_fault(queue).code is FaultCode.LOST
        scanner.close()


def test_identity_matches_what_is_named_and_nothing_else():
    device = SimpleNamespace(info=SimpleNamespace(vendor=0x0C2E, product=0x0B61), uniq="S1", phys="usb-1/input0")
    assert Identity(0x0C2E, 0x0B61).matches(device)
    assert Identity(0x0C2E, 0x0B61, "S1", "usb-1/input0").matches(device)
    assert not Identity(0x0C2E, 0x0B62).matches(device)
    assert not Identity(0x0C2E, 0x0B61, "S2").matches(device)
    assert not Identity(0x0C2E, 0x0B61, physical="usb-2/input0").matches(device)
