"""Which offers took something off in a span of days, and what each brought: cost, lift, return on investment.

Everything follows from what was sold: the reductions with the offer's name on receipts, and the ledger of items by day.
An offer's goods are those that it took something off; the others that it named are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.errors import Invalid, NotFound
from hq_server.rehearsal.lift import BASELINE_WEEKS, Lift, Sold, Span, StoreDay, lift_of, span_of
from hq_server.reports.rules import cost_minor
from hq_server.reports.service import MARGIN, SALES
from hq_server.users.sessions import Viewer

LISTED_MAX: Final = 200
SPAN_DAYS_MAX: Final = 400

_COSTS: Final = text("""
    SELECT l.reference, sum(l.amount)::bigint, count(DISTINCT l.store_id), min(l.business_date), max(l.business_date),
        min(s.currency)
    FROM ledger_reduction_day l JOIN store s ON s.store_id = l.store_id
    WHERE l.source = 'offer' AND l.business_date BETWEEN :first AND :last
        AND (:everywhere OR l.store_id = ANY(:stores))
    GROUP BY l.reference HAVING sum(l.amount) <> 0 ORDER BY 2 DESC, 1 LIMIT :limit
""")
_DAYS: Final = text("""
    SELECT l.store_id, l.business_date, l.amount, s.currency FROM ledger_reduction_day l
    JOIN store s ON s.store_id = l.store_id
    WHERE l.source = 'offer' AND l.reference = :offer AND l.business_date BETWEEN :first AND :last
        AND (:everywhere OR l.store_id = ANY(:stores)) AND l.amount <> 0
""")
_ITEMS: Final = text("""
    SELECT item, count(DISTINCT (store_id, business_date, position)) FROM receipt_reduction
    WHERE source = 'offer' AND reference = :offer AND business_date BETWEEN :first AND :last
        AND store_id = ANY(:stores) AND amount > 0 GROUP BY item
""")
_RECEIPTS: Final = text("""
    SELECT count(DISTINCT (store_id, business_date, position)) FROM receipt_reduction
    WHERE source = 'offer' AND reference = :offer AND business_date BETWEEN :first AND :last
        AND store_id = ANY(:stores) AND amount > 0
""")
_SOLD: Final = text("""
    SELECT store_id, business_date, sum(quantity_milli)::bigint, sum(net)::bigint, sum(tax)::bigint,
        sum(cost_scaled)::bigint, sum(uncosted_net)::bigint
    FROM ledger_item_day WHERE store_id = ANY(:stores) AND business_date BETWEEN :first AND :last
        AND item = ANY(:items) GROUP BY 1, 2
""")
_OPEN: Final = text("""
    SELECT DISTINCT store_id, business_date FROM ledger_hour_day
    WHERE store_id = ANY(:stores) AND business_date BETWEEN :first AND :last AND receipts > 0
""")


@dataclass(frozen=True, slots=True)
class OfferCost:
    """What an offer took off in a span of days."""

    offer: str
    cost_minor: int
    stores: int
    first: date
    last: date
    currency: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What an offer brought. `items` goods got something off, on `receipts` receipts."""

    offer: str
    currency: str
    span: Span
    items: int
    receipts: int
    lift: Lift


def costs(session: Session, *, viewer: Viewer, first: date, last: date, limit: int = LISTED_MAX) -> list[OfferCost]:
    """The offers that took something off on these days, the dearest first."""
    viewer.require(SALES)
    _check(first, last)
    found = session.execute(_COSTS, {**_seen(viewer), "first": first, "last": last, "limit": limit})
    return [OfferCost(*row) for row in found]


def effect_of(
    session: Session,
    *,
    viewer: Viewer,
    offer: str,
    first: date,
    last: date,
    today: date,
    weeks: int = BASELINE_WEEKS,
) -> Effect:
    """What an offer brought on these days, at the stores that the person may see, in the currency of most of them."""
    viewer.require(SALES)
    viewer.require(MARGIN)
    _check(first, last)
    if not 1 <= weeks <= 52:
        raise Invalid("compare with 1 to 52 weeks before")
    days = session.execute(_DAYS, {**_seen(viewer), "offer": offer, "first": first, "last": last}).all()
    if not days:
        raise NotFound(f"offer {offer} took nothing off on these days")
    currencies = sorted(row[3] for row in days)
    currency = max(currencies, key=currencies.count)
    cost: dict[str, int] = {}
    for store, _, amount, used in days:
        if used == currency:
            cost[store] = cost.get(store, 0) + amount
    span = span_of((row[1] for row in days), weeks=weeks, today=today)
    names = {"offer": offer, "first": first, "last": last, "stores": sorted(cost)}
    items = [row[0] for row in session.execute(_ITEMS, names)]
    receipts: int = session.execute(_RECEIPTS, names).scalar_one()
    sold, open_days = _sold(session, sorted(cost), items, span, currency)
    return Effect(offer, currency, span, len(items), receipts, lift_of(span, sold, open_days, cost))


def effects(session: Session, *, viewer: Viewer, first: date, last: date, today: date, limit: int = 30) -> list[Effect]:
    """What the dearest offers of these days brought."""
    return [
        effect_of(session, viewer=viewer, offer=cost.offer, first=first, last=last, today=today)
        for cost in costs(session, viewer=viewer, first=first, last=last, limit=limit)
    ]


def _check(first: date, last: date) -> None:
    if not first <= last or (last - first).days > SPAN_DAYS_MAX:
        raise Invalid(f"choose a first and a last day, at most {SPAN_DAYS_MAX} days apart")


def _seen(viewer: Viewer) -> dict[str, object]:
    """The stores that the person may see, for a query."""
    return {"stores": list(viewer.stores), "everywhere": not viewer.stores}


def _sold(
    session: Session, stores: Sequence[str], items: Sequence[str], span: Span, currency: str
) -> tuple[dict[StoreDay, Sold], set[StoreDay]]:
    """The goods' sums by store and day, and when the stores were open."""
    every = (*span.before, *span.days, *span.after)
    names = {"stores": list(stores), "items": list(items), "first": min(every), "last": max(every)}
    sold = {
        (store, day): Sold(quantity, net, tax, net - tax - uncosted - cost_minor(cost, currency), uncosted)
        for store, day, quantity, net, tax, cost, uncosted in session.execute(_SOLD, names)
    }
    return sold, {(store, day) for store, day in session.execute(_OPEN, names)}
