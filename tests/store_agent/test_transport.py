"""Real HTTP on loopback: the agent's transport against the shell that a hub serves with."""

from __future__ import annotations

import contextlib
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from retail import wire
from retail.feeds import FeedCursor
from retail.ids import Stream
from retail.sync.client import PushMachine
from retail.wire import PUSH_BYTES_MAX
from store_agent.errors import AgentError, Rejected, Unreachable
from store_agent.hub_http import HubServer, create_app
from store_agent.push import greet_once, push_once
from store_agent.transport import HttpTransport
from tests.store_agent.shop import MemoryReader, Receiver, TillKeys, entries_of, fill, open_journal

TOKENS = {"token-1": "T1"}


@pytest.fixture
def keys() -> TillKeys:
    return TillKeys()


@pytest.fixture
def receiver(keys: TillKeys) -> Receiver:
    return Receiver({"T1": keys})


@pytest.fixture
def serve(receiver: Receiver) -> Iterator[Callable[..., str]]:
    """Starts a server over the receiver and returns its address."""
    servers: list[HubServer] = []

    def start(handle=lambda verb, body, till: receiver(verb, body)) -> str:
        servers.append(HubServer(create_app(handle, TOKENS.get), host="127.0.0.1", port=0))
        return f"http://127.0.0.1:{servers[-1].port}"

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def connect() -> Iterator[Callable[..., HttpTransport]]:
    """Opens transports, and closes them after the test."""
    opened: list[HttpTransport] = []

    def open_one(url: str, token: str = "token-1", **details) -> HttpTransport:
        opened.append(HttpTransport(url, token, **details))
        return opened[-1]

    yield open_one
    for transport in opened:
        transport.close()


@pytest.mark.parametrize("compress", [False, True])
def test_a_real_journal_goes_over_real_http(tmp_path: Path, serve, connect, keys, receiver, compress: bool) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 600)
    reader, machine = MemoryReader({journal.stream: entries_of(journal)}), PushMachine()
    journal.close()
    transport = connect(serve(), compress=compress)
    greet_once(reader, machine, transport, host="h", software="s")
    assert [push_once(reader, machine, transport).sent for _ in range(3)] == [500, 101, 0]
    assert receiver.documents() == 601


def test_no_answer_waits_for_an_acknowledgement(serve, connect) -> None:
    transport = connect(serve(lambda verb, body, till: wire.encode(wire.HelloReply("g", 0))))
    took_s = []
    for _ in range(20):
        began_s = time.perf_counter()
        transport.hello(wire.Hello(1, "h", "s"))
        took_s.append(time.perf_counter() - began_s)
    # A delayed acknowledgement costs 40 ms, each time but for the first few.
    assert sorted(took_s[5:])[3] < 0.035


def test_who_is_not_known_is_told_so(serve, connect) -> None:
    url = serve()
    for token in ("", "token-2"):
        with pytest.raises(Rejected, match="enrol the till") as refused:
            connect(url, token).hello(wire.Hello(1, "h", "s"))
        assert (refused.value.code, refused.value.status) == ("unknown_token", 401)


def test_enrolment_needs_no_token(serve, connect) -> None:
    def handle(verb: str, body: bytes, till: str) -> bytes:
        assert (verb, till) == ("enrol", "")
        return wire.encode(wire.EnrolReply("T1", "S001", bytes(32), "token-1"))

    reply = connect(serve(handle), "").enrol(wire.EnrolRequest("code", bytes(32), b"", "h"))
    assert reply.till == "T1"


def test_questions_and_pulls_are_answered(serve, connect, receiver) -> None:
    def handle(verb: str, body: bytes, till: str) -> bytes:
        if verb == "ask":
            assert wire.question_decoder.decode(body) == wire.AskStock("tea")
            return wire.encode(wire.StockAnswer((), 5))
        return receiver(verb, body)

    transport = connect(serve(handle))
    assert transport.ask(wire.AskStock("tea"), timeout_s=5) == wire.StockAnswer((), 5)
    assert transport.pull(wire.Pull(FeedCursor("items", "g", 3))) == wire.PullReply("g")


def test_an_answer_later_than_the_till_waits_is_no_answer(serve, connect) -> None:
    released = threading.Event()

    def handle(verb: str, body: bytes, till: str) -> bytes:
        released.wait(5)
        return wire.encode(wire.Done())

    transport = connect(serve(handle))
    began = time.monotonic()
    with pytest.raises(Unreachable, match="does not answer"):
        transport.ask(wire.AskHolds(), timeout_s=0.2)
    assert time.monotonic() - began < 2
    released.set()


def test_nobody_listening_is_unreachable(connect) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(Unreachable, match="does not answer"):
        connect(f"http://127.0.0.1:{port}").hello(wire.Hello(1, "h", "s"))


@pytest.mark.parametrize(
    ("failure", "error", "text"),
    [
        (Unreachable("headquarters is away"), Unreachable, "headquarters is away"),
        (Rejected("unknown_till", "no such till", 403), Rejected, "no such till"),
        (AgentError("the disk is full"), Unreachable, "the disk is full"),
        (ValueError("a fault"), Unreachable, "HTTP status 500"),
    ],
)
def test_refusals_arrive_as_what_they_are(serve, connect, failure, error, text) -> None:
    def handle(verb: str, body: bytes, till: str) -> bytes:
        raise failure

    with pytest.raises(error, match=text):
        connect(serve(handle)).hello(wire.Hello(1, "h", "s"))


