"""One step down: ask for what follows a feed's cursor and take it in.

Whether headquarters signed the piece, for this store and this place, is checked where it is stored, so that no way
into the file goes around the check; a piece that fails is refused whole, and what was in use stays in use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import msgspec

from retail.feeds import FeedCursor, decode_rows
from retail.wire import Pull, PullReply
from store_agent.ports import FeedSink
from store_agent.transport import Transport
from store_db.errors import FeedRefused

ROWS_MAX: Final = 20_000


@dataclass(frozen=True, slots=True)
class PullResult:
    """What one pull did: the feed's cursor now, how many rows came in, and whether more are waiting."""

    cursor: FeedCursor
    kind: Literal["current", "delta", "snapshot"] = "current"
    rows: int = 0
    more: bool = False


def pull_once(sink: FeedSink, transport: Transport, cursor: FeedCursor, *, rows_max: int = ROWS_MAX) -> PullResult:
    """Takes in the next piece of the cursor's feed. Raises FeedRefused, with nothing taken in, for a piece that
    headquarters did not sign for this place."""
    return take_in(sink, cursor, transport.pull(Pull(cursor, rows_max)))


def take_in(sink: FeedSink, cursor: FeedCursor, reply: PullReply) -> PullResult:
    """Takes in what was answered to a pull, however it came here. Raises FeedRefused."""
    manifest = reply.manifest
    if manifest is None:
        return PullResult(cursor)
    if manifest.feed != cursor.feed:
        raise FeedRefused(cursor.feed, "addressee", f"a piece of {manifest.feed} came instead")
    try:
        rows = decode_rows(reply.rows)
    except msgspec.DecodeError as error:
        raise FeedRefused(cursor.feed, "rows", f"rows cannot be read: {error}") from error
    sink.apply(manifest, rows, reply.signature, reply.rows)
    moved = FeedCursor(cursor.feed, manifest.generation, manifest.to_position)
    return PullResult(moved, manifest.kind, len(rows), reply.more)
