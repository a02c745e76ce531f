"""What else happens at a till: the stream's beginning, shifts, cash, holds, abandoned receipts and the audit trail."""

from __future__ import annotations

from typing import Literal

from retail.documents.base import Document, Record
from retail.documents.sale import Line, TenderKind
from retail.ids import DocumentId
from retail.ownership import Ownership


class StreamOpen(Document, frozen=True):
    """The first entry of every stream. It names the stream before it in the same journal, with its last entry and hash,
    so that a copied disk shows as two children of one parent."""

    parent: DocumentId | None
    parent_hash: bytes
    machine: str
    software: str


class ShiftOpen(Document, frozen=True):
    """A cashier opens a shift with a float in the drawer."""

    shift: int
    cashier: str
    currency: str
    float_amount: int


class TenderCount(Record, frozen=True):
    """What the drawer should hold of a tender and what was counted, in minor units."""

    tender: TenderKind
    expected: int
    counted: int


class ShiftClose(Document, frozen=True):
    """The Z report. The count is blind: the cashier typed it before seeing what was expected."""

    shift: int
    cashier: str
    currency: str
    counts: tuple[TenderCount, ...]
    receipts: int
    net: int
    grand_total: int
    approver: str


class CashMovement(Document, frozen=True):
    """Cash put in (positive) or taken out (negative) of the drawer outside a sale."""

    shift: int
    cashier: str
    currency: str
    amount: int
    reason: str
    approver: str


class NoSale(Document, frozen=True):
    """The drawer was opened without a sale."""

    shift: int
    cashier: str
    reason: str
    approver: str


class Override(Document, frozen=True):
    """A second person approved what the cashier's rights or limits did not allow."""

    shift: int
    cashier: str
    approver: str
    function: str
    subject: str
    amount: int
    reason: str


class SignOn(Document, frozen=True):
    """A PIN was tried: by whom, and whether it opened the till."""

    operator: str
    accepted: bool


class HeldLine(Record, frozen=True):
    """What is needed to price a held line again. `net` is what it stood at when it was put aside: it is never charged,
    only compared with today's price. `discount_bp` or `discount_minor` was taken off by hand."""

    item: str
    code: str
    quantity_milli: int
    label_amount: int | None
    manual_price: int | None
    department: str
    ownership: Ownership
    entry: str
    net: int
    discount_bp: int
    discount_minor: int


class HeldCoupon(Record, frozen=True):
    """A coupon that was handed over: its code, its series, and the text on it (of a signed one with the signature)."""

    code: str
    series: str
    text: str


class Hold(Document, frozen=True):
    """A receipt put aside under a short label; recalled once, by the till that wins the claim.

    `coupons` are looked at anew when it is recalled, `picked` are the manual offers chosen by hand. A discount on the
    whole receipt is kept as it was given.
    """

    shift: int
    cashier: str
    label: str
    member: str
    lines: tuple[HeldLine, ...]
    coupons: tuple[HeldCoupon, ...]
    picked: tuple[str, ...]
    discount_bp: int
    discount_minor: int


class HoldRecalled(Document, frozen=True):
    """A held receipt was taken up again at this till."""

    hold: DocumentId
    cashier: str


class Abandoned(Document, frozen=True):
    """A receipt that was begun and never paid: cancelled, or found after a crash and not resumed."""

    shift: int
    cashier: str
    reason: Literal["cancelled", "crash", "signed_off"]
    lines: tuple[Line, ...]
    started_at_ms: int
    approver: str


class Reprint(Document, frozen=True):
    """A receipt was printed again, and how often by now."""

    document: DocumentId
    cashier: str
    copies: int


class FeedApplied(Document, frozen=True):
    """The till process adopted this position of a feed: prices up to it are in use from here on."""

    feed: str
    generation: str
    position: int


class ClockJump(Document, frozen=True):
    """The wall clock moved by itself; effective time never goes backwards."""

    wall_before_ms: int
    wall_after_ms: int
    offset_ms: int
