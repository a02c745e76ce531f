from __future__ import annotations

import pytest

from devices.printer import Paper, PaperOut, PrinterOffline, PrinterUnknown
from devices.printers.dialogue import FENCE, STATUS_QUESTIONS, Habits, Waits, deliver, read_status

WAITS = Waits(status_s=0.05, fence_s=0.05, fence_per_line_s=0.0)


class Script:
    """A printer that gives the listed answers, one a read, after each write."""

    def __init__(self, *answers: list[bytes]) -> None:
        self._answers = list(answers)
        self._pending: list[bytes] = []
        self.written: list[bytes] = []

    def write(self, data: bytes) -> None:
        self.written.append(data)
        self._pending = self._answers.pop(0) if self._answers else []

    def read(self, timeout_s: float) -> bytes:
        return self._pending.pop(0) if self._pending else b""

    def close(self) -> None:
        pass


def test_the_end_of_an_earlier_job_is_not_taken_for_the_end_of_this_one():
    habits = Habits(answers=True)
    with pytest.raises(PrinterUnknown):
        deliver(Script([b"\x12\x12\x12"], []), b"one\n", habits, WAITS)
    assert habits.unsettled
    # The earlier job ends now: its answer comes first, then the one to the question in between, then silence.
    script = Script([b"\x12", b"\x12\x12"], [b"\x00", b"\x00"], [])
    with pytest.raises(PrinterUnknown):
        deliver(script, b"two\n", habits, WAITS)
    assert script.written == [STATUS_QUESTIONS, FENCE, b"two\n" + FENCE]
    script = Script([b"\x12\x12\x12"], [b"\x00"], [b"\x00"])
    deliver(script, b"three\n", habits, WAITS)
    assert not habits.unsettled


def test_a_printer_still_at_an_earlier_job_gets_no_second_one():
    script = Script([b"\x12\x12\x12"], [])
    with pytest.raises(PrinterOffline):
        deliver(script, b"two\n", Habits(answers=True, unsettled=True), WAITS)
    assert script.written == [STATUS_QUESTIONS, FENCE]


def test_paper_that_ends_with_the_job_leaves_it_unknown():
    with pytest.raises(PrinterUnknown):
        deliver(Script([b"\x12\x12\x12"], [b"\x0c"]), b"one\n", Habits(), WAITS)


def test_noise_between_status_bytes_is_passed_over():
    script = Script([b"\x00\xff\x41", b"\x12\x99", b"\x12\x72"], [b"\x00"])
    with pytest.raises(PaperOut):
        deliver(script, b"one\n", Habits(), WAITS)
    assert script.written == [STATUS_QUESTIONS]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"\x12\x12\x12", (True, False, False, Paper.OK, 0)),
        (b"\x16\x12\x1e", (True, False, False, Paper.NEAR_END, 1)),
        (b"\x1a\x32\x72", (False, False, False, Paper.OUT, 0)),
        (b"\x1a\x16\x12", (False, True, False, Paper.OK, 0)),
        (b"\x1a\x52\x12", (False, False, True, Paper.OK, 0)),
    ],
)
def test_status_bits_mean_what_the_command_table_says(answer, expected):
    status = read_status(answer)
    assert status.answered
    assert (status.online, status.cover_open, status.error, status.paper, status.drawer_level) == expected
