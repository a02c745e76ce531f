"""A network that loses, repeats, delays, reorders and damages what is sent over it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Protocol

from store_agent.errors import Rejected, Unreachable
from store_agent.transport import MemoryTransport
from tests.simulation.faults import Killed, Killer

DAMAGED = {"push"}
"""Entries are signed end to end, so they may pass hands that damage them. Other requests rely on their connection."""


class Endpoint(Protocol):
    """Who answers messages."""

    name: str

    def handle(self, verb: str, body: bytes, store: str) -> bytes: ...

    def crash(self) -> None: ...


Lookup = Callable[[], Endpoint | None]


class Network:
    """Carries a request to its server and the answer back, or fails to, as chance has it."""

    def __init__(self, rng: Random, killer: Killer) -> None:
        self._rng = rng
        self._killer = killer
        self.trouble = 1.0
        self.cut: dict[tuple[str, str], int] = {}
        self.late: list[tuple[str, Lookup, str, bytes]] = []
        self.partitions = 0
        self.now = 0

    def transport(self, sender: str, store: str, server: Lookup) -> MemoryTransport:
        """The way of a sender in `store` to a server, which is looked up anew for each message."""
        return MemoryTransport(lambda verb, body: self._call(sender, store, server, verb, body))

    def partition(self, sender: str, server: str, steps: int) -> None:
        """Cuts the line between the two for so many steps."""
        self.cut[sender, server] = self.now + steps
        self.partitions += 1

    def heal(self) -> None:
        """Ends all trouble."""
        self.trouble = 0
        self.cut.clear()

    def deliver_late(self) -> bool:
        """Delivers one request that lay about, whichever; False when there is none."""
        if not self.late:
            return False
        store, lookup, verb, body = self.late.pop(self._rng.randrange(len(self.late)))
        with suppress(Unreachable, Rejected):
            self._deliver(store, lookup, verb, body)
        return True

    def _chance(self, share: float) -> bool:
        return self._rng.random() < share * self.trouble

    def _call(self, sender: str, store: str, lookup: Lookup, verb: str, body: bytes) -> bytes:
        self._killer.tick(sender)
        server = lookup()
        if server is None or self.cut.get((sender, server.name), -1) >= self.now or self._chance(0.06):
            raise Unreachable("the request was lost")
        if self._chance(0.04):
            self.late.append((store, lookup, verb, body))
        if verb in DAMAGED and self._chance(0.02):
            place = self._rng.randrange(len(body) * 8)
            copy = bytearray(body)
            copy[place // 8] ^= 1 << place % 8
            body = bytes(copy)
        if self._chance(0.05):
            self._deliver(store, lookup, verb, body)
        answer = self._deliver(store, lookup, verb, body)
        if self._chance(0.08):
            raise Unreachable("the answer was lost")
        self._killer.tick(sender)
        return answer

    def _deliver(self, store: str, lookup: Lookup, verb: str, body: bytes) -> bytes:
        server = lookup()
        if server is None:
            raise Unreachable("nobody is there")
        try:
            return server.handle(verb, body, store)
        except Killed as killed:
            if killed.owner != server.name:
                raise
            server.crash()
            raise Unreachable(f"{server.name} died") from None
