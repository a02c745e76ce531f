"""What a rehearsal found: plain values that are stored as JSON and shown. Amounts are minor units of one currency."""

from __future__ import annotations

import msgspec


class ItemTouched(msgspec.Struct, frozen=True):
    """Goods that the drafts took something off: how much, on how many receipts, and what they cost before and after."""

    item: str
    receipts: int
    off_minor: int
    net_before: int
    net_after: int


class Displaced(msgspec.Struct, frozen=True):
    """Another offer that gives less (or more) because of the drafts: on so many receipts, in all before and after."""

    offer: str
    receipts: int
    off_before: int
    off_after: int


class Example(msgspec.Struct, frozen=True):
    """A receipt: where it is, what it cost before and after, what the drafts took off. `margin_after` is of the lines
    whose cost is known."""

    store: str
    business_date: int
    position: int
    net_before: int
    net_after: int
    off_minor: int
    margin_after: int


class DayCost(msgspec.Struct, frozen=True):
    """What the drafts took off on a business date (YYYYMMDD), on how many receipts."""

    business_date: int
    receipts: int
    off_minor: int


class Outcome(msgspec.Struct, frozen=True):
    """The figures of a rehearsal.

    `receipts` were sold in the time and stores asked about; `possible` of them hold goods that the drafts name; of
    these every one, or an even sample, was priced (`priced`): all sums are of those. `touched` got something off by the
    drafts, `changed` cost something else. `cost_minor` is what the drafts take off, `off_before` and `off_after` what
    all offers take off, `sold_off` what offers took off when the receipts were sold. Margin is net less tax less cost
    of the lines whose cost is known; `uncosted_net` is what the others bring (net less tax, after). `unproven` receipts
    have a choice that is not proven best. `left_out` are offers this program cannot apply, and why.
    """

    currency: str
    receipts: int
    possible: int
    priced: int
    touched: int
    changed: int
    members: int
    cost_minor: int
    gross: int
    sold_off: int
    off_before: int
    off_after: int
    net_before: int
    net_after: int
    margin_before: int
    margin_after: int
    uncosted_net: int
    unproven: int
    items: tuple[ItemTouched, ...] = ()
    displaced: tuple[Displaced, ...] = ()
    worst: tuple[Example, ...] = ()
    days: tuple[DayCost, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def extrapolated_minor(self) -> int:
        """The cost on all possible receipts, were the others like those priced; half up."""
        return (2 * self.cost_minor * self.possible + self.priced) // (2 * self.priced) if self.priced else 0
