"""The delivery board: published → at the host → in use, for each till."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import text
from sqlalchemy.orm import Session

from retail.feeds import FeedCursor

Stage = Literal["published", "at_host", "in_use"]

_NOTE = text("""
    INSERT INTO host_progress (store_id, till_id, feed, host, generation, position, at)
    VALUES (:store, :till, :feed, :host, :generation, :position, :at)
    ON CONFLICT (store_id, till_id, feed) DO UPDATE SET host = excluded.host,
        generation = excluded.generation, position = excluded.position, at = excluded.at
""")
_BOARD = text("""
    SELECT t.store_id, s.name, t.till_id, h.position, h.at, u.position, u.at,
        (SELECT max(x.position) FROM host_progress x
         WHERE x.store_id = t.store_id AND x.feed = :feed AND x.generation = g.generation),
        (SELECT max(x.at) FROM host_progress x
         WHERE x.store_id = t.store_id AND x.feed = :feed AND x.generation = g.generation),
        t.last_seen_at
    FROM till t JOIN store s ON s.store_id = t.store_id
    LEFT JOIN feed_generation g ON g.store_id = t.store_id AND g.feed = :feed
    LEFT JOIN host_progress h ON h.store_id = t.store_id AND h.till_id = t.till_id AND h.feed = :feed
        AND h.generation = g.generation
    LEFT JOIN feed_in_use u ON u.store_id = t.store_id AND u.till_id = t.till_id AND u.feed = :feed
        AND u.generation = g.generation
    WHERE t.enrolled_at IS NOT NULL AND t.revoked_at IS NULL
        AND (:everywhere OR t.store_id = :store OR s.zone_id = :zone)
    ORDER BY t.store_id, t.till_id
""")


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far one till has come with a feed; positions are 0 where nothing was heard yet."""

    store: str
    store_name: str
    till: str
    at_host: int
    at_host_since: datetime | None
    in_use: int
    in_use_since: datetime | None
    last_seen_at: datetime | None

    def stage(self, position: int) -> Stage:
        """Where the row published at this position is for the till."""
        if self.in_use >= position:
            return "in_use"
        return "at_host" if self.at_host >= position else "published"


def deliveries(session: Session, feed: str, *, audience: str = "chain") -> list[Delivery]:
    """All enrolled tills of an audience with how far they are in this feed.

    A till behind a hub has what its store's furthest host has.
    """
    kind, _, name = audience.partition(":")
    names = {
        "feed": feed,
        "everywhere": audience == "chain",
        "store": name if kind == "store" else None,
        "zone": name if kind == "zone" else None,
    }
    found = []
    for store, store_name, till, host, host_at, used, used_at, any_host, any_at, seen in session.execute(_BOARD, names):
        at_host = max(host or 0, any_host or 0, used or 0)
        since = host_at if (host or 0) >= at_host else any_at if (any_host or 0) >= at_host else used_at
        found.append(Delivery(store, store_name, till, at_host, since, used or 0, used_at, seen))
    return found


def note_host(session: Session, store: str, till: str, host: str, feeds: Sequence[FeedCursor], *, at: datetime) -> None:
    """Writes down what a host says it holds; an older position also counts, for its files may have been restored."""
    rows = [
        {
            "store": store,
            "till": till,
            "feed": cursor.feed,
            "host": host,
            "generation": cursor.generation,
            "position": cursor.position,
            "at": at,
        }
        for cursor in feeds
    ]
    if rows:
        session.execute(_NOTE, rows)
