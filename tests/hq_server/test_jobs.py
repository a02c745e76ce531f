"""The worker does the jobs, alone, and moves the watermarks."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from hq_server import clock
from hq_server.config import HqConfig
from hq_server.db import Database
from hq_server.jobs import Worker, sole_worker
from hq_server.pricing.rules import minute_at
from hq_server.promotion_admin import schedule
from hq_server.sync import archive, generation
from tests.hq_server.chain import NOON, Chain, sold
from tests.hq_server.promotion_admin.office import AUTHOR, approved, stock


def until(check: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def test_the_worker_folds_what_comes_and_beats(chain: Chain, database: Database, tmp_path: Path) -> None:
    config = HqConfig(data_dir=str(tmp_path), fold_interval_s=0.1)
    with database.transaction() as session:
        generation.settle(session, tmp_path)
    kept = (tmp_path / generation.FILE).read_bytes()
    worker = Worker(config, database)
    worker.start()
    try:
        till = chain.tills["S1-01"]
        till.sell(sold(100))
        chain.send(till, at=clock.now())
        until(lambda: chain.rows("SELECT net FROM receipt") == [(100,)])
        until(lambda: (tmp_path / generation.FILE).read_bytes() != kept)
    finally:
        worker.stop()


def test_one_worker_at_a_time_has_the_lock(database: Database) -> None:
    with sole_worker(database) as first:
        assert first is not None
        assert first()
        with sole_worker(database) as second:
            assert second is None
    with sole_worker(database) as third:
        assert third is not None


def test_without_archiving_age_alone_moves_the_second_watermark(chain: Chain, database: Database) -> None:
    till = chain.tills["S1-01"]
    for _ in range(3):
        till.sell(sold(100))
    chain.accept(till.push(0, 1), store="S1", at=NOON)
    chain.accept(till.push(1), store="S1", at=NOON + timedelta(hours=30))
    for hours, archived in ((47, 0), (48, 1), (77, 1), (78, 3)):
        with database.transaction() as session:
            at = NOON + timedelta(hours=hours)
            found = archive.move_archived(session, at=at, age=timedelta(hours=48))
            assert not found.proven
        assert chain.rows("SELECT archived FROM stream") == [(archived,)], hours


def test_with_archiving_only_what_was_shipped_counts(
    chain: Chain, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "_SHIPS", text("SELECT TRUE"))
    with database.transaction() as session:
        archive.note_wal(session, at=NOON)
        assert archive.archived_until(session, at=NOON, age=timedelta(0)) == archive.Archived(None, True)
        shipped = text("SELECT max(m.at) FROM wal_mark m WHERE m.wal_file <= pg_walfile_name(pg_current_wal_lsn())")
        monkeypatch.setattr(archive, "_ARCHIVED", shipped)
        assert archive.archived_until(session, at=NOON, age=timedelta(0)) == archive.Archived(NOON, True)


def test_the_worker_sends_a_scheduled_offer_on_its_minute(chain: Chain, database: Database, tmp_path: Path) -> None:
    stock(database)
    with database.transaction() as session:
        approved(session)
        schedule.schedule(session, offer="spring", revision=1, viewer=AUTHOR, at=NOON)
        approved(session, based_on=1)
        soon = schedule.schedule(
            session, offer="spring", revision=2, viewer=AUTHOR, at=NOON, from_minute=minute_at(clock.now(), 480)
        )
        assert soon.state == "scheduled"
    worker = Worker(HqConfig(data_dir=str(tmp_path)), database)
    worker.publish_offers()
    assert chain.rows("SELECT live FROM promotion") == [(2,)]
    worker.publish_offers()
    assert chain.rows("SELECT position FROM feed_counter WHERE feed = 'offers'") == [(2,)]
    with database.transaction() as session:
        approved(session, based_on=2, window={"until_minute": minute_at(clock.now(), 480) - 1})
        schedule.schedule(session, offer="spring", revision=3, viewer=AUTHOR, at=NOON + timedelta(days=9_999))
    worker.end_offers()
    assert chain.rows("SELECT live FROM promotion") == [(0,)]
