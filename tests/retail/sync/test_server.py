"""Every way a push can meet what a receiver holds, told as a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec
import pytest

from retail.chain import GENESIS, Entry, entry_hash, stream_prefix
from retail.ids import Stream
from retail.sync.server import SEQ_MAX, Decision, StreamState, decide
from retail.wire import Push, PushOutcome
from tests.factories.streams import SIGN, STREAM, VERIFY, Writer, keyed_signer, line_of


@dataclass
class Receiver:
    """A receiver's storage for one stream: the main line and whatever parted from it."""

    state: StreamState = field(default_factory=StreamState)
    places: dict[tuple[int, bytes], bool] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    asked: int = 0

    def lookup(self, seq: int, digest: bytes) -> bool | None:
        self.asked += 1
        return self.places.get((seq, digest))

    def take(self, push: Push) -> Decision:
        decision = decide(push, store="0001", state=self.state, lookup=self.lookup, verify=VERIFY)
        assert not (decision.append and decision.forks)
        assert bool(decision.append or decision.forks) == (decision.outcome in ("accepted", "fork"))
        for stored in decision.append:
            self.places[stored.seq, stored.hash] = True
            self.entries.append(stored.entry)
        for stored in decision.forks:
            self.places[stored.seq, stored.hash] = False
        self.state = decision.state
        return decision


def piece(line: Writer, first: int, last: int) -> Push:
    """Entries `first` to `last` of a line, as its till sends them."""
    previous = GENESIS if first == 1 else line.hashes[first - 2]
    return Push(line.stream, first, previous, tuple(line.entries[first - 1 : last]))


@pytest.fixture
def line() -> Writer:
    return line_of(10)


def holding(line: Writer, count: int) -> Receiver:
    receiver = Receiver()
    if count:
        assert receiver.take(piece(line, 1, count)).outcome == "accepted"
    return receiver


@pytest.mark.parametrize(
    ("held", "first", "last", "outcome", "mark", "accepted"),
    [
        (0, 1, 3, "accepted", 3, 3),
        (3, 4, 6, "accepted", 6, 6),
        (3, 1, 3, "duplicate", 3, 3),
        (5, 1, 3, "duplicate", 3, 5),
        (5, 2, 5, "duplicate", 5, 5),
        (3, 2, 6, "accepted", 6, 6),
        (3, 1, 10, "accepted", 10, 10),
        (3, 5, 6, "gap", 3, 3),
        (0, 2, 3, "gap", 0, 0),
    ],
)
def test_what_one_till_sends_is_taken_once_and_in_order(
    line: Writer, held: int, first: int, last: int, outcome: PushOutcome, mark: int, accepted: int
):
    receiver = holding(line, held)
    decision = receiver.take(piece(line, first, last))
    assert (decision.outcome, decision.mark.accepted, decision.state.accepted) == (outcome, mark, accepted)
    assert decision.mark.head_hash == (line.hashes[mark - 1] if mark else GENESIS)
    assert receiver.entries == line.entries[:accepted], "the very bytes, each once"
    assert [stored.envelope.seq for stored in decision.append] == list(range(held + 1, accepted + 1))
    reply = decision.reply("g1")
    assert (reply.generation, reply.outcome, reply.mark) == ("g1", outcome, decision.mark)


def test_the_usual_push_asks_storage_nothing(line: Writer):
    receiver = holding(line, 3)
    receiver.take(piece(line, 4, 10))
    assert receiver.asked == 0


def parted(line: Writer, common: int, own: int) -> Writer:
    """A second machine with a copy of the first `common` entries, which then wrote `own` of its own."""
    copy = Writer(line.stream, line.entries[:common], line.hashes[:common])
    for number in range(own):
        copy.write(wall_ms=7 + number)
    return copy


