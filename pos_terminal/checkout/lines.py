"""A line of the open receipt as it is told to the till: which goods, how many, whose. Its amounts are in `figures`."""

from __future__ import annotations

from dataclasses import dataclass

from retail.documents.sale import EntryMethod, Line, Sale
from retail.feeds import ItemRow, PriceRow
from retail.ids import DocumentId
from retail.ownership import UNOWNED, Ownership
from retail.wire import ReturnedRun


@dataclass(frozen=True, slots=True)
class Discount:
    """Something taken off by hand: a part of the price in basis points, or an amount in minor units."""

    bp: int = 0
    minor: int = 0


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What a return line takes back: the sold line, and how many units (or thousandths of a weighed one) of it.

    Without a receipt `document` is None and `line` holds the goods at today's price. `already` is what came back
    before this line, at any till and on this receipt.
    """

    document: DocumentId | None
    line: Line
    already: tuple[ReturnedRun, ...]
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class Origin:
    """A sold receipt that goods come back from: where and when it was written, and what had come back of it before
    the receipt at hand."""

    document: DocumentId
    sale: Sale
    already: tuple[ReturnedRun, ...]
    business_date: int


@dataclass(frozen=True, slots=True)
class OpenLine:
    """A line of the open receipt. `prices` are the candidates frozen at the scan; `label_amount` is a label's gross in
    minor units; `manual_price` a unit price given by hand. A struck-out line stays, with who and when.

    A return line has `returned` and a negative quantity.
    """

    number: int
    item: ItemRow
    code: str
    quantity_milli: int
    prices: tuple[PriceRow, ...]
    entry: EntryMethod
    ownership: Ownership = UNOWNED
    label_amount: int | None = None
    manual_price: int | None = None
    returned: TakenBack | None = None
    voided_by: str = ""
    void_approver: str = ""
    voided_at_ms: int = 0
    discount: Discount | None = None

    @property
    def live(self) -> bool:
        """Whether the line still counts."""
        return not self.voided_by

    @property
    def counted(self) -> bool:
        """Whether the line is made of equal pieces; otherwise it is one unit, whatever its weight."""
        return not self.item.measured and self.label_amount is None and self.quantity_milli % 1000 == 0
