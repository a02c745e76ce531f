"""Named sums over the ledgers. All but the overview ask one store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

_OVERVIEW = text("""
    SELECT s.store_id, s.name, s.zone_id, s.currency,
        coalesce(h.receipts, 0), coalesce(h.lines, 0), coalesce(i.quantity_milli, 0), coalesce(i.gross, 0),
        coalesce(i.reduction, 0), coalesce(i.net, 0), coalesce(i.tax, 0), coalesce(i.cost_scaled, 0),
        coalesce(i.uncosted_net, 0)
    FROM store s
    LEFT JOIN (
        SELECT store_id, sum(receipts)::bigint AS receipts, sum(lines)::bigint AS lines FROM ledger_hour_day
        WHERE business_date BETWEEN :first AND :last GROUP BY store_id
    ) h ON h.store_id = s.store_id
    LEFT JOIN (
        SELECT store_id, sum(quantity_milli)::bigint AS quantity_milli, sum(gross)::bigint AS gross,
            sum(reduction)::bigint AS reduction, sum(net)::bigint AS net, sum(tax)::bigint AS tax,
            sum(cost_scaled)::bigint AS cost_scaled, sum(uncosted_net)::bigint AS uncosted_net
        FROM ledger_item_day WHERE business_date BETWEEN :first AND :last GROUP BY store_id
    ) i ON i.store_id = s.store_id
    WHERE (:everywhere OR s.store_id = ANY(:stores)) ORDER BY s.store_id
""")
_BY_DAY = text("""
    SELECT i.business_date, coalesce(h.receipts, 0), coalesce(h.lines, 0), i.quantity_milli, i.gross, i.reduction,
        i.net, i.tax, i.cost_scaled, i.uncosted_net
    FROM (
        SELECT business_date, sum(quantity_milli)::bigint AS quantity_milli, sum(gross)::bigint AS gross,
            sum(reduction)::bigint AS reduction, sum(net)::bigint AS net, sum(tax)::bigint AS tax,
            sum(cost_scaled)::bigint AS cost_scaled, sum(uncosted_net)::bigint AS uncosted_net
        FROM ledger_item_day WHERE store_id = :store AND business_date BETWEEN :first AND :last GROUP BY 1
    ) i
    LEFT JOIN (
        SELECT business_date, sum(receipts)::bigint AS receipts, sum(lines)::bigint AS lines
        FROM ledger_hour_day WHERE store_id = :store AND business_date BETWEEN :first AND :last GROUP BY 1
    ) h ON h.business_date = i.business_date
    ORDER BY 1
""")
_BY_HOUR = text("""
    SELECT hour, sum(receipts)::bigint, sum(lines)::bigint, sum(net)::bigint FROM ledger_hour_day
    WHERE store_id = :store AND business_date BETWEEN :first AND :last GROUP BY 1 ORDER BY 1
""")
_BY_CLERK = text("""
    SELECT l.clerk, coalesce(max(o.name), ''), l.ownership, sum(l.lines)::bigint, sum(l.net)::bigint
    FROM ledger_clerk_day l LEFT JOIN operator o ON o.operator_id = l.clerk
    WHERE l.store_id = :store AND l.business_date BETWEEN :first AND :last
    GROUP BY l.clerk, l.ownership ORDER BY 5 DESC, 1
""")
_BY_ITEM = text("""
    SELECT l.item, coalesce(max(i.name), ''), coalesce(max(i.department), ''), sum(l.quantity_milli)::bigint,
        sum(l.gross)::bigint, sum(l.net)::bigint, sum(l.tax)::bigint, sum(l.cost_scaled)::bigint,
        sum(l.uncosted_net)::bigint
    FROM ledger_item_day l LEFT JOIN item i ON i.item_id = l.item
    WHERE l.store_id = :store AND l.business_date BETWEEN :first AND :last
    GROUP BY l.item ORDER BY 6 DESC, 1 LIMIT :limit
""")
_BY_TENDER = text("""
    SELECT tender, sum(receipts)::bigint, sum(amount)::bigint FROM ledger_tender_shift
    WHERE store_id = :store AND business_date BETWEEN :first AND :last GROUP BY 1 ORDER BY 3 DESC
""")
_BY_MEMBER = text("""
    SELECT l.member, coalesce(max(m.name), ''), sum(l.receipts)::bigint, sum(l.net)::bigint
    FROM ledger_member_day l LEFT JOIN member m ON m.member_id = l.member
    WHERE l.store_id = :store AND l.business_date BETWEEN :first AND :last
    GROUP BY l.member ORDER BY 4 DESC, 1 LIMIT :limit
""")
_STOCK = text("""
    SELECT l.item, coalesce(i.name, ''), coalesce(i.department, ''), coalesce(i.unit, ''), l.quantity_milli
    FROM ledger_stock l LEFT JOIN item i ON i.item_id = l.item
    WHERE l.store_id = :store
        AND (:typed = '' OR l.item = :typed OR lower(i.name) LIKE :pattern OR i.pinyin LIKE :pattern)
    ORDER BY l.quantity_milli, l.item LIMIT :limit
