"""The state a printer answers questions about: paper, cover, line, drawer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong. `silent`: prints, but answers no question. `offline`: refuses connections."""

    NONE = "none"
    PAPER_NEAR_END = "paper_near_end"
    PAPER_OUT = "paper_out"
    COVER_OPEN = "cover_open"
    OFFLINE = "offline"
    SILENT = "silent"


@dataclass(slots=True)
class Condition:
    fault: Fault = Fault.NONE
    drawer_open: bool = False

    @property
    def stopped(self) -> bool:
        """Whether printing waits until someone comes."""
        return self.fault in (Fault.PAPER_OUT, Fault.COVER_OPEN, Fault.OFFLINE)

    def answer(self, question: int) -> bytes:
        """The status byte to DLE EOT `question` (Epson's table; bits 1 and 4 are always set)."""
        if self.fault is Fault.SILENT:
            return b""
        byte = 0x12
        if question == 1:
            byte |= (0x04 if self.drawer_open else 0) | (0x08 if self.stopped else 0)
        elif question == 2:
            byte |= 0x04 if self.fault is Fault.COVER_OPEN else 0
            byte |= 0x20 if self.fault is Fault.PAPER_OUT else 0
        elif question == 4:
            byte |= 0x0C if self.fault in (Fault.PAPER_NEAR_END, Fault.PAPER_OUT) else 0
            byte |= 0x60 if self.fault is Fault.PAPER_OUT else 0
        return bytes((byte,))

    def fence_answer(self) -> bytes:
        """The byte to GS r 1, given when its turn comes."""
        if self.fault is Fault.SILENT:
            return b""
        return b"\x03" if self.fault is Fault.PAPER_NEAR_END else b"\x00"
