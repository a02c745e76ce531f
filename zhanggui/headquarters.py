"""A whole headquarters on this machine: PostgreSQL, the api in a process of its own, and workers that fold."""

from __future__ import annotations

import contextlib
import fcntl
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

import msgspec

from hq_server import serving
from hq_server.config import HqConfig
from hq_server.db import Database, open_database
from hq_server.embedded import Cluster
from hq_server.migrate import upgrade
from zhanggui.processes import child, context, stand_alone

START_TIMEOUT_S: Final = 60.0
IDLE_S: Final = 0.2
LOG: Final = "server.log"
QUICK_BASELINES_S: Final = 5.0


class HeadquartersError(RuntimeError):
    """Headquarters could not be started; the text says why."""


@dataclass(frozen=True, slots=True)
class Headquarters:
    """A running headquarters: where tills reach it, and its database for whoever sits there."""

    url: str
    config: HqConfig
    database: Database


@contextlib.contextmanager
def headquarters(
    data: Path, *, database_url: str = "", port: int = 0, console: bool = False, worker: bool = False
) -> Iterator[Headquarters]:
    """Headquarters for as long as the block lasts, its files in `data`, its tables up to date.

    Without `database_url` it brings its own PostgreSQL. Port 0, or one that is taken, means any free one. `worker`:
    it folds and publishes by itself, as in everyday use.
    """
    with contextlib.ExitStack() as stack:
        data = data.resolve()
        stack.enter_context(only_user_of(data))
        listener = stack.enter_context(contextlib.closing(_listen(port)))
        config = HqConfig(
            database_url=database_url,
            data_dir=str(data),
            port=listener.getsockname()[1],
            baseline_interval_s=QUICK_BASELINES_S,
        )
        if not database_url:
            # The folder is ours alone: a server that an earlier program left behind is stopped with ours.
            stack.callback(Cluster(data / "postgres").stop)
        database_url = stack.enter_context(serving.database_url(config))
        config = msgspec.structs.replace(config, database_url=database_url)
        database = open_database(database_url)
        stack.callback(database.dispose)
        upgrade(database.engine)
        served = stack.enter_context(child(_serve, config, listener, console=console, worker=worker))
        url = f"http://{config.host}:{config.port}"
        _wait_until_healthy(url, served, data / LOG)
        yield Headquarters(url, config, database)


@contextlib.contextmanager
def folding(headquarters: Headquarters, workers: int) -> Iterator[Synchronized[int]]:
    """So many processes that fold whatever is accepted; the number counts the entries they have folded."""
    stop, folded = context.Event(), context.Value("q", 0)
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(child(_fold, headquarters.config.database_url, stop, folded)) for _ in range(workers)
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


def _serve(config: HqConfig, listener: socket.socket, *, console: bool, worker: bool) -> None:
    stand_alone(config.data_path / LOG)
    database = open_database(config.database_url)
    serving.serve(config, database, console=console, worker=worker, tell=lambda text: None, listener=listener)


def _fold(database_url: str, stop: Event, folded: Synchronized[int]) -> None:
    from hq_server.sync.fold import fold_once

    stand_alone()
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


def _wait_until_healthy(url: str, served: BaseProcess, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with urlopen(f"{url}/health", timeout=1) as reply:  # noqa: S310 - our own http address
                if reply.status == 200:
                    return
        except (URLError, OSError):
            if not served.is_alive() or time.monotonic() > deadline:
                raise HeadquartersError(f"headquarters did not start at {url}: see {log}") from None
        time.sleep(0.05)
