"""Slips to the printer and kicks to the drawer, on threads of their own: a sale never waits for paper."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Literal

from devices.print_queue import FINAL, JobKind, JobState, PrintJob, PrintQueue
from devices.printer import Printer
from devices.profiles import PrinterProfile
from devices.receipt import Receipt
from pos_terminal.checkout.commands import Command, Told
from pos_terminal.checkout.state import Level
from pos_terminal.services.lanes import Lane

_log = logging.getLogger(__name__)
Lamp = Literal["ok", "fault", "none"]
CLOSE_S = 3.0


class Printing:
    """One printer, or none. A slip is laid out and encoded on the lane, printed by the queue's own thread."""

    def __init__(
        self,
        printer: Printer | None,
        profile: PrinterProfile,
        lane: Lane,
        post: Callable[[Command], None],
        language: Callable[[], str],
    ) -> None:
        self._profile, self._lane, self._post, self._language = profile, lane, post, language
        self._queue = PrintQueue(printer, profile, self._changed) if printer is not None else None
        self.lamp: Lamp = "ok" if printer is not None else "none"

    @property
    def queue(self) -> PrintQueue | None:
        """The jobs, for scripts that wait for paper."""
        return self._queue

    def print(self, make: Callable[[], Receipt], name: str) -> None:
        """Prints what `make` returns; it is called on the lane."""
        if self._queue is None:
            return
        queue = self._queue
        self._lane.do(lambda: self._submit(queue, make, name))

    def open_drawer(self, name: str = "") -> None:
        """Opens the drawer ahead of all waiting slips."""
        if self._queue is not None:
            self._queue.open_drawer(name)

    def close(self, timeout_s: float = CLOSE_S) -> None:
        """Waits a little for what is still to be printed; what then waits stays unprinted, and can be reprinted."""
        if self._queue is None:
            return
        for job in self._queue.jobs():
            if self._queue.wait(job.job_id, timeout_s).state not in FINAL:
                break
        self._queue.close(timeout_s)

    def _submit(self, queue: PrintQueue, make: Callable[[], Receipt], name: str) -> None:
        # Loaded with the first slip, on the lane: the till is ready to scan before anything is laid out.
        from devices.escpos import encode

        data = encode(make(), self._profile)
        if data.replaced:
            _log.warning("%s: %d characters are not in the printer's code page", name, data.replaced)
        queue.submit(data.data, name)

    def _changed(self, job: PrintJob) -> None:
        """Called on the queue's thread. The first slip after a fault says that all is well again."""
        if job.state in (JobState.NOT_PRINTED, JobState.UNKNOWN) and job.error is not None:
            self.lamp = "fault"
            detail = job.error.message(self._language())
            self._post(Told("print_failed", Level.FAULT, (("detail", detail), ("name", job.name))))
        elif job.state is JobState.PRINTED and job.kind is JobKind.PRINT and self.lamp == "fault":
            self.lamp = "ok"
            self._post(Told("printer_back"))
