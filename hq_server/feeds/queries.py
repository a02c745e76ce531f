"""Where feeds stand."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.models.feeds import FeedCounter


def positions(session: Session) -> dict[str, int]:
    """The last position published in each feed."""
    rows = session.execute(select(FeedCounter.feed, FeedCounter.position).order_by(FeedCounter.feed))
    return {feed: position for feed, position in rows.tuples()}
