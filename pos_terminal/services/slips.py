"""Builds slips from documents and the till's surroundings. Everything they need is taken at once, so that they can be
laid out on another thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from devices.receipt import Receipt
from pos_terminal.checkout.explaining import name_of
from pos_terminal.checkout.terms import Terms
from pos_terminal.checkout.world import Catalog
from pos_terminal.receipts.sale import sale_receipt
from pos_terminal.receipts.slip import Slip
from pos_terminal.services.clock import Clock
from promotions import OfferSet
from retail.chain import Sign
from retail.codec import Envelope
from retail.coupon_issue import issued_on, signed
from retail.documents.sale import Line, Sale
from retail.ids import DocumentId
from retail.receipt_code import ReceiptClaim, encode
from retail.receipt_number import receipt_number


@dataclass(frozen=True, slots=True)
class SlipMaker:
    """What slips of this till are made with."""

    store: str
    till: str
    sign: Sign
    clock: Clock
    catalog: Catalog

    def slip(self, at_ms: int, terms: Terms, language: str, people: tuple[str, ...] = ()) -> Slip:
        """A slip of this moment that names these people. Names are read here, on the till's own thread."""
        names = {operator: row.name for operator in people if (row := self.catalog.staff(operator)) is not None}
        return Slip(terms, self.till, self.clock.local(at_ms), language, name_of=lambda one: names.get(one, one))

    def sale(
        self, sale: Sale, offers: OfferSet | None, terms: Terms, language: str
    ) -> Callable[[Envelope, bytes, int], Receipt]:
        """The sale's receipt, once it is known where it stands: to be called with its envelope, its entry's hash and
        the number of copies before."""
        people = tuple(dict.fromkeys([sale.cashier, *(clerk for line in sale.lines for clerk in _clerks(line))]))
        slip = self.slip(0, terms, language, people)
        slip = replace(slip, offer_names={name: name_of(offers, name) for name in _references(sale)})

        def make(envelope: Envelope, sealed: bytes, copies: int) -> Receipt:
            document = DocumentId(envelope.till, envelope.incarnation, envelope.seq)
            number = str(receipt_number(envelope.till, sale.counter, sealed))
            qr = encode(self._claim(document, envelope.business_date, sale), self.sign)
            at = self.clock.local(envelope.at_ms)
            issued = issued_on(document, sale.issued, envelope.business_date)
            coupons = tuple(signed(coupon, self.sign) for coupon in issued)
            series = {one.series: slip.offer_names[one.offer] for one in sale.issued}
            made = replace(slip, at=at, number=number, qr=qr, copies=copies, coupons=coupons, coupon_names=series)
            return sale_receipt(sale, made)

        return make

    def _claim(self, document: DocumentId, business_date: int, sale: Sale) -> ReceiptClaim:
        day = date(business_date // 10_000, business_date // 100 % 100, business_date % 100)
        return ReceiptClaim(
            store=self.store,
            till=document.till,
            incarnation=document.incarnation,
            seq=document.seq,
            business_date=day,
            net_minor=sale.net,
            currency=sale.currency,
        )


def _references(sale: Sale) -> set[str]:
    """The offers that the receipt names."""
    cuts = (cut for line in sale.lines for run in line.runs for cut in run.reductions if cut.source == "offer")
    named = {cut.reference for cut in cuts} | {applied.offer for applied in sale.offers}
    return named | {issued.offer for issued in sale.issued}


def _clerks(line: Line) -> tuple[str, ...]:
    return tuple(share.clerk for share in line.ownership.shares)
