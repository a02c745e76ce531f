"""The whole agent as a program of its own: a real journal, real HTTP, the till's socket, the status file."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from retail import wire
from retail.feeds import FeedRow, PriceRow, encode_row
from store_agent.cli import main
from store_agent.hub_http import HubServer, create_app
from store_agent.socket_server import FILE as SOCKET_FILE
from store_agent.status import FILE as STATUS_FILE
from store_agent.status import Status, read_status
from store_db.feed_reader import FeedReader
from store_db.identity import Identity, save_identity
from store_db.journal import Journal
from store_db.keys import write_private
from tests.store_agent.shop import NOW_MS, STORE, Headquarters, Receiver, TillKeys, fill, open_journal, wait_until


class Shop:
    """A till's folder, and headquarters over HTTP."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.keys, self.headquarters = TillKeys(), Headquarters()
        self.receiver = Receiver({"T1": self.keys})
        self.server: HubServer | None = None
        self.port = 0
        self.programs: list[subprocess.Popen[str]] = []
        save_identity(data, Identity("T1", STORE, self.headquarters.public.hex()))
        write_private(data / "hq.token", b"token-1\n")

    def open_headquarters(self) -> None:
        """Headquarters answers from now on, at the same address as before."""
        app = create_app(lambda verb, body, till: self.receiver(verb, body), {"token-1": "T1"}.get)
        self.server = HubServer(app, host="127.0.0.1", port=self.port)
        self.port = self.server.port

    def close_headquarters(self) -> None:
        """Nobody listens any more."""
        if self.server is not None:
            self.server.close()
        self.server = None

    def settings(self, head: str = "", tail: str = "") -> str:
        """Writes agent.toml and returns its path."""
        path = self.data / "agent.toml"
        upstream = f'[upstream]\nurl = "http://127.0.0.1:{self.port}"\n'
        path.write_text(f"{head}\n{upstream}[intervals]\npush_s = 0.2\npull_s = 0.2\n{tail}")
        return str(path)

    def start(self) -> subprocess.Popen[str]:
        """The agent as a process."""
        command = [str(Path(sys.executable).parent / "store-agent"), "run", "--config", self.settings()]
        self.programs.append(subprocess.Popen(command, stderr=subprocess.PIPE, text=True))
        return self.programs[-1]

    def status(self) -> Status | None:
        return read_status(self.data / STATUS_FILE)

    def close(self) -> None:
        self.close_headquarters()
        for program in self.programs:
            program.kill()
            program.communicate()

    def journal(self) -> Journal:
        return open_journal(self.data / "journal.db", "T1", self.keys)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    made = Shop(tmp_path)
    yield made
    made.close()


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner(env={"LC_ALL": "C.UTF-8"}).invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def poke(path: Path) -> wire.Answer:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as till:
        till.settimeout(5)
        till.connect(str(path))
        till.sendall(wire.frame(wire.Poke()))
        size = int.from_bytes(till.recv(4), "big")
        return wire.answer_decoder.decode(till.recv(size))


def told(shop: Shop, condition: Callable[[Status], bool]) -> Callable[[], bool]:
    """Whether the agent's status says so."""

    def check() -> bool:
        status = shop.status()
        return status is not None and condition(status)

    return check


def test_a_running_agent_carries_reports_survives_an_outage_and_ends_when_told(shop: Shop) -> None:
    shop.open_headquarters()
    price = FeedRow("tea", 1, encode_row(PriceRow("tea", 90_000)))
    shop.receiver.pieces["prices"] = [shop.headquarters.piece("prices", [price], kind="snapshot")]
    journal = shop.journal()
    agent = shop.start()
    wait_until(lambda: shop.receiver.documents() == 1, 10)
    fill(journal, 3)
    assert poke(shop.data / SOCKET_FILE) == wire.Done()
    wait_until(lambda: shop.receiver.documents() == 4)
    wait_until(told(shop, lambda status: status.pending == 0 and any(feed.position == 1 for feed in status.feeds)))
    status = shop.status()
    assert status is not None
    assert status.process == agent.pid
    assert (status.host, status.kind) == ("T1", "realtime")
    assert [(line.name, line.state, line.generation) for line in status.lines] == [
        ("journal.db", "ok", "r1"),
        ("feeds", "ok", ""),
    ]
    assert status.offset_ms is not None
    assert abs(status.offset_ms - (NOW_MS - status.written_ms)) < 60_000
    code, output = invoke("status", "--config", str(shop.data / "agent.toml"))
    assert code == 0
    assert "0 entries wait" in output

    shop.close_headquarters()
    fill(journal, 2)
    poke(shop.data / SOCKET_FILE)
    wait_until(told(shop, lambda status: status.lines[0].failures > 0 and status.pending == 2))
    shop.open_headquarters()
    wait_until(lambda: shop.receiver.documents() == 6, 10)
    wait_until(told(shop, lambda status: status.lines[0].state == "ok" and status.pending == 0))

    agent.send_signal(signal.SIGTERM)
    _, errors = agent.communicate(timeout=10)
    assert agent.returncode == 0
    lines = [line for line in errors.splitlines() if "work='journal.db'" in line]
    assert ["event='failing'" in line for line in lines] == [True, False]
    assert "event='recovered'" in lines[1]
    assert not (shop.data / SOCKET_FILE).exists()
    code, output = invoke("status", "--config", str(shop.data / "agent.toml"))
    assert code == 1
    assert "NOT RUNNING" in output
    feeds = FeedReader.open(shop.data / "feeds.db")
    assert [row.amount for row in feeds.prices("tea")] == [90_000]
    assert feeds.contact() is not None
    feeds.close()
    journal.close()


