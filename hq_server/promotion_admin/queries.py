"""Offers as people look for them, and what else a check must know: stores, and the names that scopes may use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from hq_server.models.catalog import Item
from hq_server.models.coupons import Coupon
from hq_server.models.promotions import Promotion, PromotionRevision
from hq_server.models.stores import Store, Zone

LISTED_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class OfferLine:
    """An offer in the list: its latest revision, and the one at the tills (0: none)."""

    offer: str
    revision: int
    live: int
    state: str
    name: str
    kind: str
    audiences: tuple[str, ...]
    budget_minor: int
    expected_cost_minor: int
    author: str
    written_at: datetime
    from_minute: int
    feed_position: int


@dataclass(frozen=True, slots=True)
class Places:
    """All stores: their zones, and how far their clocks are ahead of UTC."""

    zone_of: dict[str, str | None]
    utc_offset_min: dict[str, int]
    currency: str


def listed(
    session: Session, *, states: Iterable[str] = (), typed: str = "", limit: int = LISTED_MAX
) -> list[OfferLine]:
    """Offers by their latest revision, the one written last first; an offer whose earlier revision is still at the
    tills is also among the published."""
    live = aliased(PromotionRevision)
    wanted = (
        select(Promotion, PromotionRevision, live)
        .join(
            PromotionRevision,
            and_(PromotionRevision.offer_id == Promotion.offer_id, PromotionRevision.revision == Promotion.latest),
        )
        .outerjoin(live, and_(live.offer_id == Promotion.offer_id, live.revision == Promotion.live))
        .order_by(PromotionRevision.written_at.desc(), Promotion.offer_id)
        .limit(limit)
    )
    chosen = list(states)
    if chosen:
        wanted = wanted.where(or_(PromotionRevision.state.in_(chosen), live.state.in_(chosen)))
    if typed.strip():
        wanted = wanted.where(_like(typed, Promotion.offer_id, PromotionRevision.name))
    return [_line(head, latest) for head, latest, _ in session.execute(wanted)]


def state_counts(session: Session) -> dict[str, int]:
    """How many offers have their latest revision in each state."""
    wanted = (
        select(PromotionRevision.state, func.count())
        .join(
            Promotion,
            and_(PromotionRevision.offer_id == Promotion.offer_id, PromotionRevision.revision == Promotion.latest),
        )
        .group_by(PromotionRevision.state)
    )
    return {state: count for state, count in session.execute(wanted)}


def revisions(session: Session, offer: str) -> list[PromotionRevision]:
    """All revisions of an offer, the latest first."""
    wanted = select(PromotionRevision).where(PromotionRevision.offer_id == offer)
    return list(session.scalars(wanted.order_by(PromotionRevision.revision.desc())))


def places(session: Session) -> Places:
    """All stores as scheduling sees them; the currency is that of most of them."""
    stores = list(session.scalars(select(Store).order_by(Store.store_id)))
    currencies = [store.currency for store in stores] or ["CNY"]
    return Places(
        {store.store_id: store.zone_id for store in stores},
        {store.store_id: store.utc_offset_min for store in stores},
        max(sorted(set(currencies)), key=currencies.count),
    )


def zone_ids(session: Session) -> set[str]:
    """All zones."""
    return set(session.scalars(select(Zone.zone_id)))


SCOPE_COLUMNS: Final = {
    "items": Item.item_id,
    "categories": Item.category,
    "brands": Item.brand,
    "departments": Item.department,
    "suppliers": Item.attributes["supplier"].astext,
    "stages": Item.attributes["stage"].astext,
    "except_items": Item.item_id,
}
"""Lists of a scope and where their names are kept. Tags are free: a label on a piece may bring its own."""


def made_series(session: Session) -> frozenset[str]:
    """Coupon series of which headquarters itself has made coupons: customers have them whatever offers do."""
    made = select(Coupon.series_id).where(Coupon.source == "", Coupon.state != "void")
    return frozenset(session.scalars(made.distinct()))


def unknown_names(session: Session, field: str, names: Sequence[str]) -> list[str]:
    """The names of a scope's list that no item has."""
    if field not in SCOPE_COLUMNS or not names:
        return []
    column = SCOPE_COLUMNS[field]
    known = set(session.scalars(select(column).where(column.in_(names)).distinct()))
    return [name for name in names if name not in known]


def find_names(session: Session, field: str, typed: str, *, limit: int = 30) -> list[tuple[str, int]]:
    """(name, number of items) of categories, brands … that contain what was typed, those with most items first."""
    column = SCOPE_COLUMNS[field]
    count = func.count()
    wanted = select(column, count).where(column.is_not(None), column != "").group_by(column)
    if typed.strip():
        wanted = wanted.where(_like(typed, column))
    return [(name, number) for name, number in session.execute(wanted.order_by(count.desc(), column).limit(limit))]


def _like(typed: str, *columns: SQLColumnExpression[str]) -> ColumnElement[bool]:
    pattern = "%" + typed.strip().lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return or_(*(func.lower(column).like(pattern) for column in columns))


def _line(head: Promotion, latest: PromotionRevision) -> OfferLine:
    return OfferLine(
        head.offer_id,
        latest.revision,
        head.live,
        latest.state,
        latest.name,
        latest.kind,
        tuple(latest.audiences),
        latest.budget_minor,
        latest.expected_cost_minor,
        latest.author,
        latest.written_at,
        latest.from_minute,
        latest.feed_position,
    )
