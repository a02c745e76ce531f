"""The 457 tills of the replay: each with its own folder, key, journal and token, enrolled like any till."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from hq_server import clock
from hq_server.db import Database
from hq_server.stores import enrolment
from pos_terminal.services.clock import new_incarnation
from retail.sync.client import PushMachine
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, KEY_FILE, enrol
from store_agent.push import NOTHING, greet_once, push_once
from store_agent.transport import HttpTransport
from store_db.identity import FILE as IDENTITY_FILE
from store_db.identity import load_identity
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.keys import read_private, signer
from zhanggui.completejourney.chain import UTC_OFFSET_MIN
from zhanggui.completejourney.documents import store_code, till_code
from zhanggui.replay.history import Happening, history_of

JOURNAL_FILE: Final = "journal.db"
HOST: Final = "replay"
SOFTWARE: Final = "zhanggui replay"

Report = Callable[[int], None]
"""Told how many more documents are done."""


class ReplayError(RuntimeError):
    """A store's year could not be carried to headquarters; the text says why."""


def folder_of(folder: Path, store: int) -> Path:
    """Where the files of a store's till are."""
    return folder / store_code(store)


def enrol_tills(database: Database, url: str, folder: Path, stores: Iterable[int]) -> None:
    """Enrols every till that has no identity yet: a code from headquarters' desk, typed in at the till."""
    transport = HttpTransport(url)
    for store in stores:
        data = folder_of(folder, store)
        if (data / IDENTITY_FILE).exists():
            continue
        with database.transaction() as session:
            code = enrolment.issue_code(session, till_id=till_code(store), actor=SOFTWARE, at=clock.now()).code
        enrol(data, transport, code=code, host=HOST)
    transport.close()


def write_year(folder: Path, store: int, report: Report) -> int:
    """Appends what the till's journal still lacks of its year, each document in its own transaction; returns how many
    documents it holds in all.

    The documents of a store are always the same in the same order, so what is there already is only counted.
    """
    data = folder_of(folder, store)
    present = documents_in(data / JOURNAL_FILE)
    done = 0
    with ExitStack() as opened:
        journal: Journal | None = None
        for done, happening in enumerate(history_of(store), 1):
            if done > present:
                if journal is None:
                    journal = opened.enter_context(closing(_open(data, happening)))
                journal.append(
                    happening.document,
                    business_date=happening.business_date,
                    at_ms=happening.at_ms,
                    wall_ms=happening.at_ms,
                    utc_offset_min=UTC_OFFSET_MIN,
                )
            report(1)
    return done


def documents_in(path: Path) -> int:
    """How many documents a journal holds, without the openings of its streams; 0 when there is no journal."""
    if not path.exists():
        return 0
    reader = JournalReader.open(path)
    try:
        return sum(head.seq - 1 for head in reader.heads())
    finally:
        reader.close()


def _open(data: Path, first: Happening) -> Journal:
    identity = load_identity(data)
    sign, _ = signer(read_private(data / KEY_FILE))
    return Journal.open(
        data / JOURNAL_FILE,
        till=identity.till,
        store=identity.store,
        machine=HOST,
        software=SOFTWARE,
        incarnation=new_incarnation(time.time_ns() // 1_000_000),
        sign=sign,
        business_date=first.business_date,
        at_ms=first.at_ms,
        wall_ms=first.at_ms,
        utc_offset_min=UTC_OFFSET_MIN,
    )


def push_year(folder: Path, store: int, url: str, report: Report) -> int:
    """Sends the till's journal up until headquarters has committed all of it; returns how many entries it sent."""
    data = folder_of(folder, store)
    token = (data / HEADQUARTERS_TOKEN_FILE).read_text()
    reader, transport, machine = JournalReader.open(data / JOURNAL_FILE), HttpTransport(url, token), PushMachine()
    sent = 0
    try:
        while True:
            if not machine.greeted:
                greet_once(reader, machine, transport, host=HOST, software=SOFTWARE)
            result = push_once(reader, machine, transport)
            if machine.refused:
                raise ReplayError(f"headquarters refuses the entries of store {store}: {machine.refused}")
            if result is NOTHING:
                return sent
            sent += result.sent
            report(result.sent)
    finally:
        reader.close()
        transport.close()