def test_once_carries_all_there_is_and_says_what_stayed_behind(shop: Shop) -> None:
    shop.open_headquarters()
    with_entries = shop.journal()
    fill(with_entries, 1500)
    with_entries.close()
    assert invoke("once", "--config", shop.settings()) == (0, "")
    assert shop.receiver.documents() == 1501
    shop.close_headquarters()
    code, output = invoke("once", "--config", shop.settings())
    assert code == 1
    assert "journal.db: http://127.0.0.1" in output
    assert "does not answer" in output


def test_a_store_without_a_connection_exports_and_imports(shop: Shop, tmp_path: Path) -> None:
    shop.open_headquarters()
    journal = shop.journal()
    fill(journal, 4)
    settings = shop.data / "agent.toml"
    settings.write_text('kind = "proxy"\n')
    out, back = str(tmp_path / "out"), str(tmp_path / "back")
    assert invoke("export", "--config", str(settings), out) == (0, f"5 entries packed into {out}.\n")
    price = FeedRow("tea", 1, encode_row(PriceRow("tea", 70_000)))
    shop.receiver.pieces["prices"] = [shop.headquarters.piece("prices", [price], kind="snapshot")]
    url = f"http://127.0.0.1:{shop.port}"
    delivered = invoke("deliver", out, back, "--url", url, "--token-file", str(shop.data / "hq.token"))
    assert delivered == (0, f"Answer written to {back}.\n")
    assert shop.receiver.documents() == 5
    assert invoke("import", "--config", str(settings), back) == (0, "1 rows taken in; 1 streams confirmed.\n")
    feeds = FeedReader.open(shop.data / "feeds.db")
    assert [row.amount for row in feeds.prices("tea")] == [70_000]
    feeds.close()
    fill(journal, 1)
    assert invoke("export", "--config", str(settings), out)[1].startswith("1 entries")
    assert invoke("export", "--config", str(settings), out, "--all")[1].startswith("6 entries")
    journal.close()


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda data: (data / "identity.toml").unlink(), "run: store-agent enrol"),
        (lambda data: (data / "hq.token").unlink(), "hq.token is missing"),
        (lambda data: (data / "hq.token").chmod(0o644), "chmod 600"),
        (lambda data: (data / "agent.toml").write_text("kindd = 1\n"), "Did you mean kind?"),
        (lambda data: (data / "feeds.db").write_bytes(b"no database at all" * 100), "is no database"),
    ],
)
def test_what_is_missing_or_damaged_is_one_clear_line(shop: Shop, spoil, message: str) -> None:
    settings = shop.settings()
    spoil(shop.data)
    code, output = invoke("once", "--config", settings)
    assert code == 1
    assert message in output
    assert "Traceback" not in output


def test_a_second_agent_for_the_same_folder_is_refused(shop: Shop) -> None:
    shop.open_headquarters()
    first = shop.start()
    wait_until(lambda: shop.status() is not None, 10)
    code, output = invoke("once", "--config", str(shop.data / "agent.toml"))
    assert code == 1
    assert f"process {first.pid}" in output


def test_a_host_is_enrolled_and_can_carry_at_once(tmp_path: Path) -> None:
    shop_headquarters = Headquarters()
    keys: list[bytes] = []

    def handle(verb: str, body: bytes, till: str) -> bytes:
        if verb == "enrol":
            keys.append(wire.decode(wire.EnrolRequest, body).public_key)
            return wire.encode(wire.EnrolReply("T7", STORE, shop_headquarters.public, "token-7"))
        return Receiver({})(verb, body)

    server = HubServer(create_app(handle, {"token-7": "T7"}.get), host="127.0.0.1", port=0)
    settings = str(tmp_path / "agent.toml")
    url = f"http://127.0.0.1:{server.port}"
    code, output = invoke("enrol", "--config", settings, "--url", url, "--code", "7KQF-2M9X-PPTR")
    assert code == 0
    assert "till T7 of store S001" in output
    assert len(keys) == 1
    assert invoke("once", "--config", settings) == (0, "")
    code, output = invoke("enrol", "--config", settings, "--url", url, "--code", "X")
    assert code == 1
    assert "--again" in output
    server.close()
