"""Print jobs on a thread of their own: whoever sells never waits for paper.

A job's end is one of three: printed, not printed (nothing left the till), unknown. Only the cashier decides what
follows: nothing is sent a second time by itself.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from devices.drawer import open_drawer
from devices.printer import Printer, PrinterError, PrinterUnknown
from devices.profiles import PrinterProfile

JOBS_KEPT_MAX = 200
_log = logging.getLogger(__name__)


class JobState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    NOT_PRINTED = "not_printed"
    UNKNOWN = "unknown"


class JobKind(StrEnum):
    DRAWER = "drawer"
    PRINT = "print"


FINAL = frozenset({JobState.PRINTED, JobState.NOT_PRINTED, JobState.UNKNOWN})


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One job as it stands. `name` is the caller's (a receipt number); `error` says why it did not print."""

    job_id: int
    name: str
    kind: JobKind
    data: bytes
    state: JobState = JobState.QUEUED
    error: PrinterError | None = None


class Closed(PrinterError):
    """The queue was closed before the job's turn; nothing was sent."""

    code = "closed"


class ReprintNeeded(ValueError):
    """A job that may already be on paper can only be sent again as a marked reprint (补打)."""


class PrintQueue:
    """The jobs of one printer. `on_change` is called on the worker's thread with every new state of a job."""

    def __init__(
        self,
        printer: Printer,
        profile: PrinterProfile,
        on_change: Callable[[PrintJob], None] = lambda job: None,
    ) -> None:
        self._printer = printer
        self._profile = profile
        self._on_change = on_change
        self._changed = threading.Condition()
        self._jobs: dict[int, PrintJob] = {}
        self._waiting: list[tuple[int, int]] = []
        self._numbers = itertools.count(1)
        self._closing = False
        self._worker = threading.Thread(target=self._run, name="print-queue", daemon=True)
        self._worker.start()

    def submit(self, data: bytes, name: str = "") -> PrintJob:
        """Queue a receipt; returns at once."""
        return self._enqueue(JobKind.PRINT, data, name)

    def open_drawer(self, name: str = "") -> PrintJob:
        """Queue a drawer opening ahead of all waiting receipts; returns at once."""
        return self._enqueue(JobKind.DRAWER, b"", name)

    def retry(self, job_id: int) -> PrintJob:
        """Queue a job again that was not printed; ReprintNeeded when it was, or may have been."""
        with self._changed:
            job = self._jobs[job_id]
            if job.state is not JobState.NOT_PRINTED:
                raise ReprintNeeded(f"job {job_id} is {job.state}")
            del self._jobs[job_id]
            return self._enqueue(job.kind, job.data, job.name)

    def job(self, job_id: int) -> PrintJob:
        """The job as it stands; KeyError when long forgotten."""
        with self._changed:
            return self._jobs[job_id]

    def jobs(self) -> list[PrintJob]:
        """All jobs still known, oldest first."""
        with self._changed:
            return [self._jobs[job_id] for job_id in sorted(self._jobs)]

    def wait(self, job_id: int, timeout_s: float) -> PrintJob:
        """The job once it has ended, or as it stands after the time: for scripts and tests, not for a screen."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs[job_id].state in FINAL, timeout_s)
            return self._jobs[job_id]

    def close(self, timeout_s: float = 5.0) -> None:
        """Let the job under way end, give the waiting ones back as not printed. Harmless when repeated."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._worker.join(timeout_s)

    def _enqueue(self, kind: JobKind, data: bytes, name: str) -> PrintJob:
        with self._changed:
            job = PrintJob(next(self._numbers), name, kind, data)
            if self._closing:
                job = replace(job, state=JobState.NOT_PRINTED, error=Closed())
                self._jobs[job.job_id] = job
                return job
            self._jobs[job.job_id] = job
            heapq.heappush(self._waiting, (0 if kind is JobKind.DRAWER else 1, job.job_id))
            self._forget_old()
            self._changed.notify_all()
        return job

    def _forget_old(self) -> None:
        ended = [job_id for job_id, job in self._jobs.items() if job.state in FINAL]
        for job_id in sorted(ended)[: max(0, len(self._jobs) - JOBS_KEPT_MAX)]:
            del self._jobs[job_id]

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closing)
                if self._closing:
                    break
                _, job_id = heapq.heappop(self._waiting)
                job = self._jobs[job_id]
            self._carry_out(job)
        for _, job_id in sorted(self._waiting):
            self._set(replace(self._jobs[job_id], state=JobState.NOT_PRINTED, error=Closed()))
        self._waiting.clear()

    def _carry_out(self, job: PrintJob) -> None:
        self._set(replace(job, state=JobState.SENDING))
        try:
            if job.kind is JobKind.DRAWER:
                open_drawer(self._printer, self._profile)
            else:
                self._printer.send(job.data)
        except PrinterError as error:
            state = JobState.UNKNOWN if error.outcome_unknown else JobState.NOT_PRINTED
            self._set(replace(job, state=state, error=error))
        except Exception as error:  # noqa: BLE001 a broken driver must not end the queue; it is logged
            _log.exception("print job %s: the driver failed", job.job_id)
            self._set(replace(job, state=JobState.UNKNOWN, error=PrinterUnknown(repr(error))))
        else:
            self._set(replace(job, state=JobState.PRINTED))

    def _set(self, job: PrintJob) -> None:
        with self._changed:
            self._jobs[job.job_id] = job
            self._changed.notify_all()
        try:
            self._on_change(job)
        except Exception:  # noqa: BLE001 nor a broken listener
            _log.exception("print job %s: on_change failed", job.job_id)
