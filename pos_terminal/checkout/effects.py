"""What the core asks to be done. Services carry these out in their order and answer with commands."""

from __future__ import annotations

from dataclasses import dataclass, field

from retail.coupons import SignedCoupon, UniqueCode
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.ids import DocumentId


@dataclass(frozen=True, slots=True)
class Commit:
    """Write this document and its effects in one transaction; answer Committed or CommitFailed with `effect`.

    `business_date` (YYYYMMDD) stands when the document opens a shift; 0 means that of the open shift.
    """

    effect: str
    document: Document
    business_date: int = 0


@dataclass(frozen=True, slots=True)
class CommitSale:
    """Like Commit, then and only then: drawer if cash, print, poke the agent, clear the draft."""

    sale: Sale
    open_drawer: bool


@dataclass(frozen=True, slots=True)
class SaveDraft:
    """Keep the open receipt so that a crash can offer it back; off the paint path."""


@dataclass(frozen=True, slots=True)
class ClearDraft:
    """The receipt ended."""


@dataclass(frozen=True, slots=True)
class CheckPin:
    """Verify a PIN off the screen's thread; answer SignedOn or SignOnRefused (or Answered with approver)."""

    operator: str
    pin: str = field(repr=False)
    approves: str = ""


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Kick the drawer."""


@dataclass(frozen=True, slots=True)
class PrintReport:
    """Print a slip by name: x, or the document z, cash, hold or reprint."""

    report: str
    document: DocumentId | None = None


@dataclass(frozen=True, slots=True)
class FindReceipt:
    """Look for a sold receipt by its QR or printed number; answer ReceiptFound or Failed."""

    text: str


@dataclass(frozen=True, slots=True)
class ListHolds:
    """Show the open holds of the store (or of this till when alone)."""


@dataclass(frozen=True, slots=True)
class ClaimHold:
    """Try to win a hold; answer Recalled or Failed."""

    document: DocumentId


@dataclass(frozen=True, slots=True)
class AskStock:
    """Ask for the stock of an item, here and in other stores; answer StockShown."""

    item: str
    name: str


@dataclass(frozen=True, slots=True)
class AskCoupon:
    """Find out whether a coupon with a code of its own may be taken, and set it aside; answer CouponChecked.

    `receipt` is when the receipt began that it is for; `today` the business date (YYYYMMDD).
    """

    coupon: UniqueCode | SignedCoupon
    receipt: int
    today: int


@dataclass(frozen=True, slots=True)
class AskCouponsAgain:
    """The same for the coupons of a receipt that was recalled, all at once; answer CouponsChecked."""

    coupons: tuple[UniqueCode | SignedCoupon, ...]
    receipt: int
    today: int


@dataclass(frozen=True, slots=True)
class ReleaseCoupons:
    """Let go of coupons that were set aside and not taken."""

    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowMenu:
    """Open the list of functions without a key; the chosen one comes back as Pressed."""


@dataclass(frozen=True, slots=True)
class ShowItems:
    """Open the search list for this text."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowHelp:
    """Open the help overlay."""


@dataclass(frozen=True, slots=True)
class ShowOffers:
    """Open the explanation of the receipt's offers."""


@dataclass(frozen=True, slots=True)
class Beep:
    """A short sound: accepted or refused."""

    refused: bool = False


Effect = (
    Commit
    | CommitSale
    | SaveDraft
    | ClearDraft
    | CheckPin
    | OpenDrawer
    | PrintReport
    | FindReceipt
    | ListHolds
    | ClaimHold
    | AskStock
    | AskCoupon
    | AskCouponsAgain
    | ReleaseCoupons
    | ShowMenu
    | ShowItems
    | ShowHelp
    | ShowOffers
    | Beep
)
