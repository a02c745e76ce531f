"""Opens the store's files: one writer each, the same settings everywhere.

Every file is in WAL mode, so that readers never wait for the writer nor the writer for them. The writer alone
checkpoints. Memory mapping is off: a passing fault of the disk must not become a lasting one in the file.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import apsw

from store_db.errors import CannotOpen, ForeignFile, LibraryTooOld, SecondWriter

LIBRARY_MIN: Final = (3, 51, 3)
"""The first SQLite without the WAL-reset bug, which one writing and one reading process are enough to meet."""

WAL_BYTES_MAX: Final = 16_000_000
"""What the -wal file is cut back to after a checkpoint; it may grow beyond while somebody reads."""

BUSY_TIMEOUT_MS: Final = 2_000


@dataclass(frozen=True, slots=True)
class WriterOptions:
    """How a file is opened for writing. `vfs` and `exclusive` serve disks that are simulated: such a disk has no shared
    memory, so its one connection keeps the file for itself."""

    synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL"
    lock: bool = True
    vfs: str | None = None
    exclusive: bool = False


DURABLE: Final = WriterOptions()
"""What is committed survives a power cut."""


@dataclass(slots=True)
class Writer:
    """The one writing connection of a file, and the lock that makes it the only one."""

    db: apsw.Connection
    path: str
    lock: int | None = None

    def close(self) -> None:
        """Closes the file and lets another writer in."""
        # A disk that fails now takes nothing: what was committed stands in the -wal file for the next opening.
        with suppress(apsw.Error):
            self.db.close()
        if self.lock is not None:
            os.close(self.lock)
            self.lock = None


def open_writer(path: str | Path, options: WriterOptions = DURABLE) -> Writer:
    """The file's only writer; the file is made when it is not there.

    Raises SecondWriter while another one has it, CannotOpen, ForeignFile for a path that holds no database.
    """
    check_library()
    name = str(path)
    lock = _take_lock(name) if options.lock else None
    db: apsw.Connection | None = None
    try:
        db = apsw.Connection(name, vfs=options.vfs)
        _set_up_writer(db, options)
    except apsw.Error as error:
        if db is not None:
            db.close(True)
        if lock is not None:
            os.close(lock)
        raise _refusal(name, error) from error
    return Writer(db, name, lock)


def open_reader(path: str | Path) -> apsw.Connection:
    """A connection that reads and can do nothing else. Raises CannotOpen when there is no such file."""
    check_library()
    try:
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
        db.set_busy_timeout(BUSY_TIMEOUT_MS)
        db.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1)
        db.pragma("mmap_size", 0)
        db.pragma("cell_size_check", True)
        db.pragma("query_only", True)
        db.pragma("schema_version")
    except apsw.Error as error:
        raise _refusal(str(path), error) from error
    return db


@contextmanager
def transaction(db: apsw.Connection) -> Iterator[None]:
    """Everything inside is written together at the end, or, when anything is raised, not at all."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        # The library rolls back by itself after some errors, and a second error here would hide the first.
        if db.in_transaction:
            with suppress(apsw.Error):
                db.execute("ROLLBACK")
        raise


@contextmanager
def reading(db: apsw.Connection) -> Iterator[None]:
    """Everything read inside is of one moment. Keep it short: a checkpoint cannot pass a reader."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("COMMIT")


def rows(db: apsw.Connection, sql: str, bindings: Sequence[apsw.SQLiteValue] = ()) -> list[Any]:
    """All rows of a query, read at once: no read transaction stays open behind them."""
    return db.execute(sql, bindings).fetchall()


def check_library(found: str | None = None) -> None:
    """Raises LibraryTooOld for a library (this program's, when none is named) that can damage our files."""
    version = found or apsw.sqlite_lib_version()
    if tuple(int(part) for part in version.split(".")) < LIBRARY_MIN:
        raise LibraryTooOld(version, ".".join(map(str, LIBRARY_MIN)))


def sync_directory(path: str | Path) -> None:
    """Makes the names in the file's folder durable: a commit in a file whose name is lost is lost with it."""
    folder = os.open(Path(path).parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _set_up_writer(db: apsw.Connection, options: WriterOptions) -> None:
    db.set_busy_timeout(BUSY_TIMEOUT_MS)
    db.config(apsw.SQLITE_DBCONFIG_DQS_DML, 0)
    db.config(apsw.SQLITE_DBCONFIG_DQS_DDL, 0)
    if options.exclusive:
        db.pragma("locking_mode", "EXCLUSIVE")
    db.pragma("auto_vacuum", "INCREMENTAL")
    if db.pragma("journal_mode", "WAL") != "wal":
        raise apsw.CantOpenError("the disk does not allow WAL mode")
    db.pragma("synchronous", options.synchronous)
    db.pragma("mmap_size", 0)
    db.pragma("foreign_keys", True)
    db.pragma("cell_size_check", True)
    db.pragma("trusted_schema", False)
    db.pragma("journal_size_limit", WAL_BYTES_MAX)
    db.pragma("temp_store", "MEMORY")


def _take_lock(name: str) -> int:
    try:
        handle = os.open(name + ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise CannotOpen(f"{name}: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.pread(handle, 20, 0).strip()
        os.close(handle)
        raise SecondWriter(name, int(holder) if holder.isdigit() else 0) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def _refusal(name: str, error: apsw.Error) -> CannotOpen | ForeignFile:
    if isinstance(error, apsw.NotADBError):
        return ForeignFile(f"{name} is no database")
    return CannotOpen(f"{name}: {error}")
