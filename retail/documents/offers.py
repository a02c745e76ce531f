"""What offers did on a receipt beyond the cells: which held, what was earned for later, and what a return undoes of it.

A receipt must be taken back by any till, years later and without a network. So it carries the very terms of those
offers that are worked out anew for what is kept; all others are in the cells already.
"""

from __future__ import annotations

from typing import Literal

from retail.documents.base import Record
from retail.ids import DocumentId

OfferLayer = Literal["item", "basket", "later"]


class AppliedOffer(Record, frozen=True):
    """An offer that took `off` minor units off this receipt in `times` applications.

    `counted`: the offer has a limit, so its uses are counted. `exclusive`: the goods it took count toward no other.
    `body`: the offer's terms (its bytes, less to whom, when and on what it holds) where what is kept is priced again
    when goods come back, else nothing; `lines` are then the numbers of the lines whose goods count toward it, and
    `floored` those of them that offers may not bring below a floor: they never get more off than when they were sold.

    One that reached its threshold and gave way to another of its group stands here with nothing taken off: it may be
    the better one for what is kept. So does one that gave coupons for later (layer `later`, `times` of them).
    """

    offer: str
    revision: int
    layer: OfferLayer
    off: int
    times: int
    counted: bool
    exclusive: bool
    body: bytes
    lines: tuple[int, ...]
    floored: tuple[int, ...]


class CouponUse(Record, frozen=True):
    """A coupon that took effect: the code on it, its series, and the offer it opened."""

    code: str
    series: str
    offer: str


class Earned(Record, frozen=True):
    """Points that the member earned by an offer."""

    offer: str
    points: int


class Issued(Record, frozen=True):
    """Coupons for a later purchase: how many of a series, what each is worth, and for how many days (0: as the series
    says)."""

    offer: str
    series: str
    count: int
    amount: int
    days: int


class Stamped(Record, frozen=True):
    """What was added to one of the member's running counts; less than none: what an offer took of it."""

    offer: str
    counter: str
    count: int


class Reversal(Record, frozen=True):
    """What goods coming back undo of the receipt they were sold with; all amounts as positive as they were there.

    `member` and `business_date` are that receipt's: uses are given back to whom and to the day they were counted for.
    `offers`: uses given back, once the whole receipt is. `points_returned`: points spent that the member gets back.
    """

    document: DocumentId
    member: str
    business_date: int
    offers: tuple[AppliedOffer, ...]
    coupons: tuple[CouponUse, ...]
    earned: tuple[Earned, ...]
    issued: tuple[Issued, ...]
    stamped: tuple[Stamped, ...]
    points_returned: int
