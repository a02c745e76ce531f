"""What the core may look at while it handles a command: handed in, and the same for the whole of one command."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pos_terminal.checkout.state import NOTHING_KNOWN, Known
from pos_terminal.checkout.terms import Terms
from promotions import OfferSet
from retail.documents.sale import FeedMark, TenderKind
from retail.feeds import BarcodeRow, ItemRow, MemberRow, PriceRow, RoleRow, StaffRow
from retail.ids import DocumentId


class Catalog(Protocol):
    """The feeds as they stand in this store. Every lookup is by key; none reads a whole table."""

    def item_by_code(self, code: str) -> tuple[ItemRow, BarcodeRow | None] | None:
        """The goods under a barcode or short code."""
        ...

    def item_by_plu(self, plu: str) -> ItemRow | None:
        """The goods that scales print this number for."""
        ...

    def item_by_id(self, item: str) -> ItemRow | None:
        """The item itself."""
        ...

    def prices(self, item: str) -> Sequence[PriceRow]:
        """All price rows of the item, of any scope and time."""
        ...

    def member_by_card(self, card: str) -> MemberRow | None:
        """The member with this card or number."""
        ...

    def staff(self, operator: str) -> StaffRow | None:
        """A person of this store: cashier, clerk or manager."""
        ...


@dataclass(frozen=True, slots=True)
class ShiftTotals:
    """What the journal has of the open shift, by means of payment: how much, and on how many receipts."""

    tenders: Mapping[TenderKind, int] = field(default_factory=dict)
    counts: Mapping[TenderKind, int] = field(default_factory=dict)
    float_amount: int = 0
    movements: int = 0
    receipts: int = 0
    net: int = 0
    grand_total: int = 0

    @property
    def drawer(self) -> int:
        """Cash that should be in the drawer."""
        return self.float_amount + self.movements + self.tenders.get("cash", 0)

    def expected(self, tender: TenderKind) -> int:
        """What should be there of a means of payment."""
        return self.drawer if tender == "cash" else self.tenders.get(tender, 0)


class History(Protocol):
    """What this till has written, as far as the core needs it."""

    def next_counter(self) -> int:
        """The number of the next receipt."""
        ...

    def shift_totals(self) -> ShiftTotals:
        """The open shift's figures."""
        ...

    def last_shift(self) -> tuple[int, int]:
        """Number and business date of the latest shift; zeros when there was none."""
        ...

    def copies(self, document: DocumentId) -> int:
        """How often a receipt was printed again."""
        ...

    def receipt_named(self, number: str) -> DocumentId | None:
        """This till's receipt with the printed number; the latest one for an empty text."""
        ...


class Uses(Protocol):
    """How far offers with limits are used up, as far as this till can tell."""

    def known(self, offers: OfferSet, member: str, local_minute: int) -> Known:
        """Uses of the offers with limits, the member's running counts, and the member's purchases where an offer asks
        for them; `member` may be empty."""
        ...


class NothingKnown:
    """A till that was told nothing about uses."""

    def known(self, offers: OfferSet, member: str, local_minute: int) -> Known:
        """Nothing."""
        return NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class World:
    """The surroundings of one command. `alone`: neither hub nor headquarters could be reached lately; `rights_age_s`
    is how long ago headquarters last confirmed the rights; `terminal` is the kind of till that offers may ask for."""

    store: str
    till: str
    now_ms: int
    local_minute: int
    local_date: int
    catalog: Catalog
    history: History
    offers: OfferSet
    marks: tuple[FeedMark, ...] = ()
    roles: Mapping[str, RoleRow] = field(default_factory=dict)
    rights_age_s: int = 0
    terms: Terms = field(default_factory=Terms)
    alone: bool = False
    terminal: str = ""
    uses: Uses = field(default_factory=NothingKnown)
