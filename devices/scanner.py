"""What a scanner gives, and the queue between its thread and the till. Nothing is ever lost without a word."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

SCANS_WAITING_MAX = 256
_AIM = re.compile(rb"\A\][A-Za-z][0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Scan:
    """One read code. `raw` is as received; `text` is without the AIM identifier (`aim`, such as "]E0", or "").

    `text` may hold GS (0x1D) and other control characters: they are data, and no text for a screen.
    `at_s` is the monotonic time of the last byte.
    """

    raw: bytes
    text: str
    aim: str
    device_id: str
    at_s: float


class FaultCode(StrEnum):
    OVERFLOW = "overflow"
    TOO_LONG = "too_long"
    PARTIAL = "partial"
    LOST = "lost"
    BACK = "back"
    CLAIMED = "claimed"


@dataclass(frozen=True, slots=True)
class ScannerFault:
    """Something to tell the cashier. `count`: scans that got lost (overflow), else 1."""

    code: FaultCode
    device_id: str
    at_s: float
    count: int = 1
    detail: str = ""

    def message(self, language: str = "zh_CN") -> str:
        """What the cashier reads."""
        chinese, english = MESSAGES[self.code]
        return (chinese if language.startswith("zh") else english).format(count=self.count)


MESSAGES: dict[FaultCode, tuple[str, str]] = {
    FaultCode.OVERFLOW: ("扫码太快，漏了 {count} 个：请重扫", "Scans came too fast, {count} missed: scan again"),
    FaultCode.TOO_LONG: ("条码过长，未识别：请重扫", "Code too long, not read: scan again"),
    FaultCode.PARTIAL: ("条码不完整：请重扫", "Code incomplete: scan again"),
    FaultCode.LOST: ("扫描枪断开：请检查连线", "Scanner lost: check its cable"),
    FaultCode.BACK: ("扫描枪已恢复", "Scanner is back"),
    FaultCode.CLAIMED: (
        "扫描枪被其他程序占用：请先关闭它",
        "Scanner in use by another program: close that first",
    ),
}

ScannerEvent = Scan | ScannerFault


class Scanner(Protocol):
    """A source of scans on a thread of its own, from `start` to `close`; both harmless when repeated."""

    device_id: str

    def start(self, queue: ScanQueue) -> None: ...

    def close(self) -> None: ...


class ScanQueue:
    """At most 256 events in order; what does not fit is counted and reported in its place, never silent.

    `on_ready` is called on the scanner's thread after each put: the till's cue to fetch.
    """

    def __init__(
        self,
        on_ready: Callable[[], None] = lambda: None,
        *,
        size_max: int = SCANS_WAITING_MAX,
    ) -> None:
        self._on_ready = on_ready
        self._size_max = size_max
        self._events: deque[ScannerEvent] = deque()
        self._changed = threading.Condition()

    def put(self, event: ScannerEvent) -> None:
        """Add at the end; never blocks and never raises."""
        with self._changed:
            if len(self._events) < self._size_max:
                self._events.append(event)
            elif isinstance(event, Scan):
                self._count_lost(event)
            self._changed.notify()
        self._on_ready()

    def get(self, timeout_s: float | None = 0.0) -> ScannerEvent | None:
        """The oldest event, or None when there is none within the time (None: wait for ever)."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._events), timeout_s)
            return self._events.popleft() if self._events else None

    def __len__(self) -> int:
        with self._changed:
            return len(self._events)

    def _count_lost(self, scan: Scan) -> None:
        last = self._events[-1]
        if isinstance(last, ScannerFault) and last.code is FaultCode.OVERFLOW:
            self._events[-1] = replace(last, count=last.count + 1, at_s=scan.at_s)
        else:
            self._events.append(ScannerFault(FaultCode.OVERFLOW, scan.device_id, scan.at_s))


def make_scan(raw: bytes, device_id: str, at_s: float | None = None) -> Scan:
    """The scan of one frame: AIM identifier split off, text read as UTF-8, else GB18030 (Chinese QR codes).

    >>> make_scan(b"]E06901234567892", "lane1", 0.0).text
    '6901234567892'
    """
    found = _AIM.match(raw)
    aim = found.group().decode("ascii") if found else ""
    at_s = time.monotonic() if at_s is None else at_s
    return Scan(raw, _decode(raw[len(aim) :]), aim, device_id, at_s)


def _decode(data: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
