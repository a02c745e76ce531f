"""Brings a file to the schema of this release: numbered scripts, forward only, one transaction each.

A copy of the file as it was is kept beside it before it is changed, so that a release can be taken back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final, Literal

import apsw

from store_db.connection import transaction
from store_db.errors import ForeignFile, NewerFile

FileKind = Literal["journal", "draft", "feeds", "store"]

APPLICATION_IDS: Final[dict[FileKind, int]] = {
    "journal": 0x5A47_4A01,
    "draft": 0x5A47_4402,
    "feeds": 0x5A47_4603,
    "store": 0x5A47_5304,
}
"""What each kind of file is marked with, so that none is ever taken for another."""

_NAME = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    """The script that leads from version `number - 1` to `number`."""

    number: int
    sql: str


@cache
def migrations(kind: FileKind) -> tuple[Migration, ...]:
    """All scripts of a kind of file, in order, numbered from 1 without a gap."""
    folder = resources.files("store_db") / "migrations" / kind
    named = sorted((match, file) for file in folder.iterdir() if (match := _number(file.name)))
    assert [number for number, _ in named] == list(range(1, len(named) + 1)), f"a number is missing in {kind}"
    return tuple(Migration(number, file.read_text("utf-8")) for number, file in named)


def migrate(db: apsw.Connection, kind: FileKind, path: str, *, keep_copy: bool = True) -> int:
    """Brings the open file to this release's version and returns the version it had.

    Raises NewerFile for a file of a later release and ForeignFile for one of another kind; both are left as they are.
    """
    had = check_version(db, kind, path)
    due = migrations(kind)[had:]
    if had and due and keep_copy:
        _copy(db, f"{path}.v{had}")
    for migration in due:
        with transaction(db):
            db.execute(migration.sql)
            db.pragma("application_id", APPLICATION_IDS[kind])
            db.pragma("user_version", migration.number)
    return had


def check_version(db: apsw.Connection, kind: FileKind, path: str) -> int:
    """The file's version, 0 for an empty one; refuses as `migrate` does."""
    version = int(db.pragma("user_version"))
    empty = db.execute("SELECT count(*) FROM sqlite_schema").get == 0
    if not empty and db.pragma("application_id") != APPLICATION_IDS[kind]:
        raise ForeignFile(f"{path} is no {kind} file")
    known = len(migrations(kind))
    if version > known:
        raise NewerFile(path, version, known)
    return version


def _copy(db: apsw.Connection, target: str) -> None:
    # A copy that exists already is of an attempt that was cut short: it holds the file as it was before.
    if not Path(target).exists():
        db.execute("VACUUM INTO ?", (target,))


def _number(name: str) -> int | None:
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None
