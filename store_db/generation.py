"""Notices that a hub's file is older than it was: then it takes another generation, and every sender starts over.

A backup of the file brings back its generation with it, so the proof must stand elsewhere: a side file that follows
each commit. When it has seen more commits than the file holds, or another generation, the file went back in time.
"""

from __future__ import annotations

from typing import Final

import apsw
import msgspec

from store_db.connection import transaction
from store_db.errors import ForeignFile
from store_db.side_file import SideFile

HUB: Final = "SELECT store, generation, commits FROM hub"
SET_HUB: Final = "INSERT OR REPLACE INTO hub (one, store, generation, commits) VALUES (1, ?, ?, ?)"
RENEW: Final = "UPDATE hub SET generation = ?"
COUNT: Final = "UPDATE hub SET commits = commits + 1 RETURNING commits"


class _Note(msgspec.Struct, frozen=True, array_like=True):
    generation: str
    commits: int


class Generation:
    """A file's generation and the side file that vouches for it."""

    def __init__(self, db: apsw.Connection, side: SideFile, value: str, commits: int) -> None:
        self._db, self._side = db, side
        self.value, self._commits = value, commits

    def count(self) -> None:
        """Counts a transaction. For use inside it."""
        self._commits = self._db.execute(COUNT).get

    def note(self, *, durable: bool = False) -> None:
        """Follows a commit in the side file. Raises OSError."""
        self._side.write(msgspec.msgpack.encode(_Note(self.value, self._commits)), durable=durable)

    def renew(self, fresh: str) -> None:
        """Takes another generation: senders that speak of the one before greet again and go back to what is here."""
        with transaction(self._db):
            self.count()
            self._db.execute(RENEW, (fresh,))
        self.value = fresh
        self.note(durable=True)


def generation_of(db: apsw.Connection, side: SideFile, *, store: str, fresh: str, path: str) -> Generation:
    """The file's generation: `fresh` for a new file and for one that went back in time. Raises ForeignFile for a file
    of another store."""
    found = db.execute(HUB).fetchone()
    if found is None:
        with transaction(db):
            db.execute(SET_HUB, (store, fresh, 0))
        generation = Generation(db, side, fresh, 0)
        generation.note(durable=True)
        return generation
    if found[0] != store:
        raise ForeignFile(f"{path} is of store {found[0]}, not of {store}")
    generation = Generation(db, side, found[1], found[2])
    noted = _read(side)
    if noted is None or noted.generation != generation.value or noted.commits > found[2]:
        generation.renew(fresh)
    return generation


def _read(side: SideFile) -> _Note | None:
    content = side.read()
    if content is None:
        return None
    try:
        return msgspec.msgpack.decode(content, type=_Note)
    except msgspec.DecodeError:
        return None
