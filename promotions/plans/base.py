"""The shapes of a benefit. The engine knows only these; what a kind gives is written in its own file and nowhere else.

Off single units; off complete groups of units; off all units taken, by how many they are; off the receipt at a
threshold; further goods at a price once a threshold is reached; and what is earned for later.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, Final, Literal, Protocol

import msgspec

from promotions.scope import Scope
from retail.money import MINOR_PER_MAJOR, UNIT_PRICE_SCALE
from retail.quantity import MILLI

AMOUNT_MAX: Final = 100_000_000_000
"""No amount of an offer is larger (minor units): anything above is a slip of the keyboard."""

PERCENT_SCALE: Final = 10_000
GROUP_UNITS_MAX: Final = 100
TIERS_MAX: Final = 20

Layer = Literal["item", "basket", "later"]


class Plan(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="kind"):
    """The benefit of an offer."""

    LAYER: ClassVar[Layer] = "item"


class UnitPlan(Plan, frozen=True):
    """Something off every unit by itself."""

    @abstractmethod
    def off(self, gross: int, quantity_milli: int, count: int, currency: str) -> int:
        """What `count` equal units of one price class get together: from nothing to all they cost."""


class PlainUnitPlan(UnitPlan, frozen=True):
    """Something off every unit of the scope, whichever it is."""


class GroupPlan(Plan, frozen=True):
    """Something off every complete group of units. A group fills one or more slots; `sizes` says with how many units.

    Units enter a slot dearest first, so the first of a slot are its dearest. What a group takes off is what each unit
    adds (`gain`) and what its completion adds (`completion`), at most what its units cost, nothing if negative.
    """

    @property
    def completion(self) -> int:
        """What a group takes off for being complete; its price, if it has one, is negative."""
        return 0

    @property
    @abstractmethod
    def sizes(self) -> tuple[int, ...]:
        """How many units each slot of one group needs."""

    @property
    @abstractmethod
    def one_article(self) -> bool:
        """Whether a group may only be made of one article."""

    @property
    def part_scopes(self) -> tuple[Scope, ...]:
        """The goods of the second and further slots; those of the first are the offer's scope."""
        return ()

    @abstractmethod
    def gain(self, slot: int, fill: int, gross: int, count: int) -> int:
        """What `count` further units worth `gross` each add to what is off, when `fill` are already in the slot.

        Summed over the units of complete groups, with their `completion`, this is exactly what the groups take off.
        """

    def share_bound(self, slot: int, gross: int) -> int:
        """At most so much is off per unit worth `gross`, times the units of a group: no group takes off more than its
        units' shares together."""
        return self.gain(slot, 0, gross, 1) * sum(self.sizes) + self.completion

    def excess(self, filled: int, gross: int) -> int:
        """What completing open groups with `filled` units in all may add beyond the `share_bound` of the units to
        come, none of which is worth more than `gross`; negative where the groups still owe something."""
        return -(-self.completion * filled // sum(self.sizes))

    def group_off(self, slots: Sequence[Sequence[int]]) -> int:
        """What one complete group takes off; `slots` holds the units' gross, dearest first.

        Negative where the group is worth less than its price.
        """
        off = self.completion
        for slot, grosses in enumerate(slots):
            for fill, gross in enumerate(grosses):
                off += self.gain(slot, fill, gross, 1)
        return min(off, sum(map(sum, slots)))


class PoolPlan(Plan, frozen=True):
    """Something off all units that the offer takes, decided by how many (or how much) they are together."""

    @property
    @abstractmethod
    def one_article(self) -> bool:
        """Whether each article counts by itself."""


class BasketPlan(Plan, frozen=True):
    """Something off the receipt once an amount is reached."""

    LAYER: ClassVar[Layer] = "basket"
    ORDER: ClassVar[int] = 0
    """Percentages (0) are taken before amounts (1), these before points (2)."""

    base: Literal["net", "gross"] = "net"

    @abstractmethod
    def steps(self, counted: int, steps_max: int) -> int:
        """How often this applies when `counted` minor units count toward the threshold."""

    @abstractmethod
    def off(self, counted: int, net: int, steps_max: int) -> int:
        """What comes off the eligible goods, which cost `net`; never more than that."""

    @abstractmethod
    def short(self, counted: int, steps_max: int) -> int:
        """How much more would have to be bought for the next step; 0 when there is none."""


class LaterPlan(Plan, frozen=True):
    """Something earned with the receipt and worth something another day; it changes no price."""

    LAYER: ClassVar[Layer] = "later"


def percent_of(amount: int, percent_bp: int) -> int:
    """The share of an amount that is not negative, in basis points, rounded half up on the discount.

    >>> percent_of(115, 1000), percent_of(1999, 2500)
    (12, 500)
    """
    return (amount * percent_bp + PERCENT_SCALE // 2) // PERCENT_SCALE


def level_off(level: LevelLike, gross: int, quantity_milli: int, count: int, currency: str) -> int:
    """What `count` equal units together get off at a price, by a percentage or by an amount, from nothing to all they
    cost; rounded once. An amount is off each piece, or each unit of measure of measured goods."""
    if level.unit_price >= 0:
        return max(0, gross * count - extended(level.unit_price, quantity_milli * count, currency))
    if level.percent_bp >= 0:
        return percent_of(gross * count, level.percent_bp)
    return min(gross, (2 * level.amount_minor * quantity_milli + MILLI) // (2 * MILLI)) * count


def extended(unit_price: int, quantity_milli: int, currency: str) -> int:
    """What a quantity costs at a unit price: `retail.money.extend_minor` for prices that are not negative, half up."""
    parts = UNIT_PRICE_SCALE * MILLI
    return (2 * unit_price * quantity_milli * MINOR_PER_MAJOR[currency] + parts) // (2 * parts)


class LevelLike(Protocol):
    """A unit price, a percentage or an amount off; -1 where it is not the one."""

    @property
    def unit_price(self) -> int: ...
    @property
    def percent_bp(self) -> int: ...
    @property
    def amount_minor(self) -> int: ...


def check_range(field: str, value: int, least: int, most: int) -> None:
    """ValueError that names the field unless the value is within its range."""
    if not least <= value <= most:
        raise ValueError(f"{field}: {value} is not within {least} to {most}")


def check_one(plan: msgspec.Struct, *fields: str) -> None:
    """ValueError unless exactly one of these fields of a benefit is filled (-1: not)."""
    filled = [field for field in fields if getattr(plan, field) >= 0]
    if len(filled) != 1:
        raise ValueError(f"{(filled or fields)[-1]}: exactly one of {', '.join(fields)} says what is given")


def check_tiers(tiers: Sequence[tuple[int, int]], most: int) -> None:
    """ValueError unless there is a tier, and with every higher threshold more is given (at most `most`)."""
    check_range("tiers", len(tiers), 1, TIERS_MAX)
    for threshold, benefit in tiers:
        check_range("tiers", threshold, 1, AMOUNT_MAX)
        check_range("tiers", benefit, 1, most)
    if any(lower[0] >= upper[0] or lower[1] >= upper[1] for lower, upper in pairwise(tiers)):
        raise ValueError("tiers: thresholds and what is given must rise together")
