"""Prices as people look for them."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.models.catalog import Price


def planned(session: Session, *, after_minute: int, limit: int = 200) -> list[Price]:
    """Prices that begin after a wall-clock minute, the soonest first."""
    wanted = select(Price).where(Price.from_minute > after_minute).order_by(Price.from_minute, Price.item_id)
    return list(session.scalars(wanted.limit(limit)))
