"""What a push leaves behind: exactly its entries, once, whoever sends it and however often."""

from __future__ import annotations

import threading

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retail.chain import GENESIS
from retail.sync.server import Decision
from retail.wire import Push
from tests.hq_server.chain import Chain, TillDouble, sold

COUNT = "SELECT count(*), count(DISTINCT hash), coalesce(max(position), 0) FROM raw_entry"


@pytest.fixture
def till(chain: Chain) -> TillDouble:
    made = chain.tills["S1-01"]
    made.open()
    for amount in (100, 250, 999):
        made.sell(sold(amount))
    return made


def test_a_push_is_stored_byte_for_byte_with_dense_positions(chain: Chain, till: TillDouble) -> None:
    decision = chain.send(till)
    assert (decision.outcome, decision.mark.accepted, decision.mark.head_hash) == ("accepted", 4, till.hashes[-1])
    rows = chain.rows("SELECT position, hash, envelope, body, signature FROM raw_entry ORDER BY position")
    assert [position for position, *_ in rows] == [1, 2, 3, 4]
    for row, entry, sealed in zip(rows, till.entries, till.hashes, strict=True):
        assert tuple(row[1:]) == (sealed, entry.envelope, entry.body, entry.signature)


def test_sending_again_changes_nothing(chain: Chain, till: TillDouble) -> None:
    chain.send(till)
    again = chain.send(till)
    assert (again.outcome, again.mark.accepted) == ("duplicate", 4)
    overlap = chain.accept(till.push(2), store="S1")
    assert overlap.outcome == "duplicate"
    assert chain.rows(COUNT) == [(4, 4, 4)]


def test_an_overlapping_push_adds_only_what_is_new(chain: Chain, till: TillDouble) -> None:
    chain.accept(till.push(0, 3), store="S1")
    decision = chain.accept(till.push(1), store="S1")
    assert (decision.outcome, decision.mark.accepted) == ("accepted", 4)
    assert chain.rows(COUNT) == [(4, 4, 4)]


def test_a_gap_is_answered_with_where_to_go_on_and_leaves_nothing(chain: Chain, till: TillDouble) -> None:
    refused = chain.accept(till.push(2), store="S1")
    assert (refused.outcome, refused.mark.accepted) == ("gap", 0)
    assert chain.rows("SELECT 1 FROM stream") == []
    chain.accept(till.push(0, 1), store="S1")
    assert chain.accept(till.push(2), store="S1").mark.accepted == 1
    assert chain.rows(COUNT) == [(1, 1, 1)]


def test_the_same_push_by_four_callers_at_once_has_one_effect(chain: Chain, till: TillDouble) -> None:
    push = till.push()
    start = threading.Barrier(4)
    answers: list[Decision] = []

    def call() -> None:
        start.wait()
        answers.append(chain.accept(push, store="S1"))

    for _ in range(5):  # five rounds: the second to fifth meet entries already there
        callers = [threading.Thread(target=call) for _ in range(4)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
    assert sorted(answer.outcome for answer in answers[:4]) == ["accepted", "duplicate", "duplicate", "duplicate"]
    assert {answer.outcome for answer in answers[4:]} == {"duplicate"}
    assert {answer.mark.accepted for answer in answers} == {4}
    assert chain.rows(COUNT) == [(4, 4, 4)]
    assert chain.rows("SELECT position FROM store_position") == [(4,)]


def test_tills_of_one_store_pushing_together_share_one_dense_order(chain: Chain) -> None:
    tills = [chain.tills["S1-01"], chain.tills["S1-02"]]
    for till in tills:
        till.open()
        for _ in range(30):
            till.sell(sold(100))
    start = threading.Barrier(2)

    def send(till: TillDouble) -> None:
        start.wait()
        for after in range(0, 31, 2):
            chain.accept(till.push(after, 2 if after < 30 else 1), store="S1")

    callers = [threading.Thread(target=send, args=(till,)) for till in tills]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    positions = [row[0] for row in chain.rows("SELECT position FROM raw_entry WHERE store_id = 'S1' ORDER BY 1")]
    assert positions == list(range(1, 63))


def test_a_fork_keeps_both_lines_and_raises_an_alarm(chain: Chain, till: TillDouble) -> None:
    chain.send(till)
    copied = TillDouble(till.till, till.store, key=till.key, incarnation=till.incarnation)
    copied.entries, copied.hashes = till.entries[:2], till.hashes[:2]
    copied.sell(sold(777))
    copied.sell(sold(778))
    decision = chain.accept(copied.push(2), store="S1")
    assert (decision.outcome, decision.mark.accepted) == ("fork", 4)
    assert chain.accept(copied.push(2), store="S1").outcome == "duplicate"
    assert chain.send(till).outcome == "duplicate"
    copied.sell(sold(779))
    assert chain.accept(copied.push(4), store="S1").outcome == "fork"
    spans = "SELECT first_seq, first_position, count, forked FROM stream_span ORDER BY first_position"
    assert chain.rows(spans) == [(1, 1, 4, False), (3, 5, 2, True), (5, 7, 1, True)]
    assert chain.rows(COUNT) == [(7, 7, 7)]
    assert chain.rows("SELECT store_id, kind FROM alarm") == [("S1", "fork")]


def test_another_key_is_refused_and_leaves_nothing(chain: Chain, till: TillDouble) -> None:
    stranger = TillDouble(till.till, till.store, key=Ed25519PrivateKey.generate())
    stranger.open()
    assert chain.send(stranger).outcome == "bad_signature"
    assert chain.rows("SELECT 1 FROM stream UNION ALL SELECT 1 FROM raw_entry") == []


def test_a_till_enrolled_anew_still_delivers_what_its_old_key_signed(chain: Chain, till: TillDouble) -> None:
    fresh = TillDouble(till.till, till.store)
    fresh.open()
    chain.trust(fresh)
    assert chain.send(till).outcome == "accepted"
    assert chain.send(fresh).outcome == "accepted"


@pytest.mark.parametrize("part", ["envelope", "body"])
def test_from_an_altered_bit_on_nothing_is_taken(chain: Chain, till: TillDouble, part: str) -> None:
    push = till.push()
    for place in range(0, len(getattr(push.entries[1], part)), 7):
        data = bytearray(getattr(push.entries[1], part))
        data[place] ^= 4
        entries = list(push.entries)
        entries[1] = msgspec.structs.replace(entries[1], **{part: bytes(data)})
        decision = chain.accept(Push(push.stream, 1, GENESIS, tuple(entries)), store="S1")
        assert (decision.outcome, decision.mark.accepted) == ("bad_signature" if place else "accepted", 1)
    assert chain.rows(COUNT) == [(1, 1, 1)]
    assert chain.send(till).outcome == "accepted"
    assert chain.rows(COUNT) == [(4, 4, 4)]


def test_an_envelope_of_another_store_is_refused(chain: Chain) -> None:
    till = TillDouble("S1-01", "S2", key=chain.tills["S1-01"].key)
    till.open()
    decision = chain.accept(till.push(), store="S1")
    assert decision.outcome == "bad_envelope"
    assert chain.rows("SELECT 1 FROM raw_entry") == []
