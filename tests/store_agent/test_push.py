from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail import wire
from retail.ids import Stream
from retail.sync.client import PushMachine
from retail.sync.server import StreamState
from store_agent.errors import Rejected, Unreachable
from store_agent.journals import LateJournal
from store_agent.push import PushResult, greet_once, pending, push_once
from store_agent.transport import Endpoint, MemoryTransport
from tests.store_agent.shop import MemoryReader, Receiver, TillKeys, entries_of, fill, open_journal


@pytest.fixture
def keys() -> TillKeys:
    return TillKeys()


@pytest.fixture
def receiver(keys: TillKeys) -> Receiver:
    return Receiver({"T1": keys})


def greet(reader, machine: PushMachine, receiver: Endpoint) -> None:
    greet_once(reader, machine, MemoryTransport(receiver), host="h", software="s")


def drain(reader, machine: PushMachine, receiver: Endpoint, **limits: int) -> list[PushResult]:
    transport = MemoryTransport(receiver)
    results = []
    for _ in range(200):
        if not machine.greeted:
            greet(reader, machine, receiver)
        results.append(push_once(reader, machine, transport, **limits))
        if not results[-1].more:
            return results
    raise AssertionError("it never ended")


def test_a_journal_goes_up_in_batches_and_nothing_is_sent_twice(tmp_path: Path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 24)
    reader, machine = LateJournal(tmp_path / "journal.db"), PushMachine()
    results = drain(reader, machine, receiver, entries_max=10)
    assert [(result.sent, result.accepted_to, result.more) for result in results] == [
        (10, 10, True),
        (10, 20, True),
        (5, 25, False),
    ]
    assert receiver.documents() == 25
    assert push_once(reader, machine, MemoryTransport(receiver)) == PushResult()
    fill(journal, 1)
    assert push_once(reader, machine, MemoryTransport(receiver)).accepted_to == 26
    journal.close()


def test_before_the_greeting_nothing_is_sent(tmp_path: Path, keys, receiver) -> None:
    open_journal(tmp_path / "journal.db", "T1", keys).close()
    result = push_once(LateJournal(tmp_path / "journal.db"), PushMachine(), MemoryTransport(receiver))
    assert result == PushResult(more=True)
    assert receiver.calls == []


def test_a_journal_that_does_not_exist_yet_holds_nothing_and_is_found_later(tmp_path: Path, keys, receiver) -> None:
    reader, machine = LateJournal(tmp_path / "journal.db"), PushMachine()
    greet(reader, machine, receiver)
    assert not push_once(reader, machine, MemoryTransport(receiver)).more
    open_journal(tmp_path / "journal.db", "T1", keys).close()
    assert push_once(reader, machine, MemoryTransport(receiver)).sent == 1


def test_a_batch_holds_no_more_bytes_than_asked_but_at_least_one_entry(tmp_path: Path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 5)
    reader, machine = LateJournal(tmp_path / "journal.db"), PushMachine()
    assert {result.sent for result in drain(reader, machine, receiver, bytes_max=1)} == {1}
    assert receiver.documents() == 6
    journal.close()


def test_a_lost_reply_doubles_nothing(tmp_path: Path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 9)
    reader, machine, transport = LateJournal(tmp_path / "journal.db"), PushMachine(), MemoryTransport(receiver)
    greet(reader, machine, receiver)
    receiver.lose_replies = 1
    with pytest.raises(Unreachable):
        push_once(reader, machine, transport)
    assert receiver.documents() == 10
    again = push_once(reader, machine, transport)
    assert (again.outcome, again.accepted_to, again.more) == ("duplicate", 10, False)
    assert receiver.documents() == 10
    journal.close()


def test_a_restored_upstream_is_sent_again_what_it_lost(tmp_path: Path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 9)
    reader, machine = LateJournal(tmp_path / "journal.db"), PushMachine()
    drain(reader, machine, receiver)
    receiver.restore_empty("r2")
    fill(journal, 1)
    outcomes = [result.outcome for result in drain(reader, machine, receiver)]
    assert outcomes[0] == "generation"
    assert machine.generation == "r2"
    assert receiver.documents() == 11
    journal.close()


def test_a_copied_journal_is_kept_as_a_fork_and_not_sent_again_at_every_greeting(keys, receiver, tmp_path) -> None:
    stream_bytes = 1
    first = open_journal(tmp_path / "first.db", "T1", keys, stream_bytes)
    second = open_journal(tmp_path / "second.db", "T1", keys, stream_bytes)
    fill(first, 3, "here")
    fill(second, 4, "there")
    one, other = PushMachine(), PushMachine()
    reader_one = MemoryReader({first.stream: entries_of(first)})
    reader_other = MemoryReader({second.stream: entries_of(second)})
    drain(reader_one, one, receiver)
    assert [result.outcome for result in drain(reader_other, other, receiver)] == ["fork"]
    assert len(receiver.main) == 4
    assert len(receiver.forks) == 4  # both began with the same opening entry
    assert other.forked == {second.stream}
    sent = len(receiver.pushes)
    greet(reader_other, other, receiver)
    assert not push_once(reader_other, other, MemoryTransport(receiver)).more
    assert len(receiver.pushes) == sent
    first.close()
    second.close()


