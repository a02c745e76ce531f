"""A printer that keeps its jobs in memory and fails as told: for tests, the demo, and a till without paper."""

from __future__ import annotations

import threading

from devices.printer import Paper, PrinterError, PrinterStatus


class MemoryPrinter:
    """`fault` is raised by the next sends; a fault of unknown outcome keeps the job as well, as paper would."""

    def __init__(self) -> None:
        self.jobs: list[bytes] = []
        self.commands: list[bytes] = []
        self.fault: PrinterError | None = None
        self.gate = threading.Event()
        """Cleared, it holds every job back: a slow printer."""
        self.gate.set()

    def send(self, job: bytes) -> None:
        self.gate.wait()
        if self.fault is not None and not self.fault.outcome_unknown:
            raise self.fault
        self.jobs.append(job)
        if self.fault is not None:
            raise self.fault

    def send_now(self, command: bytes) -> None:
        self.commands.append(command)

    def status(self) -> PrinterStatus:
        return PrinterStatus(answered=True, online=True, paper=Paper.OK, drawer_level=0)
