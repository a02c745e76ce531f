"""A store with a hub: real tills' journals, real HTTP inside the store, and headquarters that comes and goes."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from retail import wire
from retail.chain import GENESIS
from retail.documents.offers import CouponUse
from retail.documents.till import HoldRecalled, NoSale
from retail.feeds import FeedCursor, FeedRow, PriceRow, TillKeyRow, encode_row
from retail.sync.client import PushMachine
from store_agent.agent import Agent
from store_agent.config import AgentConfig, Intervals, Upstream
from store_agent.config import Hub as HubConfig
from store_agent.errors import Rejected, Unreachable
from store_agent.hub_http import HubServer, create_app
from store_agent.hub_token import make_token
from store_agent.journals import LateJournal
from store_agent.push import greet_once, push_once
from store_agent.status import FILE as STATUS_FILE
from store_agent.status import read_status
from store_agent.transport import HttpTransport
from store_db.feed_reader import FeedReader
from store_db.identity import Identity, save_identity
from store_db.journal import Journal
from store_db.keys import write_private
from tests.store_agent.shop import (
    STORE,
    Headquarters,
    Receiver,
    Silence,
    TillKeys,
    append,
    entries_of,
    fill,
    hold,
    open_journal,
    wait_until,
)
from tests.store_db.samples import sale


class Store:
    """Headquarters over HTTP, a hub beside till T1, and the tills T1 to T3 with their journals."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.headquarters = Headquarters()
        self.keys = {till: TillKeys() for till in ("T1", "T2", "T3")}
        self.receiver = Receiver(self.keys)
        self.answers: dict[type, wire.Answer] = {}
        self.till_key_position = 0
        self.server = HubServer(create_app(self._headquarters, {"token-1": "T1"}.get), host="127.0.0.1", port=0)
        self.hub_data = folder / "hub"
        self.hub_data.mkdir()
        self.opened = contextlib.ExitStack()
        save_identity(self.hub_data, Identity("T1", STORE, self.headquarters.public.hex()))
        write_private(self.hub_data / "hq.token", b"token-1")

    def _headquarters(self, verb: str, body: bytes, till: str) -> bytes:
        if verb == "ask" and self.receiver.down is None:
            question = wire.question_decoder.decode(body)
            return wire.encode(self.answers.get(type(question), wire.Unavailable()))
        if verb == "enrol":
            return wire.encode(wire.EnrolReply("T3", STORE, self.headquarters.public, "token-3"))
        return self.receiver(verb, body)

    def publish_till_keys(self, *tills: str, revoked: bool = False) -> None:
        """Headquarters tells the store which tills are its own."""
        start = self.till_key_position
        self.till_key_position += 1
        rows = [
            FeedRow(
                till,
                self.till_key_position,
                encode_row(TillKeyRow(till, STORE, self.keys[till].public, revoked)),
            )
            for till in tills
        ]
        kind = "delta" if start else "snapshot"
        piece = self.headquarters.piece("till_keys", rows, kind=kind, start=start)
        self.receiver.pieces.setdefault("till_keys", []).append(piece)

    def agent(self) -> Agent:
        """The hub's agent, not yet running; files stay closed after the test."""
        config = AgentConfig(
            data=str(self.hub_data),
            upstream=Upstream(f"http://127.0.0.1:{self.server.port}", question_s=4),
            intervals=Intervals(push_s=0.1, pull_s=0.1),
            hub=HubConfig(host="127.0.0.1", port=0),
        )
        identity = Identity("T1", STORE, self.headquarters.public.hex())
        return Agent(config, identity, Silence(), software="test")

    @contextlib.contextmanager
    def serving(self) -> Iterator[Agent]:
        """The hub at work: the runner in a thread, the port open."""
        with self.agent() as agent:
            agent.once()
            agent.serve()
            thread = threading.Thread(target=agent.runner.run)
            thread.start()
            try:
                yield agent
            finally:
                agent.runner.stop()
                thread.join(10)

    def till(self, agent: Agent, till: str) -> HttpTransport:
        """How a till of this store speaks to its hub."""
        secret = bytes.fromhex((self.hub_data / "hub.secret").read_text())
        token = make_token(secret, STORE, till)
        transport = HttpTransport(f"http://127.0.0.1:{agent.hub_port}", token)
        self.opened.callback(transport.close)
        return transport

    def journal(self, till: str, number: int = 1, name: str = "") -> Journal:
        path = self.folder / f"{name or till}.db"
        if till == "T1" and not name:
            path = self.hub_data / "journal.db"
        journal = open_journal(path, till, self.keys[till], number)
        self.opened.callback(journal.close)
        return journal

    def close(self) -> None:
        self.opened.close()
        self.server.close()


