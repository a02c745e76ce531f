"""Ends a run: all trouble is over, everything drains, and then every sum is compared with what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from retail.chain import GENESIS, chain_hashes
from retail.effects import Sums
from retail.ids import Stream
from tests.simulation.entries import Line
from tests.simulation.events import EVENTS
from tests.simulation.host import FEEDS
from tests.simulation.truth import nonzero
from tests.simulation.world import STEPS_PER_DAY, STORES, Parts, World

STEPS: int = 900
ROUNDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Report:
    """What a seed went through, and what went wrong in it."""

    seed: int
    store_days: float
    sales: int
    crashes: int
    restores: int
    clones: int
    destroyed: int
    partitions: int
    gone: int
    lost: int
    doubled: int
    ghosts: int
    faults: tuple[str, ...]
    met: Counter[str]
    trace: str

    @property
    def clean(self) -> bool:
        """Whether every promise was kept."""
        return not (self.lost or self.doubled or self.ghosts or self.faults)


def play(seed: int, parts: Parts | None = None, steps: int = STEPS) -> Report:
    """Runs a seed to its end and judges it."""
    world = World(seed, parts or Parts())
    world.run(EVENTS, steps)
    promised = _promises(world)
    _drain(world)
    return _judge(world, promised, steps)


def _promises(world: World) -> set[bytes]:
    """The entries that someone whose disk is still here acknowledged, and did not lose to a restore since."""
    disks = [world.headquarters.disk, world.hub.disk, *(host.till.disk for host in world.hosts)]
    return set[bytes]().union(*(disk.promised for disk in disks))


def _drain(world: World) -> None:
    """Heals the network and lets everybody work until nothing is left to do."""
    world.network.heal()
    while world.network.deliver_late():
        pass
    for host in world.hosts:
        if host.till.stream is None:
            world.guard(host.till.open)
    for _ in range(ROUNDS_MAX):
        done = [host.carry(world.upstream_of(host), greet=True) for host in world.hosts]
        if world.hub.carry(greet=True) and all(done):
            break
    else:
        world.faults.append("it does not drain: somebody always has something left to send")
    for store in STORES:
        world.headquarters.fold(store, 1_000_000)
        world.headquarters.publish_baselines(store)
    for host in world.hosts:
        for feed in FEEDS:
            while not host.fetch(world.upstream_of(host), feed):
                world.check_feed(host, feed)
        world.check_stock(host)


def _judge(world: World, promised: set[bytes], steps: int) -> Report:
    truth, counts = world.truth, world.counts
    arrived = Counter(stored.hash for _, (stored, _) in world.headquarters.disk.items("order"))
    held = set(arrived)
    world.faults += _different_bytes(world)
    world.faults += _broken_sums(world, held & truth.facts.keys())
    world.faults += _shared_names(world, held)
    return Report(
        seed=world.seed,
        store_days=len(STORES) * steps / STEPS_PER_DAY,
        sales=counts.sales,
        crashes=counts.crashes,
        restores=counts.restores,
        clones=counts.clones,
        destroyed=counts.destroyed,
        partitions=world.network.partitions,
        gone=len(truth.acknowledged - held - promised),
        lost=len(promised - held),
        doubled=sum(times - 1 for times in arrived.values()),
        ghosts=len(held - truth.committed),
        faults=tuple(world.faults),
        met=world.headquarters.met + world.hub.met,
        trace=world.trace,
    )


def _different_bytes(world: World) -> list[str]:
    """Entries that are not the bytes their till wrote, and lines at headquarters that do not chain."""
    found = []
    for _, (stored, _) in world.headquarters.disk.items("order"):
        fact = world.truth.facts.get(stored.hash)
        sent = (stored.entry.envelope, stored.entry.body)
        if fact is not None and sent != (fact.entry.envelope, fact.entry.body):
            found.append(f"entry {fact.seq} of {fact.stream} is not what its till wrote")
    for number in world.headquarters.entries.lines():
        line = Line(world.headquarters.disk, number)
        for head in line.heads():
            entries = line.entries(head.stream, 0, head.seq, 10**9)
            if len(entries) != head.seq or chain_hashes(head.stream, 1, GENESIS, entries)[-1] != head.head_hash:
                found.append(f"line {number} of {head.stream} does not chain")
    return found


def _broken_sums(world: World, held: set[bytes]) -> list[str]:
    """Sums, anywhere, that are not what the entries there add up to."""
    truth, found = world.truth, []
    folded: dict[str, Sums] = {store: {} for store in STORES}
    for (store, ledger, key), amounts in world.headquarters.disk.items("sum"):
        folded[store][ledger, key] = amounts
    for store in STORES:
        if nonzero(folded[store]) != truth.sums_of(digest for digest in held if truth.facts[digest].store == store):
            found.append(f"headquarters' sums of store {store} are not those of its entries")
    for name, disk in [("hub", world.hub.disk), *((host.name, host.till.disk) for host in world.hosts)]:
        entries = (digest for _, (_, digest) in disk.items("entry"))
        if nonzero(dict(disk.items("sum"))) != truth.sums_of(entries):
            found.append(f"the sums of {name} are not those of its entries")
    return found


def _shared_names(world: World, held: set[bytes]) -> list[str]:
    """Two documents under one name, but for machines cloned while they ran; those must have raised the alarm."""
    names: dict[tuple[Stream, int], int] = Counter()
    for digest in held & world.truth.facts.keys():
        fact = world.truth.facts[digest]
        names[fact.stream, fact.seq] += 1
    twice = {stream for (stream, _), times in names.items() if times > 1}
    found = [f"{stream} names two documents alike" for stream in twice - world.truth.cloned_alive]
    found += [
        f"{stream} parted and nobody was told"
        for stream in twice
        if not world.headquarters.entries.state(stream).forked
    ]
    return found
