"""A small chain under chance: two stores, headquarters, and all that can happen to their machines.

Everything is drawn from one seeded generator, so a seed is a history: the same one gives the same trace.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final, Protocol

import msgspec

from retail.cells import SoldLine, gross_runs
from retail.documents.base import Document
from retail.documents.sale import Sale
from retail.documents.stock import StockLine, StockReceipt
from retail.ownership import own, pool, shared
from retail.sync.client import PushMachine
from store_agent.transport import Transport
from tests.factories.receipts import Goods, sale_of
from tests.factories.streams import keyed_signer
from tests.simulation.disk import Disk, Image
from tests.simulation.faults import Killed, Killer
from tests.simulation.headquarters import Headquarters
from tests.simulation.host import Feeds, Host, Sender
from tests.simulation.network import Endpoint, Network
from tests.simulation.server import Hub
from tests.simulation.till import Till
from tests.simulation.truth import Truth

STORES: Final = {"0001": ("01-01", "01-02", "01-03"), "0002": ("02-01",)}
HUB_STORE: Final = "0001"
"""The store with a hub; the other has one till that reaches headquarters by itself."""
STEPS_PER_DAY: Final = 100
HOSTS_MAX: Final = 9
ITEMS: Final = tuple(f"10{number:02d}" for number in range(8))
OWNERS: Final = (own("07"), own("12"), shared(("07", 60), ("12", 40)), pool("A"))


@dataclass(frozen=True, slots=True)
class Parts:
    """What the chain is built of. A mutant replaces one part by a spoiled one."""

    till: type[Till] = Till
    feeds: type[Feeds] = Feeds
    machine: type[PushMachine] = Sender
    hub: type[Hub] = Hub
    headquarters: type[Headquarters] = Headquarters


@dataclass(slots=True)
class Counts:
    """What happened in a run."""

    sales: int = 0
    crashes: int = 0
    restores: int = 0
    clones: int = 0
    destroyed: int = 0


class Event(Protocol):
    """Something that can happen."""

    __name__: str

    def __call__(self, world: World) -> None: ...


class World:
    """The chain and its history so far."""

    def __init__(self, seed: int, parts: Parts = Parts()) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.parts = parts
        self.truth = Truth()
        self.counts = Counts()
        self.killer = Killer()
        self.network = Network(self.rng, self.killer)
        self.step = 0
        self.faults: list[str] = []
        self._trace = hashlib.sha256(str(seed).encode())
        self._machines = 0
        self._samples = sample_sales(self.rng)
        tills = {till: store for store, codes in STORES.items() for till in codes}
        self.headquarters = parts.headquarters("headquarters", self._disk("headquarters"), tills, self.rng)
        self._tills = tills
        self.hub = self._new_hub()
        self.hosts: list[Host] = []
        for code in tills:
            self.add_host(code)
        self.backups: dict[str, list[tuple[Image, Image]]] = {}
        self.hub_backups = [self.hub.disk.image()]
        self.headquarters_backups = [self.headquarters.disk.image()]
        for host in self.hosts:
            self.guard(lambda host=host: self.write(host, goods_in(self.rng)))  # type: ignore[misc]

    # Running

    def run(self, events: Sequence[tuple[Event, float]], steps: int) -> None:
        """Lets so many of these things happen, each as often as its weight says."""
        kinds, weights = zip(*events, strict=True)
        for _ in range(steps):
            self.step += 1
            self.network.now = self.step
            (event,) = self.rng.choices(kinds, weights)
            self._arm()
            self.note(event.__name__)
            self.guard(lambda event=event: event(self))  # type: ignore[misc]
        self.killer.arm(0)

    def _arm(self) -> None:
        """Decides whether, and where, what comes next is cut short."""
        kind = self.rng.random()
        self.killer.arm(
            self.rng.randint(1, 40) if kind < 0.05 else 0, self.rng.randint(1, 4) if 0.05 <= kind < 0.12 else 0
        )

    def guard(self, act: Callable[[], None]) -> None:
        """Runs an act; a process that is killed in it crashes and is started again later."""
        try:
            act()
        except Killed as killed:
            self.note(f"killed {killed.owner}")
            self.crash(killed.owner)

    def note(self, happened: str) -> None:
        """Adds to the trace."""
        self._trace.update(f"{self.step} {happened}\n".encode())

    @property
    def trace(self) -> str:
        """The fingerprint of all that happened."""
        return self._trace.hexdigest()

    def crash(self, owner: str) -> None:
        """Ends a process by its name."""
        self.counts.crashes += 1
        if owner == self.headquarters.name:
            self.headquarters.crash()
        elif owner == self.hub.name:
            self.hub.crash()
        for host in self.hosts:
            if owner == f"{host.name}/till":
                host.till.crash()
            elif owner == f"{host.name}/agent":
                host.feeds.disk.rollback()
                host.machine = self.parts.machine()

    # What is there

    def pick(self) -> Host:
        """Any host."""
        return self.rng.choice(self.hosts)

    def upstream_of(self, host: Host) -> Transport:
        """The way from a host to the server it is set to."""

        def lookup() -> Endpoint:
            return self.hub if host.upstream == "hub" else self.headquarters

        return self.network.transport(f"{host.name}/agent", host.till.store, lookup)

    def write(self, host: Host, document: Document) -> None:
        """A till writes a document, starting first if it must."""
        if host.till.stream is None:
            host.till.open()
        digest = host.till.write(document)
        self.note(digest.hex())
        self.counts.sales += isinstance(document, Sale)

    def sale(self) -> Sale:
        """A sale like any other."""
        return msgspec.structs.replace(self.rng.choice(self._samples), counter=self.step)

    def _disk(self, owner: str) -> Disk:
        return Disk(owner, self.killer.tick)

    def _new_hub(self) -> Hub:
        def lookup() -> Endpoint:
            return self.headquarters

        transport = self.network.transport("hub", HUB_STORE, lookup)
        return self.parts.hub("hub", self._disk("hub"), self._tills, self.rng, transport, self.parts.machine)

    def add_host(self, code: str) -> Host:
        """A new machine, with an empty disk, for a till."""
        self._machines += 1
        name = f"machine-{self._machines}"
        store = self._tills[code]
        sign, _ = keyed_signer(code.encode())
        till = self.parts.till(code, store, name, self._disk(f"{name}/till"), sign, self.truth, self.rng)
        till.clock = lambda: self.step
        feeds = self.parts.feeds(self._disk(f"{name}/agent"))
        upstream = "hub" if store == HUB_STORE else "headquarters"
        self.hosts.append(Host(name, till, feeds, upstream, self.parts.machine()))
        return self.hosts[-1]

    def check_feed(self, host: Host, feed: str) -> None:
        """What the till reads must be what headquarters held when the feed stood where the cursor stands."""
        cursor = host.feeds.cursor(feed)
        if cursor.position:
            audience = host.till.store if feed == "baselines" else ""
            place = (cursor.generation, feed, audience, cursor.position)
            if self.headquarters.published.get(place) != host.feeds.rows(feed):
                self.faults.append(f"{host.name}: {feed} is not what headquarters published as {place}")

    def check_stock(self, host: Host) -> None:
        """The stock a till shows must be what its baseline counted and what it wrote itself, each entry once."""
        cursor = host.feeds.cursor("baselines")
        own_entries = {stream: digest for (stream, _, _), (_, digest) in host.till.disk.items("entry")}
        if not self.truth.cloned_alive.isdisjoint(own_entries):
            return  # Two lines under one name: marks cannot tell them apart, and the alarm is out.
        counted = self.headquarters.counted.get((cursor.generation, host.till.store, cursor.position), frozenset())
        own_hashes = {digest for _, (_, digest) in host.till.disk.items("entry")}
        sums = self.truth.sums_of(counted | own_hashes)
        expected = {str(key[0]): amounts[0] for (ledger, key), amounts in sums.items() if ledger == "stock"}
        if host.stock_shown() != expected:
            self.faults.append(f"{host.name} shows stock {host.stock_shown()}, true is {expected}")


def sample_sales(rng: Random) -> list[Sale]:
    """Some sales of one or two items, owned in every way."""
    samples = []
    for _ in range(12):
        goods = []
        for item in rng.sample(ITEMS, rng.randint(1, 2)):
            ownership = rng.choice(OWNERS)
            line = SoldLine(gross_runs(rng.randint(1, 5000), 1000 * rng.randint(1, 3)), "A", 1300, ownership)
            goods.append(Goods(item, line, ownership))
        samples.append(sale_of(goods))
    return samples


def goods_in(rng: Random) -> StockReceipt:
    """A delivery."""
    return StockReceipt(
        "05", "S1", "", tuple(StockLine(item, 1000 * rng.randint(20, 90)) for item in rng.sample(ITEMS, 3))
    )
