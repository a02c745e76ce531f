"""One step down: ask for what follows a feed's cursor, check that headquarters signed it, take it in.

A piece that is not what headquarters signed for this store is refused as a whole, and what was in use stays in use.
Pieces are checked here and nowhere trusted: a hub only carries them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec

from retail.chain import Verify
from retail.feeds import FeedCursor, FeedRow, Manifest, decode_rows, digest_of, manifest_bytes
from retail.wire import Pull, PullReply
from store_agent.errors import FeedRefused
from store_agent.ports import FeedSink
from store_agent.transport import Transport

ROWS_MAX: int = 20_000


@dataclass(frozen=True, slots=True)
class PullResult:
    """What one pull did: the feed's cursor now, how many rows came in, and whether more are waiting."""

    cursor: FeedCursor
    kind: Literal["current", "delta", "snapshot"] = "current"
    rows: int = 0
    more: bool = False


def pull_once(
    sink: FeedSink,
    transport: Transport,
    cursor: FeedCursor,
    *,
    store: str,
    verify: Verify,
    rows_max: int = ROWS_MAX,
) -> PullResult:
    """Takes in the next piece of the cursor's feed. `verify` checks with headquarters' pinned key.

    Raises FeedRefused, with nothing taken in, for a piece that headquarters did not sign for this place.
    """
    return take_in(sink, cursor, transport.pull(Pull(cursor, rows_max)), store=store, verify=verify)


def take_in(sink: FeedSink, cursor: FeedCursor, reply: PullReply, *, store: str, verify: Verify) -> PullResult:
    """Checks what was answered to a pull, however it came here, and takes it in. Raises FeedRefused."""
    if reply.manifest is None:
        return PullResult(cursor)
    rows = checked_rows(cursor, reply.manifest, reply.rows, reply.signature, store=store, verify=verify)
    sink.apply(reply.manifest, rows, reply.signature)
    moved = FeedCursor(cursor.feed, reply.manifest.generation, reply.manifest.to_position)
    return PullResult(moved, reply.manifest.kind, len(rows), reply.more)


def checked_rows(
    cursor: FeedCursor, manifest: Manifest, block: bytes, signature: bytes, *, store: str, verify: Verify
) -> list[FeedRow]:
    """The rows of a signed piece that follows the cursor, or FeedRefused."""

    def refuse(code: str, message: str) -> FeedRefused:
        return FeedRefused(cursor.feed, code, message)

    if not verify(manifest_bytes(manifest), signature):
        raise refuse("signature", "not signed by the headquarters this store is enrolled with")
    if (manifest.store, manifest.feed) != (store, cursor.feed):
        raise refuse("addressee", f"signed for feed {manifest.feed} of store {manifest.store}")
    if digest_of(block) != manifest.digest:
        raise refuse("digest", "rows were altered or cut on the way")
    if not _continues(cursor, manifest):
        here, there = cursor.position, f"{manifest.from_position}-{manifest.to_position}"
        raise refuse("position", f"a {manifest.kind} of {there} does not follow position {here}")
    try:
        rows = decode_rows(block)
    except msgspec.DecodeError as error:
        raise refuse("rows", f"rows are not understood: {error}") from error
    if len(rows) != manifest.rows:
        raise refuse("rows", f"{len(rows)} rows came where {manifest.rows} were signed")
    return rows


def _continues(cursor: FeedCursor, manifest: Manifest) -> bool:
    """A delta may begin earlier than the cursor: rows are whole states of their keys, so the overlap changes nothing.
    A snapshot of the generation in use must not lead back: an old one would bring old prices again."""
    same = manifest.generation == cursor.generation
    if manifest.kind == "snapshot":
        return not same or manifest.to_position >= cursor.position
    return same and manifest.from_position <= cursor.position < manifest.to_position
