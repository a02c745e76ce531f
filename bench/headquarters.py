"""What headquarters takes in and folds, beside a bare COPY of the same bytes and rows, by 1 and 4 clients."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from bench.measure import Result, rate
from bench.samples import pushes
from hq_server import migrate
from hq_server.copy import copy_binary, field_bytes
from hq_server.db import Database, open_database
from hq_server.embedded import Cluster
from hq_server.models.ledgers import LEDGER_TABLES
from hq_server.models.stores import TillKey
from hq_server.partitions import FOLDED_TABLES
from hq_server.stores import service as stores
from hq_server.stores.service import StoreRecord
from hq_server.sync import acceptance, fold, queries
from retail.chain import chain_hashes
from retail.wire import PUSH_ENTRIES_MAX, Push

RECEIPTS = 10_000
TIMED = RECEIPTS - PUSH_ENTRIES_MAX
"""The first push of each client warms its connection up, ours and the floor's alike."""
ROUNDS = 5
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FOLDED = (*FOLDED_TABLES, *(table.name for table in LEDGER_TABLES.values()))
Client = Callable[[Sequence[Push], Any], None]


def run() -> list[Result]:
    """Entries taken in per second, ours over bare COPY, with 1 and 4 clients; then the fold in the same manner."""
    with TemporaryDirectory(prefix="zhanggui-bench-") as folder:
        Path(folder).chmod(0o755)
        cluster = Cluster(Path(folder) / "postgres")
        cluster.start()
        try:
            accepted = [result for clients in (1, 4) for result in _accepted(cluster, clients)]
            return accepted + [result for clients in (1, 4) for result in _folded(cluster, clients)]
        finally:
            cluster.stop()


def _accepted(cluster: Cluster, clients: int) -> list[Result]:
    ours: list[float] = []
    floor: list[float] = []
    for number in range(ROUNDS):
        url = cluster.ensure_database(f"accept_{clients}_{number}")
        work = _prepare(url, clients)
        for client, series in ((_accept, ours), (_copy, floor)) if number % 2 else ((_copy, floor), (_accept, ours)):
            series.append(clients * TIMED / _timed(client, work, url))
    note = f"durable, chained, signature checked; {clients} client(s), pushes of 500 receipts of 3 lines"
    return [rate(f"headquarters: entries accepted, {clients} client(s)", ours, floor, 0.3, unit="entries/s", note=note)]


def _folded(cluster: Cluster, clients: int) -> list[Result]:
    ours: list[float] = []
    keyed: list[float] = []
    bare: list[float] = []
    for number in range(ROUNDS):
        url = cluster.ensure_database(f"fold_{clients}_{number}")
        work = _prepare(url, clients)
        _timed(_accept, work, url)
        ours.append(clients * RECEIPTS / _timed(_fold, work, url))
        keyed.append(clients * RECEIPTS / _timed(_copy_keyed, work, url))
        bare.append(clients * RECEIPTS / _timed(_copy_bare, work, url))
    case = f"headquarters: entries folded, {clients} client(s)"
    note = "into rows, stock and tallies; receipts of 3 lines; floor: COPY of the same rows into tables with"
    return [
        rate(case, ours, keyed, 0.1, unit="entries/s", note=f"{note} the same primary keys"),
        rate(f"{case}, floor without keys", ours, bare, 0.1, unit="entries/s", note=f"{note}out any key"),
    ]


def _prepare(url: str, clients: int) -> list[list[Push]]:
    database = open_database(url)
    migrate.upgrade(database.engine)
    keys = [Ed25519PrivateKey.generate() for _ in range(clients)]
    with database.transaction() as session:
        stores.put_zones(session, [("east", "East")])
        records = [StoreRecord(f"S{number}", f"Store {number}", "east") for number in range(clients)]
        stores.put_stores(session, records, actor="bench", at=NOW)
        stores.add_tills(session, [(f"T{number}", f"S{number}") for number in range(clients)], actor="bench", at=NOW)
        for number, key in enumerate(keys):
            public = key.public_key().public_bytes_raw()
            session.add(TillKey(till_id=f"T{number}", public_key=public, enrolled_at=NOW))
        session.execute(
            text(
                "CREATE TABLE bare (store_id text, accepted_day date, position bigint,"
                " hash bytea, signature bytea, envelope bytea, body bytea)"
            )
        )
    database.partitions.ensure_day(NOW.date())
    database.dispose()
    return [pushes(f"T{number}", f"S{number}", key, RECEIPTS) for number, key in enumerate(keys)]


