"""The live board: each store's day as far as it is folded, and its stock now; and what the lines of a receipt earned.

A board that is looked at asks every few seconds, so it first asks which stores moved (a row for each store) and then
for the figures of those alone. Each store is asked by the head of its keys: one store's figures never cost a walk
through all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.errors import Forbidden
from hq_server.reports.rules import margin_minor
from hq_server.reports.service import MARGIN, SALES
from hq_server.users.sessions import Viewer

_POSITIONS = text("SELECT store_id, position FROM fold_cursor")

_LATEST_DAY = text("""
    SELECT max(d.business_date) FROM store s CROSS JOIN LATERAL (
        SELECT h.business_date FROM ledger_hour_day h WHERE h.store_id = s.store_id
        ORDER BY h.business_date DESC LIMIT 1
    ) d
""")

_BOARD = text("""
    SELECT s.store_id, s.name, coalesce(z.name, ''), s.currency, h.receipts, h.lines, h.net, i.quantity, i.net, i.tax,
        i.cost, i.uncosted, m.members, k.quantity, k.below
    FROM store s
    LEFT JOIN zone z ON z.zone_id = s.zone_id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(receipts), 0)::bigint AS receipts, coalesce(sum(lines), 0)::bigint AS lines,
            coalesce(sum(net), 0)::bigint AS net
        FROM ledger_hour_day WHERE store_id = s.store_id AND business_date = :day
    ) h
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity_milli), 0)::bigint AS quantity, coalesce(sum(net), 0)::bigint AS net,
            coalesce(sum(tax), 0)::bigint AS tax, coalesce(sum(uncosted_net), 0)::bigint AS uncosted,
            coalesce(sum(cost_scaled), 0)::bigint AS cost
        FROM ledger_item_day WHERE store_id = s.store_id AND business_date = :day
    ) i
    CROSS JOIN LATERAL (
        SELECT count(*) AS members FROM ledger_member_day
        WHERE store_id = s.store_id AND business_date = :day AND receipts > 0
    ) m
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(quantity_milli), 0)::bigint AS quantity, count(*) FILTER (WHERE quantity_milli < 0) AS below
        FROM ledger_stock WHERE store_id = s.store_id
    ) k
    WHERE CAST(:stores AS text[]) IS NULL OR s.store_id = ANY(:stores) ORDER BY s.store_id
""")

_LINE_COSTS = text("""
    SELECT l.line, l.net, l.tax, l.cost_scaled, l.cost_state
    FROM receipt r JOIN receipt_line l ON l.store_id = r.store_id AND l.business_date = r.business_date
        AND l.position = r.position
    WHERE r.store_id = :store AND r.position = :position AND r.business_date = :day
""")


@dataclass(frozen=True, slots=True)
class LiveStore:
    """A store's business date. `customers` counts receipts on which something was bought, `members` who of them showed
    a card. `margin` and its `margin_base` (net less tax of goods whose cost is known) are None without the right;
    `uncosted_net` is the net less tax of the other goods."""

    store: str
    name: str
    zone: str
    currency: str
    customers: int
    lines: int
    net: int
    quantity_milli: int
    members: int
    stock_milli: int
    below_zero: int
    margin: int | None
    margin_base: int | None
    uncosted_net: int | None


def positions(session: Session, *, viewer: Viewer) -> dict[str, int]:
    """Up to where each store of the viewer's is folded: one that moved has new figures."""
    viewer.require(SALES)
    return {store: position for store, position in session.execute(_POSITIONS) if viewer.sees(store)}


def latest_day(session: Session, *, viewer: Viewer) -> date | None:
    """The last business date on which any store sold."""
    viewer.require(SALES)
    day: date | None = session.execute(_LATEST_DAY).scalar()
    return day


def board(session: Session, *, viewer: Viewer, day: date, stores: Sequence[str] | None = None) -> list[LiveStore]:
    """Figures of the viewer's stores for a business date; `stores` asks for these alone."""
    viewer.require(SALES)
    wanted = None if stores is None and not viewer.stores else list(stores or viewer.stores)
    if wanted is not None:
        wanted = [store for store in wanted if viewer.sees(store)]
    return [_live(row, viewer) for row in session.execute(_BOARD, {"day": day, "stores": wanted})]


def line_margins(session: Session, *, viewer: Viewer, store: str, day: date, position: int) -> dict[int, int | None]:
    """What each line of a receipt earned, in minor units of the store's currency; None where the cost is unknown."""
    viewer.require(SALES)
    viewer.require(MARGIN)
    if not viewer.sees(store):
        raise Forbidden(f"store {store} is not among yours")
    currency: str = session.execute(
        text("SELECT currency FROM store WHERE store_id = :store"), {"store": store}
    ).scalar_one()
    rows = session.execute(_LINE_COSTS, {"store": store, "day": day, "position": position})
    return {
        line: None if state == "unknown" else margin_minor(net, tax, cost, 0, currency)
        for line, net, tax, cost, state in rows
    }


def _live(row: Any, viewer: Viewer) -> LiveStore:
    store, name, zone, currency, customers, lines, net = row[:7]
    quantity, item_net, tax, cost, uncosted, members, stock, below = row[7:]
    shown = viewer.may("reports.margin")
    return LiveStore(
        store=store,
        name=name,
        zone=zone,
        currency=currency,
        customers=customers,
        lines=lines,
        net=net,
        quantity_milli=quantity,
        members=members,
        stock_milli=stock,
        below_zero=below,
        margin=margin_minor(item_net, tax, cost, uncosted, currency) if shown else None,
        margin_base=item_net - tax - uncosted if shown else None,
        uncosted_net=uncosted if shown else None,
    )
