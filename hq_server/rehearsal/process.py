"""Rehearsals run in a process of their own, with low priority: pricing keeps a processor busy, and neither the api nor
the worker's other jobs may wait for it."""

from __future__ import annotations

import multiprocessing
import os
import threading
from typing import Final
from uuid import UUID

import structlog

from hq_server import clock
from hq_server.db import Database, open_database
from hq_server.rehearsal import service

log = structlog.get_logger()

NICE: Final = 10
POLL_S: Final = 0.2

_context: Final = multiprocessing.get_context("spawn")


def run_waiting(database: Database, stopping: threading.Event) -> int:
    """Runs all rehearsals that wait, one after another; returns how many. When told to stop, the one at hand is ended
    and waits again."""
    count = 0
    with database.transaction() as session:
        service.put_back(session)
    while not stopping.is_set():
        with database.transaction() as session:
            id = service.take_next(session, at=clock.now())
        if id is None:
            break
        run_apart(database, id, stopping)
        count += 1
    return count


def run_apart(database: Database, id: UUID, stopping: threading.Event) -> None:
    """Runs one in a process of its own; told to stop, it ends the process and has the rehearsal wait again."""
    url = database.engine.url.render_as_string(hide_password=False)
    process = _context.Process(target=child, args=(url, id), daemon=True)
    process.start()
    while process.is_alive() and not stopping.is_set():
        process.join(POLL_S)
    if process.is_alive():
        process.terminate()
        process.join()
        with database.transaction() as session:
            service.put_back(session)
    elif process.exitcode:
        log.error("rehearsal ended early", rehearsal=str(id), exit_code=process.exitcode)
        with database.transaction() as session:
            service.fail(session, id, f"its process ended with {process.exitcode}", at=clock.now())


def child(url: str, id: UUID) -> None:
    """For the process: carries one rehearsal out."""
    os.nice(NICE)
    database = open_database(url, pool_size=1)
    try:
        service.run(database, id, now=clock.now)
    except Exception as error:
        log.exception("rehearsal failed", rehearsal=str(id))
        with database.transaction() as session:
            service.fail(session, id, str(error), at=clock.now())
    finally:
        database.dispose()
