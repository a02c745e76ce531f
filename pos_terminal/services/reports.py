"""Slips that are printed by name: X and Z, cash, holds and reprints, each from its document in the journal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from devices.receipt import Receipt
from pos_terminal.checkout.state import CheckoutState
from pos_terminal.checkout.terms import Terms
from pos_terminal.receipts.cash import cash_slip
from pos_terminal.receipts.hold import hold_slip
from pos_terminal.receipts.shift import x_report, z_report
from pos_terminal.services.history import JournalHistory
from pos_terminal.services.slips import SlipMaker
from promotions import OfferSet
from retail.codec import Envelope
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.till import CashMovement, Hold, Reprint, ShiftClose
from retail.ids import DocumentId
from store_db.entries import decoded
from store_db.journal_reader import JournalReader

Make = Callable[[], Receipt]


@dataclass(frozen=True, slots=True)
class Reports:
    """Where reports are read from and what they are made with; used on the till's own thread."""

    slips: SlipMaker
    history: JournalHistory
    reader: JournalReader

    def make(self, document: DocumentId, terms: Terms, language: str, offers: OfferSet) -> Make | None:
        """The slip of a document in this till's journal; None when there is none for it."""
        found = self._document(document)
        if found is None:
            return None
        envelope, what = found
        if isinstance(what, Reprint):
            return self._reprint(what, terms, language, offers)
        if isinstance(what, ShiftClose):
            totals = self.history.shift_totals()
            slip = self.slips.slip(envelope.at_ms, terms, language, (what.cashier,))
            return lambda: z_report(what, envelope.business_date, totals, slip)
        if isinstance(what, CashMovement):
            slip = self.slips.slip(envelope.at_ms, terms, language, (what.cashier, what.approver))
            return lambda: cash_slip(what, slip)
        if isinstance(what, Hold):
            slip = self.slips.slip(envelope.at_ms, terms, language, (what.cashier,))
            return lambda: hold_slip(what, slip)
        return None

    def x(self, state: CheckoutState, at_ms: int, terms: Terms) -> Make | None:
        """The open shift so far."""
        shift = state.shift
        if shift is None:
            return None
        cashier = state.operator.operator if state.operator else ""
        totals = self.history.shift_totals()
        slip = self.slips.slip(at_ms, terms, state.language, (cashier,))
        return lambda: x_report(shift.number, shift.business_date, cashier, totals, slip)

    def _reprint(self, reprint: Reprint, terms: Terms, language: str, offers: OfferSet) -> Make | None:
        found = self._document(reprint.document)
        sealed = self.reader.hash_at(reprint.document.stream, reprint.document.seq)
        if found is None or sealed is None or not isinstance(found[1], Sale):
            return None
        envelope, sale = found[0], found[1]
        make = self.slips.sale(sale, offers, terms, language)
        return lambda: make(envelope, sealed, reprint.copies)

    def _document(self, document: DocumentId) -> tuple[Envelope, Document] | None:
        entry = self.reader.entry(document)
        return decoded(entry) if entry is not None else None