""")
_RECEIPTS = text("""
    SELECT r.business_date, r.position, r.till_id, r.at, r.counter, r.cashier, r.member, r.lines, r.net, r.posted_date
    FROM receipt r
    WHERE r.store_id = :store AND r.business_date BETWEEN :first AND :last
        AND (:item = '' OR EXISTS (SELECT 1 FROM receipt_line l WHERE l.store_id = r.store_id
            AND l.business_date = r.business_date AND l.position = r.position AND l.item = :item))
        AND (:clerk = '' OR EXISTS (SELECT 1 FROM line_clerk c WHERE c.store_id = r.store_id
            AND c.business_date = r.business_date AND c.position = r.position AND c.clerk = :clerk))
    ORDER BY r.business_date DESC, r.position DESC LIMIT :limit
""")
_BACKLOG = text("""
    SELECT p.store_id, p.position, coalesce(c.position, 0),
        (SELECT max(last_at) FROM stream s WHERE s.store_id = p.store_id),
        (SELECT count(*) FROM set_aside a WHERE a.store_id = p.store_id)
    FROM store_position p LEFT JOIN fold_cursor c ON c.store_id = p.store_id ORDER BY p.store_id
""")
_OVER_RETURNED = text("""
    SELECT t.store_id, b.till, b.incarnation, b.seq, b.line, b.units, b.quantity_milli, l.quantity_milli, b.net, l.net,
        b.stores
    FROM (
        SELECT till, incarnation, seq, line, sum(units)::bigint AS units, sum(quantity_milli)::bigint AS quantity_milli,
            sum(net)::bigint AS net,
            array_agg(DISTINCT store_id ORDER BY store_id) AS stores
        FROM ledger_returned GROUP BY 1, 2, 3, 4
    ) b
    JOIN till t ON t.till_id = b.till
    JOIN receipt r ON r.store_id = t.store_id AND r.till_id = b.till AND r.incarnation = b.incarnation AND r.seq = b.seq
    JOIN receipt_line l ON l.store_id = r.store_id AND l.business_date = r.business_date
        AND l.position = r.position AND l.line = b.line
    WHERE b.quantity_milli > l.quantity_milli OR (b.quantity_milli = l.quantity_milli AND b.net <> l.net)
    ORDER BY 1, 2, 3, 4, 5
""")
_ALARMS = text("""
    SELECT store_id, kind, subject, detail, raised_at, seen_by FROM alarm ORDER BY raised_at DESC LIMIT :limit
""")

Rows = Sequence[Any]


def overview(session: Session, first: date, last: date, stores: Sequence[str]) -> Rows:
    """Every store's sums of a span of business dates; `stores` empty asks for all. For reports alone."""
    names = {"first": first, "last": last, "stores": list(stores), "everywhere": not stores}
    return session.execute(_OVERVIEW, names).all()


def by_day(session: Session, store: str, first: date, last: date) -> Rows:
    """A store's sums day by day."""
    return session.execute(_BY_DAY, {"store": store, "first": first, "last": last}).all()


def by_hour(session: Session, store: str, first: date, last: date) -> Rows:
    """A store's customers and sales by the hour of day."""
    return session.execute(_BY_HOUR, {"store": store, "first": first, "last": last}).all()


def by_clerk(session: Session, store: str, first: date, last: date) -> Rows:
    """A store's sales by clerk and pool."""
    return session.execute(_BY_CLERK, {"store": store, "first": first, "last": last}).all()


def by_item(session: Session, store: str, first: date, last: date, limit: int) -> Rows:
    """A store's sales by item, the largest first."""
    return session.execute(_BY_ITEM, {"store": store, "first": first, "last": last, "limit": limit}).all()


def by_tender(session: Session, store: str, first: date, last: date) -> Rows:
    """What a store was paid with."""
    return session.execute(_BY_TENDER, {"store": store, "first": first, "last": last}).all()


def by_member(session: Session, store: str, first: date, last: date, limit: int) -> Rows:
    """A store's members by what they bought."""
    return session.execute(_BY_MEMBER, {"store": store, "first": first, "last": last, "limit": limit}).all()


def stock(session: Session, store: str, typed: str, limit: int) -> Rows:
    """A store's stock, the lowest first; `typed` narrows it to an item, a name or pinyin."""
    names = {"store": store, "typed": typed, "pattern": f"%{typed.lower()}%", "limit": limit}
    return session.execute(_STOCK, names).all()


def receipts(session: Session, store: str, first: date, last: date, item: str, clerk: str, limit: int) -> Rows:
    """A store's receipts, the latest first, with this item and clerk where given."""
    names = {"store": store, "first": first, "last": last, "item": item, "clerk": clerk, "limit": limit}
    return session.execute(_RECEIPTS, names).all()


def backlog(session: Session) -> Rows:
    """For each store: last position, position folded, last word from a till, entries set aside."""
    return session.execute(_BACKLOG).all()


def over_returned(session: Session) -> Rows:
    """Sold lines of which more came back than was sold, or all for another amount, over all stores."""
    return session.execute(_OVER_RETURNED).all()


def alarms(session: Session, limit: int) -> Rows:
    """What a person should look at, the newest first."""
    return session.execute(_ALARMS, {"limit": limit}).all()