def told(store: Store) -> dict[str, int]:
    """What waits on each way, as the status file says."""
    status = read_status(store.hub_data / STATUS_FILE)
    return {line.name: line.pending for line in status.lines} if status else {}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


def send_all(path: Path, transport: HttpTransport) -> PushMachine:
    """A till's agent, once."""
    reader, machine = LateJournal(path), PushMachine()
    greet_once(reader, machine, transport, host="h", software="s")
    while push_once(reader, machine, transport).more:
        if not machine.greeted:
            greet_once(reader, machine, transport, host="h", software="s")
    reader.close()
    return machine


def test_entries_of_all_tills_reach_headquarters_through_the_hub_once(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    one, two = store.journal("T1"), store.journal("T2")
    with store.serving() as agent:
        transport = store.till(agent, "T2")
        fill(two, 20)
        machine = send_all(store.folder / "T2.db", transport)
        assert machine.generation != store.receiver.generation
        fill(one, 5)
        agent.runner.poke()
        wait_until(lambda: store.receiver.documents() == 27, 10)
        send_all(store.folder / "T2.db", transport)
        fill(two, 1)
        store.receiver.lose_replies = 1
        send_all(store.folder / "T2.db", transport)
        wait_until(lambda: store.receiver.documents() == 28, 10)
        wait_until(lambda: told(store) == {"journal.db": 0, "store.db": 0, "feeds": 0}, 10)
    assert len(store.receiver.main) == 28
    assert {stream.till for stream in store.receiver.states} == {"T1", "T2"}


def test_the_same_entries_sent_by_four_at_once_are_taken_in_once(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    two = store.journal("T2")
    fill(two, 200)
    with store.serving() as agent:
        machines: list[PushMachine] = []
        transports = [store.till(agent, "T2") for _ in range(4)]
        start = threading.Barrier(4)

        def send(transport: HttpTransport) -> None:
            start.wait()
            machines.append(send_all(store.folder / "T2.db", transport))

        threads = [threading.Thread(target=send, args=(transport,)) for transport in transports]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [machine.cursors[two.stream] for machine in machines] == [201] * 4
        wait_until(lambda: store.receiver.documents() == 201, 10)
        assert store.receiver.forks == {}
        assert agent.hub is not None
        assert agent.hub.store_db.forked_streams() == []


def test_headquarters_away_the_hub_takes_everything_in_and_sends_it_later(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    two = store.journal("T2")
    with store.serving() as agent:
        store.receiver.down = Unreachable("away")
        transport = store.till(agent, "T2")
        fill(two, 10)
        machine = send_all(store.folder / "T2.db", transport)
        assert list(machine.cursors.values()) == [11]
        greeting = transport.hello(wire.Hello(1, "h", "s"))
        assert greeting.headquarters_age_ms >= 0
        assert store.receiver.documents() == 0
        store.receiver.down = None
        wait_until(lambda: store.receiver.documents() == 11, 10)


def test_a_hold_is_taken_up_by_one_till_however_many_ask_at_once(store: Store) -> None:
    store.publish_till_keys("T1", "T2", "T3")
    two = store.journal("T2")
    held = append(two, hold("blue coat"))
    with store.serving() as agent:
        transports = {till: store.till(agent, till) for till in ("T1", "T2", "T3")}
        send_all(store.folder / "T2.db", transports["T2"])
        listed = transports["T3"].ask(wire.AskHolds(), timeout_s=5)
        assert isinstance(listed, wire.HoldAnswer)
        assert [each[0] for each in listed.holds] == [held.id]
        answers: dict[tuple[str, int], wire.Answer] = {}
        start = threading.Barrier(12)

        def claim(till: str, number: int) -> None:
            start.wait()
            answers[till, number] = transports[till].ask(wire.ClaimHold(held.id, till), timeout_s=10)

        threads = [threading.Thread(target=claim, args=(till, n)) for till in transports for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        winners = {till for (till, _), answer in answers.items() if isinstance(answer, wire.ClaimAnswer) and answer.won}
        assert len(answers) == 12
        assert len(winners) == 1
        (winner,) = winners
        losers = [answer for (till, _), answer in answers.items() if till != winner]
        assert losers == [wire.ClaimAnswer(False, winner)] * 8
        assert transports["T3"].ask(wire.AskHolds(), timeout_s=5) == wire.HoldAnswer(())
        with pytest.raises(Rejected, match="cannot take up a receipt for till T2"):
            transports["T3"].ask(wire.ClaimHold(held.id, "T2"), timeout_s=5)


def test_a_coupon_that_a_receipt_of_the_store_took_is_known_without_headquarters(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    store.answers[wire.ReserveCoupon] = wire.CouponAnswer("reserved", "SPRING", 0, "T3", 5)
    two = store.journal("T2")
    taken = CouponUse("ZU-SPRING-MVA4PJ3333KU", "SPRING", "cap")
    append(two, msgspec.structs.replace(sale(two.next_counter), coupons=(taken,)))
    with store.serving() as agent:
        three = store.till(agent, "T3")
        ask = wire.ReserveCoupon(taken.code, "T3", 20261122)
        assert three.ask(ask, timeout_s=5) == store.answers[wire.ReserveCoupon]
        send_all(store.folder / "T2.db", store.till(agent, "T2"))
        assert three.ask(ask, timeout_s=5) == wire.CouponAnswer("redeemed", holder=STORE)
        store.receiver.down = Unreachable("the line is cut")
        assert three.ask(ask, timeout_s=5) == wire.CouponAnswer("redeemed", holder=STORE)
        other = msgspec.structs.replace(ask, code="ZU-SPRING-OTHER")
        assert isinstance(three.ask(other, timeout_s=10), wire.Unavailable)
        with pytest.raises(Rejected, match="cannot take a coupon for till T2"):
            three.ask(msgspec.structs.replace(ask, till="T2"), timeout_s=5)


def test_a_till_that_recalled_its_own_hold_offline_keeps_it(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    two = store.journal("T2")
    held = append(two, hold("blue coat"))
    append(two, HoldRecalled(held.id, "c1"))
    with store.serving() as agent:
        send_all(store.folder / "T2.db", store.till(agent, "T2"))
        one = store.till(agent, "T1")
        assert one.ask(wire.AskHolds(), timeout_s=5) == wire.HoldAnswer(())
        assert one.ask(wire.ClaimHold(held.id, "T1"), timeout_s=5) == wire.ClaimAnswer(False, "T2")


def test_feeds_are_passed_on_byte_for_byte_and_a_till_checks_them_itself(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    rows = [FeedRow("tea", 3, encode_row(PriceRow("tea", 90_000)))]
    later = [FeedRow("tea", 4, encode_row(PriceRow("tea", 80_000)))]
    pieces = [
        store.headquarters.piece("prices", rows, kind="snapshot"),
        store.headquarters.piece("prices", later, start=3),
    ]
    store.receiver.pieces["prices"] = list(pieces)
    with store.serving() as agent:
        transport = store.till(agent, "T2")
        wait_until(lambda: transport.hello(wire.Hello(1, "h", "s")).feeds[0].position == 4, 10)
        first = transport.pull(wire.Pull(FeedCursor("prices")))
        second = transport.pull(wire.Pull(FeedCursor("prices", "g1", 3)))
        assert [(piece.manifest, piece.rows, piece.signature) for piece in (first, second)] == [
            (piece.manifest, piece.rows, piece.signature) for piece in pieces
        ]
        assert (first.more, second.more) == (True, False)
        assert transport.pull(wire.Pull(FeedCursor("prices", "g1", 4))).manifest is None
        assert transport.pull(wire.Pull(FeedCursor("of tomorrow"))).manifest is None


def test_a_second_agent_below_the_hub_carries_up_and_down(store: Store, tmp_path: Path) -> None:
    store.publish_till_keys("T1", "T2")
    row = FeedRow("tea", 3, encode_row(PriceRow("tea", 90_000)))
    store.receiver.pieces["prices"] = [store.headquarters.piece("prices", [row], kind="snapshot")]
    data = tmp_path / "till-2"
    data.mkdir()
    journal = open_journal(data / "journal.db", "T2", store.keys["T2"])
    fill(journal, 7)
    journal.close()
    identity = Identity("T2", STORE, store.headquarters.public.hex())
    with store.serving() as hub:
        secret = bytes.fromhex((store.hub_data / "hub.secret").read_text())
        write_private(data / "hub.token", make_token(secret, STORE, "T2").encode())
        upstream = Upstream(f"http://127.0.0.1:{hub.hub_port}", token_file="hub.token", compress=True)
        config = AgentConfig(data=str(data), upstream=upstream)
        with Agent(config, identity, Silence(), software="test") as below:
            assert below.once() == []
            wait_until(lambda: store.receiver.documents() == 8, 10)
            store.receiver.archived = 5
            assert hub.hub is not None
            store_db = hub.hub.store_db
            wait_until(lambda: store_db.marks([journal.stream])[0].archived == 5, 10)
            assert below.once() == []
    feeds = FeedReader.open(data / "feeds.db")
    assert feeds.archived() == {journal.stream: 5}
    assert [price.amount for price in feeds.prices("tea")] == [90_000]
    assert feeds.contact() is not None
    feeds.close()


def test_a_copied_tills_entries_are_all_kept_and_all_sent_on(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    first, second = store.journal("T2"), store.journal("T2", name="copy")
    fill(first, 3, "here")
    fill(second, 4, "there")
    with store.serving() as agent:
        transport = store.till(agent, "T2")
        send_all(store.folder / "T2.db", transport)
        copied = send_all(store.folder / "copy.db", transport)
        assert copied.forked == {second.stream}
        wait_until(lambda: store.receiver.documents() == 8, 10)  # one opening, three here, four there
        assert {len(store.receiver.main), len(store.receiver.forks)} == {4}


def test_a_hub_put_back_from_a_backup_is_filled_again_by_its_tills(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    two = store.journal("T2")
    fill(two, 5)
    with store.serving() as agent:
        before = send_all(store.folder / "T2.db", store.till(agent, "T2")).generation
    shutil.copy(store.hub_data / "store.db", store.folder / "backup")
    fill(two, 5)
    with store.serving() as agent:
        machine = send_all(store.folder / "T2.db", store.till(agent, "T2"))
        assert machine.generation == before
    for leftover in store.hub_data.glob("store.db-*"):
        leftover.unlink()
    shutil.copy(store.folder / "backup", store.hub_data / "store.db")
    with store.serving() as agent:
        transport = store.till(agent, "T2")
        machine = send_all(store.folder / "T2.db", transport)
        assert machine.generation != before
        assert transport.hello(machine.hello("h", "s", [wire.StreamHead(two.stream, 11, b"")])).marks[0].accepted == 11
        wait_until(lambda: store.receiver.documents() == 11, 10)


def test_who_does_not_belong_to_the_store_is_turned_away(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    three = store.journal("T3")
    fill(three, 1)
    with store.serving() as agent:
        stranger = HttpTransport(f"http://127.0.0.1:{agent.hub_port}", "T2.00")
        with pytest.raises(Rejected, match="does not know the token"):
            stranger.hello(wire.Hello(1, "h", "s"))
        stranger.close()
        machine = send_all(store.folder / "T3.db", store.till(agent, "T3"))
        assert "not in service" in machine.refused[three.stream]
        store.publish_till_keys("T3")
        store.publish_till_keys("T2", revoked=True)
        two = store.till(agent, "T2")

        def turned_away() -> bool:
            try:
                two.hello(wire.Hello(1, "h", "s"))
            except Rejected:
                return True
            return False

        wait_until(turned_away, 10)
        assert send_all(store.folder / "T3.db", store.till(agent, "T3")).refused == {}


@pytest.mark.parametrize("row", [{"store": "S002"}, {"revoked": True}])
def test_entries_of_a_till_that_is_not_in_service_here_are_not_taken(store: Store, row: dict[str, object]) -> None:
    store.publish_till_keys("T1")
    key = TillKeyRow("T3", STORE, store.keys["T3"].public)
    changed = FeedRow("T3", 2, encode_row(msgspec.structs.replace(key, **row)))
    store.receiver.pieces["till_keys"].append(store.headquarters.piece("till_keys", [changed], start=1))
    three = store.journal("T3")
    held = entries_of(three)
    with store.agent() as agent:
        agent.once()
        assert agent.hub is not None
        push = wire.Push(three.stream, 1, GENESIS, tuple(entry for _, entry in held))
        assert agent.hub.hub.push(push).outcome == "unknown_till"
        assert agent.hub.store_db.marks([three.stream])[0].accepted == 0


def test_a_till_enrols_through_the_hub_and_is_known_to_both(store: Store) -> None:
    store.publish_till_keys("T1")
    with store.serving() as agent:
        unknown = HttpTransport(f"http://127.0.0.1:{agent.hub_port}")
        reply = unknown.enrol(wire.EnrolRequest("code", store.keys["T3"].public, b"", "till-3"))
        unknown.close()
        assert (reply.till, reply.token) == ("T3", "token-3")
        known = HttpTransport(f"http://127.0.0.1:{agent.hub_port}", reply.hub_token)
        assert known.hello(wire.Hello(1, "h", "s")).generation
        known.close()


def test_a_receipt_is_found_at_the_hub_else_at_headquarters_and_the_larger_return_counts(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    two = store.journal("T2")
    sold = append(two, NoSale(1, "c1", "change", ""))
    with store.serving() as agent:
        transport = store.till(agent, "T2")
        send_all(store.folder / "T2.db", transport)
        run = wire.ReturnedRun(1, 0, 2, 2000, 500)
        store.answers[wire.AskDocument] = wire.DocumentAnswer(None, None, (run,))
        answer = transport.ask(wire.AskDocument(sold.id), timeout_s=5)
        assert isinstance(answer, wire.DocumentAnswer)
        assert answer.envelope is not None
        assert answer.returned == (run,)
        elsewhere = msgspec.structs.replace(sold.id, seq=99)
        store.answers[wire.AskDocument] = wire.DocumentAnswer(b"e", b"b")
        assert transport.ask(wire.AskDocument(elsewhere), timeout_s=5) == wire.DocumentAnswer(b"e", b"b")
        store.answers[wire.AskStock] = wire.StockAnswer((("S002", "other", 5000),), 3)
        assert transport.ask(wire.AskStock("tea"), timeout_s=5) == store.answers[wire.AskStock]
        store.receiver.down = Unreachable("away")
        alone = transport.ask(wire.AskDocument(sold.id), timeout_s=5)
        assert isinstance(alone, wire.DocumentAnswer)
        assert alone.envelope == answer.envelope
        assert isinstance(transport.ask(wire.AskDocument(elsewhere), timeout_s=5), wire.Unavailable)
        assert isinstance(transport.ask(wire.AskStock("tea"), timeout_s=5), wire.Unavailable)


def test_bytes_that_are_no_message_are_refused_and_leave_nothing(store: Store) -> None:
    store.publish_till_keys("T1", "T2")
    with store.serving() as agent:
        assert agent.hub is not None
        for verb in ("hello", "push", "pull", "ask", "enrol"):
            with pytest.raises(Rejected) as refused:
                agent.hub.hub.handle(verb, b"\xc1\x00", "T2")
            assert refused.value.code == "bad_message"
