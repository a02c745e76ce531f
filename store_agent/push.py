"""One step up: greet the upstream, or send it the next batch of entries.

Each function sends one message and returns what came of it. Nothing here waits, repeats or logs; the journal is read
and never written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from retail.chain import Entry
from retail.codec import DocumentError, decode_envelope
from retail.feeds import FeedCursor
from retail.ids import Stream
from retail.sync.client import PushMachine, Span
from retail.wire import PUSH_BYTES_MAX, PUSH_ENTRIES_MAX, Hello, HelloReply, StreamHead, StreamMark
from store_agent.errors import Rejected
from store_agent.ports import EntryReader
from store_agent.transport import Transport

PUSH_BYTES: Final = PUSH_BYTES_MAX // 4
"""What a batch is filled up to: small enough for a slow line, and far from the refusal at PUSH_BYTES_MAX."""


HELLO_STREAMS: Final = 1_000
"""A hub holds thousands of streams after some years; they are named in several messages."""
TOO_LARGE: Final = 413
UNAUTHORIZED: Final = 401


@dataclass(frozen=True, slots=True)
class PushResult:
    """What one push did: how many entries it sent, of which stream, up to where the upstream has that stream now, and
    whether another push is due at once."""

    sent: int = 0
    stream: Stream | None = None
    accepted_to: int = 0
    outcome: str = ""
    more: bool = False


NOTHING: Final = PushResult()


def greet_once(
    reader: EntryReader,
    machine: PushMachine,
    transport: Transport,
    *,
    host: str,
    software: str,
    feeds: Iterable[FeedCursor] = (),
) -> HelloReply:
    """Tells the upstream what is held here and takes its marks as cursors, also backwards."""
    hello = msgspec.structs.replace(machine.hello(host, software, reader.heads()), agent_feeds=tuple(feeds))
    reply = _hello(transport, hello)
    before, same = dict(machine.cursors), machine.generation == reply.generation
    machine.on_hello(reply, reader.hash_at)
    if same:
        _keep_confirmed(reply, machine, before)
    return reply


def push_once(
    reader: EntryReader,
    machine: PushMachine,
    transport: Transport,
    *,
    entries_max: int = PUSH_ENTRIES_MAX,
    bytes_max: int = PUSH_BYTES,
) -> PushResult:
    """Sends the next batch, if the upstream was greeted and misses any, and moves the cursor to what it answers."""
    if not machine.greeted:
        return PushResult(more=True)
    heads = reader.heads()
    span = machine.next(heads, reader.hash_at)
    if span is None:
        return NOTHING
    entries = reader.entries(span.stream, span.after_seq, entries_max, bytes_max)
    if not _follows(span, entries):
        # A stream cut by pruning cannot be sent from the middle; the others go on.
        machine.refused[span.stream] = f"entry {span.after_seq + 1} is not held here any more"
        return PushResult(stream=span.stream, outcome="pruned", more=True)
    push = machine.push(span, entries)
    try:
        reply = transport.push(push)
    except Rejected as error:
        if not _of_this_stream(error, len(entries)):
            raise
        machine.refused[span.stream] = str(error)
        return PushResult(len(entries), span.stream, span.after_seq, error.code, more=True)
    if not machine.on_push(push, reply):
        return PushResult(len(entries), span.stream, 0, "generation", more=True)
    more = pending(heads, machine) > 0
    return PushResult(len(entries), span.stream, reply.mark.accepted, reply.outcome, more)


def pending(heads: Iterable[StreamHead], machine: PushMachine) -> int:
    """How many entries the upstream has not committed yet, without those of streams it refuses."""
    return sum(
        max(0, head.seq - machine.cursors.get(head.stream, 0)) for head in heads if head.stream not in machine.refused
    )


def _hello(transport: Transport, hello: Hello) -> HelloReply:
    """The answer to a greeting of any length, asked for in slices."""
    streams, marks = hello.streams, list[StreamMark]()
    while True:
        part = msgspec.structs.replace(hello, streams=streams[:HELLO_STREAMS])
        reply = transport.hello(part)
        marks += reply.marks
        streams = streams[HELLO_STREAMS:]
        if not streams:
            return msgspec.structs.replace(reply, marks=tuple(marks))


def _keep_confirmed(reply: HelloReply, machine: PushMachine, before: dict[Stream, int]) -> None:
    """A mark on another line than ours moves the cursor back to look for where they part. What this generation has
    already answered for our line still holds, or a fork would be sent again at every greeting."""
    for mark in reply.marks:
        if machine.cursors[mark.stream] < mark.accepted:
            machine.cursors[mark.stream] = max(machine.cursors[mark.stream], before.get(mark.stream, 0))


def _of_this_stream(error: Rejected, entries: int) -> bool:
    """Whether only this stream is refused. Who we are concerns all of them; a batch that is too large may be cut."""
    if error.status == TOO_LARGE:
        return entries == 1
    return error.status != UNAUTHORIZED and error.code != "till_revoked"


def _follows(span: Span, entries: Sequence[Entry]) -> bool:
    if not entries:
        return False
    try:
        return decode_envelope(entries[0].envelope).seq == span.after_seq + 1
    except DocumentError:
        # Bytes that are no envelope are the upstream's to refuse, with its reason.
        return True
