"""What may become of a coupon: the states of its life, and which of several receipts had it first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from retail.wire import CouponState

State = Literal["issued", "reserved", "redeemed", "void"]

RESERVED_FOR: Final = timedelta(minutes=15)
"""Longer than a receipt takes; what is not taken by then may be reserved by others."""


@dataclass(frozen=True, slots=True)
class Life:
    """A coupon as it stands: its own days and those of its series (YYYYMMDD, 0: no bound)."""

    state: str
    reserved_till: str
    reserved_until: datetime | None
    stopped: bool
    from_days: tuple[int, ...]
    until_days: tuple[int, ...]


def state_for(life: Life, till: str, *, today: int, at: datetime) -> CouponState:
    """How the coupon stands for a till that would take it: `free` when it may have it."""
    if life.state == "redeemed":
        return "redeemed"
    if life.state == "void":
        return "void"
    if life.stopped:
        return "stopped"
    if any(today < day for day in life.from_days):
        return "not_yet"
    if any(0 < day < today for day in life.until_days):
        return "expired"
    return "held_elsewhere" if is_held(life, at) and life.reserved_till != till else "free"


def is_held(life: Life, at: datetime) -> bool:
    """Whether a reservation is in force; one that was not used in time has lapsed by itself."""
    return life.state == "reserved" and life.reserved_until is not None and at < life.reserved_until


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """A receipt that took a coupon. The first accepted comes first; equals stand by store and place, so that folding
    anew finds the same."""

    accepted_at: datetime
    store: str
    position: int
    document: str
    receipt: str


def settled(taken: Iterable[Taken]) -> tuple[Taken | None, list[Taken]]:
    """The receipt that has the coupon, and those that took it once more."""
    ordered = sorted(taken)
    return (ordered[0], ordered[1:]) if ordered else (None, [])
