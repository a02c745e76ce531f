"""What can happen in a chain: trade, passes of the agents, headquarters' work, and every kind of trouble."""

from __future__ import annotations

from typing import Final

import msgspec

from retail.cells import ReturnedLine, take_back
from retail.documents.till import CashMovement, NoSale
from retail.ids import DocumentId, RunRef
from tests.factories.receipts import Goods, sale_of
from tests.simulation.host import FEEDS
from tests.simulation.world import HOSTS_MAX, HUB_STORE, ITEMS, STEPS_PER_DAY, STORES, Event, World, goods_in

SIGNATURE_BYTES: Final = 32
RECENT: Final = 15


def sell(world: World) -> None:
    """Somebody buys something."""
    world.write(world.pick(), world.sale())


def give_back(world: World) -> None:
    """Somebody returns a unit of what this till sold."""
    host = world.pick()
    sold = [
        (DocumentId(stream.till, stream.incarnation, seq), fact.sale)
        for (stream, _, seq), (_, digest) in host.till.disk.items("entry")
        if (fact := world.truth.facts[digest]).sale is not None and fact.sale.net > 0
    ]
    if sold:
        document, sale = world.rng.choice(sold)
        line = sale.lines[0]
        back = ReturnedLine((take_back(line.runs[0], 1, RunRef(document, 1, 0)),))
        receipt = sale_of([Goods(line.item, back, line.ownership)])
        world.write(host, msgspec.structs.replace(receipt, counter=world.step))


def takegoods_in(world: World) -> None:
    """A delivery, or cash carried to the bank, or the drawer opened for nothing."""
    shift = world.step // STEPS_PER_DAY
    others = (
        goods_in(world.rng),
        CashMovement(shift, "01", "CNY", -500, "bank", ""),
        NoSale(shift, "01", "change", ""),
    )
    world.write(world.pick(), world.rng.choice(others))


def carry_up(world: World) -> None:
    """An agent makes a pass upward."""
    host = world.pick()
    host.carry(world.upstream_of(host), greet=world.rng.random() < 0.15)


def carry_on(world: World) -> None:
    """The hub makes a pass upward."""
    world.hub.carry(greet=world.rng.random() < 0.15)


def fetch(world: World) -> None:
    """An agent makes a pass downward."""
    host, feed = world.pick(), world.rng.choice(FEEDS)
    host.fetch(world.upstream_of(host), feed)
    world.check_feed(host, feed)


def look_at_stock(world: World) -> None:
    """A cashier asks what is on hand."""
    world.check_stock(world.pick())


def fold(world: World) -> None:
    """Headquarters folds some of what it accepted."""
    world.headquarters.fold(world.rng.choice(tuple(STORES)), world.rng.randint(1, 25))


def publish_prices(world: World) -> None:
    """The pricing staff change a few prices, and take one back."""
    changes: dict[str, bytes | None] = {
        item: world.rng.randbytes(3) for item in world.rng.sample(ITEMS, world.rng.randint(1, 4))
    }
    changes[world.rng.choice(ITEMS)] = None
    world.headquarters.publish("prices", "", changes)


def publish_baselines(world: World) -> None:
    """Headquarters tells a store what it knows."""
    world.headquarters.publish_baselines(world.rng.choice(tuple(STORES)))


def forget_tombstones(world: World) -> None:
    """Headquarters throws old tombstones away."""
    world.headquarters.forget_tombstones("prices", "")


def arrive_late(world: World) -> None:
    """A request that lay about somewhere arrives after all."""
    world.network.deliver_late()


def power_cut(world: World) -> None:
    """A process ends, whatever it was doing."""
    host = world.pick()
    names = (f"{host.name}/till", f"{host.name}/agent", world.hub.name, world.headquarters.name)
    world.crash(world.rng.choice(names))


def back_up(world: World) -> None:
    """Somebody copies a till's disk."""
    host = world.pick()
    world.backups.setdefault(host.name, []).append(host.image())