def test_a_stream_signed_by_another_key_is_refused_and_the_others_go_on(tmp_path: Path, keys, receiver) -> None:
    forged = open_journal(tmp_path / "forged.db", "T1", TillKeys(), 1)
    honest = open_journal(tmp_path / "honest.db", "T1", keys, 2)
    fill(forged, 2)
    fill(honest, 2)
    reader = MemoryReader({forged.stream: entries_of(forged), honest.stream: entries_of(honest)})
    machine = PushMachine()
    assert [result.outcome for result in drain(reader, machine, receiver)] == ["bad_signature", "accepted"]
    assert "enrolled key" in machine.refused[forged.stream]
    assert receiver.documents() == 3
    assert pending(reader.heads(), machine) == 0
    forged.close()
    honest.close()


def test_a_stream_cut_below_what_the_upstream_has_is_reported_and_not_sent(tmp_path: Path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 5)

    class Pruned(MemoryReader):
        def entries(self, stream: Stream, after_seq: int, limit: int, bytes_max: int):
            return super().entries(stream, max(after_seq, 3), limit, bytes_max)

    reader, machine = Pruned({journal.stream: entries_of(journal)}), PushMachine()
    assert [result.outcome for result in drain(reader, machine, receiver)] == ["pruned", ""]
    assert "entry 1 is not held here" in machine.refused[journal.stream]
    assert receiver.documents() == 0
    journal.close()


@settings(max_examples=25)
@given(
    entries=st.integers(0, 30),
    limit=st.integers(1, 12),
    faults=st.lists(st.sampled_from(["lose", "restore", "greet", "push"]), max_size=20),
)
def test_whatever_breaks_on_the_way_the_upstream_ends_with_every_entry_once(
    tmp_path_factory: pytest.TempPathFactory, entries: int, limit: int, faults: list[str]
) -> None:
    keys = TillKeys()
    receiver, machine = Receiver({"T1": keys}), PushMachine()
    journal = open_journal(tmp_path_factory.mktemp("till") / "journal.db", "T1", keys)
    fill(journal, entries)
    held = entries_of(journal)
    journal.close()
    reader, transport = MemoryReader({journal.stream: held}), MemoryTransport(receiver)
    for number, fault in enumerate(faults):
        if fault == "lose":
            receiver.lose_replies = 1
        elif fault == "restore":
            receiver.restore_empty(f"r{number}")
        try:
            if fault == "greet" or not machine.greeted:
                greet(reader, machine, receiver)
            push_once(reader, machine, transport, entries_max=limit)
        except Unreachable:
            pass
    receiver.lose_replies = 0
    greet(reader, machine, receiver)
    drain(reader, machine, receiver, entries_max=limit)
    assert [receiver.main[journal.stream, seq].hash for seq in range(1, entries + 2)] == [each for each, _ in held]
    assert receiver.documents() == entries + 1


def test_a_stream_that_the_upstream_will_not_take_does_not_hold_up_the_others(tmp_path: Path, keys, receiver) -> None:
    strange = open_journal(tmp_path / "strange.db", "T9", keys, 1)
    known = open_journal(tmp_path / "known.db", "T1", keys, 2)
    reader = MemoryReader({strange.stream: entries_of(strange), known.stream: entries_of(known)})

    def endpoint(verb: str, body: bytes) -> bytes:
        if verb == "push" and wire.decode(wire.Push, body).stream.till == "T9":
            raise Rejected("unknown_till", "till T9 is not in service at store S001", 403)
        return receiver(verb, body)

    machine = PushMachine()
    assert [result.outcome for result in drain(reader, machine, endpoint)] == ["unknown_till", "accepted"]
    assert machine.refused == {strange.stream: "till T9 is not in service at store S001"}
    strange.close()
    known.close()


def test_who_we_are_concerns_all_streams(tmp_path: Path, keys, receiver) -> None:
    open_journal(tmp_path / "journal.db", "T1", keys).close()
    reader, machine = LateJournal(tmp_path / "journal.db"), PushMachine()
    greet(reader, machine, receiver)
    receiver.down = Rejected("unknown_token", "enrol the till again", 401)
    with pytest.raises(Rejected):
        push_once(reader, machine, MemoryTransport(receiver))
    assert machine.refused == {}


def test_thousands_of_streams_are_greeted_in_slices(keys, receiver, tmp_path) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    held = entries_of(journal)
    journal.close()
    streams = {Stream("T1", number.to_bytes(16, "big")): held for number in range(2, 2500)}
    reader = MemoryReader({**streams, journal.stream: held})
    receiver.states[journal.stream] = StreamState(1, held[0][0])
    machine = PushMachine()
    greet(reader, machine, receiver)
    assert receiver.calls == ["hello"] * 3
    assert machine.cursors[journal.stream] == 1
    assert pending(reader.heads(), machine) == 2498
