"""The sale, with sale, return and exchange lines on one receipt, and the cells that every later figure is summed from.

A line is made of runs of equal units. The cells of a run hold for EACH of its units: gross, every reduction by its
source, net, tax inside the net, who paid it with which tender, which clerk it counts for. They are made once, at the
sale. A return names the run it takes back and copies the cells with the sign turned, so sums need no special case and
no fold ever needs another document. Where a return leaves less (or more) of an offer to the goods that are kept, a
line of entry `adjustment` names their run and moves only money: its quantity and gross are zero.
"""

from __future__ import annotations

from typing import Literal

from retail.documents.base import Document, Record
from retail.documents.offers import AppliedOffer, CouponUse, Earned, Issued, Reversal, Stamped
from retail.ids import DocumentId, RunRef
from retail.ownership import Ownership

ReductionSource = Literal["offer", "voucher", "points", "manual", "rounding"]
EntryMethod = Literal["scan", "key", "search", "department", "label", "repeat", "return", "import", "adjustment"]
TenderKind = Literal["cash", "card", "wallet_qr", "voucher", "stored_value", "coupon", "exchange", "other"]


class Reduction(Record, frozen=True):
    """What one source took off a unit, in minor units (positive on a sale, negative on a return)."""

    source: ReductionSource
    reference: str
    amount: int


class Tax(Record, frozen=True):
    """Tax contained in a unit's net: code, rate in basis points, amount in minor units."""

    code: str
    rate_bp: int
    amount: int


class TenderCell(Record, frozen=True):
    """What of a unit's net was settled by `tenders[tender]`."""

    tender: int
    amount: int


class ClerkCell(Record, frozen=True):
    """What of a unit's net counts for a clerk or a pool."""

    clerk: str
    amount: int


class Run(Record, frozen=True):
    """`units` equal units. Quantity (thousandths) and all cells are those of one unit; on a return all are negative."""

    units: int
    quantity_milli: int
    gross: int
    reductions: tuple[Reduction, ...]
    net: int
    taxes: tuple[Tax, ...]
    tenders: tuple[TenderCell, ...]
    clerks: tuple[ClerkCell, ...]
    origin: RunRef | None


class PriceSource(Record, frozen=True):
    """Which price row was charged: its kind (retail, member:gold, manual, label, ...), scope and release."""

    kind: str
    scope: str
    release: int


class Voided(Record, frozen=True):
    """Who struck the line out before tender, and when."""

    by: str
    approver: str
    at_ms: int


class Line(Record, frozen=True):
    """One line as it stands on the receipt. `unit_price` counts ten-thousandths of the major unit."""

    number: int
    item: str
    code: str
    name: str
    department: str
    unit: str
    quantity_milli: int
    unit_price: int
    price_source: PriceSource
    entry: EntryMethod
    ownership: Ownership
    runs: tuple[Run, ...]
    voided: Voided | None


class Tender(Record, frozen=True):
    """One means of payment: `amount` is what it settled, `given` what was handed over, `change` what went back.

    The kind `exchange` sets goods returned off against goods bought on the same receipt; its amount is zero.
    """

    kind: TenderKind
    name: str
    amount: int
    given: int
    change: int
    reference: str


class FeedMark(Record, frozen=True):
    """How far a feed had been adopted when the receipt was priced."""

    feed: str
    generation: str
    position: int


class Sale(Document, frozen=True):
    """A completed receipt, version 2. `counter` is the till's own receipt counter; the printed number adds check
    characters. From `offers` on: what offers did for the goods going out, and what coming goods undo of other
    receipts."""

    counter: int
    shift: int
    cashier: str
    member: str
    currency: str
    net: int
    lines: tuple[Line, ...]
    tenders: tuple[Tender, ...]
    offer_set: bytes
    priced_with: tuple[FeedMark, ...]
    started_at_ms: int
    recalled_from: DocumentId | None
    offers: tuple[AppliedOffer, ...]
    coupons: tuple[CouponUse, ...]
    earned: tuple[Earned, ...]
    issued: tuple[Issued, ...]
    stamped: tuple[Stamped, ...]
    points_spent: int
    reversals: tuple[Reversal, ...]
