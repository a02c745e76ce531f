"""Decides what becomes of a push: what is new, what was known, what is a fork, what is refused.

The decision is a value. The caller writes `append`, `forks` and `state` in one transaction, commits, and only then
sends the reply; a reply that left before the commit would promise a sale that a crash can still lose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from retail.chain import GENESIS, Entry, Verify, chain_hashes, stream_prefix
from retail.codec import DocumentError, Envelope, decode_envelope
from retail.wire import Push, PushOutcome, PushReply, StreamMark

Lookup = Callable[[int, bytes], bool | None]
"""(seq, hash) -> True when that entry is on the main line, False when on a fork, None when unknown."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """What a receiver has committed of a stream: the first line of entries that reached it."""

    accepted: int = 0
    head_hash: bytes = GENESIS
    forked: bool = False


NEW_STREAM: Final = StreamState()
SEQ_MAX: Final = 2**62
"""No till lives to write as many entries; a larger number would not fit a column."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry to be stored, with what its columns index."""

    seq: int
    hash: bytes
    envelope: Envelope
    entry: Entry


@dataclass(frozen=True, slots=True)
class Decision:
    """What to write and what to answer. Nothing is to be written when `append` and `forks` are empty."""

    outcome: PushOutcome
    state: StreamState
    mark: StreamMark
    append: tuple[Stored, ...] = ()
    forks: tuple[Stored, ...] = ()
    detail: str = ""

    def reply(self, generation: str) -> PushReply:
        """The answer, to be sent after the commit."""
        return PushReply(generation, self.outcome, self.mark, self.detail)


def decide(push: Push, *, store: str, state: StreamState, lookup: Lookup, verify: Verify) -> Decision:
    """What becomes of `push` at a receiver that stands at `state`; `store` is the till's store for life.

    Refusals: `gap` (entries in between are missing), `rewind` (the entry before the first is on no known line),
    `bad_signature` (not made by the enrolled key, or altered on the way), `bad_envelope` (speaks of another stream).
    What stands before a bad entry is taken; the mark tells the sender where to go on, and there it is refused.
    """

    def refuse(outcome: PushOutcome, detail: str) -> Decision:
        return Decision(outcome, state, StreamMark(push.stream, state.accepted, state.head_hash), (), (), detail)

    if not 1 <= push.base_seq <= SEQ_MAX or not push.entries:
        return refuse("bad_envelope", "a push holds at least one entry, numbered from 1")
    try:
        stream_prefix(push.stream)
    except ValueError as error:
        return refuse("bad_envelope", str(error))
    on_main = _place_of_parent(push, state, lookup)
    if on_main is None:
        if push.base_seq > state.accepted + 1:
            return refuse("gap", f"entries from {state.accepted + 1} are missing")
        return refuse("rewind", f"entry {push.base_seq - 1} is on no line known here")
    hashes = chain_hashes(push.stream, push.base_seq, push.previous, push.entries)
    known = 0
    while known < len(hashes):
        place = _find(push.base_seq + known, hashes[known], state, lookup)
        if place is None:
            break
        on_main, known = place, known + 1
    if known == len(hashes):
        return Decision("duplicate", state, StreamMark(push.stream, push.base_seq + known - 1, hashes[-1]))
    stored, problem = _readable(push, store, hashes[: _vouched(push, hashes, known, verify)], known)
    if problem:
        stored = stored[: _vouched(push, hashes[: known + len(stored)], known, verify) - known]
    if not stored:
        detail = "no entry was signed by this till's enrolled key, or the first was altered"
        return refuse("bad_envelope", problem) if problem else refuse("bad_signature", detail)
    last = stored[-1]
    mark = StreamMark(push.stream, last.seq, last.hash)
    if on_main and stored[0].seq == state.accepted + 1:
        moved = StreamState(last.seq, last.hash, state.forked)
        return Decision("accepted", moved, mark, append=stored, detail=problem)
    forked = StreamState(state.accepted, state.head_hash, True)
    return Decision("fork", forked, mark, forks=stored, detail="the same numbers hold other entries")


def _place_of_parent(push: Push, state: StreamState, lookup: Lookup) -> bool | None:
    if push.base_seq == 1:
        return True if push.previous == GENESIS else None
    return _find(push.base_seq - 1, push.previous, state, lookup)


def _find(seq: int, entry_hash: bytes, state: StreamState, lookup: Lookup) -> bool | None:
    """Like `lookup`, sparing the question where the stream's state answers it: the usual push asks none."""
    if seq == state.accepted and entry_hash == state.head_hash:
        return True
    if seq > state.accepted and not state.forked:
        return None
    return lookup(seq, entry_hash)


def _vouched(push: Push, hashes: list[bytes], known: int, verify: Verify) -> int:
    """How many of the entries a valid signature vouches for: those up to the last one that bears it. The signatures
    before that one are not looked at, so one damaged on a hop may come to stand last; what it bears waits for more."""
    count = len(hashes)
    while count > known and not verify(hashes[count - 1], push.entries[count - 1].signature):
        count -= 1
    return count


def _readable(push: Push, store: str, hashes: list[bytes], known: int) -> tuple[tuple[Stored, ...], str]:
    """The entries from the first unknown one up to an envelope that speaks falsely, and what is wrong with that one."""
    stored: list[Stored] = []
    for offset in range(known, len(hashes)):
        entry, seq = push.entries[offset], push.base_seq + offset
        try:
            envelope = decode_envelope(entry.envelope)
        except DocumentError as error:
            return tuple(stored), str(error)
        stands = (envelope.till, envelope.incarnation, envelope.seq, envelope.store)
        if stands != (push.stream.till, push.stream.incarnation, seq, store):
            return tuple(stored), f"the envelope of entry {seq} speaks of another till, stream, number or store"
        stored.append(Stored(seq, hashes[offset], envelope, entry))
    return tuple(stored), ""
