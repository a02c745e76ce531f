"""One PostgreSQL for a test session, shared by its workers, and a fresh database from a migrated template for a test.

The cluster runs without fsync: it dies with the session. `ZHANGGUI_TEST_POSTGRES` names another folder of binaries, to
run the same tests on another version.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hq_server import migrate
from hq_server.db import open_database
from hq_server.embedded import SCRATCH_SETTINGS, Cluster

TEMPLATE = "migrated"


def session_folder(base: Path) -> Path:
    """The session's own scratch folder, outside of pytest's, which other sessions close to all but their owner."""
    name = hashlib.sha256(str(base).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"zhanggui-test-{name}"


@contextlib.contextmanager
def shared_cluster(folder: Path) -> Iterator[Cluster]:
    """The session's cluster with the template database. The first worker starts it, the last one stops it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o755)
    binaries = os.environ.get("ZHANGGUI_TEST_POSTGRES")
    cluster = Cluster(folder / "cluster", Path(binaries) if binaries else None, dict(SCRATCH_SETTINGS))
    with _counted(folder, 1):
        cluster.start()
        _make_template(cluster)
    try:
        yield cluster
    finally:
        with _counted(folder, -1) as left:
            if left == 0:
                cluster.stop()
                shutil.rmtree(folder)


@contextlib.contextmanager
def _counted(folder: Path, step: int) -> Iterator[int]:
    """Under a lock, the number of workers that use the cluster after this one came (1) or left (-1)."""
    with open(folder / "workers", "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        count = int(file.read() or "0") + step
        file.truncate(0)
        file.write(str(count))
        file.flush()
        yield count


def _make_template(cluster: Cluster) -> None:
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (TEMPLATE,))
        if cursor.fetchone() is not None:
            return
    database = open_database(cluster.ensure_database("making"))
    migrate.upgrade(database.engine)
    database.dispose()
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE making RENAME TO "{TEMPLATE}"')


@contextlib.contextmanager
def fresh_database(cluster: Cluster, name: str, template: str = TEMPLATE) -> Iterator[str]:
    """The URL of a database that is a copy of the template (migrated and empty), dropped in the end."""
    with contextlib.closing(cluster.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        try:
            yield cluster.url(name)
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
