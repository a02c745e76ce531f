"""The only way into a feed: one short transaction under the feed's counter row, which gives dense positions.

A reader that asks for "what follows my cursor" must never see a later position before an earlier one. A sequence cannot
promise that (a third of rows were missed with six writers); a counter row held to the commit can.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.copy import copy_text, text_line
from hq_server.errors import Invalid
from hq_server.models.stores import Store
from retail.feeds import ROWS, encode_row

CHAIN: Final = "chain"
ANALYZE_ABOVE: Final = 2_000
"""With more rows staged, the planner should know how many."""


@dataclass(frozen=True, slots=True)
class Change:
    """The new state of a key. `row` None withdraws it from wherever it is published."""

    key: str
    row: msgspec.Struct | None
    audience: str = CHAIN


_LOCK = text("""
    INSERT INTO feed_counter (feed, position, floor) VALUES (:feed, 0, 0)
    ON CONFLICT (feed) DO UPDATE SET position = feed_counter.position RETURNING position
""")
_MOVE = text("UPDATE feed_counter SET position = :position WHERE feed = :feed")
_STAGE = text("""
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_change
    (ord bigint, key text, audience text, body bytea) ON COMMIT DELETE ROWS
""")
_CLEAR = text("DELETE FROM staged_change")
_ANALYZE = text("ANALYZE staged_change")
_BURY = text("""
    WITH gone AS (
        SELECT r.key, r.audience, row_number() OVER (ORDER BY s.ord, r.audience) AS number
        FROM feed_row r JOIN staged_change s ON s.key = r.key
        WHERE r.feed = :feed AND r.body IS NOT NULL AND (s.body IS NULL OR r.audience <> s.audience)
    )
    UPDATE feed_row r SET position = :base + gone.number, published_at = :at, body = NULL
    FROM gone WHERE r.feed = :feed AND r.key = gone.key AND r.audience = gone.audience
""")
_PLACE = text("""
    WITH fresh AS (
        SELECT s.key, s.audience, s.body, row_number() OVER (ORDER BY s.ord) AS number
        FROM staged_change s LEFT JOIN feed_row r ON r.feed = :feed AND r.key = s.key AND r.audience = s.audience
        WHERE s.body IS NOT NULL AND r.body IS DISTINCT FROM s.body
    )
    INSERT INTO feed_row (feed, key, audience, position, published_at, body)
    SELECT :feed, key, audience, :base + number, :at, body FROM fresh
    ON CONFLICT (feed, key, audience) DO UPDATE
    SET position = excluded.position, published_at = excluded.published_at, body = excluded.body
""")
_OLD = text("""
    SELECT feed, max(position) FROM feed_row WHERE body IS NULL AND published_at < :before GROUP BY feed ORDER BY feed
""")
_FLOOR = text("UPDATE feed_counter SET floor = greatest(floor, :floor) WHERE feed = :feed")
_DROP = text("DELETE FROM feed_row WHERE body IS NULL AND published_at < :before")


def publish(session: Session, feed: str, changes: Iterable[Change], *, at: datetime) -> int:
    """Gives each changed row the next positions of the feed; returns the feed's last position.

    A row that already stands so is left alone, so publishing again is harmless. The last change of a key counts. The
    feed is locked until the caller commits: publish last, and commit soon.
    """
    if feed not in ROWS:
        raise Invalid(f"there is no feed {feed!r}")
    last: dict[str, Change] = {change.key: change for change in changes}
    session.execute(_STAGE)
    session.execute(_CLEAR)
    position: int = session.execute(_LOCK, {"feed": feed}).scalar_one()
    copy_text(session, "staged_change", ("ord", "key", "audience", "body"), _lines(list(last.values())))
    if len(last) > ANALYZE_ABOVE:
        session.execute(_ANALYZE)
    for statement in (_BURY, _PLACE):
        done = session.execute(statement, {"feed": feed, "base": position, "at": at})
        position += done.rowcount  # type: ignore[attr-defined]
    session.execute(_MOVE, {"feed": feed, "position": position})
    return position


def audiences_of(store: Store) -> list[str]:
    """All audiences that a store belongs to."""
    zone = [f"zone:{store.zone_id}"] if store.zone_id else []
    return [CHAIN, *zone, f"store:{store.store_id}"]


def check_audience(audience: str) -> str:
    """The audience as given; Invalid when it is none."""
    kind, separator, name = audience.partition(":")
    if audience != CHAIN and not (kind in ("zone", "store") and separator and name):
        raise Invalid(f"an audience is chain, zone:Z or store:S, not {audience!r}")
    return audience


def _lines(changes: Sequence[Change]) -> list[str]:
    return [
        text_line(
            (
                number,
                change.key,
                check_audience(change.audience),
                None if change.row is None else encode_row(change.row),
            )
        )
        for number, change in enumerate(changes)
    ]


def drop_tombstones(session: Session, *, before: datetime) -> int:
    """Forgets withdrawn rows published before a moment; returns how many. A host that was away longer will take a
    snapshot, for it can no longer be told what went."""
    for feed, floor in session.execute(_OLD, {"before": before}).all():
        session.execute(_FLOOR, {"feed": feed, "floor": floor})
    dropped: int = session.execute(_DROP, {"before": before}).rowcount  # type: ignore[attr-defined]
    return dropped
