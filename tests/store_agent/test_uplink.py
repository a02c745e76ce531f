from __future__ import annotations

from pathlib import Path

import pytest

from retail import wire
from retail.feeds import FeedCursor
from retail.sync.server import StreamState
from retail.wire import PUSH_ENTRIES_MAX
from store_agent.errors import Rejected, Unreachable
from store_agent.journals import LateJournal
from store_agent.schedule import Schedule
from store_agent.transport import MemoryTransport
from store_agent.uplink import PUSHES_PER_RUN, Uplink
from tests.store_agent.shop import Receiver, TillKeys, fill, open_journal


@pytest.fixture
def keys() -> TillKeys:
    return TillKeys()


@pytest.fixture
def receiver(keys: TillKeys) -> Receiver:
    return Receiver({"T1": keys})


def uplink(folder: Path, endpoint, **details) -> Uplink:
    return Uplink(
        "headquarters",
        LateJournal(folder / "journal.db"),
        MemoryTransport(endpoint),
        host="h",
        software="s",
        schedule=Schedule(5.0),
        greet_every_s=30.0,
        **details,
    )


def test_one_run_greets_and_sends_all_there_is(tmp_path, keys, receiver) -> None:
    with_journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(with_journal, 1200)
    way = uplink(tmp_path, receiver)
    assert way.once(0.0) is False
    assert receiver.documents() == 1201
    assert receiver.calls == ["hello", "push", "push", "push"]
    way.once(29.0)
    way.once(31.0)
    assert receiver.calls[4:] == ["hello"]
    with_journal.close()


def test_the_greeting_tells_which_feeds_are_at_this_host_and_hands_on_the_answer(tmp_path, receiver) -> None:
    told: list[wire.Hello] = []
    heard: list[wire.HelloReply] = []

    def endpoint(verb: str, body: bytes) -> bytes:
        told.append(wire.decode(wire.Hello, body))
        return receiver(verb, body)

    cursor = FeedCursor("prices", "g1", 7)
    uplink(tmp_path, endpoint, feeds=lambda: [cursor], on_greeted=lambda reply, marks: heard.append(reply)).once(0.0)
    assert told[0].agent_feeds == (cursor,)
    assert [reply.generation for reply in heard] == ["r1"]


def test_a_changed_generation_is_greeted_and_filled_again_in_the_same_run(tmp_path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 5)
    way = uplink(tmp_path, receiver)
    way.once(0.0)
    receiver.restore_empty("r2")
    fill(journal, 1)
    assert way.once(1.0) is False
    assert receiver.documents() == 7
    journal.close()


def test_batches_shrink_when_they_do_not_get_through_and_grow_when_they_do(tmp_path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 700)
    way, carries = uplink(tmp_path, lambda verb, body: narrow(verb, body)), 100

    def narrow(verb: str, body: bytes) -> bytes:
        if verb == "push" and len(wire.decode(wire.Push, body).entries) > carries:
            raise Unreachable("the line broke")
        return receiver(verb, body)

    failures = 0
    for now_s in range(200):
        try:
            if not way.once(float(now_s)):
                break
        except Unreachable:
            failures += 1
    assert receiver.documents() == 701
    assert 3 <= failures <= 20
    assert way.entries_max <= PUSH_ENTRIES_MAX
    journal.close()


def test_a_push_that_is_too_large_is_sent_in_halves(tmp_path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 99)

    def narrow(verb: str, body: bytes) -> bytes:
        if verb == "push" and len(wire.decode(wire.Push, body).entries) > 30:
            raise Rejected("too_large", "too large", 413)
        return receiver(verb, body)

    way = uplink(tmp_path, narrow)
    way.once(0.0)
    assert receiver.documents() == 100
    journal.close()


def test_a_long_backlog_lets_other_work_have_its_turn(tmp_path, keys, receiver, monkeypatch) -> None:
    monkeypatch.setattr("store_agent.uplink.ENTRIES_STEP", 0)
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 60)
    way = uplink(tmp_path, receiver)
    way.entries_max = 1
    assert way.once(0.0) is True
    assert receiver.documents() == PUSHES_PER_RUN
    assert way.pending() == 61 - PUSHES_PER_RUN
    assert way.once(0.0) is False
    assert receiver.documents() == 61
    journal.close()


def test_what_is_archived_of_another_line_is_not_ours_to_prune(tmp_path, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 3)
    heard: list[tuple[int, list[wire.StreamMark]]] = []
    way = uplink(tmp_path, receiver, on_greeted=lambda reply, marks: heard.append((len(reply.marks), marks)))
    way.once(0.0)
    receiver.archived = 2
    way.once(31.0)
    state = receiver.states[journal.stream]
    receiver.states[journal.stream] = StreamState(2, b"of another line", state.forked)
    way.once(62.0)
    assert heard == [
        (0, []),
        (1, [wire.StreamMark(journal.stream, 4, journal.head.hash, 2)]),
        (1, []),
    ]
    journal.close()
