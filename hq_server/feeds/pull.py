"""Cuts a piece of a feed for a store: what follows its cursor, or a whole snapshot, signed.

Rows and the feed's position come from one statement, so from one moment: a position is never promised without its rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.clock import new_id
from hq_server.errors import NotFound
from hq_server.feeds.publishing import audiences_of
from hq_server.models.stores import Store
from retail.feeds import ROWS, FeedCursor, FeedRow, Manifest, digest_of, encode_rows, manifest_bytes
from retail.wire import Pull, PullReply

ROWS_MAX: Final = 50_000
"""Who lacks more rows than this gets a snapshot: a till must never work with half of what was published at once."""

_DELTA = text("""
    SELECT c.position, r.key, r.position, r.body FROM feed_counter c
    LEFT JOIN feed_row r ON r.feed = c.feed AND r.audience = ANY(:audiences) AND r.position > :after
    WHERE c.feed = :feed ORDER BY r.position LIMIT :count
""")
_SNAPSHOT = text("""
    SELECT c.position, r.key, r.position, r.body FROM feed_counter c
    LEFT JOIN feed_row r ON r.feed = c.feed AND r.audience = ANY(:audiences) AND r.body IS NOT NULL
    WHERE c.feed = :feed ORDER BY r.position
""")
_FLOORS = text("SELECT position, floor FROM feed_counter WHERE feed = :feed")
_GENERATION = text("""
    INSERT INTO feed_generation (store_id, feed, generation) VALUES (:store, :feed, :fresh)
    ON CONFLICT (store_id, feed) DO UPDATE SET generation = feed_generation.generation RETURNING generation
""")
_HEADS = text("""
    SELECT c.feed, c.position, g.generation FROM feed_counter c
    LEFT JOIN feed_generation g ON g.feed = c.feed AND g.store_id = :store ORDER BY c.feed
""")
_RENEW = text("DELETE FROM feed_generation WHERE store_id = :store")

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class _Cut:
    kind: str
    rows: list[FeedRow]
    to_position: int


def pull(session: Session, request: Pull, *, store_id: str, generation: str, sign: Sign) -> PullReply:
    """The next signed piece of the feed for this store; empty when its cursor is current.

    `generation` is headquarters' own. A cursor of another line of the feed, ahead of it, or older than its tombstones,
    gets a snapshot.
    """
    cursor = request.cursor
    if cursor.feed not in ROWS:
        raise NotFound(f"there is no feed {cursor.feed!r} here: this headquarters may be older than the till")
    store = session.get(Store, store_id)
    if store is None:
        raise NotFound(f"there is no store {store_id}")
    line: str = session.execute(
        _GENERATION, {"store": store_id, "feed": cursor.feed, "fresh": new_id().hex}
    ).scalar_one()
    position, floor = _counter(session, cursor.feed)
    if position == 0:
        return PullReply(generation)
    audiences = audiences_of(store)
    if cursor.generation != line or cursor.position > position or cursor.position < floor:
        return _reply(_snapshot(session, cursor.feed, audiences), 0, store_id, cursor.feed, line, generation, sign)
    if cursor.position == position:
        return PullReply(generation)
    count = None if cursor.feed == "baselines" else max(1, min(request.rows_max, ROWS_MAX))
    cut = _delta(session, cursor, audiences, count)
    if cut is None:
        return _reply(_snapshot(session, cursor.feed, audiences), 0, store_id, cursor.feed, line, generation, sign)
    return _reply(cut, cursor.position, store_id, cursor.feed, line, generation, sign)


def heads(session: Session, store_id: str) -> tuple[FeedCursor, ...]:
    """Where each feed stands for this store: what a host compares its own cursors with."""
    rows = session.execute(_HEADS, {"store": store_id})
    return tuple(FeedCursor(feed, generation or "", position) for feed, position, generation in rows)


def start_anew(session: Session, store_id: str) -> None:
    """Every feed of this store begins a new line: its hosts will ask for snapshots. For a store that changes zone."""
    session.execute(_RENEW, {"store": store_id})


def _counter(session: Session, feed: str) -> tuple[int, int]:
    row = session.execute(_FLOORS, {"feed": feed}).one_or_none()
    return (0, 0) if row is None else (row[0], row[1])


def _delta(session: Session, cursor: FeedCursor, audiences: list[str], count: int | None) -> _Cut | None:
    """All that follows the cursor, or None when that is more than `count` rows: a delta is never cut, for nobody may
    work with half of what was published at once."""
    limit = None if count is None else count + 1
    names = {"feed": cursor.feed, "audiences": audiences, "after": cursor.position, "count": limit}
    found = session.execute(_DELTA, names).all()
    rows = [FeedRow(row[1], row[2], row[3]) for row in found if row[1] is not None]
    return None if count is not None and len(rows) > count else _Cut("delta", rows, found[0][0])


def _snapshot(session: Session, feed: str, audiences: list[str]) -> _Cut:
    found = session.execute(_SNAPSHOT, {"feed": feed, "audiences": audiences}).all()
    rows = [FeedRow(row[1], row[2], row[3]) for row in found if row[1] is not None]
    return _Cut("snapshot", rows, found[0][0])


def _reply(cut: _Cut, after: int, store_id: str, feed: str, line: str, generation: str, sign: Sign) -> PullReply:
    block = encode_rows(cut.rows)
    manifest = Manifest(
        store=store_id,
        feed=feed,
        generation=line,
        kind="snapshot" if cut.kind == "snapshot" else "delta",
        from_position=after,
        to_position=cut.to_position,
        rows=len(cut.rows),
        digest=digest_of(block),
    )
    return PullReply(generation, manifest, block, sign(manifest_bytes(manifest)))