def test_an_upstream_that_is_busy_says_when_to_come_again(connect, once) -> None:
    url = once(b"HTTP/1.1 503 Busy\r\nretry-after: 17\r\ncontent-length: 0\r\n\r\n")
    with pytest.raises(Unreachable) as busy:
        connect(url).hello(wire.Hello(1, "h", "s"))
    assert busy.value.retry_after_s == 17


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nhalf",
        b"HTTP/1.1 302 Found\r\nlocation: http://example.com/\r\ncontent-length: 0\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"",
    ],
)
def test_whatever_else_answers_there_is_no_upstream(connect, once, answer: bytes) -> None:
    with pytest.raises(Unreachable):
        connect(once(answer)).hello(wire.Hello(1, "h", "s"))


@pytest.fixture
def once() -> Iterator[Callable[[bytes], str]]:
    """A server that answers one request with the bytes it was given."""
    listeners: list[socket.socket] = []

    def start(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def reply() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(answer)

        threading.Thread(target=reply, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


def post(url: str, verb: str, body: bytes, **headers: str) -> tuple[int, str]:
    """(status, the problem's code) of a request made by hand."""
    reply = httpx.post(
        f"{url}/sync/v1/{verb}", content=body, headers={"authorization": "Bearer token-1", **headers}, trust_env=False
    )
    return reply.status_code, wire.decode(wire.Problem, reply.content).code


def test_bodies_that_are_too_large_are_refused_compressed_or_not(serve, receiver) -> None:
    url = serve()
    large = bytes(PUSH_BYTES_MAX + 1)
    assert post(url, "push", large) == (413, "too_large")
    assert post(url, "push", gzip.compress(large), **{"content-encoding": "gzip"}) == (413, "too_large")
    assert post(url, "push", gzip.compress(bytes(200_000_000), 9), **{"content-encoding": "gzip"}) == (413, "too_large")
    assert post(url, "push", b"no gzip", **{"content-encoding": "gzip"}) == (400, "bad_encoding")
    assert post(url, "push", b"", **{"content-encoding": "br"}) == (415, "bad_encoding")
    assert post(url, "nothing", b"") == (404, "not_found")
    assert receiver.calls == []


def test_a_large_push_is_cut_by_the_agent_and_arrives(tmp_path: Path, serve, connect, keys, receiver) -> None:
    journal = open_journal(tmp_path / "journal.db", "T1", keys)
    fill(journal, 60, "x" * 40_000)
    reader, machine = MemoryReader({journal.stream: entries_of(journal)}), PushMachine()
    journal.close()
    transport = connect(serve())
    greet_once(reader, machine, transport, host="h", software="s")
    while push_once(reader, machine, transport).more:
        pass
    assert receiver.documents() == 61
    assert receiver.states[Stream("T1", (1).to_bytes(16, "big"))].accepted == 61
    assert len(receiver.pushes) >= 5


def test_a_port_in_use_is_told(serve) -> None:
    port = int(serve().rpartition(":")[2])
    with pytest.raises(AgentError, match="cannot listen"):
        HubServer(create_app(lambda verb, body, till: b"", TOKENS.get), host="127.0.0.1", port=port)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for this host and its key, made for the test."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hub of store S001")])
    begin = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    written = folder / "hub.pem", folder / "hub.key"
    written[0].write_bytes(made.public_bytes(Encoding.PEM))
    written[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return written


def test_a_hub_with_a_certificate_is_trusted_by_those_who_were_given_it(tmp_path: Path, connect, receiver) -> None:
    pem, key = certificate(tmp_path)
    app = create_app(lambda verb, body, till: receiver(verb, body), TOKENS.get)
    server = HubServer(app, host="127.0.0.1", port=0, certificate=pem, private_key=key)
    url = f"https://127.0.0.1:{server.port}"
    transport = connect(url, verify=str(pem))
    assert transport.hello(wire.Hello(1, "h", "s")).generation == "r1"
    transport.close()  # first, for the server's loop to end the connection properly
    server.close()


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path, connect) -> None:
    # A plain socket instead of the hub: asyncio leaves a handshake that the other side broke off lying about.
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate(tmp_path))
    listener = socket.create_server(("127.0.0.1", 0))
    heard: list[bytes] = []

    def listen() -> None:
        connection, _ = listener.accept()
        with contextlib.suppress(OSError), connection, context.wrap_socket(connection, server_side=True) as secured:
            heard.append(secured.recv(100))

    thread = threading.Thread(target=listen)
    thread.start()
    with pytest.raises(Unreachable, match="certificate"):
        connect(f"https://127.0.0.1:{listener.getsockname()[1]}").hello(wire.Hello(1, "h", "s"))
    thread.join(5)
    listener.close()
    assert b"".join(heard) == b""


def test_a_file_of_authorities_that_is_none_is_told(tmp_path: Path, connect) -> None:
    (tmp_path / "none.pem").write_text("nothing")
    for name in ("none.pem", "missing.pem"):
        with pytest.raises(AgentError, match=r"\.pem"):
            connect("https://127.0.0.1:1", verify=str(tmp_path / name)).hello(wire.Hello(1, "h", "s"))