def test_two_machines_of_one_memory_are_both_kept_and_the_alarm_stays(line: Writer):
    receiver, other = holding(line, 6), parted(line, 4, 5)
    decision = receiver.take(piece(other, 5, 7))
    assert (decision.outcome, decision.mark.accepted, decision.mark.head_hash) == ("fork", 7, other.hashes[6])
    assert decision.state == StreamState(6, line.hashes[5], True)
    assert [stored.seq for stored in decision.forks] == [5, 6, 7]
    assert receiver.take(piece(other, 8, 9)).outcome == "fork", "the fork goes on"
    assert receiver.take(piece(other, 5, 9)).outcome == "duplicate"
    assert receiver.take(piece(other, 1, 9)).outcome == "duplicate", "partly on the main line, partly on the fork"
    assert receiver.take(piece(line, 7, 10)).outcome == "accepted", "the main line goes on beside it"
    assert receiver.state == StreamState(10, line.hashes[9], True)
    assert sum(receiver.places.values()) == 10
    assert len(receiver.places) == 15


def test_a_fork_that_reaches_the_number_after_the_head_stays_a_fork(line: Writer):
    receiver, other = holding(line, 6), parted(line, 4, 5)
    receiver.take(piece(other, 5, 6))
    assert receiver.take(piece(other, 7, 8)).outcome == "fork"
    assert receiver.state.accepted == 6


def test_a_batch_may_begin_before_the_lines_part(line: Writer):
    decision = holding(line, 6).take(piece(parted(line, 4, 3), 2, 7))
    assert decision.outcome == "fork"
    assert [stored.seq for stored in decision.forks] == [5, 6, 7]


def test_a_third_machine_parts_from_the_fork(line: Writer):
    receiver, other = holding(line, 6), parted(line, 4, 4)
    receiver.take(piece(other, 5, 8))
    third = parted(other, 7, 0)
    third.write(wall_ms=99)
    decision = receiver.take(piece(third, 7, 8))
    assert decision.outcome == "fork"
    assert [stored.seq for stored in decision.forks] == [8]


@pytest.mark.parametrize(("first", "outcome"), [(4, "rewind"), (6, "rewind"), (7, "rewind"), (8, "gap")])
def test_a_line_whose_parting_is_not_known_is_asked_for_earlier_entries(line: Writer, first: int, outcome: str):
    receiver, other = holding(line, 6), parted(line, 2, 7)
    decision = receiver.take(piece(other, first, 9))
    assert (decision.outcome, decision.mark.accepted) == (outcome, 6)


def test_the_first_entry_follows_nothing(line: Writer):
    push = msgspec.structs.replace(piece(line, 1, 2), previous=bytes(31) + b"\x01")
    assert Receiver().take(push).outcome == "rewind"


def altered(push: Push, place: int, **changes: bytes) -> Push:
    entries = list(push.entries)
    entries[place] = msgspec.structs.replace(entries[place], **changes)
    return msgspec.structs.replace(push, entries=tuple(entries))


@pytest.mark.parametrize(
    ("name", "taken", "change"),
    [
        ("the first body was altered", 0, lambda push: altered(push, 0, body=b"\x90")),
        ("the second body was altered", 1, lambda push: altered(push, 1, body=b"\x90")),
        ("the last envelope was altered", 2, lambda push: altered(push, 2, envelope=b"\x90")),
        ("the last signature is another's", 2, lambda push: altered(push, 2, signature=push.entries[1].signature)),
        ("a signature amid was altered", 3, lambda push: altered(push, 1, signature=b"")),
        (
            "the last two signatures were altered",
            1,
            lambda push: altered(altered(push, 1, signature=b""), 2, signature=b""),
        ),
        ("an entry was taken out", 1, lambda push: msgspec.structs.replace(push, entries=push.entries[::2])),
        ("entries changed places", 0, lambda push: msgspec.structs.replace(push, entries=push.entries[::-1])),
        ("another stream is named", 0, lambda push: msgspec.structs.replace(push, stream=Stream("01-04", bytes(16)))),
    ],
)
def test_only_what_the_till_signed_is_taken(line: Writer, name: str, taken: int, change: Callable[[Push], Push]):
    receiver = Receiver()
    decision = receiver.take(change(piece(line, 1, 3)))
    assert (decision.outcome, decision.state.accepted) == ("accepted" if taken else "bad_signature", taken), name
    assert decision.mark.accepted == taken
    assert [(entry.envelope, entry.body) for entry in receiver.entries] == [
        (entry.envelope, entry.body) for entry in line.entries[:taken]
    ]


