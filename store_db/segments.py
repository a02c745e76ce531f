"""Signed pieces of feeds as they came, so that a hub can pass them on unchanged to the other hosts of its store.

Only headquarters can sign, so a hub cannot cut pieces of its own: it keeps the last snapshot and every delta since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import apsw
import msgspec

from retail.feeds import FeedCursor, Manifest
from store_db.connection import rows

PIECES_MAX: Final = 2_000
ROWS_MIN: Final = 10_000
"""Deltas of fewer rows than this are no reason to ask for a snapshot again."""

KEEP: Final = """
INSERT OR REPLACE INTO segment
    (feed, from_position, to_position, snapshot, row_count, manifest, signature, block)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
FORGET: Final = "DELETE FROM segment WHERE feed = ?"
STATE: Final = "SELECT generation, position FROM feed WHERE feed = ?"
SNAPSHOT: Final = """
SELECT manifest, block, signature, to_position FROM segment WHERE feed = ? AND snapshot = 1
"""
DELTA: Final = """
SELECT manifest, block, signature, to_position FROM segment
WHERE feed = ? AND snapshot = 0 AND from_position <= ? AND to_position > ? ORDER BY to_position DESC LIMIT 1
"""
HELD: Final = """
SELECT feed.feed, coalesce(max(snapshot), 0), coalesce(sum(snapshot = 0), 0),
    coalesce(sum(iif(snapshot = 1, row_count, 0)), 0), coalesce(sum(iif(snapshot = 0, row_count, 0)), 0)
FROM feed LEFT JOIN segment ON segment.feed = feed.feed GROUP BY feed.feed
"""


@dataclass(frozen=True, slots=True)
class Segment:
    """A signed piece; `more` when others follow it."""

    manifest: Manifest
    block: bytes
    signature: bytes
    more: bool


def keep(db: apsw.Connection, manifest: Manifest, block: bytes, signature: bytes) -> None:
    """Keeps a piece that was just taken in. A snapshot replaces all that came before. For use inside a transaction."""
    snapshot = manifest.kind == "snapshot"
    if snapshot:
        db.execute(FORGET, (manifest.feed,))
    packed = msgspec.msgpack.encode(manifest)
    start, end = manifest.from_position, manifest.to_position
    db.execute(KEEP, (manifest.feed, start, end, int(snapshot), manifest.rows, packed, signature, block))


def piece_after(db: apsw.Connection, cursor: FeedCursor) -> Segment | None:
    """The piece that takes a host at this cursor on: a delta that covers its position, else the snapshot; None when it
    is up to date or nothing is held."""
    state = db.execute(STATE, (cursor.feed,)).fetchone()
    if state is None:
        return None
    generation, position = state
    found = None
    if generation == cursor.generation:
        if cursor.position >= position:
            return None
        found = db.execute(DELTA, (cursor.feed, cursor.position, cursor.position)).fetchone()
    found = found or db.execute(SNAPSHOT, (cursor.feed,)).fetchone()
    if found is None:
        return None
    packed, block, signature, end = found
    return Segment(msgspec.msgpack.decode(packed, type=Manifest), block, signature, end < position)


def snapshots_due(db: apsw.Connection) -> list[str]:
    """Feeds whose snapshot is missing here, or outweighed by the deltas since."""
    return [
        feed
        for feed, has_snapshot, pieces, snapshot_rows, delta_rows in rows(db, HELD)
        if not has_snapshot or pieces > PIECES_MAX or delta_rows > max(ROWS_MIN, snapshot_rows // 2)
    ]
