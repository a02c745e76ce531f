from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from retail import wire
from retail.feeds import FeedCursor, FeedRow, ItemRow, encode_row
from store_agent.carry import Answer, Parcel, deliver, pack, read_carried, take_answer, write_carried
from store_agent.errors import AgentError
from store_agent.journals import LateJournal
from store_agent.transport import MemoryTransport
from store_db.feeds_db import FeedStore
from store_db.keys import verifier
from tests.store_agent.shop import STORE, Headquarters, Receiver, TillKeys, fill, open_journal

ITEMS = FeedCursor("items")


def item(name: str, position: int) -> FeedRow:
    return FeedRow(name, position, encode_row(ItemRow(name, name)))


def packed(folder: Path, answered: Answer | None = None, feeds=(ITEMS,)) -> Parcel:
    reader = LateJournal(folder / "journal.db")
    return pack(reader, answered, store=STORE, host="h", software="s", feeds=feeds)


@pytest.fixture
def headquarters() -> Headquarters:
    return Headquarters()


@pytest.fixture
def sink(tmp_path: Path, headquarters: Headquarters) -> Iterator[FeedStore]:
    store = FeedStore.open(tmp_path / "feeds.db", store=STORE, verify=verifier(headquarters.public))
    yield store
    store.close()


@pytest.fixture
def keys() -> TillKeys:
    return TillKeys()


@pytest.fixture
def receiver(keys: TillKeys) -> Receiver:
    return Receiver({"T1": keys})


def test_a_store_without_a_connection_sells_by_files(tmp_path: Path, keys, receiver, headquarters, sink) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 700)
    write_carried(tmp_path / "out", packed(tmp_path))
    receiver.pieces["items"] = [
        headquarters.piece("items", [item("a", 1)], kind="snapshot", more=True),
        headquarters.piece("items", [item("b", 2)], start=1),
    ]
    answer = deliver(read_carried(tmp_path / "out", Parcel), MemoryTransport(receiver))
    assert receiver.documents() == 701
    write_carried(tmp_path / "back", answer)
    answer = read_carried(tmp_path / "back", Answer)
    brought = take_answer(answer, sink, store=STORE)
    assert (brought.marks, brought.rows, brought.refused) == (1, 2, {})
    assert sink.cursors() == [FeedCursor("items", "g1", 2)]
    again = take_answer(answer, sink, store=STORE)
    assert (again.rows, again.refused) == (0, {})
    fill(journal, 2)
    later = packed(tmp_path, answer)
    assert [(push.base_seq, len(push.entries)) for push in later.pushes] == [(702, 2)]
    deliver(later, MemoryTransport(receiver))
    deliver(later, MemoryTransport(receiver))
    assert receiver.documents() == 703
    journal.close()


def test_a_file_delivered_to_a_restored_headquarters_says_from_where_to_send_again(tmp_path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 5)
    first = deliver(packed(tmp_path), MemoryTransport(receiver))
    fill(journal, 5)
    receiver.restore_empty("r2")
    answer = deliver(packed(tmp_path, first), MemoryTransport(receiver))
    assert "missing" in next(iter(answer.refused.values()))
    assert answer.marks == ()
    assert receiver.documents() == 0
    deliver(packed(tmp_path, answer), MemoryTransport(receiver))
    assert receiver.documents() == 11
    journal.close()


def test_an_answer_for_another_store_or_signed_by_a_stranger_changes_nothing(sink) -> None:
    with pytest.raises(AgentError, match="S002"):
        take_answer(Answer("S002", "g", (), {}, ()), sink, store=STORE)
    forged = Headquarters().piece("items", [item("a", 1)], kind="snapshot")
    brought = take_answer(Answer(STORE, "g", (), {}, (forged,)), sink, store=STORE)
    assert (brought.rows, sink.cursors()) == (0, [])
    assert "not signed" in brought.refused["items"]


@pytest.mark.parametrize("cut", [0, 10, 60, -1])
def test_a_damaged_file_is_told(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "out"
    write_carried(path, Parcel(STORE, wire.Hello(1, "h", "s"), ()))
    assert read_carried(path, Parcel).store == STORE
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(AgentError, match="damaged"):
        read_carried(path, Parcel)
    with pytest.raises(AgentError, match="cannot be read"):
        read_carried(tmp_path / "none", Parcel)
    write_carried(path, Parcel(STORE, wire.Hello(1, "h", "s"), ()))
    with pytest.raises(AgentError, match="something else"):
        read_carried(path, Answer)
