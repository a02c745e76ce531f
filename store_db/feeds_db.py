"""Takes in what headquarters sends down. The agent is the one writer; tills only read.

A delta is one transaction: rows, tombstones and the cursor. A snapshot is loaded in short transactions into tables that
nobody reads yet, which then take the place of those in use, together with the cursor, in one transaction. The file
itself is never replaced: a till may have it open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import apsw
import msgspec

from retail.chain import Verify
from retail.feeds import FeedCursor, FeedRow, Manifest, decode_row, digest_of, encode_rows, manifest_bytes
from retail.wire import StreamMark
from store_db import segments
from store_db.connection import Writer, WriterOptions, open_writer, rows, transaction
from store_db.errors import FeedRefused, FeedsUnavailable, Refusal, reason_of
from store_db.feed_tables import TABLES, Columns, FeedTable
from store_db.migrate import migrate
from store_db.shadow import begin_shadow, drop_shadows, replace_by_shadow, shadow_of

OPTIONS: Final = WriterOptions(synchronous="NORMAL")
"""A power cut may take the last piece and its cursor with it; then it is asked for again."""

CHUNK: Final = 5_000
"""Rows of a snapshot written in one transaction, so that the -wal file stays small while it loads."""

CURSORS: Final = "SELECT feed, generation, position FROM feed ORDER BY feed"
CURSOR: Final = "SELECT generation, position FROM feed WHERE feed = ?"
MOVE: Final = "INSERT OR REPLACE INTO feed (feed, generation, position) VALUES (?, ?, ?)"
GIVE_BACK: Final = "PRAGMA incremental_vacuum(2000)"
NOTE_ARCHIVED: Final = """
INSERT INTO archived (till, incarnation, seq) VALUES (?, ?, ?)
ON CONFLICT (till, incarnation) DO UPDATE SET seq = excluded.seq WHERE seq <> excluded.seq
"""
NOTE_CONTACT: Final = "INSERT OR REPLACE INTO contact (one, at_ms, offset_ms) VALUES (1, ?, ?)"


@dataclass(frozen=True, slots=True)
class _Change:
    """A row as it is stored; without columns it is a tombstone."""

    key: str
    columns: Columns | None


class FeedStore:
    """The one writer of a host's feeds. Open it with `FeedStore.open`."""

    def __init__(self, writer: Writer, store: str, verify: Verify, *, keep_segments: bool) -> None:
        self._writer, self._db = writer, writer.db
        self._store, self._verify = store, verify
        self._keep_segments = keep_segments

    @classmethod
    def open(
        cls,
        path: str | Path,
        *,
        store: str,
        verify: Verify,
        keep_segments: bool = False,
        options: WriterOptions = OPTIONS,
    ) -> Self:
        """Opens the file for writing; a new one is empty and valid. `verify` checks with headquarters' pinned key; a
        hub keeps the signed pieces for other hosts.

        Raises SecondWriter, NewerFile, ForeignFile, CannotOpen, FeedsUnavailable.
        """
        writer = open_writer(path, options)
        try:
            migrate(writer.db, "feeds", writer.path, keep_copy=False)
            drop_shadows(writer.db)
        except apsw.Error as error:
            writer.close()
            raise FeedsUnavailable(reason_of(error), str(error)) from error
        except BaseException:
            writer.close()
            raise
        return cls(writer, store, verify, keep_segments=keep_segments)

    def cursors(self) -> list[FeedCursor]:
        """How far each feed has been taken in; a feed that never came is not named."""
        return [FeedCursor(*found) for found in rows(self._db, CURSORS)]

    def apply(
        self, manifest: Manifest, feed_rows: Sequence[FeedRow], signature: bytes, block: bytes | None = None
    ) -> None:
        """Takes in a signed piece together with its new cursor, or nothing of it.

        `block` is the bytes that the rows were decoded from; given, they are what is checked and passed on.
        Raises FeedRefused for what was not signed for this store, does not follow, or cannot be read;
        FeedsUnavailable when the disk refuses.
        """
        whole = encode_rows(list(feed_rows)) if block is None else block
        table = self._checked(manifest, len(feed_rows), whole, signature)
        changes = _changes(manifest.feed, table, feed_rows)
        try:
            if manifest.kind == "snapshot":
                self._load(table, changes, manifest, whole, signature)
            else:
                with transaction(self._db):
                    self._put(table, table.name, changes)
                    self._finish(manifest, whole, signature)
        except apsw.Error as error:
            raise FeedsUnavailable(reason_of(error), str(error)) from error

    def piece_after(self, cursor: FeedCursor) -> segments.Segment | None:
        """What a hub sends to a host at this cursor: the signed piece as it came, None when it is up to date."""
        return segments.piece_after(self._db, cursor)

    def snapshots_due(self) -> list[str]:
        """Feeds to be asked for anew, with an empty cursor: a hub keeps so much of them in small pieces, or lacks the
        beginning, that a new host is better served with a snapshot."""
        return segments.snapshots_due(self._db) if self._keep_segments else []

    def note_contact(self, at_ms: int, offset_ms: int) -> None:
        """Headquarters was heard of at `at_ms` of this host's clock, which its own was `offset_ms` ahead of."""
        with transaction(self._db):
            self._db.execute(NOTE_CONTACT, (at_ms, offset_ms))

    def note_archived(self, marks: Iterable[StreamMark]) -> None:
        """Remembers what headquarters says is archived of this host's streams, for the till to prune by."""
        found = [(mark.stream.till, mark.stream.incarnation, mark.archived) for mark in marks if mark.archived]
        if found:
            with transaction(self._db):
                self._db.executemany(NOTE_ARCHIVED, found)

    def close(self) -> None:
        """Closes the file and lets another writer in."""
        self._writer.close()

    def _checked(self, manifest: Manifest, count: int, block: bytes, signature: bytes) -> FeedTable:
        def refuse(reason: Refusal, detail: str) -> FeedRefused:
            return FeedRefused(manifest.feed, reason, detail)

        if not self._verify(manifest_bytes(manifest), signature):
            raise refuse("signature", "not signed by the headquarters this store is enrolled with")
        if manifest.store != self._store:
            raise refuse("addressee", f"signed for store {manifest.store}")
        if digest_of(block) != manifest.digest or count != manifest.rows:
            raise refuse("digest", "rows were altered or cut on the way")
        table = TABLES.get(manifest.feed)
        if table is None:
            raise refuse("unknown_feed", "this program does not know the feed: update it")
        found = self._db.execute(CURSOR, (manifest.feed,)).fetchone()
        if not _follows(found, manifest):
            there = f"{manifest.generation} {manifest.from_position}-{manifest.to_position}"
            raise refuse("position", f"a {manifest.kind} of {there} does not follow {found}")
        return table

    def _load(
        self, table: FeedTable, changes: Sequence[_Change], manifest: Manifest, block: bytes, signature: bytes
    ) -> None:
        shadow = shadow_of(table.name)
        with transaction(self._db):
            begin_shadow(self._db, table.name)
        for start in range(0, len(changes), CHUNK):
            with transaction(self._db):
                self._put(table, shadow, changes[start : start + CHUNK])
        with transaction(self._db):
            replace_by_shadow(self._db, table.name)
            self._finish(manifest, block, signature)
        # The pages of the table before are free now; the file gives back a part of them each time.
        self._db.execute(GIVE_BACK)

    def _put(self, table: FeedTable, target: str, changes: Sequence[_Change]) -> None:
        gone = [(change.key,) for change in changes if change.columns is None]
        if gone:
            self._db.executemany(f"DELETE FROM {target} WHERE key = ?", gone)  # noqa: S608  # names are ours
        self._db.executemany(table.put(target), (change.columns for change in changes if change.columns is not None))

    def _finish(self, manifest: Manifest, block: bytes, signature: bytes) -> None:
        self._db.execute(MOVE, (manifest.feed, manifest.generation, manifest.to_position))
        if self._keep_segments:
            segments.keep(self._db, manifest, block, signature)


