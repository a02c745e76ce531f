"""What this till has written, looked up in its own journal: the open shift, its figures, receipts by number."""

from __future__ import annotations

from typing import Any, Final, cast

import apsw

from pos_terminal.checkout.state import Shift
from pos_terminal.checkout.world import ShiftTotals
from retail.codec import decode_document
from retail.documents.sale import TenderKind
from retail.documents.till import Reprint, ShiftClose, ShiftOpen
from retail.ids import DocumentId
from retail.receipt_number import belongs_to, parse_receipt_number
from store_db import balances
from store_db.connection import rows
from store_db.entries import SEQ_BITS, document_id, stream_row
from store_db.entries import decoded as decoded_entry
from store_db.journal import Journal
from store_db.receipts import last_receipts, receipts_numbered

LAST_SHIFT: Final = """
SELECT kind, version, business_date, counter, body FROM entry
WHERE kind IN ('shift_open', 'shift_close') ORDER BY place DESC LIMIT 1
"""
LAST_OPENING: Final = """
SELECT kind, version, business_date, counter, body FROM entry
WHERE kind = 'shift_open' ORDER BY place DESC LIMIT 1
"""
REPRINTS: Final = "SELECT version, body FROM entry WHERE kind = 'reprint' AND place > ?"


class JournalHistory:
    """Looks back through a reading connection of its own; the counters come from the journal's memory."""

    def __init__(self, journal: Journal, reader: apsw.Connection) -> None:
        self._journal, self._db = journal, reader

    def _first(self, sql: str) -> Any:
        """The first row, None without any."""
        found = rows(self._db, sql)
        return found[0] if found else None

    def next_counter(self) -> int:
        """The number of the next receipt."""
        return self._journal.next_counter

    def last_entry(self) -> DocumentId:
        """The journal's last entry."""
        head = self._journal.head
        return DocumentId(head.stream.till, head.stream.incarnation, head.seq)

    def last_shift(self) -> tuple[int, int]:
        """Number and business date of the latest shift; zeros when there was none."""
        found = self._first(LAST_OPENING)
        if found is None:
            return 0, 0
        document = decode_document(found[0], found[1], found[4])
        assert isinstance(document, ShiftOpen)
        return document.shift, found[2]

    def open_shift(self) -> Shift | None:
        """The shift that was opened and not closed yet."""
        found = self._first(LAST_SHIFT)
        document = decode_document(found[0], found[1], found[4]) if found else None
        if not isinstance(document, ShiftOpen):
            return None
        return Shift(document.shift, document.cashier, found[2], document.float_amount)

    def shift_totals(self) -> ShiftTotals:
        """The latest shift's figures."""
        found = self._first(LAST_OPENING)
        if found is None:
            return ShiftTotals()
        document = decode_document(found[0], found[1], found[4])
        assert isinstance(document, ShiftOpen)
        head = self._journal.head
        prefix = (found[2], head.stream.till, document.shift)
        tenders: dict[TenderKind, int] = {}
        counts: dict[TenderKind, int] = {}
        for key, (receipts, amount, *_) in balances.balances(self._db, "tender_shift", prefix):
            tender = cast(TenderKind, key[3])
            tenders[tender], counts[tender] = amount, receipts
        drawer = {key[3]: amounts[0] for key, amounts in balances.balances(self._db, "drawer_shift", prefix)}
        return ShiftTotals(
            tenders=tenders,
            counts=counts,
            float_amount=drawer.get("float", 0),
            movements=drawer.get("movement", 0),
            receipts=head.counter - found[3],
            net=sum(tenders.values()),
            grand_total=head.grand_total,
        )

    def last_close(self) -> ShiftClose | None:
        """The latest shift's closing, if it was closed."""
        found = self._first(LAST_SHIFT)
        document = decode_document(found[0], found[1], found[4]) if found else None
        return document if isinstance(document, ShiftClose) else None

    def copies(self, document: DocumentId) -> int:
        """How often a receipt was printed again."""
        row = stream_row(self._db, document.stream)
        if row is None:
            return 0
        place = row.number << SEQ_BITS | document.seq
        copies = 0
        for version, body in rows(self._db, REPRINTS, (place,)):
            reprint = decode_document("reprint", version, body)
            if isinstance(reprint, Reprint) and reprint.document == document:
                copies = max(copies, reprint.copies)
        return copies

    def receipt_named(self, number: str) -> DocumentId | None:
        """This till's receipt with the printed number; the latest one for an empty text."""
        if not number:
            last = last_receipts(self._db, 1)
            return document_id(decoded_entry(last[0])[0]) if last else None
        parsed = parse_receipt_number(number)
        if parsed is None or parsed.till != self._journal.head.stream.till:
            return None
        for entry, sealed in receipts_numbered(self._db, parsed.counter):
            if belongs_to(parsed, sealed):
                return document_id(decoded_entry(entry)[0])
        return None
