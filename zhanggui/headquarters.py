"""A whole headquarters on this machine: PostgreSQL, the api in a process of its own, and workers that fold."""

from __future__ import annotations

import contextlib
import fcntl
import multiprocessing
import signal
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

from hq_server.config import HqConfig
from hq_server.db import Database, open_database
from hq_server.embedded import Cluster
from hq_server.migrate import upgrade

DATABASE_NAME: Final = "zhanggui"
START_TIMEOUT_S: Final = 60.0
STOP_TIMEOUT_S: Final = 20.0
IDLE_S: Final = 0.2
BULK_SETTINGS: Final = {"max_wal_size": "4GB", "checkpoint_timeout": "15min", "wal_compression": "on"}
"""For loading a whole year at once; nothing here weakens what a commit promises."""

processes: Final = multiprocessing.get_context("spawn")
"""A fresh interpreter for each process: threads and connections of this one do not come along."""


class HeadquartersError(RuntimeError):
    """Headquarters could not be started; the text says why."""


@dataclass(frozen=True, slots=True)
class Headquarters:
    """A running headquarters: where tills reach it, and its database for whoever sits there."""

    url: str
    config: HqConfig
    database: Database


@contextlib.contextmanager
def headquarters(data: Path, *, database_url: str = "", port: int = 0) -> Iterator[Headquarters]:
    """Headquarters for as long as the block lasts, its files in `data`, its tables up to date.

    Without `database_url` it brings its own PostgreSQL. Port 0, or one that is taken, means any free one.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(only_user_of(data))
        if not database_url:
            cluster = Cluster(data / "postgres", settings=BULK_SETTINGS)
            cluster.start()
            stack.callback(cluster.stop)
            database_url = cluster.ensure_database(DATABASE_NAME)
        listener = stack.enter_context(contextlib.closing(_listen(port)))
        config = HqConfig(database_url=database_url, data_dir=str(data), port=listener.getsockname()[1])
        database = open_database(database_url)
        stack.callback(database.dispose)
        upgrade(database.engine)
        stack.enter_context(_process(_serve, config, listener))
        url = f"http://{config.host}:{config.port}"
        _wait_until_healthy(url)
        yield Headquarters(url, config, database)


@contextlib.contextmanager
def folding(headquarters: Headquarters, workers: int) -> Iterator[Synchronized[int]]:
    """So many processes that fold whatever is accepted; the number counts the entries they have folded."""
    stop, folded = processes.Event(), processes.Value("q", 0)
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(_process(_fold, headquarters.config.database_url, stop, folded)) for _ in range(workers)
        ]
        yield folded
        stop.set()
        for process in started:
            process.join()


@contextlib.contextmanager
def only_user_of(folder: Path) -> Iterator[None]:
    """Keeps the folder to this program: two that start and stop the same database would pull it from each other."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    with open(folder / "in-use", "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise HeadquartersError(f"{folder} is in use by another program: end it, or give another folder") from error
        yield


def _serve(config: HqConfig, listener: socket.socket) -> None:
    import uvicorn

    from hq_server.main import create_app

    # Ctrl+C reaches every process of the terminal; this one is ended by whoever started it, when all else is done.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    app = create_app(config, open_database(config.database_url))
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[listener])


def _fold(database_url: str, stop: Event, folded: Synchronized[int]) -> None:
    from hq_server.sync.fold import fold_once

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    database = open_database(database_url, pool_size=2)
    while True:
        stopping = stop.is_set()
        done = fold_once(database).entries
        with folded.get_lock():
            folded.value += done
        if not done:
            if stopping:
                return
            time.sleep(IDLE_S)


@contextlib.contextmanager
def _process(target: object, *arguments: object) -> Iterator[BaseProcess]:
    process = processes.Process(target=target, args=arguments, daemon=True)  # type: ignore[arg-type]
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(STOP_TIMEOUT_S)
        if process.is_alive():
            process.kill()
            process.join()


def _listen(port: int) -> socket.socket:
    """A listening socket on loopback, handed to the api, so that nobody can take the port in between."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


def _wait_until_healthy(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with urlopen(f"{url}/health", timeout=2) as reply:  # noqa: S310 - our own http address
                if reply.status == 200:
                    return
        except (URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise HeadquartersError(f"headquarters at {url} does not answer: {error}") from error
        time.sleep(0.05)
