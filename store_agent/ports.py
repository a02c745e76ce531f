"""What the agent asks of the files it reads and writes. `store_db` answers it; so does any store of entries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from retail.chain import Entry
from retail.feeds import FeedCursor, FeedRow, Manifest
from retail.ids import Stream
from retail.wire import StreamHead


class EntryReader(Protocol):
    """Entries that wait here to be sent up: a till's journal, or the entries a hub has taken in. Reads are short and
    leave no transaction open."""

    def heads(self) -> Sequence[StreamHead]:
        """Every stream held here, oldest first, with its last entry."""
        ...

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> Sequence[Entry]:
        """The entries that follow `after_seq` without a gap: at most `limit`, and at most `bytes_max` bytes unless the
        first alone is larger. Empty when the one after `after_seq` is not held."""
        ...

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """The hash of an entry, None when it is not held."""
        ...


class FeedSink(Protocol):
    """Where feeds are taken in, and checked."""

    def cursors(self) -> Iterable[FeedCursor]:
        """How far each feed has been taken in."""
        ...

    def apply(
        self, manifest: Manifest, feed_rows: Sequence[FeedRow], signature: bytes, block: bytes | None = None
    ) -> None:
        """Takes in a delta or a snapshot together with its new cursor, or raises FeedRefused. `block` is the bytes that
        the rows came as."""
        ...
