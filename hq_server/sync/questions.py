"""Answers what a till cannot know alone: stock elsewhere, a receipt of another store, who takes up a held receipt or a
coupon."""

from __future__ import annotations

from datetime import datetime
from typing import assert_never
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.coupons import life as coupons
from hq_server.sync.queries import Caller
from retail.ids import DocumentId
from retail.wire import (
    Answer,
    AskDocument,
    AskHolds,
    AskStock,
    ClaimAnswer,
    ClaimHold,
    DocumentAnswer,
    Done,
    HoldAnswer,
    Poke,
    Question,
    ReleaseCoupon,
    ReserveCoupon,
    ReturnedRun,
    StockAnswer,
)

_STOCK = text("""
    SELECT s.store_id, s.name, l.quantity_milli FROM store s
    JOIN ledger_stock l ON l.store_id = s.store_id AND l.item = :item
    ORDER BY s.store_id
""")
_DOCUMENT = text("""
    SELECT r.envelope, r.body FROM till t
    JOIN stream_span p ON p.store_id = t.store_id AND p.till_id = t.till_id
    JOIN raw_entry r ON r.store_id = p.store_id AND r.accepted_day = p.accepted_day
        AND r.position = p.first_position + :seq - p.first_seq
    WHERE t.till_id = :till AND p.incarnation = :incarnation AND p.first_seq <= :seq AND p.first_seq + p.count > :seq
    ORDER BY p.forked LIMIT 1
""")
_RETURNED = text("""
    SELECT line, run, sum(units), sum(quantity_milli), sum(net) FROM ledger_returned
    WHERE till = :till AND incarnation = :incarnation AND seq = :seq
    GROUP BY line, run ORDER BY line, run
""")
_HOLDS = text("""
    SELECT h.till_id, h.incarnation, h.seq, r.envelope, r.body FROM held_receipt h
    JOIN raw_entry r ON r.store_id = h.store_id AND r.position = h.position
    WHERE h.store_id = :store
        AND NOT EXISTS (SELECT 1 FROM recalled_hold x WHERE x.store_id = h.store_id AND x.till_id = h.till_id
            AND x.incarnation = h.incarnation AND x.seq = h.seq)
        AND NOT EXISTS (SELECT 1 FROM hold_claim c WHERE c.store_id = h.store_id AND c.hold_till = h.till_id
            AND c.hold_incarnation = h.incarnation AND c.hold_seq = h.seq)
    ORDER BY h.position
""")
_RECALLED = text("""
    SELECT 1 FROM recalled_hold
    WHERE store_id = :store AND till_id = :till AND incarnation = :incarnation AND seq = :seq
""")
_CLAIM = text("""
    INSERT INTO hold_claim (store_id, hold_till, hold_incarnation, hold_seq, till_id, at)
    VALUES (:store, :till, :incarnation, :seq, :claimer, :at) ON CONFLICT DO NOTHING
""")
_HOLDER = text("""
    SELECT till_id FROM hold_claim
    WHERE store_id = :store AND hold_till = :till AND hold_incarnation = :incarnation AND hold_seq = :seq
""")


def answer(session: Session, question: Question, *, caller: Caller, at: datetime) -> Answer:
    """What headquarters knows of it now. Figures include everything folded, which runs a moment behind acceptance."""
    match question:
        case AskStock(item=item):
            return _stock(session, item, at)
        case AskDocument(document=document):
            return _document(session, document)
        case AskHolds():
            return _holds(session, caller.store)
        case ClaimHold(hold=hold, till=till):
            return _claim(session, caller.store, hold, till, at)
        case ReserveCoupon() | ReleaseCoupon():
            return coupons.answer(session, question, store=caller.store, at=at)
        case Poke():
            return Done()
        case _:
            assert_never(question)


def _names(document: DocumentId) -> dict[str, object]:
    return {"till": document.till, "incarnation": str(UUID(bytes=document.incarnation)), "seq": document.seq}


def _stock(session: Session, item: str, at: datetime) -> StockAnswer:
    rows = session.execute(_STOCK, {"item": item})
    return StockAnswer(tuple((store, name, milli) for store, name, milli in rows), int(at.timestamp() * 1000))


def _document(session: Session, document: DocumentId) -> DocumentAnswer:
    row = session.execute(_DOCUMENT, _names(document)).one_or_none()
    if row is None:
        return DocumentAnswer(None, None)
    returned = tuple(ReturnedRun(*map(int, found)) for found in session.execute(_RETURNED, _names(document)))
    return DocumentAnswer(row[0], row[1], returned)


def _holds(session: Session, store: str) -> HoldAnswer:
    rows = session.execute(_HOLDS, {"store": store})
    return HoldAnswer(
        tuple((DocumentId(till, name.bytes, seq), envelope, body) for till, name, seq, envelope, body in rows)
    )


def _claim(session: Session, store: str, hold: DocumentId, till: str, at: datetime) -> ClaimAnswer:
    names = {**_names(hold), "store": store}
    if session.execute(_RECALLED, names).first() is not None:
        return ClaimAnswer(False)
    session.execute(_CLAIM, {**names, "claimer": till, "at": at})
    holder: str = session.execute(_HOLDER, names).scalar_one()
    return ClaimAnswer(holder == till, "" if holder == till else holder)