def make_feeds(path: str | Path) -> None:
    """Makes an empty, valid file where there is none yet, for a till that starts before its agent ever ran."""
    if not Path(path).exists():
        FeedStore.open(path, store="", verify=lambda message, signature: False).close()


def _changes(feed: str, table: FeedTable, feed_rows: Sequence[FeedRow]) -> list[_Change]:
    """The last state of every key, in the order of positions. FeedRefused for a row that cannot be read."""
    last: dict[str, FeedRow] = {}
    for row in sorted(feed_rows, key=lambda row: row.position):
        last[row.key] = row
    return list(_stored(feed, table, last))


def _stored(feed: str, table: FeedTable, last: dict[str, FeedRow]) -> Iterator[_Change]:
    for key, row in last.items():
        if row.body is None:
            yield _Change(key, None)
            continue
        try:
            decoded = decode_row(feed, row.body)
        except msgspec.DecodeError as error:
            raise FeedRefused(feed, "rows", f"row {key!r} cannot be read: {error}") from error
        if table.natural is not None and getattr(decoded, table.natural) != key:
            raise FeedRefused(feed, "rows", f"row {key!r} stands under another key than its own")
        yield _Change(key, (key, *table.searched(decoded), row.body))


def _follows(cursor: tuple[str, int] | None, manifest: Manifest) -> bool:
    """A delta may begin before the cursor: rows are whole states of their keys, so the overlap changes nothing. A
    snapshot of the generation in use must not lead back: an old one would bring old prices again."""
    generation, position = cursor or ("", 0)
    same = manifest.generation == generation
    if manifest.kind == "snapshot":
        return not same or manifest.to_position >= position
    return same and manifest.from_position <= position < manifest.to_position