def _timed(client: Client, work: Sequence[Sequence[Push]], url: str) -> float:
    """Seconds from the moment all clients are connected until the last has committed its last push."""
    context = multiprocessing.get_context("fork")
    ready = context.Barrier(len(work) + 1)
    processes = [context.Process(target=_client, args=(client, part, url, ready)) for part in work]
    for process in processes:
        process.start()
    ready.wait(60)
    start = time.perf_counter()
    for process in processes:
        process.join()
    elapsed = time.perf_counter() - start
    if any(process.exitcode for process in processes):
        raise RuntimeError("a client failed")
    return elapsed


def _client(client: Client, work: Sequence[Push], url: str, ready: Any) -> None:
    client(work, (url, ready))


def _accept(work: Sequence[Push], place: Any) -> None:
    url, ready = place
    database: Database = open_database(url)
    _take(database, work[0])
    ready.wait(60)
    for push in work[1:]:
        _take(database, push)


def _take(database: Database, push: Push) -> None:
    """One push in its own transaction, as the api takes it."""
    with database.transaction() as session:
        store = "S" + push.stream.till[1:]
        keys = queries.signing_keys(session, store, push.stream.till)
        decision = acceptance.accept(session, push, store=store, keys=keys or (), at=NOW)
    assert decision.outcome == "accepted", decision


def _copy(work: Sequence[Push], place: Any) -> None:
    url, ready = place
    batches = [_rows(push) for push in work]
    connection: Any = open_database(url).engine.raw_connection().driver_connection
    for number, rows in enumerate(batches):
        if number == 1:
            ready.wait(60)
        with connection, connection.cursor() as cursor:
            copy_binary(cursor, "bare", BARE_COLUMNS, rows)


BARE_COLUMNS = ("store_id", "accepted_day", "position", "hash", "signature", "envelope", "body")


def _rows(push: Push) -> list[bytes]:
    """The binary rows that hold this push, made before the clock starts."""
    day = (NOW.date() - datetime(2000, 1, 1, tzinfo=UTC).date()).days.to_bytes(4, "big")
    head = len(BARE_COLUMNS).to_bytes(2, "big") + field_bytes(b"S0") + field_bytes(day)
    hashes = chain_hashes(push.stream, push.base_seq, push.previous, push.entries)
    return [
        head
        + field_bytes((push.base_seq + offset).to_bytes(8, "big"))
        + b"".join(field_bytes(part) for part in (sealed, entry.signature, entry.envelope, entry.body))
        for offset, (entry, sealed) in enumerate(zip(push.entries, hashes, strict=True))
    ]


def _fold(work: Sequence[Push], place: Any) -> None:
    url, ready = place
    database = open_database(url)
    store = "S" + work[0].stream.till[1:]
    with database.transaction() as session:
        session.execute(text("SELECT 1"))
    ready.wait(60)
    while fold.fold_once(database, store=store).entries:
        pass


def _copy_keyed(work: Sequence[Push], place: Any) -> None:
    _copy_folded(work, place, "keyed", "INCLUDING INDEXES")


def _copy_bare(work: Sequence[Push], place: Any) -> None:
    _copy_folded(work, place, "bare", "EXCLUDING INDEXES")


def _copy_folded(work: Sequence[Push], place: Any, prefix: str, indexes: str) -> None:
    """Copies all that was folded of this client's store into tables of its own."""
    url, ready = place
    store = "S" + work[0].stream.till[1:]
    connection: Any = open_database(url).engine.raw_connection().driver_connection
    blocks: list[tuple[str, BytesIO]] = []
    with connection, connection.cursor() as cursor:
        for table in FOLDED:
            cursor.execute(f"CREATE TABLE {prefix}_{table}_{store} (LIKE {table} {indexes})")
            block = BytesIO()
            selected = f"SELECT * FROM {table} WHERE store_id = '{store}'"
            cursor.copy_expert(f"COPY ({selected}) TO STDOUT (FORMAT binary)", block)
            blocks.append((table, BytesIO(block.getvalue())))
    ready.wait(60)
    with connection, connection.cursor() as cursor:
        for table, block in blocks:
            cursor.copy_expert(f"COPY {prefix}_{table}_{store} FROM STDIN (FORMAT binary)", block)
