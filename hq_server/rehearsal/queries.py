"""Which receipts a rehearsal looks at, and all that is needed to price them again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from hq_server.copy import cursor_of
from hq_server.feeds.publishing import audiences_of
from hq_server.models.catalog import Item
from hq_server.models.stores import Store
from promotions import Offer, Scope, UnknownOffer, decode_offer
from promotions.plans import GroupPlan, Reward
from retail.feeds import ItemRow, MemberRow, OfferRow, decode_row

TAKEN_ONE_BY_ONE: Final = ("items", "categories", "brands", "suppliers", "stages")
"""Lists of a scope that are looked up in the items' table; departments stand on the receipts' lines themselves."""

_NAMED: Final = """
    AND EXISTS (
        SELECT 1 FROM receipt_line l WHERE l.store_id = r.store_id AND l.business_date = r.business_date
        AND l.position = r.position AND (l.item = ANY(%(items)s) OR l.department = ANY(%(departments)s))
    )
"""
_COUNT: Final = """
    SELECT count(*) FROM receipt r WHERE r.business_date BETWEEN %(first)s AND %(last)s
    AND r.store_id = ANY(%(stores)s) AND r.receipts > 0
"""
_CHOSEN: Final = """
    SELECT store_id, business_date, position FROM (
        SELECT r.store_id, r.business_date, r.position,
            row_number() OVER (ORDER BY r.business_date, r.store_id, r.position) AS number
        FROM receipt r WHERE r.business_date BETWEEN %(first)s AND %(last)s
        AND r.store_id = ANY(%(stores)s) AND r.receipts > 0 {named}
    ) numbered
    WHERE number * %(sample)s / %(possible)s > (number - 1) * %(sample)s / %(possible)s
    ORDER BY business_date, store_id, position
"""
_COSTS: Final = """
    SELECT position, line, CASE WHEN unit_cost IS NULL THEN NULL ELSE cost_scaled END FROM receipt_line
    WHERE store_id = %s AND business_date = ANY(%s) AND position = ANY(%s)
"""
_PURCHASES: Final = """
    WITH r AS (
        SELECT * FROM receipt
        WHERE store_id = %(store)s AND business_date = ANY(%(days)s) AND position = ANY(%(positions)s) AND member <> ''
    ), day AS (
        SELECT member, business_date, sum(receipts) AS receipts FROM ledger_member_day
        WHERE member IN (SELECT member FROM r) GROUP BY member, business_date
    ), same_day AS (
        SELECT * FROM receipt
        WHERE business_date = ANY(%(days)s) AND member IN (SELECT member FROM r) AND receipts > 0
    )
    SELECT r.position,
        (SELECT coalesce(sum(day.receipts), 0) FROM day
            WHERE day.member = r.member AND day.business_date < r.business_date)
        + (SELECT count(*) FROM same_day s WHERE s.member = r.member AND s.business_date = r.business_date
            AND (s.at, s.store_id, s.position) < (r.at, r.store_id, r.position))
    FROM r
"""
_OFFERS = text("""
    SELECT body FROM feed_row
    WHERE feed = 'offers' AND audience = ANY(:audiences) AND body IS NOT NULL ORDER BY key, audience
""")
_MEMBERS = text("""
    SELECT DISTINCT ON (key) key, body FROM feed_row
    WHERE feed = 'members' AND key = ANY(:members) AND body IS NOT NULL ORDER BY key, position DESC
