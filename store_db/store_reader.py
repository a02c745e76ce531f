"""A hub's entries as they are sent up: one view for the main line, one for each line of a copied disk.

A copied disk wrote its own entries under numbers that the main line has too. Seen through its line, the stream is the
part both share and then the copy's own entries, so it is sent like any other stream.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

import apsw

from retail.chain import Entry
from retail.ids import Stream
from retail.wire import StreamHead
from store_db import entries
from store_db.connection import open_reader, reading, rows
from store_db.migrate import check_version

LINES: Final = "SELECT coalesce(max(line), 0) FROM fork_line"
HEADS: Final = """
SELECT till, incarnation, last_seq, last_hash FROM fork_line JOIN stream USING (stream) WHERE line = ? ORDER BY stream
"""
LINE: Final = "SELECT parent_line, first_seq FROM fork_line WHERE stream = ? AND line = ?"
FORK_ENTRIES: Final = """
SELECT seq, envelope, body, signature FROM fork WHERE stream = ? AND line = ? AND seq > ? ORDER BY seq LIMIT ?
"""
FORK_HASH: Final = "SELECT hash FROM fork WHERE stream = ? AND line = ? AND seq = ?"


class StoreReader:
    """Short reads of one line of all streams; line 0 is the main line of each."""

    def __init__(self, db: apsw.Connection, line: int = 0) -> None:
        self.db, self.line = db, line

    @classmethod
    def open(cls, path: str | Path, line: int = 0) -> Self:
        """Raises CannotOpen, NewerFile, ForeignFile."""
        db = open_reader(path)
        try:
            check_version(db, "store", str(path))
        except BaseException:
            db.close()
            raise
        return cls(db, line)

    def lines(self) -> int:
        """How many lines there are: 1, unless a disk was copied."""
        return int(self.db.execute(LINES).get) + 1

    def heads(self) -> list[StreamHead]:
        """The last entry of every stream that has this line, oldest first."""
        if self.line == 0:
            with reading(self.db):
                return entries.heads(self.db)
        found = rows(self.db, HEADS, (self.line,))
        return [StreamHead(Stream(till, incarnation), seq, sealed) for till, incarnation, seq, sealed in found]

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> list[Entry]:
        """The line's entries that follow `after_seq` without a gap: at most `limit`, and at most `bytes_max` bytes
        unless the first alone is larger; fewer where the line leaves the one it came from."""
        with reading(self.db):
            row = entries.stream_row(self.db, stream)
            if row is None:
                return []
            line, last = self._line_at(row.number, after_seq + 1)
            limit = min(limit, last - after_seq)
            if line == 0:
                return entries.entries_after(self.db, stream, after_seq, limit, bytes_max)
            found = rows(self.db, FORK_ENTRIES, (row.number, line, after_seq, limit))
        return _within(found, after_seq, bytes_max)

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """The hash of the line's entry, None when it is not held."""
        with reading(self.db):
            row = entries.stream_row(self.db, stream)
            if row is None:
                return None
            line, _ = self._line_at(row.number, seq)
            if line == 0:
                return entries.hash_at(self.db, stream, seq)
            found = self.db.execute(FORK_HASH, (row.number, line, seq)).fetchone()
        return found[0] if found else None

    def close(self) -> None:
        """Closes the file."""
        self.db.close()

    def _line_at(self, number: int, seq: int) -> tuple[int, int]:
        """Which line holds this line's entry `seq`, and up to which seq this line runs along it."""
        line, last = self.line, entries.SEQ_MASK
        while line:
            found = self.db.execute(LINE, (number, line)).fetchone()
            if found is None:
                return 0, last
            parent, first = found
            if seq >= first:
                return line, last
            line, last = parent, min(last, first - 1)
        return 0, last


def _within(found: list[tuple[int, bytes, bytes, bytes]], after_seq: int, bytes_max: int) -> list[Entry]:
    taken: list[Entry] = []
    size = 0
    for seq, *parts in found:
        entry = Entry(*parts)
        size += entry.size
        if seq != after_seq + 1 + len(taken) or (taken and size > bytes_max):
            break
        taken.append(entry)
    return taken
