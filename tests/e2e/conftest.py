"""A running headquarters for each test, on the session's PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from hq_server.embedded import Cluster
from tests.e2e.headquarters import Headquarters
from tests.hq_server.clusters import fresh_database, session_folder, shared_cluster


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    base = tmp_path_factory.getbasetemp()
    with shared_cluster(session_folder(base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base)) as started:
        yield started


@pytest.fixture
def headquarters(cluster: Cluster, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Headquarters]:
    name = f"e2e_{abs(hash(request.node.nodeid)):x}"
    with fresh_database(cluster, name):
        running = Headquarters(cluster, name, tmp_path)
        yield running
        running.stop()
