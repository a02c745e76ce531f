"""Finds a sold receipt for a return, in this till's journal or through the agent, and what came back of it before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import apsw
import msgspec

from pos_terminal.checkout.commands import Command, Failed, ReceiptFound
from pos_terminal.services.agent import AgentClient
from retail.codec import DocumentError, decode_document, decode_envelope
from retail.documents.sale import Sale
from retail.feeds import TillKeyRow
from retail.ids import DocumentId
from retail.receipt_code import PREFIX, Damaged, SignedReceipt, is_genuine, parse
from retail.receipt_number import parse_receipt_number
from retail.returned import joined
from retail.wire import AskDocument, DocumentAnswer, ReturnedRun
from store_db import balances
from store_db.entries import decoded, entry_of
from store_db.keys import verifier_of_any


@dataclass(frozen=True, slots=True)
class Wanted:
    """A receipt to look for. `net` is what its QR claims, None when only its number is known."""

    document: DocumentId
    net: int | None = None


def wanted(
    text: str,
    *,
    till: str,
    own_key: bytes,
    till_key: Callable[[str], TillKeyRow | None],
    receipt_named: Callable[[str], DocumentId | None],
) -> Wanted | Failed:
    """What a QR or a printed number asks for. A QR is believed only with its till's signature."""
    if text.startswith(PREFIX):
        code = parse(text)
        if isinstance(code, Damaged):
            return Failed("receipt_not_read")
        return _genuine(code, till, own_key, till_key)
    number = parse_receipt_number(text)
    if number is None:
        return Failed("receipt_not_read")
    if number.till != till:
        return Failed("receipt_scan_qr")
    document = receipt_named(text)
    return Wanted(document) if document is not None else Failed("receipt_not_found")


def _genuine(
    code: SignedReceipt, till: str, own_key: bytes, till_key: Callable[[str], TillKeyRow | None]
) -> Wanted | Failed:
    claim = code.claim
    row = till_key(claim.till)
    keys = row.public_keys if row is not None else ()
    if claim.till == till:
        keys = (own_key, *keys)
    if not keys:
        return Failed("receipt_till_unknown")
    if not is_genuine(code, verifier_of_any(keys)):
        return Failed("receipt_forged")
    return Wanted(DocumentId(claim.till, claim.incarnation, claim.seq), claim.net_minor)


def find(receipt: Wanted, journal: apsw.Connection, agent: AgentClient) -> Command:
    """The receipt with what came back of it, asked of hub or headquarters; alone, what this till knows itself."""
    own = _own_sale(journal, receipt.document)
    answer = agent.ask(AskDocument(receipt.document))
    certain = isinstance(answer, DocumentAnswer)
    here = _returned_here(journal, receipt.document)
    found = own
    if isinstance(answer, DocumentAnswer):
        found = own or _sale_in(answer)
        already = joined(answer.returned, here)
    else:
        already = here
    if found is None:
        return Failed("receipt_not_found" if certain else "receipt_unreachable")
    sale, business_date = found
    if receipt.net is not None and sale.net != receipt.net:
        return Failed("receipt_forged")
    return ReceiptFound(receipt.document, sale, already, certain, business_date)


def _own_sale(journal: apsw.Connection, document: DocumentId) -> tuple[Sale, int] | None:
    entry = entry_of(journal, document)
    if entry is None:
        return None
    envelope, found = decoded(entry)
    return (found, envelope.business_date) if isinstance(found, Sale) else None


def _sale_in(answer: DocumentAnswer) -> tuple[Sale, int] | None:
    if answer.envelope is None or answer.body is None:
        return None
    try:
        envelope = decode_envelope(answer.envelope)
        document = decode_document(envelope.kind, envelope.version, answer.body)
    except DocumentError:
        return None
    return (document, envelope.business_date) if isinstance(document, Sale) else None


def _returned_here(journal: apsw.Connection, document: DocumentId) -> tuple[ReturnedRun, ...]:
    prefix = (document.till, document.incarnation.hex(), document.seq)
    return tuple(
        msgspec.convert((key[3], key[4], *amounts), ReturnedRun)
        for key, amounts in balances.balances(journal, "returned", prefix)
    )
