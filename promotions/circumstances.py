"""When an offer holds, for whom, and what else must be so: data, judged by `promotions.conditions`."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from promotions.plans.base import AMOUNT_MAX, check_range
from promotions.scope import NAME_CHARS_MAX, Scope, check_names

DAY_MIN: Final = 1440
EVERY_DAY: Final = 0b111_1111
MINUTE_MAX: Final = 10_000 * 366 * DAY_MIN
QUANTITY_MAX: Final = 1_000_000_000
ANY_MEMBER: Final = "*"

Around = Literal["", "day", "week", "month"]


class Slot(msgspec.Struct, frozen=True):
    """Minutes of the day from `start` up to, not including, `end`; across midnight when `end` is the smaller."""

    start: int
    end: int

    def __post_init__(self) -> None:
        check_range("start", self.start, 0, DAY_MIN - 1)
        check_range("end", self.end, 0, DAY_MIN)
        if self.start == self.end:
            raise ValueError("end: a time slot that ends when it starts has no length")


class Window(msgspec.Struct, frozen=True, omit_defaults=True):
    """When: minutes since 1970 in the store's own time from `from_minute` up to, not including, `until_minute`
    (0: no end), on the weekdays of the mask (bit 0 Monday … bit 6 Sunday), within the time slots (none: all day)."""

    from_minute: int = 0
    until_minute: int = 0
    weekdays: int = EVERY_DAY
    slots: tuple[Slot, ...] = ()

    def __post_init__(self) -> None:
        check_range("from_minute", self.from_minute, 0, MINUTE_MAX)
        check_range("until_minute", self.until_minute, 0, MINUTE_MAX)
        check_range("weekdays", self.weekdays, 1, EVERY_DAY)
        check_range("slots", len(self.slots), 0, 20)
        if 0 < self.until_minute <= self.from_minute:
            raise ValueError("until_minute: the offer ends before it starts")


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """For whom; every field that is filled must hold.

    `levels` of members (`*`: any member), `groups` of which the member must be in one. `birthday`: the member's
    birthday is on this day, in the same week (Monday to Sunday) or in the same month; 29 February counts as
    28 February in other years. `purchases`: it is one of the member's so-many-th purchases (1: the first). `coupon`: a
    coupon of this series is handed over. `tenders`: the receipt is paid with one of these. `terminals`: kinds of till.
    """

    levels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    birthday: Around = ""
    purchases: tuple[int, ...] = ()
    coupon: str = ""
    tenders: tuple[str, ...] = ()
    terminals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for field in ("levels", "groups", "tenders", "terminals"):
            check_names(field, getattr(self, field))
        check_range("coupon", len(self.coupon), 0, NAME_CHARS_MAX)
        check_range("purchases", len(self.purchases), 0, 100)
        for number in self.purchases:
            check_range("purchases", number, 1, 1_000_000)


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """What must be on the receipt: goods of a scope, counted before any offer and including both bounds (-1: no bound).

    Pieces count 1000 thousandths each, measured goods their quantity. Goods must be there with `quantity_min_milli=1`,
    must not be there with `quantity_max_milli=0`.
    """

    scope: Scope = Scope()
    quantity_min_milli: int = 0
    quantity_max_milli: int = -1
    amount_min_minor: int = 0
    amount_max_minor: int = -1

    def __post_init__(self) -> None:
        check_range("quantity_min_milli", self.quantity_min_milli, 0, QUANTITY_MAX)
        check_range("quantity_max_milli", self.quantity_max_milli, -1, QUANTITY_MAX)
        check_range("amount_min_minor", self.amount_min_minor, 0, AMOUNT_MAX)
        check_range("amount_max_minor", self.amount_max_minor, -1, AMOUNT_MAX)
        if 0 <= self.quantity_max_milli < self.quantity_min_milli:
            raise ValueError("quantity_max_milli: no quantity is that small and that large")
        if 0 <= self.amount_max_minor < self.amount_min_minor:
            raise ValueError("amount_max_minor: no amount is that small and that large")
