"""The chain with one promise broken at a time. The simulation is worth something only if it notices each."""

from __future__ import annotations

from typing import Final

from retail.chain import GENESIS, chain_hashes
from retail.codec import decode_envelope
from retail.effects import Effect
from retail.feeds import BaselineRow, FeedCursor
from retail.sync.client import HashAt
from retail.sync.server import Decision, Stored
from retail.wire import HelloReply, Push, PushReply, StreamMark
from tests.simulation.faults import Killed
from tests.simulation.headquarters import Headquarters
from tests.simulation.host import Feeds, Sender
from tests.simulation.server import Hub, Server
from tests.simulation.till import Till
from tests.simulation.world import Parts


class OneIncarnation(Till):
    """Goes on in the stream that its disk ended with, also when that disk is a copy or an old backup."""

    def open(self) -> None:
        last = self.disk.get("meta", "last")
        if last is None:
            super().open()
        else:
            self.stream, self._seq, self._head = last


class EffectsAfterwards(Till):
    """Commits the entry first and its effects in another transaction."""

    def settle(self, digest: bytes, found: list[Effect]) -> None:
        super().settle(digest, [])
        self.add(found)
        self.disk.commit()


class CursorAfterwards(Headquarters):
    """Commits the folded sums first and the fold's cursor in another transaction."""

    def finish_fold(self, store: str, last: int) -> None:
        self.disk.commit()
        super().finish_fold(store, last)


class HastyTill(Till):
    """Opens the drawer before the commit has returned."""

    def settle(self, digest: bytes, found: list[Effect]) -> None:
        self.acknowledge(digest)
        super().settle(digest, found)


class _Hasty(Server):
    """Answers before the commit has returned."""

    def commit(self, push: Push, decision: Decision) -> None:
        try:
            super().commit(push, decision)
        except Killed:
            self.crash()


class HastyHub(_Hasty, Hub):
    """A hub that answers before its commit."""


class HastyHeadquarters(_Hasty, Headquarters):
    """Headquarters that answer before their commit."""


class _Forgetful(Server):
    """Appends what it is sent without looking whether it has it."""

    def decide(self, push: Push, store: str) -> Decision:
        decision = super().decide(push, store)
        if decision.outcome != "duplicate":
            return decision
        hashes = chain_hashes(push.stream, push.base_seq, push.previous or GENESIS, push.entries)
        again = tuple(
            Stored(seq, digest, decode_envelope(entry.envelope), entry)
            for seq, (digest, entry) in enumerate(zip(hashes, push.entries, strict=True), push.base_seq)
        )
        return Decision("accepted", decision.state, decision.mark, append=again)


class ForgetfulHub(_Forgetful, Hub):
    """A hub that does not look for duplicates."""


class ForgetfulHeadquarters(_Forgetful, Headquarters):
    """Headquarters that do not look for duplicates."""


class Stubborn(Sender):
    """Believes its own cursors: they only ever grow, and no other generation is noticed."""

    def on_hello(self, reply: HelloReply, hash_at: HashAt) -> None:
        before = dict(self.cursors)
        super().on_hello(reply, hash_at)
        for stream, cursor in before.items():
            self.cursors[stream] = max(cursor, self.cursors.get(stream, 0))

    def on_push(self, push: Push, reply: PushReply) -> bool:
        before = self.cursors.get(push.stream, 0)
        self.generation = reply.generation
        super().on_push(push, reply)
        self.cursors[push.stream] = max(before, self.cursors.get(push.stream, 0))
        return True


class LastSignatureOnly(Headquarters):
    """Refuses a whole batch when the signature on its last entry is not sound."""

    def decide(self, push: Push, store: str) -> Decision:
        decision = super().decide(push, store)
        if decision.mark.accepted == push.base_seq + len(push.entries) - 1:
            return decision
        state = self.entries.state(push.stream)
        return Decision("bad_signature", state, StreamMark(push.stream, state.accepted, state.head_hash))


class MainLineOnly(Hub):
    """Carries on the main line of each stream, and keeps what parted from it to itself."""

    def lines(self) -> list[int]:
        return [0]


class WithoutMarks(Headquarters):
    """Publishes sums without saying which entries they count."""

    def marks(self, store: str) -> dict[str, BaselineRow]:
        return {}


class MarksApart(Headquarters):
    """Lets marks follow their sums one publication later, as a feed of their own with its own cursor may."""

    def marks(self, store: str) -> dict[str, BaselineRow]:
        before = self.disk.get("marks before", store, {})
        self.disk.put("marks before", store, super().marks(store))
        return before


class OneGeneration(Headquarters):
    """Comes back from a backup as if nothing had been lost."""

    def new_generation(self) -> None:
        if self.disk.get("meta", "generation") is None:
            super().new_generation()


class CursorBeforeRows(Feeds):
    """Moves a feed's cursor in one transaction and its rows in another."""

    def write(self, rows: dict[str, bytes], cursor: FeedCursor) -> None:
        self.disk.put("cursor", cursor.feed, cursor)
        self.disk.commit()
        self.disk.put("rows", cursor.feed, rows)
        self.disk.commit()


MUTANTS: Final[dict[str, Parts]] = {
    "no incarnation": Parts(till=OneIncarnation),
    "no dedupe": Parts(hub=ForgetfulHub, headquarters=ForgetfulHeadquarters),
    "effect outside the transaction, at the till": Parts(till=EffectsAfterwards),
    "effect outside the transaction, at headquarters": Parts(headquarters=CursorAfterwards),
    "acknowledged before commit, at the till": Parts(till=HastyTill),
    "acknowledged before commit, at the servers": Parts(hub=HastyHub, headquarters=HastyHeadquarters),
    "no rewind": Parts(machine=Stubborn),
    "only the last signature counts": Parts(headquarters=LastSignatureOnly),
    "forks not carried on": Parts(hub=MainLineOnly),
    "baseline without position": Parts(headquarters=WithoutMarks),
    "baseline and position apart": Parts(headquarters=MarksApart),
    "restored without a new generation": Parts(headquarters=OneGeneration),
    "feed cursor before its rows": Parts(feeds=CursorBeforeRows),
}