def put_back(world: World) -> None:
    """A till is restored from an old copy."""
    host = world.pick()
    if images := world.backups.get(host.name):
        host.load(world.rng.choice(images), world.parts.machine())
        world.counts.restores += 1


def clone(world: World) -> None:
    """A till's disk is copied onto a second machine, and both are used."""
    host = world.pick()
    if len(world.hosts) < HOSTS_MAX:
        world.add_host(host.till.code).load(host.image(), world.parts.machine())
        world.counts.clones += 1


def clone_alive(world: World) -> None:
    """A running virtual machine is copied with its memory: two tills go on in one and the same stream."""
    host = world.pick()
    if len(world.hosts) < HOSTS_MAX and host.till.stream is not None:
        copy = world.add_host(host.till.code)
        copy.load(host.image(), world.parts.machine())
        copy.till.remember(host.till)
        world.truth.cloned_alive.add(host.till.stream)
        world.counts.clones += 1


def destroy(world: World) -> None:
    """A till's disk dies; a new machine takes its place."""
    host = world.pick()
    world.hosts.remove(host)
    world.counts.destroyed += 1
    if all(other.till.code != host.till.code for other in world.hosts):
        world.add_host(host.till.code)


def back_up_hub(world: World) -> None:
    """The hub's database is backed up."""
    world.hub_backups.append(world.hub.disk.image())


def decay(world: World) -> None:
    """A signature that came to the hub lately is damaged on its disk. Nobody looks at it unless it ends a batch."""
    disk = world.hub.disk
    inner = [
        (place, held)
        for place, held in disk.items("entry")
        if disk.get("head", place[:2])[0] != place[2] and len(held[0].signature) == SIGNATURE_BYTES
    ]
    if inner:
        world.killer.arm(0)
        place, (entry, digest) = world.rng.choice(inner[-RECENT:])
        disk.put("entry", place, (msgspec.structs.replace(entry, signature=entry.signature[:-1]), digest))
        disk.commit()


def put_back_hub(world: World) -> None:
    """The hub is restored from a backup, possibly the empty one of its first day."""
    world.killer.arm(0)
    world.hub.restore(world.rng.choice(world.hub_backups))
    world.counts.restores += 1


def back_up_headquarters(world: World) -> None:
    """Headquarters' database is backed up."""
    world.headquarters_backups.append(world.headquarters.disk.image())


def put_back_headquarters(world: World) -> None:
    """Headquarters is restored from one of its last backups."""
    world.killer.arm(0)
    world.headquarters.restore(world.rng.choice(world.headquarters_backups[-3:]))
    world.counts.restores += 1


def partition(world: World) -> None:
    """A line is cut for a while."""
    host = world.pick()
    sender, server = world.rng.choice(
        [(f"{host.name}/agent", "hub"), (f"{host.name}/agent", "headquarters"), ("hub", "headquarters")]
    )
    world.network.partition(sender, server, world.rng.randint(5, 80))


def reroute(world: World) -> None:
    """A host is set to go around the hub, or back to it."""
    host = world.pick()
    if host.till.store == HUB_STORE:
        host.upstream = "headquarters" if host.upstream == "hub" else "hub"
        host.machine = world.parts.machine()


EVENTS: Final[tuple[tuple[Event, float], ...]] = (
    (sell, 40),
    (give_back, 4),
    (takegoods_in, 4),
    (carry_up, 20),
    (carry_on, 8),
    (fetch, 6),
    (look_at_stock, 1),
    (fold, 6),
    (publish_prices, 2),
    (publish_baselines, 3),
    (forget_tombstones, 0.3),
    (arrive_late, 2),
    (power_cut, 1.5),
    (back_up, 1.5),
    (put_back, 0.5),
    (clone, 0.3),
    (clone_alive, 0.15),
    (destroy, 0.3),
    (back_up_hub, 0.6),
    (decay, 2),
    (put_back_hub, 0.25),
    (back_up_headquarters, 0.8),
    (put_back_headquarters, 0.3),
    (partition, 1),
    (reroute, 0.3),
)
