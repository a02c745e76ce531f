"""What can be told to a till: by a scanner, by a hand on the keyboard, or by a service that has finished its work.

A scan is a command whatever has the focus; it never passes through a text field.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pos_terminal.checkout.state import HeldReceipt, Level, Operator, Receipt, Shift, StockTold
from retail.documents.sale import Sale
from retail.documents.till import Hold
from retail.ids import DocumentId
from retail.wire import ReturnedRun


@dataclass(frozen=True, slots=True)
class Scanned:
    """A device read a code."""

    text: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Something was typed and Enter pressed: a code, `3*`, `3*code`, `07/code`, an amount at tender, nothing."""

    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A till function by its code (retail.functions), with what had been typed before the key."""

    function: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """The selection went up or down by so many lines."""

    by: int


@dataclass(frozen=True, slots=True)
class Picked:
    """An item was chosen in the search list."""

    item: str


@dataclass(frozen=True, slots=True)
class PinTyped:
    """Somebody signs: to sign on, to unlock, or as the second person whom `state.asked` (approval) calls for."""

    operator: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to `state.asked`; None is Esc. `approver` is set when a second person signed for it.

    Esc with nothing asked goes one step back: out of payment, out of a return, out of a half-typed quantity.
    """

    text: str | None
    approver: str = ""


@dataclass(frozen=True, slots=True)
class SignedOn:
    """The PIN was right."""

    operator: Operator
    shift: Shift | None


@dataclass(frozen=True, slots=True)
class SignOnRefused:
    """The PIN was wrong, or must wait."""

    wait_s: int = 0
    operator: str = ""


@dataclass(frozen=True, slots=True)
class ShiftOpened:
    """The shift's opening is in the journal."""

    shift: Shift


@dataclass(frozen=True, slots=True)
class ShiftClosed:
    """The Z report is in the journal."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The document of an effect is in the journal: COMMIT has returned. `number` is the printed receipt number."""

    effect: str
    document: DocumentId
    number: str = ""


@dataclass(frozen=True, slots=True)
class CommitFailed:
    """The journal refused: nothing was written, the receipt stands as it was. `code` names the message."""

    effect: str
    code: str


@dataclass(frozen=True, slots=True)
class Recalled:
    """A hold was won and is to be taken up."""

    document: DocumentId
    hold: Hold


@dataclass(frozen=True, slots=True)
class ReceiptFound:
    """A sold receipt to return from, with what came back already; `certain` is False when only this till was asked."""

    document: DocumentId
    sale: Sale
    already: tuple[ReturnedRun, ...]
    certain: bool
    business_date: int = 0


@dataclass(frozen=True, slots=True)
class CouponChecked:
    """Whether a coupon may be taken on the receipt that began at `receipt`; `refusal` says why not (empty: it may)."""

    code: str
    series: str
    receipt: int
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class CouponsChecked:
    """Which coupons of a recalled receipt, the one that began at `receipt`, may be taken again."""

    found: tuple[CouponChecked, ...]
    receipt: int


@dataclass(frozen=True, slots=True)
class HoldsListed:
    """The open holds; `everywhere` is False when only this till's own could be listed."""

    holds: tuple[HeldReceipt, ...]
    everywhere: bool = True


@dataclass(frozen=True, slots=True)
class StockShown:
    """The answer to a question for stock."""

    stock: StockTold


@dataclass(frozen=True, slots=True)
class DraftFound:
    """A receipt was open when the till last stopped."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Failed:
    """A service could not do it; the message code says why and what to do."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """A service has something to say that ends nothing: the printer is back, a scanner was lost, prices are newer."""

    code: str
    level: Level = Level.INFO
    values: tuple[tuple[str, str], ...] = ()


Command = (
    Scanned
    | Entered
    | Pressed
    | Moved
    | Picked
    | PinTyped
    | Answered
    | SignedOn
    | SignOnRefused
    | ShiftOpened
    | ShiftClosed
    | Committed
    | CommitFailed
    | Recalled
    | ReceiptFound
    | CouponChecked
    | CouponsChecked
    | HoldsListed
    | StockShown
    | DraftFound
    | Failed
    | Told
)
