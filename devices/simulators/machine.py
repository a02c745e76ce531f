"""The simulated printer itself, whatever line its bytes come by: condition, paper, drawer, and what it hands out."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path

from devices.simulators.condition import Condition, Fault
from devices.simulators.interpreter import Interpreter
from devices.simulators.paper import RenderedReceipt

RECEIPTS_KEPT_MAX = 200


class PrinterSimulator:
    """One printer with one paper and one drawer, whatever line its bytes come by. Safe for several threads.

    `reset_after_bytes` breaks the next connection after so many bytes, forgetting what was not yet printed.
    """

    def __init__(
        self,
        width_dots: int = 576,
        *,
        out: Path | None = None,
        on_receipt: Callable[[int, RenderedReceipt], None] = lambda number, receipt: None,
        on_kick: Callable[[int], None] = lambda kicks: None,
    ) -> None:
        self._lock = threading.RLock()
        self._condition = Condition()
        self._interpreter = Interpreter(width_dots, condition=self._condition)
        self._out = out
        self._on_receipt = on_receipt
        self._on_kick = on_kick
        self._kicks_told = 0
        self._receipts: deque[RenderedReceipt] = deque(maxlen=RECEIPTS_KEPT_MAX)
        self._number = 0
        self.reset_after_bytes: int | None = None
        if out is not None:
            out.mkdir(parents=True, exist_ok=True)

    @property
    def fault(self) -> Fault:
        return self._condition.fault

    @fault.setter
    def fault(self, fault: Fault) -> None:
        """Set or clear a fault; what was waiting for paper is printed when the fault is gone."""
        with self._lock:
            self._condition.fault = fault
            self._interpreter.work()
            self._hand_out()

    @property
    def receipts(self) -> list[RenderedReceipt]:
        """The last pieces of paper, oldest first."""
        with self._lock:
            return list(self._receipts)

    @property
    def kicks(self) -> int:
        return self._interpreter.kicks

    @property
    def unknown(self) -> list[bytes]:
        with self._lock:
            return list(self._interpreter.unknown)

    def close_drawer(self) -> None:
        self._condition.drawer_open = False

    def receive(self, data: bytes) -> bytes:
        """Take bytes from the line; what the printer answers."""
        with self._lock:
            self._interpreter.feed(data)
            self._hand_out()
            answers = bytes(self._interpreter.answers)
            self._interpreter.answers.clear()
            return answers

    def end_of_line(self) -> None:
        """The connection ended: paper without a cut is torn off, unless the printer is stopped in mid-job."""
        with self._lock:
            self._interpreter.answers.clear()
            if not self._condition.stopped:
                self._interpreter.tear_off()
                self._hand_out()

    def power_cut(self) -> None:
        """Forget what was received and not printed; the torn paper is handed out."""
        with self._lock:
            self._interpreter.lose_buffer()
            self._interpreter.tear_off()
            self._interpreter.answers.clear()
            self._hand_out()

    def _hand_out(self) -> None:
        for receipt in self._interpreter.receipts:
            self._number += 1
            self._receipts.append(receipt)
            if self._out is not None:
                self._save(self._number, receipt)
            self._on_receipt(self._number, receipt)
        self._interpreter.receipts.clear()
        if self._interpreter.kicks > self._kicks_told:
            self._kicks_told = self._interpreter.kicks
            self._on_kick(self._kicks_told)

    def _save(self, number: int, receipt: RenderedReceipt) -> None:
        assert self._out is not None
        name = f"{number:04d}"
        receipt.image.save(self._out / f"{name}.png")
        (self._out / f"{name}.txt").write_text(receipt.text, encoding="utf-8")
