"""The journal as the agent sees it: what waits to be sent up. It writes nothing, not even a checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import apsw

from retail.chain import Entry
from retail.ids import DocumentId, Stream
from retail.wire import StreamHead
from store_db import entries
from store_db.connection import open_reader, reading
from store_db.migrate import check_version


class JournalReader:
    """Short reads of a journal that its till may be writing at the same moment."""

    def __init__(self, db: apsw.Connection) -> None:
        self.db = db

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Raises CannotOpen while the till has not made its journal yet, NewerFile, ForeignFile."""
        db = open_reader(path)
        try:
            check_version(db, "journal", str(path))
        except BaseException:
            db.close()
            raise
        return cls(db)

    def heads(self) -> list[StreamHead]:
        """The last entry of every stream that still has any here, oldest first."""
        with reading(self.db):
            return entries.heads(self.db)

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> list[Entry]:
        """The entries that follow `after_seq` without a gap: at most `limit`, and at most `bytes_max` bytes unless the
        first alone is larger. Empty when the one after `after_seq` is not held."""
        return entries.entries_after(self.db, stream, after_seq, limit, bytes_max)

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """The hash of an entry, None when it is not held."""
        return entries.hash_at(self.db, stream, seq)

    def entry(self, document: DocumentId) -> Entry | None:
        """The entry's exact bytes, or None when it is not in this journal."""
        return entries.entry_of(self.db, document)

    def data_version(self) -> int:
        """Another number than before when something was committed since."""
        return int(self.db.pragma("data_version"))

    def close(self) -> None:
        """Closes the file."""
        self.db.close()