def test_a_fork_is_taken_as_far_as_it_is_signed(line: Writer):
    receiver, other = holding(line, 6), parted(line, 4, 3)
    decision = receiver.take(altered(piece(other, 5, 7), 1, body=b"\x90"))
    assert (decision.outcome, decision.mark.accepted) == ("fork", 5)


def test_another_key_is_refused():
    sign, _ = keyed_signer(b"a stranger")
    assert Receiver().take(piece(line_of(3, sign=sign), 1, 3)).outcome == "bad_signature"


def test_a_refused_batch_leaves_the_state_as_it_was(line: Writer):
    receiver = holding(line, 3)
    decision = receiver.take(altered(piece(line, 4, 6), 0, body=b"\x90"))
    assert decision.mark.accepted == 3
    assert receiver.state == StreamState(3, line.hashes[2])
    assert receiver.take(piece(line, 4, 6)).outcome == "accepted"


@pytest.mark.parametrize(
    "wrong",
    [{"store": "0002"}, {"till": "01-04"}, {"seq": 5}, {"incarnation": bytes(16)}, {"format": 2}, {"kind": 5}],
    ids=lambda wrong: next(iter(wrong)),
)
def test_an_envelope_that_speaks_of_something_else_is_refused_though_signed(line: Writer, wrong: dict[str, Any]):
    copy = Writer(line.stream, line.entries[:3], line.hashes[:3])
    copy.write(**wrong)
    receiver = holding(line, 3)
    decision = receiver.take(piece(copy, 4, 4))
    assert decision.outcome == "bad_envelope"
    assert decision.detail


def test_entries_before_an_envelope_that_speaks_falsely_are_taken(line: Writer):
    copy = Writer(line.stream, line.entries[:3], line.hashes[:3])
    copy.write()
    copy.write(store="0002")
    copy.write()
    receiver = holding(line, 2)
    decision = receiver.take(piece(copy, 3, 6))
    assert (decision.outcome, decision.state.accepted) == ("accepted", 4)
    assert "entry 5" in decision.detail
    assert receiver.take(piece(copy, 5, 6)).outcome == "bad_envelope"


def test_entries_before_a_false_envelope_are_taken_only_as_far_as_they_are_signed(line: Writer):
    line.write(till="01-04")
    line.write()
    push = altered(altered(piece(line, 8, 12), 2, signature=b""), 1, signature=b"")
    decision = holding(line, 7).take(push)
    assert (decision.outcome, decision.state.accepted) == ("accepted", 8)
    assert holding(line, 8).take(altered(altered(piece(line, 9, 12), 0, signature=b""), 1, signature=b"")).outcome == (
        "bad_envelope"
    )


def test_a_kind_of_document_not_known_here_is_taken_and_kept(line: Writer):
    line.write(kind="teleport", version=9)
    assert holding(line, 10).take(piece(line, 11, 11)).outcome == "accepted"


@pytest.mark.parametrize(
    "push",
    [
        Push(STREAM, 1, GENESIS, ()),
        Push(STREAM, 0, GENESIS, (Entry(b"", b"", b""),)),
        Push(STREAM, SEQ_MAX + 1, GENESIS, (Entry(b"", b"", b""),)),
        Push(Stream("", bytes(16)), 1, GENESIS, (Entry(b"", b"", b""),)),
        Push(Stream("01-03", b"short"), 1, GENESIS, (Entry(b"", b"", b""),)),
    ],
)
def test_a_push_that_cannot_be_one_is_refused_and_asks_nothing(push: Push):
    receiver = Receiver()
    assert receiver.take(push).outcome == "bad_envelope"
    assert receiver.asked == 0


def test_signed_bytes_that_are_no_text_are_refused_as_a_value(line: Writer):
    entry = line.write(store="0123")
    envelope = entry.envelope.replace(b"0123", b"\xff\xfe\xff\xff")
    digest = entry_hash(stream_prefix(STREAM), 11, line.hashes[9], envelope, entry.body)
    push = Push(STREAM, 11, line.hashes[9], (Entry(envelope, entry.body, SIGN(digest)),))
    assert holding(line, 10).take(push).outcome == "bad_envelope"
