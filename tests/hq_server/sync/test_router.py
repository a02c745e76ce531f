"""The edge: committed before the reply, and a clear answer to everything that is not a proper message."""

from __future__ import annotations

import gzip
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from hq_server import clock
from hq_server.db import Database
from hq_server.stores import service as stores
from hq_server.sync import generation, service
from retail.chain import GENESIS
from retail.documents.till import Hold
from retail.feeds import FeedCursor
from retail.wire import (
    PUSH_BYTES_MAX,
    AskDocument,
    AskHolds,
    AskStock,
    ClaimAnswer,
    ClaimHold,
    DocumentAnswer,
    Done,
    HoldAnswer,
    Poke,
    Problem,
    Pull,
    Push,
    PushReply,
    ReturnedRun,
    StockAnswer,
    StreamHead,
    decode,
    encode,
)
from tests.hq_server.chain import Chain, TillDouble, returned, sold
from tests.hq_server.http import Host


@pytest.fixture
def till(chain: Chain) -> TillDouble:
    made = chain.tills["S1-01"]
    made.open()
    made.sell(sold(100))
    return made


@pytest.fixture
def host(client: TestClient, database: Database, till: TillDouble) -> Host:
    return Host.enrolled(client, database, till)


def stored(database: Database) -> int:
    with database.transaction() as session:
        return session.execute(text("SELECT count(*) FROM raw_entry")).scalar_one()


def problem(reply: Any) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/x-msgpack"
    found = decode(Problem, reply.content)
    assert len(found.message) > 10
    return reply.status_code, found.code


def test_a_push_over_http_is_committed_when_the_answer_comes(host: Host, till: TillDouble, database: Database) -> None:
    reply = host.push(till.push())
    assert (reply.outcome, reply.mark.accepted) == ("accepted", 2)
    assert stored(database) == 2
    assert host.hello(StreamHead(till.stream, 2, till.hashes[-1])).marks[0].accepted == 2


def test_a_commit_that_fails_is_never_answered_as_accepted(host: Host, till: TillDouble, database: Database) -> None:
    def fail(_: Session) -> None:
        raise OSError("the disk is full")

    event.listen(database.sessions, "before_commit", fail)
    try:
        reply = host.post("push", encode(till.push()))
    finally:
        event.remove(database.sessions, "before_commit", fail)
    assert reply.status_code >= 500
    assert stored(database) == 0
    assert host.push(till.push()).outcome == "accepted"


def test_a_commit_that_the_database_refuses_is_answered_with_503(
    host: Host, till: TillDouble, database: Database
) -> None:
    with database.transaction() as session:  # a check that is only made at the commit
        session.execute(
            text("""
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'refused at the commit'; END $$
            """)
        )
        session.execute(
            text("""
                CREATE CONSTRAINT TRIGGER late AFTER INSERT ON stream_span DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION refuse()
            """)
        )
    assert problem(host.post("push", encode(till.push()))) == (503, "database_unavailable")
    assert stored(database) == 0
    with database.transaction() as session:
        session.execute(text("DROP TRIGGER late ON stream_span"))
    assert host.push(till.push()).outcome == "accepted"


def test_four_hosts_sending_the_same_push_at_once_have_one_effect(
    host: Host, till: TillDouble, database: Database
) -> None:
    body = encode(till.push())
    start = threading.Barrier(4)
    outcomes: list[str] = []

    def send() -> None:
        start.wait()
        outcomes.append(decode(PushReply, host.post("push", body).content).outcome)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert sorted(outcomes) == ["accepted", "duplicate", "duplicate", "duplicate"]
    assert stored(database) == 2
    service.fold_all(database)
    with database.transaction() as session:
        assert session.execute(text("SELECT quantity_milli FROM ledger_stock")).scalar_one() == -1000


def test_what_is_too_large_is_refused_unread(host: Host, database: Database) -> None:
    assert problem(host.post("push", b"\x00" * (PUSH_BYTES_MAX + 1))) == (413, "too_large")
    bomb = gzip.compress(b"\x00" * (50 * PUSH_BYTES_MAX))
    assert problem(host.post("push", bomb, **{"content-encoding": "gzip"})) == (413, "too_large")
    assert stored(database) == 0


def test_a_packed_push_is_unpacked(host: Host, till: TillDouble) -> None:
    packed = gzip.compress(encode(till.push()))
    reply = host.post("push", packed, **{"content-encoding": "gzip"})
    assert decode(PushReply, reply.content).outcome == "accepted"
    assert problem(host.post("push", packed[:-20], **{"content-encoding": "gzip"})) == (400, "bad_encoding")
    assert problem(host.post("push", b"no gzip", **{"content-encoding": "gzip"})) == (400, "bad_encoding")
    assert problem(host.post("push", packed, **{"content-encoding": "br"})) == (415, "bad_encoding")


def test_more_entries_than_agreed_are_refused(host: Host, till: TillDouble) -> None:
    push = Push(till.stream, 1, GENESIS, tuple(till.entries[:1] * 501))
    assert problem(host.post("push", encode(push))) == (413, "too_large")


