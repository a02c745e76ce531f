from __future__ import annotations

import msgspec
import pytest

from retail.chain import GENESIS, Entry
from retail.ids import Stream
from retail.sync.client import REWIND_STEP, PushMachine, Span
from retail.sync.server import StreamState, decide
from retail.wire import PUSH_ENTRIES_MAX, HelloReply, Push, PushOutcome, PushReply, StreamMark
from tests.factories.streams import STREAM, VERIFY, Writer, line_of

OTHER = Stream("01-04", bytes(16))


class Upstream:
    """A receiver that keeps what `decide` tells it to keep."""

    def __init__(self, generation: str = "g1") -> None:
        self.generation = generation
        self.states: dict[Stream, StreamState] = {}
        self.places: dict[tuple[Stream, int, bytes], bool] = {}
        self.entries: dict[tuple[Stream, int, bytes], Entry] = {}

    def hello(self) -> HelloReply:
        marks = (StreamMark(stream, state.accepted, state.head_hash) for stream, state in self.states.items())
        return HelloReply(self.generation, 0, tuple(marks))

    def push(self, push: Push) -> PushReply:
        decision = decide(
            push,
            store="0001",
            state=self.states.get(push.stream, StreamState()),
            lookup=lambda seq, digest: self.places.get((push.stream, seq, digest)),
            verify=VERIFY,
        )
        for stored in (*decision.append, *decision.forks):
            self.places[push.stream, stored.seq, stored.hash] = stored in decision.append
            self.entries[push.stream, stored.seq, stored.hash] = stored.entry
        if decision.outcome in ("accepted", "fork"):
            self.states[push.stream] = decision.state
        return decision.reply(self.generation)


def greeted(line: Writer, upstream: Upstream, cursors: dict[Stream, int] | None = None) -> PushMachine:
    machine = PushMachine(cursors)
    machine.on_hello(upstream.hello(), line.hash_at)
    return machine


def drain(machine: PushMachine, line: Writer, upstream: Upstream, batch: int = PUSH_ENTRIES_MAX) -> list[str]:
    """The outcomes of pushes until there is nothing left to send."""
    outcomes: list[str] = []
    for _ in range(100):
        span = machine.next([line.head()], line.hash_at)
        if span is None:
            return outcomes
        push = machine.push(span, line.entries[span.after_seq : span.after_seq + batch])
        reply = upstream.push(push)
        outcomes.append(reply.outcome)
        if not machine.on_push(push, reply):
            machine.on_hello(upstream.hello(), line.hash_at)
    raise AssertionError(f"it never ends: {outcomes[-5:]}")


def held(upstream: Upstream, line: Writer) -> bool:
    """Whether upstream holds every entry of the line, under its very hash."""
    return all((line.stream, seq, digest) in upstream.places for seq, digest in enumerate(line.hashes, 1))


def test_a_hello_tells_what_is_held_here():
    line = line_of(3)
    hello = PushMachine().hello("host", "0.1", [line.head()])
    assert (hello.protocol, hello.host, hello.streams) == (1, "host", (line.head(),))


def test_all_entries_go_up_in_batches_and_then_there_is_nothing_to_send():
    line, upstream = line_of(10), Upstream()
    machine = greeted(line, upstream)
    assert drain(machine, line, upstream, batch=4) == ["accepted"] * 3
    assert machine.cursors == {STREAM: 10}
    assert held(upstream, line)


def test_it_continues_where_the_receiver_stands_whatever_it_believed_itself():
    line, upstream = line_of(10), Upstream()
    drain(greeted(line, upstream), line, upstream)
    line.write()
    assert drain(greeted(line, upstream, {STREAM: 2}), line, upstream) == ["accepted"]
    machine = greeted(line, upstream, {STREAM: 99})
    assert machine.cursors == {STREAM: 11}


def test_a_receiver_that_lost_everything_gets_everything_again():
    line, upstream = line_of(10), Upstream()
    machine = greeted(line, upstream)
    drain(machine, line, upstream)
    restored = Upstream("g2")
    machine.on_hello(restored.hello(), line.hash_at)
    assert machine.cursors == {STREAM: 0}
    assert drain(machine, line, restored) == ["accepted"]
    assert held(restored, line)


