"""Goods that move without a sale. Stock on hand is nothing but the sum of these and of sold quantities."""

from __future__ import annotations

from retail.documents.base import Document, Record
from retail.ids import DocumentId


class StockLine(Record, frozen=True):
    """A quantity (thousandths) of an item."""

    item: str
    quantity_milli: int


class StockReceipt(Document, frozen=True):
    """Goods arrived at the store."""

    operator: str
    supplier: str
    reference: str
    lines: tuple[StockLine, ...]


class TransferOut(Document, frozen=True):
    """Goods left for another store; on the way until that store receives them."""

    operator: str
    to_store: str
    lines: tuple[StockLine, ...]


class TransferIn(Document, frozen=True):
    """Goods arrived from another store, naming the document they left with."""

    operator: str
    from_store: str
    transfer: DocumentId | None
    lines: tuple[StockLine, ...]


class StockAdjustment(Document, frozen=True):
    """Goods written on or off by hand: breakage, own use, the outcome of a count (quantity is the difference)."""

    operator: str
    reason: str
    lines: tuple[StockLine, ...]
