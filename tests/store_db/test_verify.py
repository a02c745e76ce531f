"""Altered journals: whatever was changed, the first bad entry is named."""

from __future__ import annotations

import re
from pathlib import Path

import apsw
import pytest

from retail.ids import Stream
from store_db.entries import place
from store_db.journal_reader import JournalReader
from store_db.verify import Flaw, verify
from tests.store_db.samples import incarnation, open_journal, quick_sign, quick_verify, sell


@pytest.fixture
def journal_path(tmp_path: Path) -> Path:
    """Two streams: 1 with entries 1 to 6, 2 with entries 1 to 3."""
    path = tmp_path / "journal.db"
    for number, receipts in ((1, 5), (2, 2)):
        journal = open_journal(path, number)
        for item in range(receipts):
            sell(journal, str(item), "9")
        journal.close()
    assert verify(path, quick_verify) is None
    return path


def alter(path: Path, sql: str, *bindings: apsw.SQLiteValue) -> None:
    db = apsw.Connection(str(path))
    db.execute(sql, bindings)
    assert db.changes() == 1
    db.close()


CHANGES = [
    ("UPDATE entry SET body = CAST(body || x'00' AS BLOB) WHERE place = ?", "hash"),
    ("UPDATE entry SET envelope = CAST(x'93' || envelope AS BLOB) WHERE place = ?", "hash"),
    ("UPDATE entry SET hash = zeroblob(32) WHERE place = ?", "hash"),
    ("UPDATE entry SET signature = zeroblob(64) WHERE place = ?", "signature"),
    ("UPDATE entry SET kind = 'no_sale' WHERE place = ?", "index"),
    ("UPDATE entry SET version = 9 WHERE place = ?", "index"),
    ("UPDATE entry SET business_date = 20260101 WHERE place = ?", "index"),
    ("UPDATE entry SET at_ms = at_ms + 1 WHERE place = ?", "index"),
    ("UPDATE entry SET counter = counter + 1 WHERE place = ?", "counter"),
    ("UPDATE entry SET grand_total = grand_total - 1 WHERE place = ?", "counter"),
]


@pytest.mark.parametrize(("sql", "what"), CHANGES)
@pytest.mark.parametrize(("stream", "seq"), [(1, 2), (1, 6), (2, 2)])
def test_a_changed_column_is_named(journal_path: Path, sql: str, what: str, stream: int, seq: int) -> None:
    alter(journal_path, sql, place(stream, seq))
    assert verify(journal_path, quick_verify) == Flaw(incarnation(stream), seq, what)  # type: ignore[arg-type]


def test_a_removed_entry_is_named(journal_path: Path) -> None:
    alter(journal_path, "DELETE FROM entry WHERE place = ?", place(1, 3))
    assert verify(journal_path, quick_verify) == Flaw(incarnation(1), 3, "missing")


def test_an_end_cut_off_an_older_stream_shows_in_the_opening_after_it(journal_path: Path) -> None:
    alter(journal_path, "DELETE FROM entry WHERE place = ?", place(1, 6))
    assert verify(journal_path, quick_verify) == Flaw(incarnation(2), 1, "parent")


def test_exchanged_entries_are_named(journal_path: Path) -> None:
    alter(journal_path, "UPDATE entry SET place = 0 WHERE place = ?", place(1, 3))
    alter(journal_path, "UPDATE entry SET place = ? WHERE place = ?", place(1, 3), place(1, 4))
    alter(journal_path, "UPDATE entry SET place = ? WHERE place = 0", place(1, 4))
    assert verify(journal_path, quick_verify) == Flaw(incarnation(1), 3, "hash")


def test_an_entry_sealed_with_another_key_is_named(journal_path: Path) -> None:
    assert verify(journal_path, lambda seal, signature: quick_sign(seal + b"x") == signature) == Flaw(
        incarnation(1), 1, "signature"
    )


def test_a_changed_sum_is_noticed(journal_path: Path) -> None:
    alter(journal_path, "UPDATE balance SET m0 = m0 + 1 WHERE ledger = 'hour_day'")
    assert verify(journal_path, quick_verify) == Flaw(b"", 0, "balance")


def test_any_byte_of_a_document_damaged_on_the_disk_is_named(journal_path: Path) -> None:
    reader = JournalReader.open(journal_path)
    third = reader.entries(Stream("S1-01", incarnation(1)), 2, 1, 10_000)[0]
    reader.close()
    whole = journal_path.read_bytes()
    for content in (third.envelope, third.body, third.signature):
        # A page that was split keeps what moved to the other half, as bytes that nothing reads.
        starts = [found.start() for found in re.finditer(re.escape(content), whole)]
        for offset in range(0, len(content), 7):
            damaged = bytearray(whole)
            for start in starts:
                damaged[start + offset] ^= 0x10
            journal_path.write_bytes(damaged)
            flaw = verify(journal_path, quick_verify)
            assert flaw is not None
            assert (flaw.incarnation, flaw.seq, flaw.what in ("hash", "signature")) == (incarnation(1), 3, True)


def test_a_file_that_is_cut_or_overwritten_is_told(journal_path: Path) -> None:
    whole = journal_path.read_bytes()
    journal_path.write_bytes(whole[: len(whole) // 2])
    assert verify(journal_path, quick_verify) is not None
    journal_path.write_bytes(b"no database at all" * 100)
    assert verify(journal_path, quick_verify) == Flaw(b"", 0, "file")
    journal_path.unlink()
    assert verify(journal_path, quick_verify) == Flaw(b"", 0, "file")
