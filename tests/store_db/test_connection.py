"""How files are opened: settings, refusals, readers that see one moment."""

from __future__ import annotations

import os
from pathlib import Path

import apsw
import pytest

from store_db.connection import check_library, open_reader, open_writer, reading, rows, transaction
from store_db.errors import CannotOpen, ForeignFile, LibraryTooOld, SecondWriter


def test_a_writer_has_the_settings_that_durability_rests_on(tmp_path: Path) -> None:
    db = open_writer(tmp_path / "file.db").db
    settings = {name: db.pragma(name) for name in ("journal_mode", "synchronous", "mmap_size", "foreign_keys")}
    assert settings == {"journal_mode": "wal", "synchronous": 2, "mmap_size": 0, "foreign_keys": 1}
    assert db.pragma("auto_vacuum") == 2
    assert db.pragma("cell_size_check") == 1
    assert db.pragma("wal_autocheckpoint") > 0


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.50.7"])
def test_a_library_that_can_damage_files_is_refused(version: str) -> None:
    with pytest.raises(LibraryTooOld, match=version):
        check_library(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "4.0.0"])
def test_a_mended_library_is_taken(version: str) -> None:
    check_library(version)


def test_the_second_writer_learns_who_has_the_file(tmp_path: Path) -> None:
    first = open_writer(tmp_path / "file.db")
    with pytest.raises(SecondWriter) as refusal:
        open_writer(tmp_path / "file.db")
    assert refusal.value.holder == os.getpid()
    assert str(tmp_path / "file.db") in str(refusal.value)
    first.close()
    open_writer(tmp_path / "file.db").close()


def test_a_path_that_holds_no_database_or_no_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.db").write_bytes(b"a shopping list, not a database " * 40)
    with pytest.raises(ForeignFile):
        open_writer(tmp_path / "text.db")
    with pytest.raises(ForeignFile):
        open_reader(tmp_path / "text.db")
    with pytest.raises(CannotOpen):
        open_reader(tmp_path / "missing.db")
    with pytest.raises(CannotOpen):
        open_writer(tmp_path / "no folder" / "file.db")
    assert not (tmp_path / "missing.db").exists()


def test_a_refused_opening_leaves_no_lock_behind(tmp_path: Path) -> None:
    (tmp_path / "file.db").write_bytes(b"not a database at all" * 40)
    with pytest.raises(ForeignFile):
        open_writer(tmp_path / "file.db")
    (tmp_path / "file.db").unlink()
    open_writer(tmp_path / "file.db").close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "file.db")
    writer.db.execute("CREATE TABLE t (x)")
    reader = open_reader(tmp_path / "file.db")
    with pytest.raises(apsw.ReadOnlyError):
        reader.execute("INSERT INTO t VALUES (1)")


def test_a_reader_leaves_the_checkpoint_to_the_writer(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "file.db")
    writer.db.execute("CREATE TABLE t (x)")
    reader = open_reader(tmp_path / "file.db")
    assert rows(reader, "SELECT * FROM t") == []
    size = (tmp_path / "file.db-wal").stat().st_size
    reader.close()
    assert (tmp_path / "file.db-wal").stat().st_size == size > 0


def _fill_and_fail(db: apsw.Connection) -> None:
    with transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
        raise KeyError


def _fill_twice(db: apsw.Connection) -> None:
    with transaction(db):
        db.execute("INSERT INTO t VALUES (1)")
        db.execute("INSERT INTO t VALUES (1)")


def test_what_is_raised_inside_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    db = open_writer(tmp_path / "file.db").db
    db.execute("CREATE TABLE t (x UNIQUE)")
    with pytest.raises(KeyError):
        _fill_and_fail(db)
    assert not db.in_transaction
    with pytest.raises(apsw.ConstraintError):
        _fill_twice(db)
    assert rows(db, "SELECT * FROM t") == []


def test_a_reading_sees_one_moment_while_the_writer_goes_on(tmp_path: Path) -> None:
    db = open_writer(tmp_path / "file.db").db
    db.execute("CREATE TABLE t (x)")
    reader = open_reader(tmp_path / "file.db")
    with reading(reader):
        assert rows(reader, "SELECT count(*) FROM t") == [(0,)]
        db.execute("INSERT INTO t VALUES (1)")
        assert rows(reader, "SELECT count(*) FROM t") == [(0,)]
    assert rows(reader, "SELECT count(*) FROM t") == [(1,)]
