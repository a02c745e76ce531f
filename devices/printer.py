"""The printer as the till sees it: send a job, or learn what the cashier can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Paper(StrEnum):
    OK = "ok"
    NEAR_END = "near_end"
    OUT = "out"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PrinterStatus:
    """What the printer said of itself. Without an answer all is unknown, never "ok"."""

    answered: bool = False
    online: bool = False
    cover_open: bool = False
    error: bool = False
    paper: Paper = Paper.UNKNOWN
    drawer_level: int | None = None
    """Level of the drawer sensor's pin, 0 or 1; which of them is open depends on the cable."""


class PrinterError(Exception):
    """A job did not come out as told. `code` names the message, `outcome_unknown` whether paper may exist."""

    code = "printer_failed"
    outcome_unknown = False

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail

    def message(self, language: str = "zh_CN") -> str:
        """What the cashier reads: what is wrong and what to do."""
        chinese, english = MESSAGES[self.code]
        return chinese if language.startswith("zh") else english


class PrinterOffline(PrinterError):
    """Nothing was sent."""

    code = "printer_offline"


class PaperOut(PrinterError):
    """Nothing was sent."""

    code = "paper_out"


class CoverOpen(PrinterError):
    """Nothing was sent."""

    code = "cover_open"


class PrinterUnknown(PrinterError):
    """Bytes went out and the end was not confirmed: the receipt may exist, in part or whole, or come later."""

    code = "print_unknown"
    outcome_unknown = True


MESSAGES: dict[str, tuple[str, str]] = {
    "printer_failed": ("打印机故障，小票已保留，请检查后补打", "Printer fault. Receipt kept: check, then reprint"),
    "printer_offline": (
        "连不上打印机，小票已保留：检查电源和网线后补打",
        "Printer not reachable. Receipt kept: check power and cable, then reprint",
    ),
    "paper_out": (
        "打印机缺纸，小票已保留：换纸后补打",
        "Printer out of paper. Receipt kept: load paper, then reprint",
    ),
    "cover_open": (
        "打印机上盖未关，小票已保留：合上盖后补打",
        "Printer cover open. Receipt kept: close it, then reprint",
    ),
    "print_unknown": (
        "不确定小票是否打完：请看纸。没有打出再补打",
        "Not sure the receipt came out: look at the paper. Reprint only if it did not",
    ),
    "closed": ("程序退出，小票未打印，可补打", "Closing down, receipt not printed. It can be reprinted"),
}


class Printer(Protocol):
    """One printer, used by one thread at a time."""

    def send(self, job: bytes) -> None:
        """Print a whole job. Returns when the printer has confirmed its end, as far as that printer can.

        Raises PrinterOffline, PaperOut, CoverOpen (nothing was sent) or PrinterUnknown (never repeat blindly).
        """
        ...

    def send_now(self, command: bytes) -> None:
        """Hand over a short command without asking for paper or waiting for its end: the drawer's way."""
        ...

    def status(self) -> PrinterStatus:
        """What the printer says now; raises PrinterOffline when it cannot be reached."""
        ...
