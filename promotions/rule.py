"""An offer: what is given, on which goods, when, where and to whom."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from promotions.plans import AnyPlan, BasketPlan
from promotions.plans.base import check_range
from promotions.scope import NAME_CHARS_MAX, Scope, check_names

DAY_MIN: Final = 1440
EVERY_DAY: Final = 0b111_1111
MINUTE_MAX: Final = 10_000 * 366 * DAY_MIN
RANK_MAX: Final = 9_999
TIMES_MAX: Final = 1_000_000
ANY_MEMBER: Final = "*"


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
    """For whom: member levels (`*`: any member; none: everybody) and, if set, who hands over this coupon code."""

    levels: tuple[str, ...] = ()
    coupon: str = ""

    def __post_init__(self) -> None:
        check_names("levels", self.levels)
        check_range("coupon", len(self.coupon), 0, NAME_CHARS_MAX)


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One offer, written with `promotions.codec`; fields are only ever added, and their defaults never change meaning.

    `times_max` bounds one receipt: units for an offer per unit, groups for an offer on groups, full thresholds for
    `every` (0: no bound). `group`: of basket offers that share one only the best counts. `rank`: where two choices
    cost the customer the same, the one with more discount from highly ranked offers is taken. `needs` names what a
    reader must understand beyond version 1; an offer that needs more than this program knows is skipped and reported.
    """

    id: str
    plan: AnyPlan
    name: str = ""
    scope: Scope = Scope()
    window: Window = Window()
    audience: Audience = Audience()
    stores: tuple[str, ...] = ()
    times_max: int = 0
    group: str = ""
    rank: int = 0
    revision: int = 0
    version: int = 1
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_names("id", (self.id,))
        check_names("stores", self.stores)
        check_range("name", len(self.name), 0, 200)
        check_range("times_max", self.times_max, 0, TIMES_MAX)
        check_range("rank", self.rank, 0, RANK_MAX)
        check_range("version", self.version, 1, 1)
        check_range("group", len(self.group), 0, NAME_CHARS_MAX)
        if self.group and self.layer == "item":
            raise ValueError("group: only offers on the whole receipt exclude each other by group")

    @property
    def layer(self) -> Literal["item", "basket"]:
        """Whether this takes something off units, or off the receipt once all units have their price."""
        return "basket" if isinstance(self.plan, BasketPlan) else "item"


class UnknownOffer(msgspec.Struct, frozen=True):
    """An offer of a kind or with a need that is newer than this program: skipped and reported, not refused."""

    id: str
    kind: str
    reason: str
