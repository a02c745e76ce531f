"""`hq-server serve` as a person starts it: no database named, nothing set up; and ended by a signal."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from hq_server.config import HqConfig
from hq_server.embedded import Cluster
from hq_server.serving import console_address, first_link

START_S = 60.0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that PostgreSQL's unprivileged account can reach, whoever runs the tests."""
    made = Path(tempfile.mkdtemp(prefix="zhanggui-serve-"))
    made.chmod(0o755)
    yield made
    Cluster(made / "postgres").stop()
    shutil.rmtree(made)


def test_one_command_serves_api_console_and_jobs_and_a_signal_stops_all_of_it(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATABASE_URL"))}
    environment = {**kept, "ZHANGGUI_HQ_DATA": str(folder), "ZHANGGUI_HQ_PORT": str(port)}
    log = folder / "serve.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hq_server.cli", "serve"], env=environment, stdout=output, stderr=output
        )
    try:
        deadline = time.monotonic() + START_S
        while "working" not in log.read_text("utf-8") or not _answers(port):
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.1)
        said = log.read_text("utf-8")
        assert f"Console: http://127.0.0.1:{port}/console/" in said
        link = next(word for word in said.split() if "/console/first/" in word)
        with urlopen(link) as page:
            assert page.status == 200
        with urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.url.endswith("/console/sign-in")
        with pytest.raises(HTTPError) as refused:
            urlopen(f"http://127.0.0.1:{port}/sync/v1/hello", data=b"")
        assert refused.value.code == 401
        refused.value.close()
        assert Cluster(folder / "postgres").answers()
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    assert process.returncode in (0, -signal.SIGTERM)
    assert not Cluster(folder / "postgres").answers()


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8440/console"),
        ("0.0.0.0", "http://127.0.0.1:8440/console"),
        ("::1", "http://[::1]:8440/console"),
    ],
)
def test_the_address_told_is_one_a_browser_here_can_open(host: str, address: str) -> None:
    assert console_address(HqConfig(host=host)) == address
    assert first_link(HqConfig(host=host), "a_b-c") == f"{address}/first/a_b-c"
    assert first_link(HqConfig(host=host), "x", "https://hq.example/console/") == "https://hq.example/console/first/x"
