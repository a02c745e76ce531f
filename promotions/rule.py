"""An offer: what is given, on which goods, when, where and to whom, and how it stands to other offers."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

from promotions.circumstances import Audience, Condition, Window
from promotions.limits import Limits
from promotions.plans import (
    AmountAtThreshold,
    AnyPlan,
    Breaks,
    Bundle,
    BuyGet,
    Layer,
    PercentAtThreshold,
    PlainUnitPlan,
    Reward,
)
from promotions.plans.base import AMOUNT_MAX, check_range
from promotions.scope import NAME_CHARS_MAX, Scope, check_names

RANK_MAX: Final = 9_999
TIMES_MAX: Final = 1_000_000
PRIORITY_MAX: Final = 9
CONDITIONS_MAX: Final = 20


class Offer(msgspec.Struct, frozen=True, omit_defaults=True):
    """One offer, written with `promotions.codec`; fields are only ever added, and their defaults never change meaning.

    Bounds on one receipt: `times_max` applications (units for an offer per unit, groups for an offer on groups, full
    thresholds for `every`; 0: no bound) and `off_max_minor` taken off in all. With `per_coupon` every application
    uses up a coupon of its own.

    How it stands to others: `priority` 1 is chosen first, 2 among what is left, and so on (item offers). `manual`
    offers hold only where a clerk has picked them. `forced` ones are applied before anything is chosen. The goods of
    an `exclusive` one take part in no offer on the receipt, nor do they count toward one. Of offers on the receipt
    that share a `group` only the best counts. `rescue`: item offers may be held back where that keeps this threshold
    and costs the customer less. `rank`: where two choices cost the customer the same, the one with more discount from
    highly ranked offers is taken.

    `on_return` says whether a unit that comes back is worth what was paid for it (`prorated`) or what is kept is
    priced again (`reprice`); empty: offers on the receipt and gifts are priced again once their threshold is missed,
    all others are prorated. Points are always given back in proportion.
    `share` puts a group's discount on all its units by value, or on the rewarded ones only.

    `needs` names what a reader must understand beyond version 1; an offer that needs more than this program knows is
    skipped and reported.
    """

    id: str
    plan: AnyPlan
    name: str = ""
    scope: Scope = Scope()
    window: Window = Window()
    audience: Audience = Audience()
    conditions: tuple[Condition, ...] = ()
    limits: Limits = Limits()
    stores: tuple[str, ...] = ()
    times_max: int = 0
    off_max_minor: int = 0
    per_coupon: bool = False
    priority: int = 1
    manual: bool = False
    forced: bool = False
    exclusive: bool = False
    group: str = ""
    rescue: bool = True
    rank: int = 0
    on_return: Literal["", "prorated", "reprice"] = ""
    share: Literal["all", "rewarded"] = "all"
    revision: int = 0
    version: int = 1
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_names("id", (self.id,))
        check_names("stores", self.stores)
        check_range("name", len(self.name), 0, 200)
        check_range("conditions", len(self.conditions), 0, CONDITIONS_MAX)
        check_range("times_max", self.times_max, 0, TIMES_MAX)
        check_range("off_max_minor", self.off_max_minor, 0, AMOUNT_MAX)
        check_range("priority", self.priority, 1, PRIORITY_MAX)
        check_range("rank", self.rank, 0, RANK_MAX)
        check_range("version", self.version, 1, 1)
        check_range("group", len(self.group), 0, NAME_CHARS_MAX)
        _check_fit(self)

    @property
    def layer(self) -> Layer:
        """Where this acts: on units, on the receipt once all units have their price, or on later purchases."""
        return self.plan.LAYER

    @property
    def reprices(self) -> bool:
        """Whether what is kept is priced again when something comes back."""
        return self.on_return != "prorated" and _at_threshold(self.plan)


class UnknownOffer(msgspec.Struct, frozen=True):
    """An offer of a kind or with a need that is newer than this program: skipped and reported, not refused."""

    id: str
    kind: str
    reason: str


def _at_threshold(plan: AnyPlan) -> bool:
    return isinstance(plan, AmountAtThreshold | PercentAtThreshold | Reward)


def _check_fit(offer: Offer) -> None:
    """ValueError, naming the field, where a field says what this kind of offer cannot do."""
    item = offer.layer == "item"
    if offer.group and item:
        raise ValueError("group: only offers on the whole receipt exclude each other by group")
    if not item and (offer.priority != 1 or offer.forced):
        raise ValueError("priority: only offers on goods have a priority or are forced")
    if offer.exclusive and not item:
        raise ValueError("exclusive: offers on the receipt exclude each other by group")
    if offer.audience.tenders and item:
        raise ValueError("tenders: how a receipt is paid is known too late for offers on goods")
    if offer.off_max_minor and item and not isinstance(offer.plan, PlainUnitPlan):
        raise ValueError("off_max_minor: offers on groups are bounded by times_max")
    if offer.on_return == "reprice" and not _at_threshold(offer.plan):
        raise ValueError("on_return: only offers at a threshold are priced again")
    if offer.share == "rewarded" and not isinstance(offer.plan, BuyGet):
        raise ValueError("share: this kind of offer rewards all its goods alike")
    if offer.per_coupon and not offer.audience.coupon:
        raise ValueError("per_coupon: no coupon is asked for")
    if isinstance(offer.plan, BuyGet | Bundle) and offer.plan.part_scopes and offer.times_max > 10_000:
        raise ValueError("times_max: no receipt holds that many groups")
    if isinstance(offer.plan, Breaks) and offer.times_max:
        raise ValueError("times_max: a price by quantity holds for the whole quantity")
