from __future__ import annotations

import threading
import time

import pytest

from devices.escpos import encode
from devices.print_queue import JobKind, JobState, PrintJob, PrintQueue, ReprintNeeded
from devices.printer import PaperOut, PrinterOffline, PrinterUnknown
from devices.printers.dialogue import Waits
from devices.printers.memory import MemoryPrinter
from devices.printers.network import NetworkPrinter
from devices.profiles import GENERIC_80
from devices.simulators.condition import Fault
from devices.simulators.printer import PrinterSimulator, TcpLine
from tests.devices.printers.test_network import black_hole  # noqa: F401 a fixture
from tests.devices.samples import sale_receipt


class Rig:
    """A queue on a memory printer, with the states of its jobs as the till hears them."""

    def __init__(self) -> None:
        self.printer = MemoryPrinter()
        self.heard: list[tuple[str, JobState]] = []
        self.queue = PrintQueue(self.printer, GENERIC_80, self._hear)

    def _hear(self, job: PrintJob) -> None:
        self.heard.append((job.name, job.state))


@pytest.fixture
def rig():
    rig = Rig()
    yield rig
    rig.printer.gate.set()
    rig.queue.close()


def test_jobs_print_in_order_and_every_state_is_heard(rig):
    jobs = [rig.queue.submit(bytes([65 + n]), f"r{n}") for n in range(5)]
    assert all(rig.queue.wait(job.job_id, 2.0).state is JobState.PRINTED for job in jobs)
    assert rig.printer.jobs == [b"A", b"B", b"C", b"D", b"E"]
    assert rig.heard == [(f"r{n}", state) for n in range(5) for state in (JobState.SENDING, JobState.PRINTED)]


def test_the_drawer_goes_ahead_of_waiting_receipts(rig):
    rig.printer.gate.clear()
    first = rig.queue.submit(b"1", "first")
    while rig.queue.job(first.job_id).state is JobState.QUEUED:
        time.sleep(0.001)
    second = rig.queue.submit(b"2", "second")
    drawer = rig.queue.open_drawer("change")
    assert drawer.kind is JobKind.DRAWER
    rig.printer.gate.set()
    rig.queue.wait(second.job_id, 2.0)
    assert rig.heard.index(("change", JobState.PRINTED)) < rig.heard.index(("second", JobState.SENDING))
    assert rig.printer.commands == [b"\x1bp\x00\x19\xfa"]


def test_a_job_that_was_not_sent_can_be_sent_again_once(rig):
    rig.printer.fault = PaperOut()
    job = rig.queue.submit(b"slip", "r1")
    ended = rig.queue.wait(job.job_id, 2.0)
    assert ended.state is JobState.NOT_PRINTED
    assert isinstance(ended.error, PaperOut)
    assert rig.printer.jobs == []
    rig.printer.fault = None
    again = rig.queue.retry(job.job_id)
    assert rig.queue.wait(again.job_id, 2.0).state is JobState.PRINTED
    with pytest.raises(KeyError):
        rig.queue.retry(job.job_id)
    assert rig.printer.jobs == [b"slip"]


@pytest.mark.parametrize("fault", [PrinterUnknown(), None])
def test_a_job_that_may_be_on_paper_is_never_sent_again(rig, fault):
    rig.printer.fault = fault
    job = rig.queue.submit(b"slip", "r1")
    ended = rig.queue.wait(job.job_id, 2.0)
    assert ended.state is (JobState.UNKNOWN if fault else JobState.PRINTED)
    with pytest.raises(ReprintNeeded):
        rig.queue.retry(job.job_id)
    assert rig.printer.jobs == [b"slip"]


def test_a_driver_that_breaks_leaves_the_outcome_unknown_and_the_queue_alive(rig, caplog):
    def breaks(job: bytes) -> None:
        raise ZeroDivisionError

    rig.printer.send, works = breaks, rig.printer.send
    broken = rig.queue.submit(b"1")
    assert rig.queue.wait(broken.job_id, 2.0).state is JobState.UNKNOWN
    assert "driver failed" in caplog.text
    rig.printer.send = works
    assert rig.queue.wait(rig.queue.submit(b"2").job_id, 2.0).state is JobState.PRINTED


def test_a_listener_that_breaks_does_not_stop_printing(caplog):
    def listener(job: PrintJob) -> None:
        raise ZeroDivisionError

    queue = PrintQueue(MemoryPrinter(), GENERIC_80, listener)
    assert queue.wait(queue.submit(b"1").job_id, 2.0).state is JobState.PRINTED
    queue.close()
    assert "on_change failed" in caplog.text


def test_closing_gives_waiting_jobs_back_as_not_printed(rig):
    rig.printer.gate.clear()
    first = rig.queue.submit(b"1", "first")
    while rig.queue.job(first.job_id).state is JobState.QUEUED:
        time.sleep(0.001)
    second = rig.queue.submit(b"2", "second")
    threading.Timer(0.05, rig.printer.gate.set).start()
    rig.queue.close()
    assert rig.queue.job(first.job_id).state is JobState.PRINTED
    assert rig.queue.job(second.job_id).state is JobState.NOT_PRINTED
    assert rig.queue.submit(b"3").state is JobState.NOT_PRINTED
    assert rig.printer.jobs == [b"1"]


def test_old_jobs_are_forgotten_so_that_memory_stays_flat(rig):
    last = [rig.queue.submit(b"x") for _ in range(300)][-1]
    rig.queue.wait(last.job_id, 5.0)
    rig.queue.submit(b"y")
    assert len(rig.queue.jobs()) <= 201


def test_a_black_holed_printer_never_holds_up_whoever_sells(black_hole):  # noqa: F811 the fixture
    queue = PrintQueue(NetworkPrinter("127.0.0.1", black_hole, connect_timeout_s=0.5), GENERIC_80)
    try:
        began_s = time.monotonic()
        jobs = [queue.submit(b"x"), queue.open_drawer()]
        assert time.monotonic() - began_s < 0.05
        for job in jobs:
            ended = queue.wait(job.job_id, 3.0)
            assert ended.state is JobState.NOT_PRINTED
            assert isinstance(ended.error, PrinterOffline)
    finally:
        queue.close()


def test_change_is_given_and_the_receipt_printed_once_when_paper_comes_back():
    simulator = PrinterSimulator()
    simulator.fault = Fault.PAPER_OUT
    line = TcpLine(simulator)
    queue = PrintQueue(NetworkPrinter("127.0.0.1", line.port, waits=Waits(0.2, 0.5, 0.0)), GENERIC_80)
    try:
        drawer = queue.open_drawer()
        receipt = queue.submit(encode(sale_receipt(), GENERIC_80).data, "r1")
        assert queue.wait(drawer.job_id, 3.0).state is JobState.PRINTED
        assert queue.wait(receipt.job_id, 3.0).state is JobState.NOT_PRINTED
        assert (simulator.kicks, simulator.receipts) == (1, [])
        simulator.fault = Fault.NONE
        again = queue.retry(receipt.job_id)
        assert queue.wait(again.job_id, 3.0).state is JobState.PRINTED
        assert [paper.cuts for paper in simulator.receipts] == [1]
        assert simulator.kicks == 1
    finally:
        queue.close()
        line.close()