""")


class Place(NamedTuple):
    """Where a receipt stands."""

    store: str
    business_date: date
    position: int


@dataclass(frozen=True, slots=True)
class Goods:
    """What drafts may name on a receipt; `everything` when that cannot be told beforehand."""

    items: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    everything: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """The receipts to price, of how many that hold goods in question, of how many in all."""

    places: tuple[Place, ...]
    possible: int
    receipts: int


def goods_of(session: Session, drafts: Iterable[Offer]) -> Goods:
    """The goods that the drafts may name, rather more than fewer: prices, tags and the like are left to the engine."""
    items: set[str] = set()
    departments: set[str] = set()
    for scope in {scope for draft in drafts for scope in scopes_of(draft)}:
        if any(getattr(scope, name) for name in TAKEN_ONE_BY_ONE):
            items.update(_items_in(session, scope))
        elif scope.departments:
            departments.update(scope.departments)
        else:
            return Goods(everything=True)
    return Goods(tuple(sorted(items)), tuple(sorted(departments)))


def scopes_of(offer: Offer) -> list[Scope]:
    """The goods that an offer takes something off, slot by slot."""
    scopes = [offer.scope]
    if isinstance(offer.plan, GroupPlan):
        scopes.extend(offer.plan.part_scopes)
    if isinstance(offer.plan, Reward):
        scopes.append(offer.plan.given)
    return scopes


def _items_in(session: Session, scope: Scope) -> Iterable[str]:
    """Items of the catalogue, or those named one by one whether they are in it or not."""
    if scope.items:
        return scope.items
    wanted = select(Item.item_id)
    for names, column in (
        (scope.departments, Item.department),
        (scope.categories, Item.category),
        (scope.brands, Item.brand),
        (scope.suppliers, Item.attributes["supplier"].astext),
        (scope.stages, Item.attributes["stage"].astext),
    ):
        if names:
            wanted = wanted.where(column.in_(names))
    return session.scalars(wanted)


def choose(session: Session, goods: Goods, *, stores: Sequence[str], first: date, last: date, sample: int) -> Chosen:
    """All receipts of these stores and days with such goods, or an even sample of so many."""
    names: dict[str, Any] = {
        "first": first,
        "last": last,
        "stores": list(stores),
        "items": list(goods.items),
        "departments": list(goods.departments),
    }
    named = "" if goods.everything else _NAMED
    with cursor_of(session) as cursor:
        cursor.execute(_COUNT, names)
        (receipts,) = cursor.fetchone()
        cursor.execute(_COUNT + named, names)
        (possible,) = cursor.fetchone()
        names |= {"possible": max(possible, 1), "sample": min(sample, max(possible, 1))}
        cursor.execute(_CHOSEN.format(named=named), names)
        places = tuple(Place(*row) for row in cursor.fetchall())
    return Chosen(places, possible, receipts)


def costs_of(session: Session, places: Sequence[Place]) -> dict[tuple[int, int], int | None]:
    """What the lines of a store's receipts cost, by (position, line); None where that is not known."""
    with cursor_of(session) as cursor:
        days = sorted({place.business_date for place in places})
        cursor.execute(_COSTS, (places[0].store, days, [place.position for place in places]))
        return {(position, line): cost for position, line, cost in cursor.fetchall()}


def purchases_before(session: Session, places: Sequence[Place]) -> dict[int, int]:
    """How many receipts the members had before these of one store, at any store, by position."""
    with cursor_of(session) as cursor:
        days = sorted({place.business_date for place in places})
        names = {"store": places[0].store, "days": days, "positions": [place.position for place in places]}
        cursor.execute(_PURCHASES, names)
        return {position: int(count) for position, count in cursor.fetchall()}


def item_rows(session: Session, items: Iterable[str]) -> dict[str, ItemRow]:
    """The items as tills know them."""
    wanted = select(Item).where(Item.item_id.in_(list(items)))
    return {
        item.item_id: ItemRow(
            item.item_id,
            item.name,
            department=item.department,
            measured=item.measured,
            brand=item.brand,
            category=item.category,
            attributes=item.attributes,
        )
        for item in session.scalars(wanted)
    }


def member_rows(session: Session, members: Iterable[str]) -> dict[str, MemberRow]:
    """The members as tills know them."""
    found: dict[str, MemberRow] = {}
    for key, body in session.execute(_MEMBERS, {"members": list(members)}):
        row = decode_row("members", body)
        assert isinstance(row, MemberRow)
        found[key] = row
    return found


def offers_at(session: Session, store: Store) -> list[Offer]:
    """The offers that the tills of a store hold, as they were published."""
    found: list[Offer] = []
    for (body,) in session.execute(_OFFERS, {"audiences": audiences_of(store)}):
        row = decode_row("offers", body)
        assert isinstance(row, OfferRow)
        offer = decode_offer(row.body)
        if not isinstance(offer, UnknownOffer):
            found.append(offer)
    return found
