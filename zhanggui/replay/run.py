"""The whole replay: enrol, write, push, fold, compare, fold everything anew, compare again."""

from __future__ import annotations

import signal
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Final

from hq_server.sync import service as sync
from store_agent.errors import AgentError
from store_db.errors import StoreError
from zhanggui import loading, processes
from zhanggui.completejourney import chain
from zhanggui.completejourney.reading import baskets_by_store
from zhanggui.headquarters import Headquarters, folding
from zhanggui.headquarters import headquarters as headquarters_in
from zhanggui.progress import Progress
from zhanggui.replay import sums, tills
from zhanggui.replay.compare import Verdict, compare, rendered
from zhanggui.replay.history import documents_of_stores

POLL_S: Final = 0.2


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a replay came to. Times are seconds; `documents` counts shifts too."""

    stores: int
    receipts: int
    documents: int
    carried_s: float
    folded_s: float
    compared_s: float
    rebuilt_s: float
    verdicts: tuple[Verdict, ...]
    digest: str
    rebuilt_digest: str

    @property
    def equal(self) -> bool:
        """Whether headquarters agrees with the dataset in everything, and with itself when folded anew."""
        return all(verdict.equal for verdict in self.verdicts) and self.digest == self.rebuilt_digest

    def rendered(self) -> str:
        """The whole result as a table for people."""
        took = (
            f"{self.receipts:,} receipts of {self.stores} stores as {self.documents:,} documents: written, signed and "
            f"carried in {self.carried_s:.0f} s, folded {self.folded_s:.0f} s later, compared in "
            f"{self.compared_s:.0f} s, folded anew from zero in {self.rebuilt_s:.0f} s"
        )
        same = "the same bytes" if self.digest == self.rebuilt_digest else "OTHER BYTES"
        return f"{took}\n{rendered(self.verdicts)}\nfolded anew: {same} ({self.rebuilt_digest[:16]})"


@dataclass(frozen=True, slots=True)
class Counters:
    """What the workers have done so far."""

    written: Synchronized[int]
    accepted: Synchronized[int]


def replay_year(folder: Path, *, database_url: str = "", stores: int | None = None, workers: int = 2) -> Outcome:
    """Replays the chain, or only its `stores` largest stores, against a headquarters of its own in this folder."""
    counts = baskets_by_store()
    chosen = sorted(counts, key=lambda store: (-counts[store], store))[:stores]
    with headquarters_in(folder / "hq", database_url=database_url) as running:
        if not loading.loaded_chain(running.database):
            loading.load(running.database, chain.chain())
        return replay(running, folder / "tills", sorted(chosen), workers=workers)


def replay(headquarters: Headquarters, folder: Path, stores: Sequence[int], *, workers: int) -> Outcome:
    """Replays these stores' year against a headquarters that knows the chain. Interrupted, it goes on where it was."""
    began_s = time.monotonic()
    counts = baskets_by_store()
    largest_first = sorted(stores, key=lambda store: (-counts[store], store))
    tills.enrol_tills(headquarters.database, headquarters.url, folder, largest_first)
    with folding(headquarters, 1):
        documents = _carry(headquarters, folder, largest_first, workers)
        carried_s = time.monotonic()
    sync.fold_all(headquarters.database)
    folded_s = time.monotonic()
    verdicts = compared(headquarters, stores)
    compared_s = time.monotonic()
    digest, rebuilt = _rebuilt(headquarters)
    return Outcome(
        stores=len(stores),
        receipts=sum(counts[store] for store in stores),
        documents=documents,
        carried_s=carried_s - began_s,
        folded_s=folded_s - carried_s,
        compared_s=compared_s - folded_s,
        rebuilt_s=time.monotonic() - compared_s,
        verdicts=verdicts,
        digest=digest,
        rebuilt_digest=rebuilt,
    )


def compared(headquarters: Headquarters, stores: Sequence[int]) -> tuple[Verdict, ...]:
    """Headquarters' sums beside the dataset's own."""
    expected = sums.dataset_sums(stores)
    with headquarters.database.transaction() as session:
        found = sums.headquarters_sums(session, stores)
    return tuple(compare(name, keys, expected[name], found[name]) for name, keys in sums.KEYS.items())


def _rebuilt(headquarters: Headquarters) -> tuple[str, str]:
    """The digest of all that was folded, before and after folding everything from zero."""
    digests = []
    for again in (False, True):
        if again:
            sync.rebuild(headquarters.database)
        with headquarters.database.transaction() as session:
            digests.append(sync.digest_of_folded(session))
    return digests[0], digests[1]


def _carry(headquarters: Headquarters, folder: Path, stores: Sequence[int], workers: int) -> int:
    """Writes and pushes every store's year in `workers` processes; returns how many documents there are."""
    counters = Counters(processes.context.Value("q", 0), processes.context.Value("q", 0))
    progress = Progress("replay", documents_of_stores(stores))
    documents = 0
    with ProcessPoolExecutor(workers, processes.context, initializer=_begin, initargs=(counters,)) as pool:
        waiting: set[Future[int]] = {pool.submit(_carry_store, folder, store, headquarters.url) for store in stores}
        try:
            while waiting:
                done, waiting = wait(waiting, POLL_S, FIRST_COMPLETED)
                documents += sum(future.result() for future in done)
                progress.show(counters.written.value, f"at headquarters {counters.accepted.value:,}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    progress.show(counters.written.value, f"at headquarters {counters.accepted.value:,}", last=True)
    return documents


_counters: Counters | None = None


def _begin(counters: Counters) -> None:
    global _counters
    # Ctrl+C reaches every process of the terminal: the store at hand is finished, the rest is called off.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _counters = counters


def _carry_store(folder: Path, store: int, url: str) -> int:
    counters = _counters
    assert counters is not None

    def wrote(count: int) -> None:
        with counters.written.get_lock():
            counters.written.value += count

    def pushed(count: int) -> None:
        with counters.accepted.get_lock():
            counters.accepted.value += count

    try:
        documents = tills.write_year(folder, store, wrote)
        tills.push_year(folder, store, url, pushed)
    except (AgentError, StoreError) as error:
        # Said in words: not every exception survives the way back to the process that waits for it.
        raise tills.ReplayError(f"store {store}: {error}") from error
    return documents
