"""When which service function runs. One worker at a time does the jobs; others wait for its lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import text

from hq_server import clock
from hq_server.config import HqConfig
from hq_server.coupons import service as coupons
from hq_server.db import Database
from hq_server.feeds import baselines, publishing, uses
from hq_server.promotion_admin import schedule
from hq_server.rehearsal import process as rehearsals
from hq_server.sync import archive, correction, fold, generation

log = structlog.get_logger()

LOCK_KEY: Final = 0x7A67_776F_726B  # "zgwork"
LOCK_RETRY_S: Final = 2.0
BEAT_S: Final = 10
WAL_S: Final = 300
CORRECT_S: Final = 10
REHEARSE_S: Final = 2
OFFERS_S: Final = 5
BLOCKS_S: Final = 60
HOURLY_S: Final = 3600
DAILY_S: Final = 86_400
TOMBSTONE_LIFE: Final = timedelta(days=60)


class Worker:
    """The jobs over one database. `start` returns at once; `stop` waits for what is running."""

    def __init__(self, config: HqConfig, database: Database) -> None:
        self._config = config
        self._database = database
        self._stopping = threading.Event()
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins to work, or to wait for the worker that does."""
        self._thread = threading.Thread(target=self.run, name="hq-worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends the jobs and gives the lock back."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Works until told to stop."""
        while not self._stopping.is_set():
            with sole_worker(self._database) as alone:
                if alone is not None:
                    self._work(alone)
            self._stopping.wait(LOCK_RETRY_S)

    def _work(self, still_alone: Callable[[], bool]) -> None:
        self._ending.clear()
        scheduler = self._scheduler()
        scheduler.start()
        log.info("working", jobs=[job.id for job in scheduler.get_jobs()])
        try:
            while not self._stopping.wait(LOCK_RETRY_S) and still_alone():
                pass
        finally:
            self._ending.set()
            scheduler.shutdown(wait=True)

    def _scheduler(self) -> Any:
        scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        config = self._config
        for name, seconds, job in (
            ("fold", config.fold_interval_s, self.fold),
            ("correct_costs", CORRECT_S, self.correct_costs),
            ("baselines", config.baseline_interval_s, self.publish_baselines),
            ("uses", HOURLY_S, self.reconcile_uses),
            ("coupon_blocks", BLOCKS_S, self.publish_blocks),
            ("rehearsals", REHEARSE_S, self.rehearse),
            ("beat", BEAT_S, self.beat),
            ("wal", WAL_S, self.note_wal),
            ("offers", OFFERS_S, self.publish_offers),
            ("ended_offers", HOURLY_S, self.end_offers),
            ("archive", HOURLY_S, self.move_archived),
            ("partitions", HOURLY_S, self.make_partitions),
            ("tombstones", DAILY_S, self.drop_tombstones),
        ):
            scheduler.add_job(_logged(name, job), "interval", seconds=seconds, id=name, next_run_time=clock.now())
        return scheduler

    def fold(self) -> None:
        """Folds until nothing is left."""
        while not self._stopping.is_set() and fold.fold_once(self._database).entries:
            pass

    def correct_costs(self) -> None:
        """Corrects costs of returns that came before their sale."""
        correction.correct(self._database)

    def publish_baselines(self) -> None:
        """Publishes changed stock to the stores that listen."""
        baselines.publish_due(self._database, at=clock.now())

    def reconcile_uses(self) -> None:
        """Takes uses back that no till needs any longer."""
        with self._database.transaction() as session:
            uses.reconcile(session, at=clock.now())

    def publish_blocks(self) -> None:
        """Tells tills of coupons that they must not take alone."""
        with self._database.transaction() as session:
            coupons.publish_blocks(session, at=clock.now())

    def rehearse(self) -> None:
        """Carries out the rehearsals of offers that somebody asked for, in a process beside this one."""
        rehearsals.run_waiting(self._database, self._ending)

    def beat(self) -> None:
        """Moves the high-water mark in the database, then outside of it."""
        with self._database.transaction() as session:
            mark = generation.beat(session)
        if mark is not None:
            generation.keep(self._config.data_path, mark)

    def publish_offers(self) -> None:
        """Sends scheduled offers whose minute has come, each in a transaction of its own."""
        at = clock.now()
        with self._database.transaction() as session:
            waiting = schedule.due(session, at=at)
        for offer, revision in waiting:
            with self._database.transaction() as session:
                schedule.publish_due(session, offer=offer, revision=revision, at=at)

    def end_offers(self) -> None:
        """Takes offers that are over from the feed."""
        with self._database.transaction() as session:
            schedule.end_over(session, at=clock.now())

    def note_wal(self) -> None:
        """Notes where the write-ahead log stands."""
        with self._database.transaction() as session:
            archive.note_wal(session, at=clock.now())

    def move_archived(self) -> None:
        """Moves the second watermark; warns where nothing is archived at all."""
        age = timedelta(hours=self._config.archive_age_h)
        with self._database.transaction() as session:
            found = archive.move_archived(session, at=clock.now(), age=age)
        if not found.proven:
            log.warning("neither WAL archiving nor a standby: entries count as archived by age", hours=age)

    def drop_tombstones(self) -> None:
        """Forgets rows withdrawn long ago."""
        with self._database.transaction() as session:
            publishing.drop_tombstones(session, before=clock.now() - TOMBSTONE_LIFE)

    def make_partitions(self) -> None:
        """Has the partitions of today and tomorrow ready before the first till asks."""
        today = clock.now().date()
        days = (today, today + timedelta(days=1))
        for day in days:
            self._database.partitions.ensure_day(day)
        self._database.partitions.ensure_months(days)


@contextmanager
def sole_worker(database: Database) -> Iterator[Callable[[], bool] | None]:
    """Holds the worker's lock, yielding a check that it is still held; None when another worker has it."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": LOCK_KEY}).scalar_one():
            yield None
            return
        try:
            yield lambda: bool(connection.execute(text("SELECT TRUE")).scalar_one())
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": LOCK_KEY})


def _logged(name: str, job: Callable[[], None]) -> Callable[[], None]:
    """The job, with its failure written down: the next run tries again."""

    def run() -> None:
        try:
            job()
        except Exception:
            log.exception("job failed", job=name)

    return run
