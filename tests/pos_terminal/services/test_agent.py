from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_terminal.services.agent import AgentClient
from retail.wire import Answer, AskHolds, AskStock, Done, HoldAnswer, Poke, Question, StockAnswer, Unavailable
from store_agent.socket_server import SocketServer

ITEM = AskStock("milk")
STOCK = StockAnswer((("S2", "二店", 5_000),), 7)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "agent.sock"


@pytest.fixture
def server(path: Path) -> Iterator[SocketServer]:
    def answer(question: Question) -> Answer:
        if isinstance(question, AskStock):
            return STOCK
        return HoldAnswer(()) if isinstance(question, AskHolds) else Done()

    served = SocketServer(path, answer)
    yield served
    served.close()


def test_questions_are_answered_over_one_connection(path: Path, server: SocketServer) -> None:
    agent = AgentClient(path, 2.0)
    assert agent.ask(ITEM) == STOCK
    assert agent.ask(Poke()) == Done()
    assert agent.ask(AskHolds()) == HoldAnswer(())
    assert agent.answered is True
    agent.close()


def test_without_an_agent_the_answer_is_that_nobody_answers(path: Path) -> None:
    agent = AgentClient(path, 2.0)
    assert isinstance(agent.ask(ITEM), Unavailable)
    assert agent.answered is False


def test_an_agent_that_was_started_anew_is_found_again(path: Path, server: SocketServer) -> None:
    agent = AgentClient(path, 2.0)
    agent.ask(ITEM)
    server.close()
    assert isinstance(agent.ask(ITEM), Unavailable)
    again = SocketServer(path, lambda question: STOCK)
    assert agent.ask(ITEM) == STOCK
    agent.close()
    again.close()


def test_a_silent_agent_costs_the_deadline_and_no_more(path: Path) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(1)
    agent = AgentClient(path, 0.05)
    assert agent.ask(ITEM) == Unavailable("no answer in time")
    listener.close()


@pytest.mark.parametrize("noise", [b"\xff\xff\xff\xff", b"\x00\x00\x00\x03\xc1\xc1\xc1", b"\x00\x00\x00\x09ab", b""])
def test_noise_from_the_socket_is_no_answer(path: Path, noise: bytes) -> None:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen(2)

    def babble() -> None:
        connection, _ = listener.accept()
        connection.recv(1_000)
        connection.sendall(noise)
        connection.close()

    thread = threading.Thread(target=babble)
    thread.start()
    agent = AgentClient(path, 1.0)
    assert isinstance(agent.ask(ITEM), Unavailable)
    thread.join()
    listener.close()
