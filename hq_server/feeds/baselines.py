"""Publishes stock, uses and purchases as headquarters knows them, with the marks they are true for, together or not at
all.

A till shows baseline + what it wrote after its mark. So sums and marks are read while the store is not being folded,
and published in one transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.db import Database
from hq_server.feeds import purchases, uses
from hq_server.feeds.publishing import Change, publish
from retail.feeds import BaselineRow, mark_row
from retail.ids import Stream

FEED: Final = "baselines"

_DUE = text("""
    SELECT c.store_id FROM fold_cursor c
    LEFT JOIN feed_generation g ON g.store_id = c.store_id AND g.feed = 'baselines'
    LEFT JOIN baseline_published b ON b.store_id = c.store_id
    WHERE c.position > coalesce(b.position, 0) AND (g.store_id IS NOT NULL
        OR EXISTS (SELECT 1 FROM ledger_offer_use u
            WHERE u.store_id = c.store_id AND u.folded_position > coalesce(b.position, 0))
        OR EXISTS (SELECT 1 FROM ledger_stamp u
            WHERE u.store_id = c.store_id AND u.folded_position > coalesce(b.position, 0))
        OR :told AND EXISTS (SELECT 1 FROM ledger_purchase u
            WHERE u.store_id = c.store_id AND u.folded_position > coalesce(b.position, 0)))
    ORDER BY c.store_id
""")
"""Stores with something new that have ever asked for the feed, or whose uses the others' tills must know."""

_LOCK_ALL = text("SELECT store_id FROM fold_cursor ORDER BY store_id FOR UPDATE")
_LOCK = text("""
    SELECT c.position, coalesce(b.position, 0) FROM fold_cursor c
    LEFT JOIN baseline_published b ON b.store_id = c.store_id WHERE c.store_id = :store FOR UPDATE OF c
""")
_STOCK = text("""
    SELECT item, quantity_milli FROM ledger_stock
    WHERE store_id = :store AND (folded_position > :after OR :after = 0) ORDER BY item
""")
_MARKS = text("""
    SELECT till_id, incarnation, seq FROM fold_mark WHERE store_id = :store ORDER BY till_id, incarnation
""")
_DONE = text("""
    INSERT INTO baseline_published (store_id, position) VALUES (:store, :position)
    ON CONFLICT (store_id) DO UPDATE SET position = excluded.position
""")


def publish_due(database: Database, *, at: datetime) -> int:
    """Publishes every store that is due, each in its own transaction; returns how many."""
    with database.transaction() as session:
        follow_offers(session, at=at)
    with database.transaction() as session:
        due = list(session.scalars(_DUE, {"told": purchases.told(session) > 0}))
    for store in due:
        with database.transaction() as session:
            publish_store(session, store, at=at)
    return len(due)


def follow_offers(session: Session, *, at: datetime) -> None:
    """Begins or ends to tell members' purchases, or tells them up to another number, where the offers at tills ask for
    something else than before. Every store's part and marks are then of one moment, so no store is folded meanwhile."""
    asked = purchases.asked(session)
    if asked == purchases.told(session):
        return
    session.execute(_LOCK_ALL)
    if asked:
        for store in list(session.scalars(_DUE, {"told": True})):
            publish_store(session, store, at=at)
    publish(session, FEED, purchases.all_told(session, asked), at=at)


def publish_store(session: Session, store: str, *, at: datetime) -> int:
    """Publishes what changed of the store's stock, uses and purchases since last time, with all marks; the feed's
    position."""
    locked = session.execute(_LOCK, {"store": store}).one_or_none()
    if locked is None:
        return 0
    position, after = locked
    audience = f"store:{store}"
    changes = [
        Change(f"{store}|stock|{item}", BaselineRow("stock", (item,), (quantity,)), audience)
        for item, quantity in session.execute(_STOCK, {"store": store, "after": after})
    ]
    changes += [
        Change(f"{store}|mark|{till}|{incarnation.hex}", mark_row(Stream(till, incarnation.bytes), seq), audience)
        for till, incarnation, seq in session.execute(_MARKS, {"store": store})
    ]
    changes += uses.changes(session, store, after)
    changes += purchases.changes(session, store, after)
    session.execute(_DONE, {"store": store, "position": position})
    return publish(session, FEED, changes, at=at)
