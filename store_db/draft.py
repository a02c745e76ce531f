"""The open receipt, noted after each change, so that a crash costs the cashier nothing.

It is not a fact: a power cut may take its last change, and a damaged file is thrown away rather than mourned.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

import apsw

from store_db.connection import Writer, WriterOptions, open_writer, transaction
from store_db.errors import Unavailable, reason_of
from store_db.migrate import migrate

OPTIONS: Final = WriterOptions(synchronous="NORMAL")
SAVE: Final = """
INSERT INTO draft (one, content) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET content = excluded.content
"""
LOAD: Final = "SELECT content FROM draft"
CLEAR: Final = "DELETE FROM draft"


class Draft:
    """The one writer of a till's draft file."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    @classmethod
    def open(cls, path: str | Path, options: WriterOptions = OPTIONS) -> Self:
        """Opens the draft, making it when it is not there. Raises SecondWriter, NewerFile, ForeignFile, Unavailable."""
        writer = open_writer(path, options)
        try:
            migrate(writer.db, "draft", writer.path, keep_copy=False)
        except apsw.Error as error:
            writer.close()
            raise Unavailable(reason_of(error), str(error)) from error
        except BaseException:
            writer.close()
            raise
        return cls(writer)

    def save(self, content: bytes) -> None:
        """Replaces the draft. Raises Unavailable; the draft before it then stays."""
        self._run(SAVE, (content,))

    def load(self) -> bytes | None:
        """The draft, None when the last receipt was finished."""
        found = self._writer.db.execute(LOAD).fetchone()
        return found[0] if found else None

    def clear(self) -> None:
        """The receipt is finished or abandoned."""
        self._run(CLEAR, ())

    def close(self) -> None:
        """Closes the file."""
        self._writer.close()

    def _run(self, sql: str, bindings: tuple[bytes, ...]) -> None:
        try:
            with transaction(self._writer.db):
                self._writer.db.execute(sql, bindings)
        except apsw.Error as error:
            raise Unavailable(reason_of(error), str(error)) from error
