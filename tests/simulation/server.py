"""Simulated servers: what a hub and headquarters have in common, and the hub."""

from __future__ import annotations

from collections import Counter
from random import Random

from retail import wire
from retail.codec import decode_document
from retail.effects import effects
from retail.sync.client import PushMachine
from retail.sync.server import Decision, Stored, decide
from store_agent.errors import Rejected
from store_agent.transport import Transport
from tests.factories.streams import keyed_signer
from tests.simulation.disk import Disk, Image
from tests.simulation.entries import EntryStore, Line
from tests.simulation.host import carry


class Server:
    """Takes entries in: one push, one transaction, and the answer only after the commit."""

    def __init__(self, name: str, disk: Disk, tills: dict[str, str], rng: Random) -> None:
        self.name = name
        self.disk = disk
        self.entries = EntryStore(disk)
        self._tills = tills
        self._rng = rng
        self.met: Counter[str] = Counter()
        self.new_generation()

    @property
    def generation(self) -> str:
        """Changes when the database was put back from a backup."""
        found: str = self.disk.get("meta", "generation")
        return found

    def new_generation(self) -> None:
        """What the command that restores a database does last."""
        self.disk.put("meta", "generation", self._rng.randbytes(4).hex())
        self.disk.commit()

    def crash(self) -> None:
        """The process died and is started again: what it had not committed is gone."""
        self.disk.rollback()

    def restore(self, image: Image) -> None:
        """Puts a backup in place."""
        self.disk.load(image)
        self.new_generation()

    def handle(self, verb: str, body: bytes, store: str) -> bytes:
        """The answer to a message from a host of `store`."""
        try:
            if verb == "hello":
                return wire.encode(self._hello(wire.decode(wire.Hello, body)))
            if verb == "push":
                return wire.encode(self._push(wire.decode(wire.Push, body)))
            return wire.encode(self.pull(wire.decode(wire.Pull, body), store))
        except wire.WireError as error:
            raise Rejected("malformed", str(error)) from error

    def pull(self, request: wire.Pull, store: str) -> wire.PullReply:
        """The next piece of a feed."""
        raise NotImplementedError

    def _hello(self, hello: wire.Hello) -> wire.HelloReply:
        marks = []
        for head in hello.streams:
            state = self.entries.state(head.stream)
            if state.accepted:
                marks.append(wire.StreamMark(head.stream, state.accepted, state.head_hash))
        return wire.HelloReply(self.generation, 0, tuple(marks))

    def _push(self, push: wire.Push) -> wire.PushReply:
        store = self._tills.get(push.stream.till)
        if store is None:
            raise Rejected("unknown_till", f"till {push.stream.till} is not enrolled here", 404)
        decision = self.decide(push, store)
        self.met[decision.outcome] += 1
        if decision.append or decision.forks:
            self.commit(push, decision)
            self.promise(decision)
        return decision.reply(self.generation)

    def decide(self, push: wire.Push, store: str) -> Decision:
        """What becomes of the push."""
        stream = push.stream
        _, verify = keyed_signer(stream.till.encode())
        return decide(
            push,
            store=store,
            state=self.entries.state(stream),
            lookup=lambda seq, digest: self.entries.lookup(stream, seq, digest),
            verify=verify,
        )

    def commit(self, push: wire.Push, decision: Decision) -> None:
        """One transaction: the entries, and what this server makes of them."""
        self.entries.write(push, decision)
        for stored in decision.append:
            self.take_in(stored, main=True)
        for stored in decision.forks:
            self.take_in(stored, main=False)
        self.disk.commit()

    def promise(self, decision: Decision) -> None:
        """The answer leaves: whoever gets it may forget these entries."""
        self.disk.promised.update(stored.hash for stored in (*decision.append, *decision.forks))

    def take_in(self, stored: Stored, *, main: bool) -> None:
        """What else is written about an entry in its transaction."""
        raise NotImplementedError


class Hub(Server):
    """The agent that serves its store's hosts, keeps the store's sums, and carries the entries on, line by line."""

    def __init__(
        self,
        name: str,
        disk: Disk,
        tills: dict[str, str],
        rng: Random,
        upstream: Transport,
        machine: type[PushMachine],
    ) -> None:
        super().__init__(name, disk, tills, rng)
        self.upstream = upstream
        self._machine = machine
        self.machines: dict[int, PushMachine] = {}

    def crash(self) -> None:
        super().crash()
        self.machines.clear()

    def restore(self, image: Image) -> None:
        super().restore(image)
        self.machines.clear()

    def pull(self, request: wire.Pull, store: str) -> wire.PullReply:
        """A piece as headquarters signed it, handed on unchanged."""
        return self.upstream.pull(request)

    def take_in(self, stored: Stored, *, main: bool) -> None:
        envelope = stored.envelope
        document = decode_document(envelope.kind, envelope.version, stored.entry.body)
        for ledger, key, amounts in effects(envelope, document):
            held = self.disk.get("sum", (ledger, key))
            added = amounts if held is None else tuple(a + b for a, b in zip(held, amounts, strict=True))
            self.disk.put("sum", (ledger, key), added)

    def lines(self) -> list[int]:
        """The lines that are sent up: the main one, and each that parted from it."""
        return list(self.entries.lines())

    def carry(self, *, greet: bool) -> bool:
        """One pass upward over every line; True when all got through and nothing is left to send."""
        done = True
        for line in self.lines():
            machine = self.machines.setdefault(line, self._machine())
            done &= carry(Line(self.disk, line), machine, self.upstream, self.name, greet=greet)
        return done
