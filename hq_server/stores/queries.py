"""Lists of zones, stores and tills as people look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hq_server.models.stores import Store, Till, Zone


@dataclass(frozen=True, slots=True)
class TillLine:
    """A till with its store."""

    till: str
    store: str
    store_name: str
    host: str
    utc_offset_min: int
    enrolled_at: datetime | None
    revoked_at: datetime | None
    last_seen_at: datetime | None


def usual_offset(session: Session) -> int:
    """The clock most stores keep, in minutes ahead of UTC; 0 without stores."""
    count = func.count()
    wanted = select(Store.utc_offset_min).group_by(Store.utc_offset_min).order_by(count.desc(), Store.utc_offset_min)
    return session.scalar(wanted.limit(1)) or 0


def zones(session: Session) -> list[Zone]:
    """All zones by code."""
    return list(session.scalars(select(Zone).order_by(Zone.zone_id)))


def stores(session: Session, *, only: Sequence[str] = ()) -> list[Store]:
    """All stores by code, or these alone."""
    wanted = select(Store).order_by(Store.store_id)
    return list(session.scalars(wanted.where(Store.store_id.in_(only)) if only else wanted))


def tills(session: Session) -> list[TillLine]:
    """All tills by store and code."""
    wanted = select(Till, Store).join(Store, Store.store_id == Till.store_id).order_by(Till.store_id, Till.till_id)
    return [
        TillLine(
            till.till_id,
            store.store_id,
            store.name,
            till.host,
            store.utc_offset_min,
            till.enrolled_at,
            till.revoked_at,
            till.last_seen_at,
        )
        for till, store in session.execute(wanted).tuples()
    ]
