"""Rehearsals beside the worker: ended in the middle, failing, taken up again."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from uuid import UUID, uuid4

import msgspec
import pytest

from hq_server.config import HqConfig
from hq_server.db import Database
from hq_server.jobs import Worker
from hq_server.models.rehearsals import Rehearsal
from hq_server.rehearsal import process, service
from tests.hq_server.chain import NOON, Chain
from tests.hq_server.rehearsal.shop import BOSS, DAY, DRAFT, open_month


@pytest.fixture
def asked(chain: Chain) -> UUID:
    """A rehearsal that waits."""
    open_month(chain)
    with chain.database.transaction() as session:
        return service.ask(session, viewer=BOSS, id=uuid4(), drafts=[DRAFT], first=DAY, last=DAY, at=NOON)


def state_of(database: Database, id: UUID) -> tuple[str, str]:
    with database.transaction() as session:
        view = service.read(session, viewer=BOSS, id=id)
        return view.state, view.error


def test_a_worker_that_ends_leaves_it_waiting_for_the_next(database: Database, asked: UUID) -> None:
    ending = threading.Event()
    ending.set()
    assert process.run_waiting(database, ending) == 0
    with database.transaction() as session:
        service.take_next(session, at=NOON)
    process.run_apart(database, asked, ending)
    assert state_of(database, asked) == ("waiting", "")


def test_what_cannot_be_read_fails_with_its_reason(database: Database, asked: UUID) -> None:
    with database.transaction() as session:
        held = session.get(Rehearsal, asked)
        assert held is not None
        held.drafts = msgspec.msgpack.encode([b"\x80"])
    assert process.run_waiting(database, threading.Event()) == 1
    state, error = state_of(database, asked)
    assert state == "failed"
    assert error


def test_a_process_that_is_killed_is_told(database: Database, asked: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "child", killed)
    assert process.run_waiting(database, threading.Event()) == 1
    assert state_of(database, asked) == ("failed", "its process ended with 9")


def killed(url: str, id: UUID) -> None:
    """A child that the system ends, for want of memory perhaps."""
    raise SystemExit(9)


def test_the_worker_takes_up_what_waits(database: Database, asked: UUID, tmp_path: Path) -> None:
    worker = Worker(HqConfig(data_dir=str(tmp_path)), database)
    worker.start()
    try:
        deadline = time.monotonic() + 30
        while state_of(database, asked)[0] != "done":
            assert time.monotonic() < deadline
            time.sleep(0.1)
    finally:
        worker.stop()
