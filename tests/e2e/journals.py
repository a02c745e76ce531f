"""A till's journal in the hands of a test: what it sells, what it would send, what no till would write."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from retail import wire
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, KEY_FILE
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.keys import read_private, signer
from tests.e2e.hosts import EAST_MS, Host
from tests.pos_terminal.premises import Premises
from tests.store_agent.shop import QUICK


def sell(shop: Premises, *codes: str, times: int = 1) -> None:
    for _ in range(times):
        shop.scan(*codes).enter("", "")
        assert shop.state.last is not None, shop.told


def pushes(host: Host, count: int) -> list[wire.Push]:
    """Everything in the host's journal, cut into pushes of so many entries."""
    found = []
    reader = JournalReader.open(host.folder / "journal.db")
    for head in reader.heads():
        previous = bytes(32)
        for after in range(0, head.seq, count):
            entries = reader.entries(head.stream, after, count, 1_000_000)
            found.append(wire.Push(head.stream, after + 1, previous, tuple(entries)))
            previous = reader.hash_at(head.stream, after + len(entries)) or b""
    reader.close()
    return found


def writing_day(host: Host) -> int:
    """The day on the store's wall, as a business date."""
    return int(f"{datetime.fromtimestamp((host.clocks.wall_ms + EAST_MS) / 1000, UTC):%Y%m%d}")


@contextmanager
def journal(host: Host) -> Iterator[Journal]:
    """The till's own journal, signed with its key, for documents that no till would write."""
    sign, _ = signer(read_private(host.folder / KEY_FILE))
    opened = Journal.open(
        host.folder / "journal.db",
        till="S1-01",
        store="S1",
        machine="machine",
        software="test",
        incarnation=os.urandom(16),
        sign=sign,
        business_date=writing_day(host),
        at_ms=host.clocks.wall_ms,
        wall_ms=host.clocks.wall_ms,
        utc_offset_min=480,
        options=QUICK,
    )
    try:
        yield opened
    finally:
        opened.close()


def token(host: Host) -> str:
    return read_private(host.folder / HEADQUARTERS_TOKEN_FILE).decode().strip()
