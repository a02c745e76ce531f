"""A hub's store: nothing taken in twice, nothing answered before it is kept, forks kept and sent on."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from retail import codec
from retail.chain import Entry
from retail.documents.till import HoldRecalled
from retail.effects import Sums
from retail.ids import DocumentId, Stream
from retail.sync.client import PushMachine
from retail.wire import HelloReply, Push, PushReply, ReturnedRun, StreamMark
from store_db.balances import all_sums, merge, without_zeros
from store_db.entries import decoded, walk
from store_db.entries import streams as stream_rows
from store_db.errors import ForeignFile, SecondWriter, Unavailable
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.prune import KEEP_MS
from store_db.store import StoreDb, all_sums_of
from store_db.store_reader import StoreReader
from tests.store_db.samples import NOON_MS, append, hold, incarnation, open_journal, quick_verify, refund, sale, sell

ALL = 1_000_000


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[StoreDb]:
    store = open_hub(tmp_path)
    yield store
    store.close()


def open_hub(folder: Path, generation: str = "g1") -> StoreDb:
    return StoreDb.open(folder / "store.db", store="S1", fresh_generation=generation)


def push_of(journal: Journal, after: int = 0, count: int = 500) -> Push:
    reader = JournalReader(journal.db)
    previous = reader.hash_at(journal.stream, after) or bytes(32)
    entries = tuple(reader.entries(journal.stream, after, count, ALL))
    return Push(journal.stream, after + 1, previous, entries)


def push(hub: StoreDb, journal: Journal, after: int = 0, count: int = 500) -> PushReply:
    return hub.receive(push_of(journal, after, count), quick_verify)


def journal_of(folder: Path, name: str = "journal", number: int = 1, receipts: int = 3) -> Journal:
    journal = open_journal(folder / f"{name}.db", number)
    for item in range(receipts):
        sell(journal, str(item), "9")
    return journal


def refolded(hub: StoreDb) -> Sums:
    """The sums of everything the hub holds, from its bytes."""
    db = hub._db
    sums = all_sums(db, "checkpoint")
    found = [entry for row in stream_rows(db) for _, entry in walk(db, row)]
    found += [Entry(*parts) for parts in db.execute("SELECT envelope, body, signature FROM fork")]
    for entry in found:
        merge(sums, all_sums_of(*decoded(entry)))
    return sums


def assert_sums_agree(hub: StoreDb) -> None:
    assert without_zeros(all_sums(hub._db)) == without_zeros(refolded(hub))


def test_a_push_is_taken_in_and_counted_once_however_often_it_comes(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    mark = StreamMark(journal.stream, 4, journal.head.hash)
    assert push(hub, journal) == PushReply("g1", "accepted", mark)
    for _ in range(3):
        assert push(hub, journal) == PushReply("g1", "duplicate", mark)
    assert hub.balance("stock", ("9",)) == (-3000,)
    assert hub.marks([journal.stream]) == [mark]
    assert_sums_agree(hub)


def test_four_tills_that_send_the_same_push_at_once_have_one_effect(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path, receipts=20)
    message = push_of(journal)
    outcomes: list[str] = []
    senders = [
        threading.Thread(target=lambda: outcomes.append(hub.receive(message, quick_verify).outcome)) for _ in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(outcomes) == ["accepted", "duplicate", "duplicate", "duplicate"]
    assert hub.balance("stock", ("19",)) == (-1000,)
    assert_sums_agree(hub)


def test_a_stream_may_be_cut_anywhere_and_a_gap_is_told(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path, receipts=6)
    assert push(hub, journal, 0, 3).mark.accepted == 3
    assert push(hub, journal, 5, 1).outcome == "gap"
    assert push(hub, journal, 1, 4).mark.accepted == 5
    assert push(hub, journal, 5).mark.accepted == 7
    assert_sums_agree(hub)


def test_what_is_refused_leaves_nothing(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    assert hub.receive(push_of(journal), lambda seal, signature: False).outcome == "bad_signature"
    assert hub.marks([journal.stream]) == [StreamMark(journal.stream, 0, bytes(32))]
    assert StoreReader(hub._db).heads() == []


def test_a_hub_sends_on_exactly_what_it_took_in(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    push(hub, journal)
    reader, source = StoreReader.open(tmp_path / "store.db"), JournalReader(journal.db)
    assert reader.heads() == source.heads()
    assert reader.entries(journal.stream, 1, 10, ALL) == source.entries(journal.stream, 1, 10, ALL)
    assert reader.hash_at(journal.stream, 3) == source.hash_at(journal.stream, 3)
    assert reader.lines() == 1


# ---- copied disks ------------------------------------------------------------------------------------------------


def copies(folder: Path) -> list[Journal]:
    """Three disks that write one stream: all share entries 1 to 3, the last two also entry 4."""
    first = journal_of(folder, "a", receipts=2)
    first.close()
    made = []
    for name, receipts in (("a", 4), ("b", 1), ("c", 0)):
        if name != "a":
            shutil.copy(folder / ("base.db" if name == "b" else "shared.db"), folder / f"{name}.db")
        else:
            shutil.copy(folder / "a.db", folder / "base.db")
        journal = continued(folder / f"{name}.db")
        for _ in range(receipts):
            sell(journal, f"of {name}")
        if name == "b":
            journal.close()
            shutil.copy(folder / "b.db", folder / "shared.db")
            journal = continued(folder / "b.db")
        sell(journal, f"end of {name}")
        made.append(journal)
    return made


def continued(path: Path) -> Journal:
    """As a program without incarnations would: it goes on under the name it finds."""
    from retail.chain import stream_prefix
    from store_db.connection import open_writer
    from store_db.journal import _last_head
    from tests.store_db.samples import quick_sign

    writer = open_writer(path)
    head = _last_head(writer.db)
    assert head is not None
    assert stream_prefix(head.stream)
    return Journal(writer, head, None, number=1, store="S1", sign=quick_sign)


def test_entries_of_copied_disks_are_all_kept_counted_and_sent_on(tmp_path: Path) -> None:
    hub = open_hub(tmp_path)
    one, two, three = copies(tmp_path)
    assert push(hub, one).outcome == "accepted"
    assert push(hub, two).outcome == "fork"
    assert push(hub, two).outcome == "duplicate"
    assert push(hub, three, 3, 1).outcome == "duplicate", "entry 4 is shared by the copies"
    assert push(hub, three, 4).outcome == "fork"
    sell(two, "later on b")
    assert push(hub, two, two.head.seq - 1).outcome == "fork"
    assert hub.forked_streams() == [one.stream]
    assert hub.balance("stock", ("of a",)) == (-4000,)
    assert hub.balance("stock", ("of b",)) == (-1000,)
    for name in ("end of a", "end of b", "end of c", "later on b"):
        assert hub.balance("stock", (name,)) == (-1000,)
    assert_sums_agree(hub)
    reader = StoreReader.open(tmp_path / "store.db")
    assert reader.lines() == 3
    for line, journal in enumerate((one, two, three)):
        view, source = StoreReader(reader.db, line), JournalReader(journal.db)
        assert view.heads() == source.heads()
        sent: list[Entry] = []
        while found := view.entries(journal.stream, len(sent), 2, ALL):
            sent += found
        assert sent == source.entries(journal.stream, 0, 500, ALL)
        assert [view.hash_at(journal.stream, seq) for seq in range(9)] == [
            source.hash_at(journal.stream, seq) for seq in range(9)
        ]


def test_every_line_reaches_the_next_hop(tmp_path: Path) -> None:
    (tmp_path / "next").mkdir()
    hub, upstream = open_hub(tmp_path), open_hub(tmp_path / "next", "u1")
    for journal in copies(tmp_path):
        push(hub, journal)
    for line in range(StoreReader(hub._db).lines()):
        view, machine = StoreReader(hub._db, line), PushMachine()
        marks = tuple(upstream.marks(head.stream for head in view.heads()))
        machine.on_hello(HelloReply("u1", NOON_MS, marks), view.hash_at)
        while span := machine.next(view.heads(), view.hash_at):
            entries = view.entries(span.stream, span.after_seq, 2, ALL)
            message = machine.push(span, entries)
            machine.on_push(message, upstream.receive(message, quick_verify))
    assert all_sums(upstream._db) == all_sums(hub._db)
    assert StoreReader(upstream._db).lines() == 3


# ---- generation --------------------------------------------------------------------------------------------------


def test_a_hub_keeps_its_generation_over_restarts(tmp_path: Path) -> None:
    hub = open_hub(tmp_path, "g1")
    push(hub, journal_of(tmp_path))
    hub.close()
    hub = open_hub(tmp_path, "g2")
    assert hub.generation == "g1"


def test_a_hub_put_back_from_a_backup_takes_another_generation_and_senders_fill_it_again(tmp_path: Path) -> None:
    hub = open_hub(tmp_path, "g1")
    journal = journal_of(tmp_path)
    machine, reader = PushMachine(), JournalReader(journal.db)
    machine.on_hello(HelloReply("g1", NOON_MS), reader.hash_at)
    hub.close()
    shutil.copy(tmp_path / "store.db", tmp_path / "backup.db")
    hub = open_hub(tmp_path, "g2")
    message = push_of(journal)
    assert machine.on_push(message, hub.receive(message, quick_verify))
    hub.close()
    shutil.copy(tmp_path / "backup.db", tmp_path / "store.db")
    hub = open_hub(tmp_path, "g3")
    assert hub.generation == "g3"
    sell(journal)
    assert not machine.on_push(push_of(journal, 4), push(hub, journal, 4)), "a new hello is due"
    machine.on_hello(HelloReply("g3", NOON_MS, tuple(hub.marks([journal.stream]))), reader.hash_at)
    span = machine.next(reader.heads(), reader.hash_at)
    assert span is not None
    assert span.after_seq == 0
    push(hub, journal)
    assert hub.marks([journal.stream])[0].accepted == 5


def test_a_hub_whose_side_file_is_gone_or_of_another_line_takes_another_generation(tmp_path: Path) -> None:
    open_hub(tmp_path, "g1").close()
    (tmp_path / "store.db.generation").unlink()
    hub = open_hub(tmp_path, "g2")
    assert hub.generation == "g2"
    hub.restored("g3")
    hub.close()
    hub = open_hub(tmp_path, "g4")
    assert hub.generation == "g3"


def test_a_second_hub_or_one_of_another_store_is_refused(tmp_path: Path) -> None:
    hub = open_hub(tmp_path)
    with pytest.raises(SecondWriter):
        open_hub(tmp_path)
    hub.close()
    with pytest.raises(ForeignFile, match="store S1"):
        StoreDb.open(tmp_path / "store.db", store="S2", fresh_generation="g1")


# ---- holds, returns, documents -----------------------------------------------------------------------------------


def test_a_hold_is_claimed_by_one_till(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    one, two = append(journal, hold("one")), append(journal, hold("two"))
    push(hub, journal)
    assert [held for held, _, _ in hub.open_holds()] == [one.id, two.id]
    answers: list[bool] = []
    tills = [
        threading.Thread(target=lambda till=f"S1-0{till}": answers.append(hub.claim(one.id, till, NOON_MS).won))
        for till in range(1, 6)
    ]
    for till in tills:
        till.start()
    for till in tills:
        till.join()
    assert sorted(answers) == [False] * 4 + [True]
    holder = hub.claim(one.id, "S1-09", NOON_MS).holder
    assert hub.claim(one.id, holder, NOON_MS).won, "asking again is no second claim"
    assert [held for held, _, _ in hub.open_holds()] == [two.id]
    _, envelope, body = hub.open_holds()[0]
    assert decoded(Entry(envelope, body, b""))[1] == hold("two")


def test_a_hold_recalled_alone_counts_as_claimed_when_its_till_comes_back(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    held = append(journal, hold("one"))
    append(journal, HoldRecalled(held.id, "07"))
    push(hub, journal)
    assert hub.open_holds() == []
    answer = hub.claim(held.id, "S1-02", NOON_MS)
    assert (answer.won, answer.holder) == (False, "S1-01")


def test_what_came_back_of_a_receipt_is_known_also_when_the_return_came_first(hub: StoreDb, tmp_path: Path) -> None:
    sold_at, returned_at = journal_of(tmp_path, "a", 1, 0), journal_of(tmp_path, "b", 2, 0)
    receipt = sale(1, ("5",), quantity_milli=3000)
    done = append(sold_at, receipt)
    for counter in (1, 2):
        append(returned_at, refund(counter, receipt, done.id))
    push(hub, returned_at)
    push(hub, sold_at)
    assert hub.returned(done.id) == (ReturnedRun(1, 0, 2, 2000, 500),)
    assert hub.returned(DocumentId("S1-01", incarnation(9), 2)) == ()
    assert hub.balance("stock", ("5",)) == (-1000,)
    assert hub.entry(done.id) == sold_at.entry(done.id)
    assert hub.entry(DocumentId("S1-01", incarnation(9), 2)) is None


def test_a_document_of_a_later_release_is_kept_sent_on_and_counted_after_the_update(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub = open_hub(tmp_path)
    journal = journal_of(tmp_path)
    monkeypatch.delitem(codec._decoders, ("sale", 2))
    assert push(hub, journal).mark.accepted == 4
    assert hub.parked_count() == 3
    assert hub.balance("stock", ("9",)) == (0,)
    hub.close()
    hub = open_hub(tmp_path)
    assert hub.parked_count() == 3, "this release still cannot read them"
    hub.close()
    monkeypatch.undo()
    hub = open_hub(tmp_path)
    assert hub.parked_count() == 0
    assert hub.balance("stock", ("9",)) == (-3000,)
    assert_sums_agree(hub)


# ---- faults and pruning ------------------------------------------------------------------------------------------


def test_a_push_that_fails_at_any_statement_leaves_nothing_and_can_be_sent_again(tmp_path: Path) -> None:
    journal = journal_of(tmp_path, receipts=2)
    statement, taken = 0, False
    while not taken:
        statement += 1
        folder = tmp_path / str(statement)
        folder.mkdir()
        hub = open_hub(folder)
        left = [statement]

        def stop(*_: object, left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] != 0

        hub._db.exec_trace = stop
        try:
            taken = push(hub, journal).outcome == "accepted"
        except (Unavailable, apsw.ExecTraceAbort):
            taken = False
        hub._db.exec_trace = None
        if not taken:
            assert hub.marks([journal.stream])[0].accepted == 0
            assert all_sums(hub._db) == {}
            assert push(hub, journal).outcome == "accepted"
        assert hub.balance("stock", ("9",)) == (-2000,)
        hub.close()
    assert statement > 8


def test_pruning_waits_for_headquarters_and_what_was_pruned_is_still_known(hub: StoreDb, tmp_path: Path) -> None:
    journal = journal_of(tmp_path, receipts=6)
    push(hub, journal)
    later = NOON_MS + KEEP_MS + 1
    assert hub.prune(later) == 0
    hub.note_archived([StreamMark(journal.stream, 7, journal.head.hash, archived=5)])
    assert hub.marks([journal.stream])[0].archived == 5
    assert hub.prune(NOON_MS + KEEP_MS) == 0
    assert hub.prune(later) == 5
    assert hub.prune(later) == 0
    assert push(hub, journal).outcome == "duplicate", "pruned entries sent again are no fork"
    assert_sums_agree(hub)
    reader = StoreReader(hub._db)
    assert len(reader.entries(journal.stream, 5, 10, ALL)) == 2
    assert reader.hash_at(journal.stream, 5) == JournalReader(journal.db).hash_at(journal.stream, 5)
    assert Stream("S1-01", incarnation(1)) == journal.stream


class AnsweredEarly(StoreDb):
    """Answers first and leaves the commit for later, which a crash then forestalls."""

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        yield


def test_a_hub_that_answers_before_the_commit_is_caught(tmp_path: Path) -> None:
    journal = journal_of(tmp_path)
    for kind, kept in ((StoreDb, 4), (AnsweredEarly, 0)):
        folder = tmp_path / kind.__name__
        folder.mkdir()
        hub = kind.open(folder / "store.db", store="S1", fresh_generation="g1")
        promised = push(hub, journal).mark.accepted
        hub.close()
        hub = open_hub(folder)
        assert promised == 4
        assert hub.marks([journal.stream])[0].accepted == kept
