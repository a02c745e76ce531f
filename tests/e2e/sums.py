"""What a chain sold, told at each place by what that place keeps: the till, the agent, headquarters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from uuid import UUID

from retail.effects import LEDGERS, Sums, add, effects
from store_agent.journals import LateJournal
from store_db import balances
from store_db.balances import without_zeros
from store_db.entries import decoded
from store_db.journal import TILL_LEDGERS
from store_db.journal_reader import JournalReader
from store_db.store_reader import StoreReader
from tests.e2e.headquarters import Headquarters
from tests.e2e.hosts import Host


def at_till(*hosts: Host) -> Sums:
    """What the tills added up with each commit."""
    found: Sums = {}
    for host in hosts:
        reader = JournalReader.open(host.folder / "journal.db")
        try:
            balances.merge(found, balances.all_sums(reader.db))
        finally:
            reader.close()
    return without_zeros(found)


def at_agent(*hosts: Host) -> Sums:
    """What the entries come to that the hosts' agents read, to be sent."""
    found: Sums = {}
    for host in hosts:
        journal = LateJournal(host.folder / "journal.db")
        for head in journal.heads():
            for entry in journal.entries(head.stream, 0, 1_000_000, 1_000_000_000):
                add(found, effects(*decoded(entry)))
        journal.close()
    return without_zeros(found)


def at_hub(folder: Path) -> Sums:
    """What a hub added up with each push that it took in."""
    reader = StoreReader.open(folder / "store.db")
    try:
        return without_zeros(balances.all_sums(reader.db))
    finally:
        reader.close()


def at_headquarters(headquarters: Headquarters) -> Sums:
    """What headquarters folded, all stores together; without what only headquarters knows (cost)."""
    found: Sums = {}
    for name, ledger in LEDGERS.items():
        columns = ", ".join((*ledger.keys, *ledger.measures))
        for row in headquarters.rows(f"SELECT {columns} FROM ledger_{name}"):
            key = tuple(map(_plain, row[: len(ledger.keys)]))
            balances.merge(found, {(name, key): tuple(map(int, row[len(ledger.keys) :]))})
    return without_zeros(found)


def of_till(sums: Sums) -> Sums:
    """Only what tills keep, too."""
    return {place: amounts for place, amounts in sums.items() if place[0] in TILL_LEDGERS}


def total(sums: Sums, ledger: str, measure: str, **wanted: str | int) -> int:
    """One measure of a ledger, summed over all keys that have the wanted parts."""
    kept = LEDGERS[ledger]
    place = kept.measures.index(measure)
    return sum(
        amounts[place]
        for (name, key), amounts in sums.items()
        if name == ledger and all(key[kept.keys.index(part)] == value for part, value in wanted.items())
    )


def clerks(sums: Sums) -> dict[str, int]:
    """Clerk or pool → net, in minor units; those with nothing left out."""
    names = {str(key[1]) for ledger, key in sums if ledger == "clerk_day"}
    found = {name: total(sums, "clerk_day", "net", clerk=name) for name in names}
    return {name: net for name, net in found.items() if net}


def entry_counts(hosts: Iterable[Host]) -> dict[str, int]:
    """How many entries each till's journal has."""
    counts = {}
    for host in hosts:
        journal = LateJournal(host.folder / "journal.db")
        heads = journal.heads()
        counts[heads[0].stream.till] = sum(head.seq for head in heads)
        journal.close()
    return counts


def assert_agreed(headquarters: Headquarters, *hosts: Host) -> None:
    """Every entry of these tills is at headquarters once, and every sum is the same at till, agent and headquarters."""
    headquarters.fold()
    assert headquarters.entries() == entry_counts(hosts)
    sent = at_agent(*hosts)
    assert at_till(*hosts) == of_till(sent)
    assert at_headquarters(headquarters) == sent


def _plain(part: object) -> str | int:
    match part:
        case date():
            return part.year * 10_000 + part.month * 100 + part.day
        case UUID():
            return part.hex
        case str() | int():
            return part
        case _:
            raise AssertionError(f"no part of a key: {part!r}")
