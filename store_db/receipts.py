"""Looking back into the till's own journal: a receipt by its number, the last ones, the receipts put aside."""

from __future__ import annotations

from typing import Final

import apsw

from retail.chain import Entry
from retail.codec import Envelope
from retail.documents.till import Hold, HoldRecalled
from retail.ids import DocumentId
from store_db.connection import rows
from store_db.entries import decoded, document_id

BY_COUNTER: Final = """
SELECT envelope, body, signature, hash FROM entry WHERE kind = 'sale' AND counter = ? ORDER BY place DESC
"""
LAST_SALES: Final = "SELECT envelope, body, signature FROM entry WHERE kind = 'sale' ORDER BY place DESC LIMIT ?"
HOLDS: Final = """
SELECT envelope, body, signature FROM entry WHERE kind IN ('hold', 'hold_recalled') ORDER BY place
"""


def receipts_numbered(db: apsw.Connection, counter: int) -> list[tuple[Entry, bytes]]:
    """(entry, hash) of the receipts with this number, newest first: more than one only after a copied disk counted on
    by itself. The printed number's check characters tell which is meant."""
    return [(Entry(*found[:3]), found[3]) for found in rows(db, BY_COUNTER, (counter,))]


def last_receipts(db: apsw.Connection, limit: int) -> list[Entry]:
    """The last receipts of this till, newest first."""
    return [Entry(*found) for found in rows(db, LAST_SALES, (limit,))]


def open_holds(db: apsw.Connection) -> list[tuple[DocumentId, Envelope, Hold]]:
    """Receipts put aside at this till and not taken up again here, oldest first."""
    waiting: dict[DocumentId, tuple[Envelope, Hold]] = {}
    for found in rows(db, HOLDS):
        envelope, document = decoded(Entry(*found))
        if isinstance(document, Hold):
            waiting[document_id(envelope)] = (envelope, document)
        elif isinstance(document, HoldRecalled):
            waiting.pop(document.hold, None)
    return [(held, envelope, document) for held, (envelope, document) in waiting.items()]
