"""The journals of this host's tills, which may not be there yet: an agent often runs before its till ever did."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from retail.chain import Entry
from retail.ids import Stream
from retail.wire import StreamHead
from store_db.journal_reader import JournalReader


class LateJournal:
    """A journal read from the moment it exists, and opened anew when another file took its place."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._reader: JournalReader | None = None
        self._file: tuple[int, int] | None = None

    def heads(self) -> list[StreamHead]:
        """Every stream with its last entry; none while there is no journal."""
        reader = self._open()
        return reader.heads() if reader else []

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> list[Entry]:
        """See `EntryReader`."""
        return self._reader.entries(stream, after_seq, limit, bytes_max) if self._reader else []

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """See `EntryReader`."""
        return self._reader.hash_at(stream, seq) if self._reader else None

    def close(self) -> None:
        """Closes the file; the next `heads` opens it again."""
        if self._reader is not None:
            self._reader.close()
        self._reader, self._file = None, None

    def _open(self) -> JournalReader | None:
        try:
            found = self._path.stat()
        except FileNotFoundError:
            self.close()
            return None
        if (found.st_dev, found.st_ino) != self._file:
            self.close()
            if found.st_size == 0:
                return None
            self._reader = JournalReader.open(self._path)
            self._file = found.st_dev, found.st_ino
        return self._reader


class Journals:
    """Several journals as one: what a host with more than one till has to send."""

    def __init__(self, paths: Sequence[Path]) -> None:
        self._journals = [LateJournal(path) for path in paths]
        self._of: dict[Stream, LateJournal] = {}

    def heads(self) -> list[StreamHead]:
        """Every stream of every journal with its last entry."""
        found: list[StreamHead] = []
        for journal in self._journals:
            heads = journal.heads()
            self._of |= {head.stream: journal for head in heads}
            found += heads
        return found

    def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int) -> list[Entry]:
        """See `EntryReader`."""
        journal = self._of.get(stream)
        return journal.entries(stream, after_seq, limit, bytes_max) if journal else []

    def hash_at(self, stream: Stream, seq: int) -> bytes | None:
        """See `EntryReader`."""
        journal = self._of.get(stream)
        return journal.hash_at(stream, seq) if journal else None

    def close(self) -> None:
        """Closes the files."""
        for journal in self._journals:
            journal.close()
