"""One job over one open channel: ask first, write once, wait for the fence.

After a fault the outcome of a print job is unknown, not failed: printers keep what they were sent and print it
when the paper is back. So a printer that answers questions is asked before the first byte, and the job ends in a
question (GS r 1) that is answered only after all before it was printed and cut.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from devices.printer import CoverOpen, Paper, PaperOut, PrinterOffline, PrinterStatus, PrinterUnknown

STATUS_QUESTIONS = b"\x10\x04\x01\x10\x04\x02\x10\x04\x04"
FENCE = b"\x1dr\x01"
_RESET_WAIT_S = 0.2
_QUIET_S = 0.2


class ChannelLost(Exception):
    """The line broke: reset, unplugged, or it took no bytes in time."""


class ChannelClosed(ChannelLost):
    """The other side ended the connection in order."""


class Channel(Protocol):
    """An open line to a printer; every failure is ChannelLost."""

    def write(self, data: bytes) -> None: ...

    def read(self, timeout_s: float) -> bytes:
        """What has come, at least one byte; empty when nothing came in time."""
        ...

    def close(self) -> None: ...


@dataclass(slots=True)
class Habits:
    """What was learned about a printer. `answers` None: not known yet; False: it never answers questions.

    `unsettled`: a job's end was not seen, so its fence may still be answered, in the middle of the next job.
    """

    answers: bool | None = None
    unanswered: int = 0
    unsettled: bool = False

    def learn(self, *, answered: bool) -> None:
        """Note an answer or its absence; three absences before any answer make a printer that never answers."""
        if answered:
            self.answers = True
        elif self.answers is None:
            self.unanswered += 1
            self.answers = None if self.unanswered < 3 else False


@dataclass(frozen=True, slots=True)
class Waits:
    """How long to wait: for a status answer, for the fence, and for the fence per line of the job."""

    status_s: float = 0.3
    fence_s: float = 3.0
    fence_per_line_s: float = 0.05
    known_status_s: float = 1.0
    """For the status of a printer known to answer: its silence stops the job, so it is given longer."""


def deliver(channel: Channel, job: bytes, habits: Habits, waits: Waits) -> None:
    """Print `job`. Raises as `Printer.send` says; a printer that never answers is believed when it took all."""
    try:
        status = ask_status(channel, habits, waits)
    except ChannelLost as lost:
        raise PrinterOffline(str(lost)) from lost
    refuse_unless_ready(status, habits)
    if habits.unsettled and status.answered:
        _settle(channel, habits, waits)
    habits.unsettled = True
    try:
        channel.write(job + (FENCE if status.answered else b""))
        if status.answered:
            wait_s = waits.fence_s + waits.fence_per_line_s * job.count(b"\n")
            _await_fence(channel, wait_s)
        else:
            _watch_for_reset(channel, habits)
    except ChannelLost as lost:
        raise PrinterUnknown(str(lost)) from lost
    habits.unsettled = False


def _settle(channel: Channel, habits: Habits, waits: Waits) -> None:
    """Wait until the printer is through with an earlier job; PrinterOffline, with nothing sent, when it is not."""
    try:
        channel.write(FENCE)
        _await_fence(channel, waits.fence_s)
        # The earlier job's own answer and the one just asked for come together: let both pass.
        while channel.read(_QUIET_S):
            pass
    except (ChannelLost, PrinterUnknown) as busy:
        raise PrinterOffline(f"still at an earlier job: {busy}") from busy
    habits.unsettled = False


def ask_status(channel: Channel, habits: Habits, waits: Waits) -> PrinterStatus:
    """The printer's own word, collected for at most `waits.status_s`."""
    if habits.answers is False:
        return PrinterStatus()
    channel.write(STATUS_QUESTIONS)
    answer = _collect_status(channel, waits.known_status_s if habits.answers else waits.status_s)
    habits.learn(answered=len(answer) >= 3)
    return read_status(answer) if len(answer) >= 3 else PrinterStatus()


def _collect_status(channel: Channel, wait_s: float) -> bytes:
    answer = b""
    deadline_s = time.monotonic() + wait_s
    while len(answer) < 3 and (left_s := deadline_s - time.monotonic()) > 0:
        # Status bytes have their fixed bits 0xx1xx10; all else is noise or a late fence of an earlier job.
        answer += bytes(byte for byte in channel.read(left_s) if byte & 0x93 == 0x12)
    return answer


def read_status(answer: bytes) -> PrinterStatus:
    """The meaning of the bytes answered to DLE EOT 1, 2 and 4."""
    printer, offline, paper = answer[:3]
    out = bool(paper & 0x60) or bool(offline & 0x20)
    near = bool(paper & 0x0C)
    return PrinterStatus(
        answered=True,
        online=not printer & 0x08,
        cover_open=bool(offline & 0x04),
        error=bool(offline & 0x40),
        paper=Paper.OUT if out else Paper.NEAR_END if near else Paper.OK,
        drawer_level=1 if printer & 0x04 else 0,
    )


def refuse_unless_ready(status: PrinterStatus, habits: Habits) -> None:
    """Raise, before anything is sent, when the printer says it cannot print or has fallen silent."""
    if not status.answered:
        if habits.answers:
            raise PrinterOffline("the printer no longer answers")
        return
    if status.cover_open:
        raise CoverOpen
    if status.paper is Paper.OUT:
        raise PaperOut
    if status.error or not status.online:
        raise PrinterOffline("the printer says it is offline")


def _await_fence(channel: Channel, wait_s: float) -> None:
    """Return once the printer has worked through what it was sent; PrinterUnknown when it does not say so in time."""
    deadline_s = time.monotonic() + wait_s
    while (left_s := deadline_s - time.monotonic()) > 0:
        for byte in channel.read(left_s):
            if byte & 0xF0:
                continue  # a late status byte; the answer to GS r 1 has only its four low bits
            if byte & 0x0C:
                raise PrinterUnknown("paper ran out at the end of the job")
            return
    raise PrinterUnknown(f"no word of the job's end within {wait_s:.1f} s")


def _watch_for_reset(channel: Channel, habits: Habits) -> None:
    """A printer that answers nothing can still break the line; ChannelLost if it does so at once."""
    try:
        if channel.read(_RESET_WAIT_S):
            habits.learn(answered=True)
    except ChannelClosed:
        pass
