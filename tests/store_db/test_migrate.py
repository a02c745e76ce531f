"""Files of earlier releases open, later ones are refused, and what is changed is kept as it was."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import apsw
import pytest

from store_db import migrate as module
from store_db.connection import open_writer
from store_db.errors import ForeignFile, NewerFile
from store_db.migrate import APPLICATION_IDS, FileKind, Migration, migrate, migrations
from store_db.verify import verify
from tests.store_db.samples import open_journal, quick_verify, sell

GOLDEN = Path(__file__).parent / "golden"
KINDS: tuple[FileKind, ...] = get_args(FileKind)


def test_every_kind_of_file_has_migrations_and_a_mark_of_its_own() -> None:
    assert set(APPLICATION_IDS) == set(KINDS)
    assert len(set(APPLICATION_IDS.values())) == len(KINDS)
    assert [kind for kind in KINDS if not migrations(kind)] == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_file_gets_the_latest_version_at_once_and_no_copy_is_kept(kind: FileKind, tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "file.db")
    assert migrate(writer.db, kind, writer.path) == 0
    assert writer.db.pragma("user_version") == len(migrations(kind))
    assert migrate(writer.db, kind, writer.path) == len(migrations(kind))
    assert not list(tmp_path.glob("file.db.v*"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_of_a_later_release_is_refused_and_left_alone(kind: FileKind, tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "file.db")
    migrate(writer.db, kind, writer.path)
    writer.db.pragma("user_version", 99)
    with pytest.raises(NewerFile, match="update the program") as refusal:
        migrate(writer.db, kind, writer.path)
    assert (refusal.value.version, refusal.value.known) == (99, len(migrations(kind)))
    assert writer.db.pragma("user_version") == 99


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "file.db")
    migrate(writer.db, "draft", writer.path)
    with pytest.raises(ForeignFile):
        migrate(writer.db, "journal", writer.path)
    stranger = open_writer(tmp_path / "stranger.db")
    stranger.db.execute("CREATE TABLE notes (x)")
    with pytest.raises(ForeignFile):
        migrate(stranger.db, "journal", stranger.path)


def with_second(kind: FileKind, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the next release brought another migration."""
    known = migrations(kind)
    later = (*known, Migration(len(known) + 1, sql))
    monkeypatch.setattr(module, "migrations", lambda asked: later if asked == kind else migrations(asked))


def test_a_copy_of_the_file_as_it_was_is_kept_before_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = open_journal(tmp_path / "journal.db", 1)
    sell(journal)
    journal.close()
    before = len(migrations("journal"))
    with_second("journal", "ALTER TABLE till ADD COLUMN note TEXT", monkeypatch)
    open_journal(tmp_path / "journal.db", 2).close()
    copy = apsw.Connection(str(tmp_path / f"journal.db.v{before}"))
    assert copy.pragma("user_version") == before
    assert copy.execute("SELECT count(*) FROM entry").get == 2


def test_a_migration_that_fails_half_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = open_writer(tmp_path / "file.db")
    migrate(writer.db, "draft", writer.path)
    before = writer.db.pragma("user_version")
    with_second("draft", "CREATE TABLE extra (x); CREATE TABLE draft (x)", monkeypatch)
    with pytest.raises(apsw.SQLError):
        migrate(writer.db, "draft", writer.path)
    assert writer.db.pragma("user_version") == before
    assert writer.db.execute("SELECT count(*) FROM sqlite_schema WHERE name = 'extra'").get == 0


@pytest.mark.parametrize("golden", sorted(GOLDEN.glob("journal-v*.golden")), ids=lambda path: path.stem)
def test_a_journal_of_every_released_version_opens_and_goes_on(golden: Path, tmp_path: Path) -> None:
    shutil.copy(golden, tmp_path / "journal.db")
    assert verify(tmp_path / "journal.db", quick_verify) is None
    journal = open_journal(tmp_path / "journal.db", 77)
    assert journal.parent is not None
    assert (journal.parent.seq, journal.parent.counter, journal.parent.grand_total) == (4, 3, 2000)
    assert journal.balance("stock", ("1",)) == (-6000,)
    sell(journal)
    journal.close()
    assert verify(tmp_path / "journal.db", quick_verify) is None


def test_there_is_a_golden_journal_of_the_first_version() -> None:
    assert (GOLDEN / "journal-v1.golden").exists()
