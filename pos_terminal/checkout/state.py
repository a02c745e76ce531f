"""Everything a till shows and knows of the receipt at hand, as one immutable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, Literal

from pos_terminal.checkout.figures import NOTHING_DUE, Figures
from pos_terminal.checkout.lines import Discount
from pos_terminal.checkout.lines import OpenLine as OpenLine
from pos_terminal.checkout.lines import Origin as Origin
from pos_terminal.checkout.lines import TakenBack as TakenBack
from promotions import Coupon, OfferSet, Priced, Used
from retail.documents.sale import FeedMark, Sale, Tender, TenderKind
from retail.ids import DocumentId
from retail.ownership import UNOWNED, Ownership
from retail.wire import ReturnedRun

if TYPE_CHECKING:
    from pos_terminal.checkout.commands import Command


class Mode(Enum):
    """Which of its few faces the till shows. Selling and tendering are the same screen."""

    SIGNED_OFF = "signed_off"
    NO_SHIFT = "no_shift"
    SELLING = "selling"
    TENDERING = "tendering"
    SAVING = "saving"
    RETURNING = "returning"
    COUNTING = "counting"


class Level(Enum):
    """How a message is shown: information, a refusal the cashier can mend, a fault of the machine."""

    INFO = "info"
    REFUSED = "refused"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Message:
    """What the message line says: a code of the catalogue with its parameters, already safe for a terminal. `why` is a
    message within it, put where its words say {why}."""

    code: str
    level: Level = Level.INFO
    values: tuple[tuple[str, str], ...] = ()
    why: Message | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """Who is signed on."""

    operator: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Shift:
    """The shift that is open; its business date is the receipt's, whatever the clock says."""

    number: int
    cashier: str
    business_date: int
    float_amount: int


@dataclass(frozen=True, slots=True)
class Member:
    """What offers ask about the member on the receipt: birthday as MMDD (0: unknown), groups, purchases before this
    system counted them (-1: unknown)."""

    birthday: int = 0
    groups: tuple[str, ...] = ()
    purchases: int = -1


@dataclass(frozen=True, slots=True)
class Known:
    """How far offers with limits are used up, the member's running counts and purchases counted by this system (-1: not
    known), as this till knows them. An offer that is not in `used` is not known about."""

    used: Mapping[str, Used] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    purchases: int = -1


NOBODY: Final = Member()
NOTHING_KNOWN: Final = Known()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt at hand. It keeps the offer set it began with, whatever the feed brings meanwhile.

    `selected` is a line's number, 0 for none. `figures` holds every line's amounts, in the order of `lines`; `rounding`
    is what the payment in cash took off (抹零); `held_change` by how much the price moved since the receipt was held.
    `coupon_texts` is what stands on signed coupons, by code. `picked` are the manual offers chosen by hand; `tender` is
    the one means of payment that offers may go by, `points` how many of the member's points may be spent. `origins` are
    the receipts that goods on it come back from;
    `withheld` is taken off the refund for coupons that the customer keeps, unless `coupons_handed_back`.
    """

    lines: tuple[OpenLine, ...] = ()
    member: str = ""
    member_level: str = ""
    member_name: str = ""
    about_member: Member = NOBODY
    known: Known = NOTHING_KNOWN
    coupons: tuple[Coupon, ...] = ()
    coupon_texts: Mapping[str, str] = field(default_factory=dict)
    picked: tuple[str, ...] = ()
    tender: str = ""
    points: int = 0
    selected: int = 0
    started_at_ms: int = 0
    offers: OfferSet | None = None
    priced: Priced | None = None
    priced_with: tuple[FeedMark, ...] = ()
    tenders: tuple[Tender, ...] = ()
    tender_minute: int | None = None
    recalled_from: DocumentId | None = None
    held_change: int | None = None
    discount: Discount | None = None
    rounding: int = 0
    origins: tuple[Origin, ...] = ()
    withheld: int = 0
    coupons_handed_back: bool = False
    figures: Figures = NOTHING_DUE

    @property
    def live_lines(self) -> tuple[OpenLine, ...]:
        """The lines that count, in their order."""
        return tuple(line for line in self.lines if line.live)

    @property
    def due(self) -> int:
        """What the receipt comes to, in minor units; negative when more comes back than goes out."""
        return self.figures.due

    @property
    def paid(self) -> int:
        """What the tenders taken so far have settled."""
        return sum(tender.amount for tender in self.tenders)

    @property
    def open_amount(self) -> int:
        """What is still to be paid (or, negative, to be paid back)."""
        return self.due - self.paid + self.withheld


@dataclass(frozen=True, slots=True)
class LastReceipt:
    """What stays on the screen after a sale until the next scan: the number, the total, the change."""

    document: DocumentId
    number: str
    net: int
    change: int
    tender: TenderKind


AskKind = Literal["approval", "reason", "amount", "confirm", "choice", "pin", "count", "text", "date"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question the screen puts to the cashier before a function goes on: which function, what kind of answer.

    A choice is answered with one of the values' first parts; an approval with `PinTyped`; a confirmation with any
    text (Esc says no); everything else with what was typed. `code` names the words of the question.
    """

    function: str
    kind: AskKind
    values: tuple[tuple[str, str], ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """A function under way and what has been gathered for it. Its handler is called again with every answer."""

    function: str
    text: str = ""
    amount: str = ""
    reason: str = ""
    choice: str = ""
    date: str = ""
    confirmed: bool = False
    approver: str = ""


@dataclass(frozen=True, slots=True)
class Returning:
    """A sold receipt laid open for a return. `selected` is a line's number on it."""

    document: DocumentId
    sale: Sale
    already: tuple[ReturnedRun, ...]
    certain: bool
    business_date: int = 0
    selected: int = 0


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A receipt that was put aside, as the list of holds shows it."""

    document: DocumentId
    label: str
    cashier: str
    at_ms: int
    lines: int
    net: int


@dataclass(frozen=True, slots=True)
class Counting:
    """The blind count under way: which means of payment are counted, and what was counted of them so far."""

    tenders: tuple[TenderKind, ...]
    counted: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreStock:
    """Stock of an item in one store, in thousandths."""

    store: str
    name: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class StockTold:
    """Stock of an item: what this till knows itself, and the other stores as of a moment (0: nobody could be asked)."""

    item: str
    name: str
    here_milli: int
    stores: tuple[StoreStock, ...] = ()
    at_ms: int = 0


@dataclass(frozen=True, slots=True)
class CheckoutState:
    """The till between two commands.

    `pending` is the function that `asked` belongs to. While `saving` names a document on its way into the journal,
    commands wait in `waiting`. `draft` is a receipt found after a crash, offered back after sign-on. While
    `returning_loose` is set the next goods come back without a receipt. `return_approver` has signed for the return at
    hand.
    """

    mode: Mode = Mode.SIGNED_OFF
    operator: Operator | None = None
    shift: Shift | None = None
    receipt: Receipt = field(default_factory=Receipt)
    quantity_milli: int | None = None
    clerk: Ownership = UNOWNED
    line_clerk: Ownership | None = None
    message: Message | None = None
    asked: Asked | None = None
    last: LastReceipt | None = None
    language: Literal["zh_CN", "en"] = "zh_CN"
    pending: Request | None = None
    saving: str = ""
    waiting: tuple[Command, ...] = ()
    locked: bool = False
    checking_price: bool = False
    returning_loose: Request | None = None
    returning: Returning | None = None
    return_approver: str = ""
    holds: tuple[HeldReceipt, ...] = ()
    counting: Counting | None = None
    opening: Shift | None = None
    stock: StockTold | None = None
    draft: Receipt | None = None