@pytest.mark.parametrize("cut", [0, 1, 2, 7, 50, -1])
def test_a_truncated_push_is_refused_and_leaves_nothing(
    host: Host, till: TillDouble, database: Database, cut: int
) -> None:
    assert problem(host.post("push", encode(till.push())[:cut])) == (400, "bad_message")
    assert stored(database) == 0


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=st.sampled_from(["push", "hello", "pull", "ask", "enrol"]), body=st.binary(max_size=300))
def test_garbage_gets_a_problem_from_every_verb(host: Host, verb: str, body: bytes) -> None:
    reply = host.post(verb, body)
    assert reply.status_code in (200, 400, 403), (verb, body, reply.content)
    if reply.status_code != 200:
        problem(reply)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000), flip=st.integers(1, 255))
def test_a_push_with_one_wrong_byte_never_harms(host: Host, till: TillDouble, place: int, flip: int) -> None:
    body = bytearray(encode(till.push()))
    body[place % len(body)] ^= flip
    assert host.post("push", bytes(body)).status_code in (200, 400, 403, 413)


def test_without_a_good_token_nothing_is_answered(client: TestClient, host: Host, till: TillDouble) -> None:
    for token in ("", "guess", host.token + "x"):
        stranger = Host(client, token)
        for verb in ("hello", "push", "pull", "ask"):
            assert problem(stranger.post(verb, encode(till.push()))) == (401, "unknown_token")


def test_a_till_of_another_store_is_not_taken_in(host: Host, chain: Chain) -> None:
    for name in ("S3-01", "NOBODY"):
        other = TillDouble(name, "S1", key=chain.tills["S3-01"].key)
        other.open()
        assert problem(host.post("push", encode(other.push()))) == (403, "unknown_till")


def test_another_till_of_the_store_may_be_carried(host: Host, chain: Chain) -> None:
    other = chain.tills["S1-02"]
    other.open()
    assert host.push(other.push()).outcome == "accepted"


def test_a_revoked_till_is_told_so(host: Host, till: TillDouble, database: Database, client: TestClient) -> None:
    with database.transaction() as session:
        stores.revoke_till(session, till_id="S1-01", actor="test", at=clock.now())
    assert problem(host.post("push", encode(till.push()))) == (403, "till_revoked")
    again = Host.enrolled(client, database, till)
    assert again.push(till.push()).outcome == "accepted"


def test_a_restored_database_shows_another_generation(host: Host, database: Database, client: TestClient) -> None:
    folder = client.app.state.config.data_path  # type: ignore[attr-defined]
    before = host.hello().generation
    with database.transaction() as session:
        mark = generation.beat(session)
        assert mark is not None
    generation.keep(folder, mark)
    with database.transaction() as session:
        assert generation.settle(session, folder) == before
        session.execute(text("UPDATE hq_state SET value = '0' WHERE name = 'beat'"))  # as an older backup has it
    with database.transaction() as session:
        after = generation.settle(session, folder)
    assert after != before
    assert host.hello().generation == after
    with database.transaction() as session:
        assert generation.settle(session, folder) == after


def test_a_database_on_a_new_machine_gets_another_generation(database: Database, host: Host, tmp_path: Any) -> None:
    before = host.hello().generation
    with database.transaction() as session:
        assert generation.settle(session, tmp_path / "elsewhere") != before


def test_questions_are_answered(
    host: Host, chain: Chain, till: TillDouble, database: Database, client: TestClient
) -> None:
    from retail.documents.sale import Sale

    sale_at = till.sell(sold(300, 3000))
    import msgspec

    sale = msgspec.msgpack.decode(till.entries[-1].body, type=Sale)
    away = chain.tills["S3-01"]
    away.sell(returned(sale, sale_at, 1, 2), items=["item-1"])
    hold = till.append(Hold(1, "09", "blue coat", "", (), (), (), 0, 0))
    host.push(till.push())
    chain.send(away)
    service.fold_all(database)
    assert host.ask(Poke()) == Done()
    found = host.ask(AskStock("item-1"))
    assert isinstance(found, StockAnswer)
    assert found.stores == (("S1", "Store S1", -4000), ("S3", "Store S3", 2000))
    stranger = Host.enrolled(client, database, away)
    document = stranger.ask(AskDocument(sale_at))
    assert document == DocumentAnswer(
        till.entries[2].envelope, till.entries[2].body, (ReturnedRun(1, 0, 2, 2000, 200),)
    )
    assert stranger.ask(AskDocument(type(sale_at)("S1-01", bytes(16), 9))) == DocumentAnswer(None, None)
    holds = host.ask(AskHolds())
    assert isinstance(holds, HoldAnswer)
    assert [place for place, _, _ in holds.holds] == [hold]
    assert stranger.ask(AskHolds()) == HoldAnswer(())
    assert host.ask(ClaimHold(hold, "S1-02")) == ClaimAnswer(True)
    assert host.ask(ClaimHold(hold, "S1-01")) == ClaimAnswer(False, "S1-02")
    assert host.ask(ClaimHold(hold, "S1-02")) == ClaimAnswer(True)
    assert host.ask(AskHolds()) == HoldAnswer(())


def test_a_feed_of_tomorrow_is_refused_by_name(host: Host) -> None:
    assert problem(host.post("pull", encode(Pull(FeedCursor("holograms"))))) == (404, "not_found")


def test_health_tells_that_the_database_answers(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok"}
