"""The sale as it was written before receipts knew their offers. Kept for ever: shops have it on their disks."""

from __future__ import annotations

from retail.documents.base import Document
from retail.documents.sale import FeedMark, Line, Sale, Tender
from retail.ids import DocumentId


class Sale1(Document, frozen=True):
    """A completed receipt, version 1."""

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


def as_sale(old: Document) -> Sale:
    """The receipt as version 2. Nothing is known of its offers but their cells: it returns by these alone."""
    assert isinstance(old, Sale1)
    kept = {field: getattr(old, field) for field in old.__struct_fields__}
    return Sale(**kept, offers=(), coupons=(), earned=(), issued=(), stamped=(), points_spent=0, reversals=())
