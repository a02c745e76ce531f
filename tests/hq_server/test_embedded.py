"""The supervisor of the embedded server: starts once, survives kills, and never takes a number for a life."""

from __future__ import annotations

import contextlib
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from hq_server.embedded import PORT, SCRATCH_SETTINGS, SUPERUSER, Cluster, EmbeddedError, find_binaries


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the unprivileged user can reach."""
    with tempfile.TemporaryDirectory(prefix="zhanggui-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder / "cluster", settings={**SCRATCH_SETTINGS, "synchronous_commit": "on"})
    yield made
    made.stop()


def pid_of(cluster: Cluster) -> int:
    return int((cluster._data / "postmaster.pid").read_text().split()[0])


def test_it_starts_asks_for_a_password_and_stops(cluster: Cluster) -> None:
    assert cluster.start().startswith("postgresql+psycopg2://")
    assert cluster.answers()
    folder, port = cluster._address()
    with pytest.raises(psycopg2.OperationalError, match="password"):
        psycopg2.connect(host=folder, port=port, user=SUPERUSER, password="guess", dbname="postgres")
    cluster.stop()
    assert not cluster.answers()
    assert not (cluster._data / "postmaster.pid").exists()


def test_a_second_supervisor_takes_up_the_running_server(cluster: Cluster) -> None:
    url = cluster.start()
    pid = pid_of(cluster)
    second = Cluster(cluster.directory, settings=dict(SCRATCH_SETTINGS))
    assert second.start() == url
    assert pid_of(second) == pid
    assert second.ensure_database("chain") == second.ensure_database("chain")


def test_after_a_kill_it_starts_again_on_the_same_data(cluster: Cluster) -> None:
    cluster.start()
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept AS SELECT 1 AS number")
    os.kill(pid_of(cluster), signal.SIGKILL)
    deadline = time.monotonic() + 10
    while cluster.answers() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert (cluster._data / "postmaster.pid").exists()
    cluster.start()
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept")
        assert cursor.fetchone() == (1,)


def test_a_pid_file_that_names_a_stranger_is_no_server_and_the_stranger_lives(cluster: Cluster) -> None:
    cluster.start()
    cluster.stop()
    (cluster._data / "postmaster.pid").write_text(f"{os.getpid()}\n{cluster._data}\n0\n{PORT}\n\n\n0 0\nready\n")
    assert not cluster.answers()
    cluster.stop()  # must not send this very process a signal
    cluster.start()
    assert pid_of(cluster) != os.getpid()


def test_a_folder_without_postgres_is_refused_with_what_to_do(folder: Path) -> None:
    with pytest.raises(EmbeddedError, match="DATABASE_URL"):
        find_binaries(folder)


def test_a_path_too_long_for_a_socket_listens_on_loopback_alone(folder: Path) -> None:
    long = Cluster(folder / ("x" * 120))
    long.directory.mkdir(mode=0o755)
    host, port = long._address()
    assert host == "127.0.0.1"
    assert long._address() == (host, port)
    assert "127.0.0.1" in long.options()["listen_addresses"]
