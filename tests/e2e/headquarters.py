"""Headquarters as it runs: PostgreSQL, the application behind a port that outlives restarts, a chain with a shop."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server import clock, jobs
from hq_server.catalog import service as catalog
from hq_server.config import HqConfig
from hq_server.db import open_database
from hq_server.embedded import Cluster, find_binaries
from hq_server.feeds import board
from hq_server.main import create_app
from hq_server.pricing import service as pricing
from hq_server.pricing.service import UnitCost
from hq_server.promotion_admin import service as promotion_admin
from hq_server.staff import service as staff
from hq_server.staff.service import OperatorRecord
from hq_server.stores import enrolment
from hq_server.stores import service as stores
from hq_server.stores.service import StoreRecord
from hq_server.stores.settings import put_setting
from hq_server.sync import archive
from hq_server.sync import service as folding
from hq_server.users.sessions import Viewer
from promotions import Offer
from store_agent.hub_http import HubServer
from tests.pos_terminal.premises import PINS, configuration
from tests.pos_terminal.shop import CODES, ITEMS, PRICES, ROLES, STAFF

ZONES = {"S1": "east", "S2": "east", "S3": "west"}
TILLS = {"S1-01": "S1", "S1-02": "S1", "S2-01": "S2", "S3-01": "S3"}
UNIT_COSTS = {"milk": 20_000, "tea": 700_000, "soap": 41_500}
"""In ten-thousandths; nobody knows what the others cost."""
OWNER = Viewer("owner", "Owner", frozenset({"reports.sales", "reports.margin"}), ())
"""Somebody who may see everything."""


class Headquarters:
    """One running headquarters. `stop` and `start` keep the port; `back_up` and `restore` go through PostgreSQL's own
    programs."""

    def __init__(self, cluster: Cluster, name: str, folder: Path) -> None:
        self.config = HqConfig(data_dir=str(folder / "hq"))
        self._cluster, self._name, self._folder = cluster, name, folder
        self._port = 0
        self._server: HubServer | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Opens database and port."""
        self.database = open_database(self._cluster.url(self._name))
        self._server = HubServer(create_app(self.config, self.database), host="127.0.0.1", port=self._port)
        self._port = self._server.port

    def stop(self) -> None:
        """Closes the port and the database."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.database.dispose()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction of a service."""
        with self.database.transaction() as session:
            yield session

    def code(self, till: str) -> str:
        """A one-time code for this till, as a person reads it out."""
        with self.writing() as session:
            return enrolment.issue_code(session, till_id=till, actor="test", at=clock.now()).code

    def fold(self) -> None:
        """What the worker does again and again: folds, corrects costs, moves the mark that tells a restore."""
        folding.fold_all(self.database)
        jobs.Worker(self.config, self.database).beat()

    def archive(self) -> None:
        """All that was accepted counts as archived, as it does after some time without WAL archiving."""
        with self.writing() as session:
            archive.move_archived(session, at=clock.now(), age=timedelta(0))

    def rows(self, sql: str, **names: object) -> list[tuple[Any, ...]]:
        """What the database answers to a plain question."""
        with self.writing() as session:
            return [tuple(row) for row in session.execute(text(sql), names)]

    def entries(self) -> dict[str, int]:
        """How many entries of each till are committed. Never one twice."""
        # One statement, so one moment: an agent may be sending meanwhile.
        found = self.rows(
            "SELECT till_id, sum(accepted), (SELECT count(*) FROM raw_entry) FROM stream GROUP BY till_id"
        )
        counts = {till: int(count) for till, count, _ in found}
        assert {rows for *_, rows in found} <= {sum(counts.values())}
        return counts

    def board(self, feed: str, position: int, audience: str = "chain") -> dict[str, str]:
        """Till → where the row published at this position is."""
        with self.writing() as session:
            found = board.deliveries(session, feed, audience=audience)
        return {delivery.till: delivery.stage(position) for delivery in found}

    @contextlib.contextmanager
    def without_database(self) -> Iterator[None]:
        """PostgreSQL lets nobody in meanwhile, and throws out who is there."""
        self._administer(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
        self._administer("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", self._name)
        try:
            yield
        finally:
            self._administer(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')

    def back_up(self, name: str) -> Path:
        """A dump by pg_dump."""
        dump = self._folder / name
        self._postgres("pg_dump", "--format=custom", "--compress=0", f"--file={dump}", "-d", self._plain_url)
        return dump

    def restore(self, dump: Path) -> None:
        """Puts a dump in the place of the database. Headquarters is stopped before and not yet started after."""
        self._administer(f'DROP DATABASE "{self._name}" WITH (FORCE)')
        self._administer(f'CREATE DATABASE "{self._name}" TEMPLATE template0')
        self._postgres("pg_restore", "--exit-on-error", "-d", self._plain_url, str(dump))

    def _administer(self, statement: str, *values: str) -> None:
        with contextlib.closing(self._cluster.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(statement, values or None)

    @property
    def _plain_url(self) -> str:
        return self._cluster.url(self._name).replace("+psycopg2", "")

    def _postgres(self, tool: str, *arguments: str) -> None:
        binaries = find_binaries(self._cluster.binaries)
        environment = {**os.environ, "LD_LIBRARY_PATH": str(binaries.parent / "lib")}
        subprocess.run([str(binaries / tool), *arguments], check=True, env=environment, timeout=60)


def open_chain(session: Session) -> None:
    """Two zones, three stores, and everything that a till needs to sell."""
    at = clock.now()
    stores.put_zones(session, [("east", "东区"), ("west", "西区")])
    records = [StoreRecord(store, f"{store} 店", zone) for store, zone in ZONES.items()]
    stores.put_stores(session, records, actor="test", at=at)
    stores.add_tills(session, TILLS.items(), actor="test", at=at)
    catalog.put_items(session, ITEMS, actor="test", at=at)
    catalog.put_barcodes(session, CODES.values(), actor="test", at=at)
    pricing.put_prices(session, PRICES, actor="test", at=at)
    costs = [UnitCost(item, cost, date(2020, 1, 1)) for item, cost in UNIT_COSTS.items()]
    pricing.put_costs(session, costs, actor="test", at=at)
    staff.put_roles(session, ROLES.values(), actor="test", at=at)
    people = [
        OperatorRecord(one.operator, one.name, one.role, pin=PINS.get(one.operator, ""), active=one.active)
        for one in STAFF
    ]
    staff.put_operators(session, people, actor="test", at=at)
    for row in configuration():
        if row.name != "zone":
            # Which zone's prices a store has is known from where its feeds are published to.
            put_setting(session, name=row.name, value=msgspec.json.decode(row.value), actor="test", at=at)


def put_offers(headquarters: Headquarters, *offers: Offer) -> int:
    """Publishes offers to the chain; returns the feed's position."""
    with headquarters.writing() as session:
        return promotion_admin.put_offers(session, offers, actor="test", at=clock.now())


def change_price(headquarters: Headquarters, item: str, amount: int, scope: str, from_minute: int = 0) -> int:
    """Publishes a price; returns the feed's position."""
    with headquarters.writing() as session:
        return pricing.change_price(
            session,
            item=item,
            scope=scope,
            amount=amount,
            from_minute=from_minute,
            actor="test",
            at=clock.now(),
        ).feed_position
