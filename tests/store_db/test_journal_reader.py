"""The agent's view of a journal that its till is writing."""

from __future__ import annotations

from pathlib import Path

import pytest

from retail.chain import chain_hashes
from retail.ids import Stream
from retail.wire import StreamHead
from store_db.errors import CannotOpen
from store_db.journal_reader import JournalReader
from tests.store_db.samples import incarnation, open_journal, sell

ALL = 1_000_000


def test_there_is_nothing_to_read_before_the_till_made_its_journal(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen):
        JournalReader.open(tmp_path / "journal.db")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_follows_the_writer_stream_by_stream(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db", 1)
    reader = JournalReader.open(tmp_path / "journal.db")
    version = reader.data_version()
    first = sell(journal)
    assert reader.data_version() != version
    assert reader.heads() == [StreamHead(journal.stream, 2, first.hash)]
    journal.close()
    journal = open_journal(tmp_path / "journal.db", 2)
    assert reader.heads() == [
        StreamHead(Stream("S1-01", incarnation(1)), 2, first.hash),
        StreamHead(journal.stream, 1, journal.head.hash),
    ]


def test_entries_are_the_bytes_that_the_chain_was_made_of(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    done = [sell(journal, str(item)) for item in range(5)]
    reader = JournalReader.open(tmp_path / "journal.db")
    previous = reader.hash_at(journal.stream, 2)
    assert previous == done[0].hash
    entries = reader.entries(journal.stream, 2, 3, ALL)
    assert chain_hashes(journal.stream, 3, previous, entries) == [each.hash for each in done[1:4]]


def test_a_batch_keeps_to_its_bytes_but_always_moves_on(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    for _ in range(5):
        sell(journal)
    reader = JournalReader.open(tmp_path / "journal.db")
    size = reader.entries(journal.stream, 1, 1, ALL)[0].size
    assert len(reader.entries(journal.stream, 1, 10, 3 * size)) == 3
    assert len(reader.entries(journal.stream, 1, 10, 1)) == 1
    assert len(reader.entries(journal.stream, 1, 10, ALL)) == 5


def test_what_is_not_held_is_empty(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    reader = JournalReader.open(tmp_path / "journal.db")
    stranger = Stream("S1-01", incarnation(9))
    assert reader.entries(journal.stream, 1, 10, ALL) == []
    assert reader.entries(stranger, 0, 10, ALL) == []
    assert reader.hash_at(journal.stream, 2) is None
    assert reader.hash_at(stranger, 1) is None
    assert reader.hash_at(journal.stream, 0) is None
