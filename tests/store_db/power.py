"""A disk in memory that loses power, and the real journal writing on it.

What was written and not yet synced may, when the power goes, be there, be missing, be there in part, in any order, a
512-byte sector at a time. What was synced stays. The disk does not lie about syncing; a real one that does is beyond
any program.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import apsw

from retail.ids import Stream
from store_db.connection import WriterOptions
from store_db.entries import hash_at
from store_db.errors import StoreError
from store_db.journal import Journal
from store_db.verify import verify_journal
from tests.store_db.samples import append, hold, open_journal, quick_verify, sale

SECTOR = 512
TEAR_ONE_IN = 4
_names = itertools.count()


class PowerCut(Exception):
    """The power is gone: no further call reaches the disk."""


@dataclass(slots=True)
class MemoryFile:
    """What a program sees of a file, what is safe of it, and the writes in between."""

    content: bytearray = field(default_factory=bytearray)
    safe: bytearray | None = None
    pending: list[tuple[int, bytes] | int] = field(default_factory=list)

    def sync(self) -> None:
        self.safe = bytearray(self.content)
        self.pending.clear()

    def after_cut(self, chance: random.Random) -> bytearray | None:
        """What a disk may hold of the file afterwards, None when its name was never made safe."""
        if self.safe is None and chance.random() < 0.5:
            return None
        held = bytearray(self.safe or b"")
        for change in _survivors(self.pending, chance):
            if isinstance(change, int):
                del held[change:]
                continue
            offset, data = change
            if len(held) < offset + len(data):
                held.extend(bytes(offset + len(data) - len(held)))
            held[offset : offset + len(data)] = data
        return held


def _survivors(pending: list[tuple[int, bytes] | int], chance: random.Random) -> list[tuple[int, bytes] | int]:
    """The unsynced changes a disk carried out before it stopped, cut into sectors, in any order."""
    parts: list[tuple[int, bytes] | int] = []
    keep = chance.choice((0.0, 0.5, 0.9, 1.0))
    for change in pending:
        if isinstance(change, int):
            if chance.random() < keep:
                parts.append(change)
            continue
        offset, data = change
        for start in range(0, len(data), SECTOR):
            sector = data[start : start + SECTOR]
            if chance.random() >= keep:
                continue
            if chance.randrange(TEAR_ONE_IN) == 0:
                sector = sector[: chance.randrange(len(sector) + 1)]
            parts.append((offset + start, sector))
    chance.shuffle(parts)
    return parts


class Disk(apsw.VFS):
    """A disk in memory. It counts what reaches it, and fails when and how it is told to."""

    def __init__(self, files: dict[str, bytearray] | None = None) -> None:
        self.name = f"power-{next(_names)}"
        super().__init__(self.name, "unix")
        self.files = {name: MemoryFile(content, bytearray(content)) for name, content in (files or {}).items()}
        self.operations = 0
        self.cut_at: int | None = None
        self.chance = random.Random(0)
        self.held: dict[str, bytearray] = {}
        self.fail_at: int | None = None
        self.error: type[apsw.Error] | None = None

    def operation(self, file: MemoryFile | None = None, change: tuple[int, bytes] | int | None = None) -> None:
        """Passes one write, sync, truncation or deletion, or fails as it was told.

        When the power goes, `held` is what the disk will hold when it comes back; what a program still does after that
        reaches nothing.
        """
        self.operations += 1
        if self.operations == self.cut_at:
            if file is not None and change is not None:
                file.pending.append(change)
            found = {name: each.after_cut(self.chance) for name, each in self.files.items()}
            self.held = {name: content for name, content in found.items() if content is not None}
            raise PowerCut
        if self.error is not None and (self.fail_at is None or self.operations == self.fail_at):
            raise self.error

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> Any:
        file = str(name.filename() if isinstance(name, apsw.URIFilename) else name)
        flags[1] = flags[0]
        return _Handle(self, self.files.setdefault(file, MemoryFile()))

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.files

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.operation()
        self.files.pop(filename, None)

    def xFullPathname(self, name: str) -> str:
        return name


class _Handle:
    """An open file of a Disk; the names are SQLite's."""

    def __init__(self, disk: Disk, file: MemoryFile) -> None:
        self._disk, self._file = disk, file

    def xRead(self, amount: int, offset: int) -> bytes:
        return bytes(self._file.content[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        change = (offset, bytes(data))
        self._disk.operation(self._file, change)
        content = self._file.content
        if len(content) < offset:
            content.extend(bytes(offset - len(content)))
        content[offset : offset + len(data)] = data
        self._file.pending.append(change)

    def xTruncate(self, newsize: int) -> None:
        self._disk.operation(self._file, newsize)
        del self._file.content[newsize:]
        self._file.pending.append(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.operation()
        self._file.sync()

    def xFileSize(self) -> int:
        return len(self._file.content)

    def xClose(self) -> None: ...
    def xLock(self, level: int) -> None: ...
    def xUnlock(self, level: int) -> None: ...

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR

    def xDeviceCharacteristics(self) -> int:
        return 0


@dataclass(slots=True)
class Report:
    """What many power cuts did."""

    seed: int
    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    flawed: int = 0
    unreadable: int = 0

    @property
    def clean(self) -> bool:
        """Whether no acknowledged document was lost and no journal damaged."""
        return not (self.lost or self.flawed or self.unreadable)


def options_on(disk: Disk, synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL") -> WriterOptions:
    """How a journal is opened on this disk."""
    return WriterOptions(synchronous=synchronous, lock=False, vfs=disk.name, exclusive=True)


def power_cuts(
    count: int,
    seed: int,
    *,
    synchronous: Literal["FULL", "NORMAL", "OFF"] = "FULL",
    cls: type[Journal] = Journal,
    cuts_per_disk: int = 8,
) -> Report:
    """Cuts the power `count` times while the journal appends, and after each cut opens it again and checks all of it:
    every acknowledged document is there with its hash, the chain holds, the sums equal their fold."""
    report = Report(seed)
    chance = random.Random(seed)
    while report.cuts < count:
        files: dict[str, bytearray] = {}
        acknowledged: list[tuple[Stream, int, bytes]] = []
        for _ in range(min(cuts_per_disk, count - report.cuts)):
            files = _write_until_cut(files, acknowledged, chance, synchronous, cls)
            report.cuts += 1
            if not _survived(files, acknowledged, report, cls):
                break
        report.acknowledged += len(acknowledged)
    return report


def _write_until_cut(
    files: dict[str, bytearray],
    acknowledged: list[tuple[Stream, int, bytes]],
    chance: random.Random,
    synchronous: Literal["FULL", "NORMAL", "OFF"],
    cls: type[Journal],
) -> dict[str, bytearray]:
    with mounted(files) as disk:
        disk.chance, disk.cut_at = chance, chance.randrange(1, chance.choice((40, 120, 400)))
        journal: Journal | None = None
        try:
            journal = _open(disk, chance.randbytes(16), synchronous, cls)
            acknowledged.append((journal.stream, 1, journal.head.hash))
            while True:
                if chance.randrange(8) == 0:
                    with suppress(apsw.LockedError):  # a mutant may stand in an open transaction
                        journal.db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
                done = _append_one(journal, chance)
                acknowledged.append((journal.stream, done.id.seq, done.hash))
        except PowerCut:
            return disk.held
        finally:
            if journal is not None:
                journal.close()


def _append_one(journal: Journal, chance: random.Random) -> Any:
    if chance.randrange(6) == 0:
        return append(journal, hold("table 4"))
    items = [str(chance.randrange(40)) for _ in range(chance.randrange(1, 5))]
    return append(journal, sale(journal.next_counter, items))


def _survived(
    files: dict[str, bytearray],
    acknowledged: list[tuple[Stream, int, bytes]],
    report: Report,
    cls: type[Journal],
) -> bool:
    with mounted({name: bytearray(content) for name, content in files.items()}) as disk:
        try:
            journal = _open(disk, bytes(16), "FULL", cls)
        except (StoreError, apsw.Error, ValueError):
            report.unreadable += 1
            return False
        try:
            lost = sum(hash_at(journal.db, stream, seq) != seal for stream, seq, seal in acknowledged)
            flawed = verify_journal(journal.db, quick_verify) is not None
            flawed |= journal.db.pragma("quick_check") != "ok"
        except apsw.Error:
            lost, flawed = 0, True
        journal.close()
        report.lost += lost
        report.flawed += flawed
        return not lost and not flawed


@contextmanager
def mounted(files: dict[str, bytearray] | None = None) -> Iterator[Disk]:
    """A disk that holds these files."""
    disk = Disk(files)
    try:
        yield disk
    finally:
        disk.unregister()


def _open(disk: Disk, incarnation: bytes, synchronous: Literal["FULL", "NORMAL", "OFF"], cls: type[Journal]) -> Journal:
    return open_journal("journal.db", options=options_on(disk, synchronous), cls=cls, incarnation=incarnation)
