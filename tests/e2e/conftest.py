"""A running headquarters for each test, on the session's PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq_server.db import open_database
from hq_server.embedded import Cluster
from tests.e2e.headquarters import Headquarters, open_chain
from tests.hq_server.clusters import fresh_database, session_folder, shared_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    base = tmp_path_factory.getbasetemp()
    with shared_cluster(session_folder(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)) as started:
        yield started


@pytest.fixture(scope="session")
def chain(cluster: Cluster) -> Iterator[str]:
    """The name of a database with the chain in it, which each test gets a copy of."""
    name = f"e2e_chain_{os.getpid()}"
    with fresh_database(cluster, name) as url:
        database = open_database(url)
        with database.transaction() as session:
            open_chain(session)
        database.dispose()
        yield name


@pytest.fixture
def headquarters(
    cluster: Cluster, chain: str, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Headquarters]:
    name = f"e2e_{abs(hash(request.node.nodeid)):x}"
    with fresh_database(cluster, name, chain):
        running = Headquarters(cluster, name, tmp_path)
        yield running
        running.stop()
