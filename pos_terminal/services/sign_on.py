"""Whether a PIN is right. Wrong ones cost time, growing with every try beyond the fifth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pos_terminal.checkout.commands import Answered, Command, SignedOn, SignOnRefused
from pos_terminal.checkout.state import Operator, Shift
from retail.feeds import StaffRow

FREE_TRIES: Final = 5
WAIT_MAX_S: Final = 60
_NOBODY: Final = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$C1ruJVTpZzK8qq+wQjCOYqQrXbD6oD2sYgSpVHqUvlQ"
"""Checked for numbers that nobody has, so that they take as long as others."""


class SignOnDesk:
    """Checks PINs against the staff feed; used by one lane. Argon2 takes tens of milliseconds, on purpose."""

    def __init__(self, steady_ms: Callable[[], int]) -> None:
        self._steady_ms = steady_ms
        self._failures: dict[str, int] = {}
        self._open_at_ms: dict[str, int] = {}

    def check(self, operator: str, pin: str, approves: str, shift: Shift | None, row: StaffRow | None) -> Command:
        """SignedOn, or Answered with the approver when `approves` names a function, or SignOnRefused.

        `row` is the person, read on the till's own thread; None for a number that nobody has.
        """
        wait_ms = self._open_at_ms.get(operator, 0) - self._steady_ms()
        if wait_ms > 0:
            return SignOnRefused(-(-wait_ms // 1000), operator)
        if row is None or not row.active or not row.pin_hash or not _matches(row.pin_hash, pin):
            if row is None or not row.pin_hash:
                _matches(_NOBODY, pin)
            return SignOnRefused(self._failed(operator), operator)
        self._failures.pop(operator, None)
        self._open_at_ms.pop(operator, None)
        if approves:
            return Answered("", operator)
        return SignedOn(Operator(operator, row.name, row.role), shift)

    def _failed(self, operator: str) -> int:
        """Counts a wrong PIN; how many seconds this person must wait now: none for five tries, then 1, 2, 4 … 60."""
        failures = self._failures[operator] = self._failures.get(operator, 0) + 1
        if failures < FREE_TRIES:
            return 0
        wait_s = min(1 << (failures - FREE_TRIES), WAIT_MAX_S)
        self._open_at_ms[operator] = self._steady_ms() + wait_s * 1000
        return wait_s


def _matches(pin_hash: str, pin: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return PasswordHasher().verify(pin_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
