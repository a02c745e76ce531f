from __future__ import annotations

import random
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from retail import wire
from retail.ids import DocumentId
from store_agent.answers import Answers
from store_agent.errors import AgentError, Unreachable
from store_agent.socket_server import CONNECTIONS_MAX, QUESTION_BYTES_MAX, SocketServer
from tests.store_agent.shop import wait_until


class Till:
    """The till's end of the socket."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.settimeout(5)
        self.socket.connect(str(path))

    def ask(self, question: wire.Question) -> wire.Answer:
        self.socket.sendall(wire.frame(question))
        size = int.from_bytes(self.read(4), "big")
        return wire.answer_decoder.decode(self.read(size))

    def read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self.socket.recv(size - len(data))
            assert part, "the agent closed the connection"
            data += part
        return data

    def closed(self) -> bool:
        """Whether the agent ends the connection."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True


Dial = Callable[[], Till]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agent.sock"


@pytest.fixture
def dial(path: Path) -> Iterator[Dial]:
    """Opens connections, and closes them after the test."""
    opened: list[Till] = []

    def connect() -> Till:
        opened.append(Till(path))
        return opened[-1]

    yield connect
    for till in opened:
        till.socket.close()


def stock(question: wire.Question) -> wire.Answer:
    assert isinstance(question, wire.AskStock)
    return wire.StockAnswer((("S002", question.item, 3000),), 7)


def test_the_till_asks_and_hears_and_its_poke_arrives(path: Path, dial: Dial) -> None:
    poked = threading.Event()
    answers = Answers(stock, poke=poked.set, deadline_s=1)
    server = SocketServer(path, answers)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    till, other = dial(), dial()
    assert till.ask(wire.Poke()) == wire.Done()
    assert poked.is_set()
    assert till.ask(wire.AskStock("tea")) == wire.StockAnswer((("S002", "tea", 3000),), 7)
    assert other.ask(wire.AskStock("rice")) == wire.StockAnswer((("S002", "rice", 3000),), 7)
    server.close()
    answers.close()
    assert not path.exists()
    assert till.closed()


def test_nobody_to_ask_is_an_answer_within_the_deadline(path: Path, dial: Dial) -> None:
    released = threading.Event()

    def slow(question: wire.Question) -> wire.Answer:
        if isinstance(question, wire.AskHolds):
            raise Unreachable("the hub does not answer")
        if isinstance(question, wire.AskDocument):
            raise ValueError("a fault of ours")
        released.wait(5)
        return wire.Done()

    answers = Answers(slow, poke=lambda: None, deadline_s=0.1)
    server = SocketServer(path, answers)
    till = dial()
    began = time.monotonic()
    assert till.ask(wire.AskStock("tea")) == wire.Unavailable("no answer in time")
    assert time.monotonic() - began < 1
    assert till.ask(wire.AskHolds()) == wire.Unavailable("the hub does not answer")
    failed = till.ask(wire.AskDocument(DocumentId("T1", bytes(16), 1)))
    assert failed == wire.Unavailable("the agent failed: ValueError")
    released.set()
    server.close()
    answers.close()


def test_where_the_upstream_is_known_to_be_away_the_till_does_not_wait(path: Path, dial: Dial) -> None:
    def never(question: wire.Question) -> wire.Answer:
        raise AssertionError("asked in vain")

    answers = Answers(never, poke=lambda: None, deadline_s=5, reachable=lambda: False)
    server = SocketServer(path, answers)
    assert dial().ask(wire.AskHolds()) == wire.Unavailable("upstream is out of reach")
    server.close()
    answers.close()


def test_garbage_closes_its_own_connection_and_harms_no_other(path: Path, dial: Dial) -> None:
    answers = Answers(stock, poke=lambda: None, deadline_s=1)
    server = SocketServer(path, answers)
    honest, chance = dial(), random.Random(20261121)
    garbage = [
        b"GET / HTTP/1.1\r\n\r\n",
        (QUESTION_BYTES_MAX + 1).to_bytes(4, "big"),
        b"\xff\xff\xff\xff",
        b"\x00\x00\x00\x00",
        wire.frame(wire.Done()),
        b"\x00\x00\x00\x05\xc1\xc1\xc1\xc1\xc1",
        b"\x00\x00\x00\x03\x93\x93\x93",
        *(chance.randbytes(chance.randint(5, 300)) for _ in range(60)),
    ]
    for data in garbage:
        intruder = dial()
        try:
            intruder.socket.sendall(data)
            intruder.socket.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, OSError):
            pass
        assert intruder.closed()
        intruder.socket.close()
    assert honest.ask(wire.AskStock("tea")) == wire.StockAnswer((("S002", "tea", 3000),), 7)
    server.close()
    answers.close()


def test_a_length_beyond_any_question_is_not_waited_for(path: Path, dial: Dial, monkeypatch) -> None:
    monkeypatch.setattr("store_agent.socket_server.FRAME_REST_S", 60)
    answers = Answers(stock, poke=lambda: None, deadline_s=1)
    server = SocketServer(path, answers)
    greedy = dial()
    greedy.socket.sendall((QUESTION_BYTES_MAX + 1).to_bytes(4, "big"))
    assert greedy.closed()
    server.close()
    answers.close()


def test_a_frame_that_never_ends_is_given_up(path: Path, dial: Dial, monkeypatch) -> None:
    monkeypatch.setattr("store_agent.socket_server.FRAME_REST_S", 0.1)
    answers = Answers(stock, poke=lambda: None, deadline_s=1)
    server = SocketServer(path, answers)
    slow = dial()
    slow.socket.sendall(b"\x00\x00\x00\x09\x81")
    assert slow.closed()
    server.close()
    answers.close()


def test_too_many_connections_are_turned_away_and_places_come_free(path: Path, dial: Dial) -> None:
    answers = Answers(stock, poke=lambda: None, deadline_s=1)
    server = SocketServer(path, answers)
    tills = [dial() for _ in range(CONNECTIONS_MAX)]
    for till in tills:
        till.ask(wire.Poke())
    assert dial().closed()
    for till in tills:
        till.socket.close()

    def welcome() -> bool:
        till = dial()
        try:
            return till.ask(wire.Poke()) == wire.Done()
        except (AssertionError, OSError):
            return False

    wait_until(welcome)
    server.close()
    answers.close()


def test_a_second_agent_is_refused_and_what_a_killed_one_left_is_not(path: Path, dial: Dial) -> None:
    answers = Answers(stock, poke=lambda: None, deadline_s=1)
    server = SocketServer(path, answers)
    with pytest.raises(AgentError, match="another agent is running"):
        SocketServer(path, answers)
    assert dial().ask(wire.Poke()) == wire.Done()
    server.close()
    left = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    left.bind(str(path))
    left.close()
    assert path.exists()
    server = SocketServer(path, answers)
    assert dial().ask(wire.Poke()) == wire.Done()
    server.close()
    answers.close()


def test_a_place_where_no_socket_can_be_is_told_clearly(tmp_path: Path) -> None:
    answers = Answers(stock, poke=lambda: None, deadline_s=1)
    with pytest.raises(AgentError, match="cannot be opened"):
        SocketServer(tmp_path / ("long" * 40) / "agent.sock", answers)
    answers.close()
