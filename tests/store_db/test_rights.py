"""Copied and restored disks sell on, without the money rights that their original may have spent."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from store_db.journal import Journal
from store_db.rights import MoneyRights, note_head, noted_head, rights_at_opening
from store_db.side_file import CONTENT_MAX, SideFile
from tests.store_db.samples import open_journal, sell


class Till:
    """A folder with a journal and, beside it, the mark that no backup holds."""

    def __init__(self, folder: Path) -> None:
        self.path, self.mark = folder / "journal.db", SideFile(folder / "journal.mark")
        self.openings = 0

    def session(self, receipts: int, machine: str = "machine-1", *, note: bool = True, number: int = 0) -> MoneyRights:
        """One day: open, ask for rights, sell, note, close."""
        self.openings += 1
        journal = open_journal(self.path, number or self.openings)
        rights = rights_at_opening(journal, self.mark, machine)
        if note:
            self.note(journal, machine)
        for _ in range(receipts):
            sell(journal)
            if note:
                self.note(journal, machine)
        journal.close()
        return rights

    def note(self, journal: Journal, machine: str) -> None:
        note_head(self.mark, machine, journal.head)


@pytest.fixture
def till(tmp_path: Path) -> Till:
    return Till(tmp_path)


def test_an_ordinary_restart_inherits(till: Till) -> None:
    assert till.session(3) == "new_journal"
    assert till.session(2) == "inherited"
    assert till.session(0) == "inherited"


def test_entries_not_noted_before_the_power_went_do_not_matter(till: Till) -> None:
    till.session(1)
    journal = open_journal(till.path, 7)
    note_head(till.mark, "machine-1", journal.head)
    sell(journal)
    journal.close()
    assert till.session(0) == "inherited"


def test_a_copy_on_another_machine_does_not_inherit(till: Till) -> None:
    till.session(3)
    assert till.session(0, "machine-2") == "other_machine"


def test_a_journal_without_its_mark_does_not_inherit(till: Till, tmp_path: Path) -> None:
    till.session(3)
    (tmp_path / "journal.mark").unlink()
    till.mark = SideFile(tmp_path / "journal.mark")
    assert till.session(0) == "no_mark"


def test_a_journal_brought_back_from_a_backup_does_not_inherit(till: Till, tmp_path: Path) -> None:
    till.session(3)
    shutil.copy(till.path, tmp_path / "backup.db")
    till.session(2)
    shutil.copy(tmp_path / "backup.db", till.path)
    assert till.session(0) == "went_back"


def test_a_lost_journal_is_not_taken_for_a_new_till(till: Till) -> None:
    till.session(3)
    till.path.unlink()
    assert till.session(0, number=9) == "went_back"


def test_a_journal_that_was_written_elsewhere_and_came_back_does_not_inherit(till: Till) -> None:
    till.session(3)
    till.session(2, note=False)
    assert till.session(0) == "written_elsewhere"


def test_a_damaged_mark_reads_as_none(till: Till, tmp_path: Path) -> None:
    till.session(1)
    sector = bytearray((tmp_path / "journal.mark").read_bytes())
    for offset in (0, 33, 40, 511):
        damaged = bytearray(sector)
        damaged[offset] ^= 1
        (tmp_path / "journal.mark").write_bytes(damaged)
        assert noted_head(till.mark) is None
    (tmp_path / "journal.mark").write_bytes(sector[:100])
    assert noted_head(till.mark) is None


def test_a_side_file_returns_what_was_written_last(tmp_path: Path) -> None:
    file = SideFile(tmp_path / "side")
    assert file.read() is None
    for content in (b"one", b"", b"x" * CONTENT_MAX):
        file.write(content, durable=True)
        assert SideFile(tmp_path / "side").read() == content
    with pytest.raises(ValueError, match="do not fit"):
        file.write(b"x" * (CONTENT_MAX + 1))
