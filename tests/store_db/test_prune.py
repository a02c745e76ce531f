"""Pruning: only what is archived and old goes; sums, chain and resending outlive it."""

from __future__ import annotations

from pathlib import Path

from store_db.balances import all_sums, without_zeros
from store_db.entries import entries_after, hash_at
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.prune import KEEP_MS, prune
from store_db.verify import refold, verify
from tests.store_db.samples import NOON_MS, open_journal, quick_verify, sell

LATER_MS = NOON_MS + KEEP_MS + 1


def journal_with(path: Path, receipts: int = 8) -> Journal:
    """A closed stream 1 of `receipts` receipts, and stream 2 with one, open."""
    first = open_journal(path, 1)
    for item in range(receipts):
        sell(first, str(item % 3))
    first.close()
    second = open_journal(path, 2)
    sell(second, "1")
    return second


def prune_all(journal: Journal, archived: int, now_ms: int) -> int:
    streams = {head.stream: archived for head in JournalReader(journal.db).heads()}
    went = 0
    while part := prune(journal, streams, now_ms, batch=3):
        went += part
    return went


def test_what_is_not_archived_or_still_young_stays(tmp_path: Path) -> None:
    journal = journal_with(tmp_path / "journal.db")
    assert prune(journal, {}, LATER_MS) == 0
    assert prune_all(journal, 9, NOON_MS + KEEP_MS) == 0


def test_sums_and_chain_outlive_what_was_pruned(tmp_path: Path) -> None:
    journal = journal_with(tmp_path / "journal.db")
    before = all_sums(journal.db)
    assert prune_all(journal, 5, LATER_MS) == 5 + 1, "the open stream keeps its last entry"
    assert all_sums(journal.db) == before
    assert without_zeros(refold(journal.db)) == before
    sell(journal)
    journal.close()
    assert verify(tmp_path / "journal.db", quick_verify) is None
    journal = open_journal(tmp_path / "journal.db", 3)
    assert journal.next_counter == 11
    journal.close()
    assert verify(tmp_path / "journal.db", quick_verify) is None


def test_what_is_left_can_still_be_sent_and_what_went_is_not_invented(tmp_path: Path) -> None:
    journal = journal_with(tmp_path / "journal.db")
    first = JournalReader(journal.db).heads()[0].stream
    sixth = hash_at(journal.db, first, 6)
    prune_all(journal, 6, LATER_MS)
    assert hash_at(journal.db, first, 6) == sixth
    assert hash_at(journal.db, first, 5) is None
    assert len(entries_after(journal.db, first, 6, 100, 10**6)) == 3
    assert entries_after(journal.db, first, 4, 100, 10**6) == []


def test_a_stream_that_is_gone_altogether_is_no_longer_offered(tmp_path: Path) -> None:
    journal = journal_with(tmp_path / "journal.db")
    prune_all(journal, 99, LATER_MS)
    assert [head.stream for head in JournalReader(journal.db).heads()] == [journal.stream]
    journal.close()
    assert verify(tmp_path / "journal.db", quick_verify) is None
