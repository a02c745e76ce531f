"""What a signed-in person may see of the figures: their stores, and cost and margin only with the right to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.orm import Session

from hq_server.errors import Forbidden, NotFound
from hq_server.models.stores import Store
from hq_server.reports import queries
from hq_server.reports.rules import margin_minor
from hq_server.sync.entries import entries_at
from hq_server.users.sessions import Viewer
from retail.codec import Envelope, decode_document, decode_envelope
from retail.documents.base import Document
from retail.ids import DocumentId

SALES: Final = "reports.sales"
MARGIN: Final = "reports.margin"


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of sales in minor units. `margin` counts what has a cost; `uncosted_net` (net less tax) what has none. Both
    are None without the right to see margin. `receipts` is the number of customers."""

    receipts: int
    lines: int
    quantity_milli: int
    gross: int
    reduction: int
    net: int
    tax: int
    margin: int | None
    uncosted_net: int | None


@dataclass(frozen=True, slots=True)
class StoreFigures:
    """A store's sums."""

    store: str
    name: str
    zone: str | None
    currency: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day's sums."""

    business_date: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class HourFigures:
    """An hour of the day."""

    hour: int
    receipts: int
    lines: int
    net: int


@dataclass(frozen=True, slots=True)
class ClerkFigures:
    """A clerk's or pool's sums by kind of ownership."""

    clerk: str
    name: str
    ownership: str
    lines: int
    net: int


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """An item's sums."""

    item: str
    name: str
    department: str
    quantity_milli: int
    gross: int
    net: int
    tax: int
    margin: int | None
    uncosted_net: int | None


@dataclass(frozen=True, slots=True)
class TenderFigures:
    """A means of payment."""

    tender: str
    receipts: int
    amount: int


@dataclass(frozen=True, slots=True)
class MemberFigures:
    """A member's purchases."""

    member: str
    name: str
    receipts: int
    net: int


@dataclass(frozen=True, slots=True)
class StockFigures:
    """Stock of an item."""

    item: str
    name: str
    department: str
    unit: str
    quantity_milli: int


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A receipt in a list; `position` finds the document itself."""

    business_date: date
    position: int
    till: str
    at: datetime
    counter: int
    cashier: str
    member: str
    lines: int
    net: int
    posted_date: date


@dataclass(frozen=True, slots=True)
class StoreHealth:
    """How far a store's entries are folded, when it was last heard of, and how many entries are set aside."""

    store: str
    accepted: int
    folded: int
    last_entry_at: datetime | None
    set_aside: int


@dataclass(frozen=True, slots=True)
class OverReturned:
    """A sold line of which more came back than was sold, or all of it for another amount than was paid, and at which
    stores: tills that could not ask took goods of one receipt back without knowing of each other."""

    store: str
    document: DocumentId
    line: int
    units: int
    returned_milli: int
    sold_milli: int
    returned_net: int
    sold_net: int
    stores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AlarmLine:
    """Something to look at."""

    store: str
    kind: str
    subject: str
    detail: str
    raised_at: datetime
    seen_by: str


def overview(session: Session, *, viewer: Viewer, first: date, last: date) -> list[StoreFigures]:
    """The sums of every store the viewer sees, over a span of business dates."""
    viewer.require(SALES)
    return [
        StoreFigures(row[0], row[1], row[2], row[3], _figures(row[4:], viewer, row[3]))
        for row in queries.overview(session, first, last, viewer.stores)
    ]


def by_day(session: Session, *, viewer: Viewer, store: str, first: date, last: date) -> list[DayFigures]:
    """A store's sums day by day."""
    currency = _currency(session, viewer, store)
    rows = queries.by_day(session, store, first, last)
    return [DayFigures(row[0], _figures(row[1:], viewer, currency)) for row in rows]


def by_hour(session: Session, *, viewer: Viewer, store: str, first: date, last: date) -> list[HourFigures]:
    """A store's customers and sales by the hour."""
    _currency(session, viewer, store)
    return [HourFigures(*row) for row in queries.by_hour(session, store, first, last)]


def by_clerk(session: Session, *, viewer: Viewer, store: str, first: date, last: date) -> list[ClerkFigures]:
    """A store's sales by clerk and pool."""
    _currency(session, viewer, store)
    return [ClerkFigures(*row) for row in queries.by_clerk(session, store, first, last)]


