"""The journal's promises: dense numbers, a chain across openings, sums that equal their entries."""

from __future__ import annotations

import multiprocessing
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from retail.chain import GENESIS
from retail.documents.till import HoldRecalled, StreamOpen
from retail.effects import Sums, add, effects
from retail.ids import DocumentId, Stream
from store_db.balances import all_sums, without_zeros
from store_db.errors import SecondWriter, WrongTill
from store_db.journal import TILL_LEDGERS, sold_minor
from store_db.receipts import last_receipts, open_holds, receipts_numbered
from store_db.verify import refold, verify
from tests.store_db.samples import (
    DAY,
    append,
    hold,
    incarnation,
    open_journal,
    quick_verify,
    refund,
    sale,
    sell,
    sign,
)
from tests.store_db.samples import verify as verify_signature


def test_a_new_journal_begins_with_an_opening_that_has_no_parent(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    assert journal.stream == Stream("S1-01", incarnation(1))
    envelope, opening = journal.document(DocumentId("S1-01", incarnation(1), 1))  # type: ignore[misc]
    assert (envelope.kind, envelope.seq, envelope.business_date) == ("stream_open", 1, DAY)
    assert opening == StreamOpen(None, GENESIS, "machine-1", "1.0")
    assert journal.parent is None
    assert journal.next_seq == 2


def test_every_opening_begins_a_stream_that_names_the_one_before(tmp_path: Path) -> None:
    first = open_journal(tmp_path / "journal.db", 1)
    sold = sell(first)
    first.close()
    second = open_journal(tmp_path / "journal.db", 2)
    assert second.parent is not None
    assert (second.parent.seq, second.parent.hash) == (2, sold.hash)
    _, opening = second.document(DocumentId("S1-01", incarnation(2), 1))  # type: ignore[misc]
    assert opening == StreamOpen(sold.id, sold.hash, "machine-1", "1.0")
    second.close()
    assert verify(tmp_path / "journal.db", quick_verify) is None


def test_a_copied_disk_goes_on_under_another_name(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db", 1)
    sell(journal)
    journal.close()
    shutil.copy(tmp_path / "journal.db", tmp_path / "copy.db")
    original, copy = open_journal(tmp_path / "journal.db", 2), open_journal(tmp_path / "copy.db", 3)
    assert sell(original, "1").id != sell(copy, "2").id
    assert original.parent == copy.parent


def test_receipt_numbers_and_the_grand_total_go_on_over_openings(tmp_path: Path) -> None:
    first = open_journal(tmp_path / "journal.db", 1)
    sell(first)
    sold = sale(2, ("5",), quantity_milli=3000)
    back = refund(3, sold, append(first, sold).id, units=2)
    append(first, back)
    first.close()
    second = open_journal(tmp_path / "journal.db", 2)
    assert second.next_counter == 4
    assert second.head.grand_total == 250 + 750, "what comes back never lowers the perpetual total"


def test_a_receipt_that_skips_or_repeats_a_number_is_refused(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    for counter in (0, 2):
        with pytest.raises(ValueError, match="next receipt is number 1"):
            append(journal, sale(counter))
    assert journal.next_seq == 2


def test_a_document_that_could_not_be_read_back_never_becomes_a_fact(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    with pytest.raises(ValueError, match="not a hold_recalled"):
        append(journal, HoldRecalled("not a document id", "07"))  # type: ignore[arg-type]
    assert journal.next_seq == 2
    assert sell(journal).id.seq == 2


def test_entries_carry_the_tills_real_signature(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db", sign=sign)
    done = sell(journal)
    entry = journal.entry(done.id)
    assert entry is not None
    assert verify_signature(done.hash, entry.signature)
    journal.close()
    assert verify(tmp_path / "journal.db", verify_signature) is None


def test_what_is_not_in_the_journal_is_none(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    assert journal.document(DocumentId("S1-01", incarnation(1), 9)) is None
    assert journal.document(DocumentId("S1-01", incarnation(9), 1)) is None
    assert journal.balance("stock", ("unknown",)) == (0,)


def test_receipts_are_found_by_number_and_newest_first(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    done = [sell(journal, str(item)) for item in range(3)]
    assert [seal for _, seal in receipts_numbered(journal.db, 2)] == [done[1].hash]
    assert last_receipts(journal.db, 2) == [journal.entry(done[2].id), journal.entry(done[1].id)]
    assert receipts_numbered(journal.db, 9) == []


def test_a_hold_is_open_until_it_is_recalled_also_after_a_restart(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db", 1)
    one, two = append(journal, hold("one")), append(journal, hold("two"))
    append(journal, HoldRecalled(one.id, "07"))
    journal.close()
    journal = open_journal(tmp_path / "journal.db", 2)
    assert [(held, document.label) for held, _, document in open_holds(journal.db)] == [(two.id, "two")]


def test_sums_are_read_by_the_first_parts_of_their_key(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    sell(journal, "1", "2")
    append(journal, sale(2), business_date=DAY + 1)
    assert journal.balances("tender_shift", (DAY, "S1-01")) == [((DAY, "S1-01", 1, "cash"), (1, 500))]
    assert len(journal.balances("tender_shift")) == 2


def test_another_tills_journal_is_refused(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal.db").close()
    with pytest.raises(WrongTill):
        open_journal(tmp_path / "journal.db", 2, till="S1-02")
    with pytest.raises(WrongTill):
        open_journal(tmp_path / "journal.db", 2, store="S2")
    open_journal(tmp_path / "journal.db", 3).close()


def test_one_incarnation_cannot_be_opened_twice(tmp_path: Path) -> None:
    open_journal(tmp_path / "journal.db", 1).close()
    with pytest.raises(ValueError, match="afresh"):
        open_journal(tmp_path / "journal.db", 1)


def _try_to_open(path: Path, answers: multiprocessing.SimpleQueue[str]) -> None:
    try:
        open_journal(path, 2)
        answers.put("opened")
    except SecondWriter as refusal:
        answers.put(f"{refusal.code} {refusal.holder}")


def test_a_second_process_that_would_write_is_refused_and_told_who_writes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.SimpleQueue()
    journal = open_journal(tmp_path / "journal.db", 1)
    other = context.Process(target=_try_to_open, args=(tmp_path / "journal.db", answers))
    other.start()
    other.join(30)
    assert answers.get() == f"store.second_writer {multiprocessing.current_process().pid}"
    assert sell(journal).id.seq == 2


def test_a_second_writer_in_the_same_process_is_refused_until_the_first_closes(tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db", 1)
    with pytest.raises(SecondWriter):
        open_journal(tmp_path / "journal.db", 2)
    journal.close()
    open_journal(tmp_path / "journal.db", 3).close()


BASKETS = st.lists(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4), min_size=1, max_size=6)


@settings(max_examples=40)
@given(baskets=BASKETS, back=st.booleans(), quantity_milli=st.sampled_from([1000, 3000, 1250]))
def test_the_sums_on_file_always_equal_the_fold_of_the_documents(
    baskets: list[list[str]], back: bool, quantity_milli: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = open_journal(tmp_path_factory.mktemp("fold") / "journal.db")
    expected: Sums = {}
    for basket in baskets:
        sold = sale(journal.next_counter, basket, quantity_milli=quantity_milli, member="m1")
        documents = [sold]
        done = append(journal, sold)
        if back:
            documents.append(refund(journal.next_counter, sold, done.id))
            append(journal, documents[1])
        for document in documents:
            found = effects(done.envelope, document)
            add(expected, (effect for effect in found if effect.ledger in TILL_LEDGERS))
    assert all_sums(journal.db) == expected
    assert without_zeros(refold(journal.db)) == without_zeros(expected)
    journal.close()


def test_what_is_taken_back_of_an_offer_was_not_sold_again() -> None:
    sold = sale(1)
    moved = structs.replace(sold.lines[0], number=2, entry="adjustment", quantity_milli=0)
    assert sold_minor(structs.replace(sold, lines=(*sold.lines, moved))) == sold_minor(sold) > 0