def test_a_receiver_restored_between_two_pushes_is_greeted_anew():
    line, upstream = line_of(6), Upstream()
    machine = greeted(line, upstream)
    span = machine.next([line.head()], line.hash_at)
    assert span is not None
    push = machine.push(span, line.entries[:2])
    restored = Upstream("g2")
    assert machine.on_push(push, restored.push(push)) is False
    assert machine.greeted is False
    machine.on_hello(restored.hello(), line.hash_at)
    assert machine.generation == "g2"
    assert drain(machine, line, restored) == ["accepted"]


def test_a_gap_moves_back_to_what_is_committed():
    line, upstream = line_of(10), Upstream()
    machine = greeted(line, upstream)
    machine.cursors[STREAM] = 5
    assert drain(machine, line, upstream) == ["gap", "accepted"]


def test_a_line_that_parted_is_sent_from_before_the_parting():
    line, upstream = line_of(1_400), Upstream()
    other = Writer(STREAM, line.entries[:300], line.hashes[:300])
    for number in range(1_200):
        other.write(wall_ms=number)
    drain(greeted(line, upstream), line, upstream)
    machine = greeted(other, upstream, {STREAM: 1_300})
    assert machine.cursors == {STREAM: 1_300 - REWIND_STEP}
    outcomes = drain(machine, other, upstream)
    assert outcomes[:2] == ["rewind", "accepted"] or "fork" in outcomes
    assert held(upstream, line)
    assert held(upstream, other)
    assert machine.forked == {STREAM}
    assert machine.cursors == {STREAM: 1_500}


def test_a_forked_line_longer_than_what_is_committed_finds_the_parting_after_a_gap():
    line, upstream = line_of(5), Upstream()
    other = Writer(STREAM, line.entries[:2], line.hashes[:2])
    for number in range(20):
        other.write(wall_ms=number)
    drain(greeted(line, upstream), line, upstream)
    machine = greeted(other, upstream)
    machine.cursors[STREAM] = 15
    assert drain(machine, other, upstream) == ["gap", "rewind", "fork"]
    assert held(upstream, other)


def test_a_restored_disk_that_holds_less_than_upstream_finds_it_all_known():
    line, upstream = line_of(10), Upstream()
    drain(greeted(line, upstream), line, upstream)
    old = Writer(STREAM, line.entries[:6], line.hashes[:6])
    machine = greeted(old, upstream)
    assert drain(machine, old, upstream) == ["duplicate"]
    assert machine.next([old.head()], old.hash_at) is None
    assert upstream.states[STREAM].accepted == 10


@pytest.mark.parametrize("outcome", ["bad_envelope", "unknown_till", "bad_signature"])
def test_a_refused_stream_waits_for_the_next_hello_and_does_not_stop_the_others(outcome: PushOutcome):
    line, second = line_of(1), line_of(2, OTHER)
    upstream = Upstream()
    machine = greeted(line, upstream)
    span = machine.next([line.head(), second.head()], line.hash_at)
    assert span is not None
    push = machine.push(span, line.entries)
    assert machine.on_push(push, PushReply("g1", outcome, StreamMark(STREAM, 0, GENESIS), ""))
    assert machine.refused == {STREAM: outcome}
    following = machine.next([line.head(), second.head()], second.hash_at)
    assert following == Span(OTHER, 0, GENESIS)
    machine.on_hello(upstream.hello(), line.hash_at)
    assert machine.next([line.head(), second.head()], line.hash_at) == span


def test_a_damaged_signature_inside_a_batch_does_not_hold_up_the_stream():
    line, upstream = line_of(9), Upstream()
    line.entries[3] = msgspec.structs.replace(line.entries[3], signature=b"damaged on a disk")
    machine = greeted(line, upstream)
    assert drain(machine, line, upstream, batch=4) == ["accepted"] * 3
    assert held(upstream, line)
    assert machine.refused == {}


def test_a_bad_entry_holds_up_its_stream_only_from_there_on():
    line, upstream = line_of(9), Upstream()
    line.entries[5] = msgspec.structs.replace(line.entries[5], body=b"altered")
    machine = greeted(line, upstream)
    assert drain(machine, line, upstream) == ["accepted", "bad_signature"]
    assert machine.cursors == {STREAM: 5}
    assert STREAM in machine.refused


def test_entries_that_were_pruned_here_cannot_be_sent_again_and_it_says_so():
    line = line_of(5)
    machine = PushMachine({STREAM: 2})
    assert machine.next([line.head()], lambda stream, seq: None) is None
    assert machine.refused == {STREAM: "entry 2 is not held here any more"}