def by_item(
    session: Session, *, viewer: Viewer, store: str, first: date, last: date, limit: int = 200
) -> list[ItemFigures]:
    """A store's sales by item, the largest first."""
    currency = _currency(session, viewer, store)
    found = []
    for row in queries.by_item(session, store, first, last, limit):
        item, name, department, quantity, gross, net, tax, cost_scaled, uncosted = row
        margin = margin_minor(net, tax, cost_scaled, uncosted, currency) if viewer.may(MARGIN) else None
        hidden = uncosted if viewer.may(MARGIN) else None
        found.append(ItemFigures(item, name, department, quantity, gross, net, tax, margin, hidden))
    return found


def by_tender(session: Session, *, viewer: Viewer, store: str, first: date, last: date) -> list[TenderFigures]:
    """What a store was paid with."""
    _currency(session, viewer, store)
    return [TenderFigures(*row) for row in queries.by_tender(session, store, first, last)]


def by_member(
    session: Session, *, viewer: Viewer, store: str, first: date, last: date, limit: int = 200
) -> list[MemberFigures]:
    """A store's members by what they bought."""
    _currency(session, viewer, store)
    return [MemberFigures(*row) for row in queries.by_member(session, store, first, last, limit)]


def stock(session: Session, *, viewer: Viewer, store: str, typed: str = "", limit: int = 500) -> list[StockFigures]:
    """A store's stock now, the lowest first; `typed` narrows it to an item, a name or pinyin."""
    _currency(session, viewer, store)
    return [StockFigures(*row) for row in queries.stock(session, store, typed.strip(), limit)]


def receipts(
    session: Session,
    *,
    viewer: Viewer,
    store: str,
    first: date,
    last: date,
    item: str = "",
    clerk: str = "",
    limit: int = 200,
) -> list[ReceiptLine]:
    """A store's receipts, the latest first: what a figure is made of."""
    _currency(session, viewer, store)
    return [ReceiptLine(*row) for row in queries.receipts(session, store, first, last, item, clerk, limit)]


def receipt(session: Session, *, viewer: Viewer, store: str, position: int) -> tuple[Envelope, Document]:
    """The document itself, read from the bytes the till wrote."""
    _currency(session, viewer, store)
    found = entries_at(session, store, [position])
    if not found:
        raise NotFound(f"store {store} has no entry {position}")
    envelope = decode_envelope(found[0].envelope)
    return envelope, decode_document(envelope.kind, envelope.version, found[0].body)


def health(session: Session, *, viewer: Viewer) -> list[StoreHealth]:
    """How each store the viewer sees is doing."""
    viewer.require(SALES)
    return [StoreHealth(*row) for row in queries.backlog(session) if viewer.sees(row[0])]


def over_returned(session: Session, *, viewer: Viewer) -> list[OverReturned]:
    """Double returns: offline tills cannot know what came back elsewhere, nor what moved there at kept goods, so both
    are found here."""
    viewer.require(SALES)
    return [
        OverReturned(store, DocumentId(till, _bytes(stream), seq), line, units, back, sold, back_net, net, tuple(at))
        for store, till, stream, seq, line, units, back, sold, back_net, net, at in queries.over_returned(session)
        if viewer.sees(store)
    ]


def alarms(session: Session, *, viewer: Viewer, limit: int = 200) -> list[AlarmLine]:
    """What should be looked at in the viewer's stores, the newest first."""
    viewer.require(SALES)
    return [AlarmLine(*row) for row in queries.alarms(session, limit) if viewer.sees(row[0])]


def _currency(session: Session, viewer: Viewer, store: str) -> str:
    """The store's currency, after making sure that the viewer may look at it."""
    viewer.require(SALES)
    if not viewer.sees(store):
        raise Forbidden(f"store {store} is not among yours")
    held = session.get(Store, store)
    if held is None:
        raise NotFound(f"there is no store {store}")
    return held.currency


def _figures(row: Any, viewer: Viewer, currency: str) -> Figures:
    receipts_, lines, quantity, gross, reduction, net, tax, cost_scaled, uncosted = row
    margin = margin_minor(net, tax, cost_scaled, uncosted, currency) if viewer.may(MARGIN) else None
    return Figures(
        *(receipts_, lines, quantity, gross, reduction, net, tax),
        margin,
        uncosted if viewer.may(MARGIN) else None,
    )


def _bytes(incarnation: UUID) -> bytes:
    return incarnation.bytes
