"""A disk that fails or is full: no document is promised that is not there, and afterwards the till goes on."""

from __future__ import annotations

import apsw
import pytest

from store_db.errors import JournalUnavailable, StoreError
from store_db.verify import verify_journal
from tests.store_db.power import mounted, options_on
from tests.store_db.samples import open_journal, quick_verify, sell

FAULTS = [(apsw.FullError, "disk_full"), (apsw.IOError, "io_error")]


@pytest.mark.parametrize(("error", "reason"), FAULTS)
def test_a_fault_at_any_write_or_sync_of_a_commit_refuses_the_sale_and_leaves_nothing(
    error: type[apsw.Error], reason: str
) -> None:
    with mounted() as disk:
        journal = open_journal("journal.db", options=options_on(disk))
        before = disk.operations
        sell(journal, "1", "2")
        steps = disk.operations - before
        assert steps >= 3
        for step in range(1, steps + 1):
            head = journal.head
            disk.error, disk.fail_at = error, disk.operations + step
            with pytest.raises(JournalUnavailable) as refusal:
                sell(journal, "1", "2")
            disk.error = None
            assert (refusal.value.reason, refusal.value.code) == (reason, "journal.unavailable")
            assert journal.head == head
            assert journal.entry(sell(journal, "3").id) is not None
        assert verify_journal(journal.db, quick_verify) is None
        assert journal.balance("stock", ("1",)) == (-1000,)
        journal.close()


def test_a_full_disk_stops_the_till_only_until_there_is_room() -> None:
    with mounted() as disk:
        journal = open_journal("journal.db", options=options_on(disk))
        sell(journal)
        disk.error = apsw.FullError
        for _ in range(3):
            with pytest.raises(JournalUnavailable, match="disk_full"):
                sell(journal)
        disk.error = None
        assert sell(journal).id.seq == 3
        assert journal.next_counter == 3
        assert verify_journal(journal.db, quick_verify) is None
        journal.close()


@pytest.mark.parametrize(("error", "reason"), FAULTS)
def test_a_fault_while_the_journal_is_opened_is_told_and_the_next_try_works(
    error: type[apsw.Error], reason: str
) -> None:
    told: set[tuple[str, str]] = set()
    step, faulty = 0, True
    while faulty:
        step += 1
        with mounted() as disk:
            disk.error, disk.fail_at = error, step
            try:
                open_journal("journal.db", options=options_on(disk)).close()
            except StoreError as refusal:
                told.add((refusal.code, getattr(refusal, "reason", reason)))
            faulty = disk.operations >= step
            disk.error = None
            journal = open_journal("journal.db", 2, options=options_on(disk))
            assert verify_journal(journal.db, quick_verify) is None
            journal.close()
    assert step > 10
    assert told == {("journal.unavailable", reason), ("store.cannot_open", reason)}
