"""Headquarters on real PostgreSQL: the cluster, a fresh database, the application, and tills that really sign."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from hq_server.config import HqConfig
from hq_server.db import Database, open_database
from hq_server.embedded import Cluster
from hq_server.main import create_app
from tests.hq_server.chain import Chain
from tests.hq_server.clusters import fresh_database, session_folder, shared_cluster


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The session's PostgreSQL, one for all workers."""
    base = tmp_path_factory.getbasetemp()
    folder = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with shared_cluster(session_folder(folder)) as cluster:
        yield cluster


@pytest.fixture
def database(postgres: Cluster, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database of the test's own."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with fresh_database(postgres, f"test_{worker}_{abs(hash(request.node.nodeid)):x}") as url:
        opened = open_database(url)
        try:
            yield opened
        finally:
            opened.dispose()


@pytest.fixture
def config(tmp_path: Path) -> HqConfig:
    """Settings with a data folder of the test's own."""
    return HqConfig(data_dir=str(tmp_path / "hq"))


@pytest.fixture
def client(database: Database, config: HqConfig) -> Iterator[TestClient]:
    """The application's HTTP side; the application is at `client.app`."""
    with TestClient(create_app(config, database), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def chain(database: Database) -> Chain:
    """Two zones, three stores and their tills, opened but not enrolled."""
    return Chain.open(database)
