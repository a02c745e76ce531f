"""Files that are carried by hand for a store without a connection (代管店): entries up, marks and feeds down.

The file needs no trust: every entry is signed by its till and every feed by headquarters, and both are checked where
they arrive, as if they had come over the wire. Whoever delivers a file speaks the usual protocol with headquarters.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from retail import wire
from retail.feeds import FeedCursor
from retail.ids import Stream
from retail.sync.client import PushMachine
from store_agent.downlink import PIECES_PER_RUN
from store_agent.errors import AgentError
from store_agent.ports import EntryReader, FeedSink
from store_agent.pull import take_in
from store_agent.push import greet_once, push_once
from store_agent.transport import MemoryTransport, Transport
from store_db.errors import FeedRefused

MAGIC: Final = b"zhanggui/carry/1\n"
MARKS_FILE: Final = "carried-marks"
COMMITTED: Final = ("accepted", "duplicate", "fork")
_DIGEST_BYTES: Final = 32


class Parcel(msgspec.Struct, frozen=True):
    """What goes to headquarters: who sends, what is held, the entries, how far the feeds are, and which streams could
    not be packed, with the reason."""

    store: str
    hello: wire.Hello
    pushes: tuple[wire.Push, ...]
    left_out: dict[str, str] = {}


class Answer(msgspec.Struct, frozen=True):
    """What comes back: how far each stream is committed, what was refused and why, and pieces of feeds."""

    store: str
    generation: str
    marks: tuple[wire.StreamMark, ...]
    refused: dict[str, str]
    pieces: tuple[wire.PullReply, ...]


Carried = TypeVar("Carried", Parcel, Answer)


@dataclass(frozen=True, slots=True)
class Imported:
    """What an answer brought: entries now known to be at headquarters, feed rows, and what was refused."""

    marks: int
    rows: int
    refused: dict[str, str]


def pack(
    reader: EntryReader,
    answered: Answer | None,
    *,
    store: str,
    host: str,
    software: str,
    feeds: Iterable[FeedCursor],
) -> Parcel:
    """Everything that headquarters has not confirmed yet; all of it when no answer has come so far."""
    pushes: list[wire.Push] = []
    hellos: list[wire.Hello] = []
    marks = {mark.stream: mark for mark in answered.marks} if answered else {}

    def collect(verb: str, body: bytes) -> bytes:
        if verb == "hello":
            hellos.append(wire.decode(wire.Hello, body))
            known = tuple(marks[head.stream] for head in hellos[-1].streams if head.stream in marks)
            return wire.encode(wire.HelloReply("carried", 0, known))
        push = wire.decode(wire.Push, body)
        pushes.append(push)
        mark = wire.StreamMark(push.stream, push.base_seq - 1 + len(push.entries), b"")
        return wire.encode(wire.PushReply("carried", "accepted", mark))

    machine, transport = PushMachine(), MemoryTransport(collect)
    greet_once(reader, machine, transport, host=host, software=software, feeds=feeds)
    while push_once(reader, machine, transport).more:
        pass
    heads = tuple(head for hello in hellos for head in hello.streams)
    left_out = {str(stream): reason for stream, reason in machine.refused.items()}
    return Parcel(store, msgspec.structs.replace(hellos[0], streams=heads), tuple(pushes), left_out)


def deliver(parcel: Parcel, transport: Transport) -> Answer:
    """Hands a parcel's entries to headquarters and collects its answer. Safe to repeat after any failure."""
    refused: dict[Stream, str] = {}
    for push in parcel.pushes:
        if push.stream not in refused:
            reply = transport.push(push)
            if reply.outcome not in COMMITTED:
                refused[push.stream] = reply.detail or reply.outcome
    greeting = transport.hello(parcel.hello)
    pieces = [piece for cursor in parcel.hello.agent_feeds for piece in _pieces(transport, cursor)]
    told = {str(stream): reason for stream, reason in refused.items()}
    return Answer(parcel.store, greeting.generation, greeting.marks, told, tuple(pieces))


def take_answer(answer: Answer, sink: FeedSink, *, store: str) -> Imported:
    """Takes the feeds of an answer in. AgentError for another store's; pieces that are here already are passed over."""
    if answer.store != store:
        raise AgentError(f"this file is for store {answer.store}; this is store {store}")
    rows, refused = 0, dict(answer.refused)
    for piece in answer.pieces:
        if piece.manifest is None:
            continue
        cursors = {cursor.feed: cursor for cursor in sink.cursors()}
        cursor = cursors.get(piece.manifest.feed, FeedCursor(piece.manifest.feed))
        if cursor.generation == piece.manifest.generation and cursor.position >= piece.manifest.to_position:
            continue
        try:
            rows += take_in(sink, cursor, piece).rows
        except FeedRefused as error:
            refused[piece.manifest.feed] = str(error)
    return Imported(len(answer.marks), rows, refused)


def write_carried(path: Path, carried: Parcel | Answer) -> None:
    """Writes the file, whole or not at all, with a digest that shows damage."""
    data = msgspec.msgpack.encode(carried)
    scratch = path.with_name(path.name + ".new")
    with scratch.open("wb") as file:
        file.write(MAGIC + hashlib.sha256(data).digest() + data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(scratch, path)


def read_carried(path: Path, kind: type[Carried]) -> Carried:
    """The file's content, or AgentError saying what is wrong with it."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise AgentError(f"{path} cannot be read: {error.strerror}") from error
    start = len(MAGIC) + _DIGEST_BYTES
    if not raw.startswith(MAGIC) or hashlib.sha256(raw[start:]).digest() != raw[len(MAGIC) : start]:
        raise AgentError(f"{path} is damaged or no carried file: copy it again")
    try:
        return msgspec.msgpack.decode(raw[start:], type=kind)
    except (msgspec.DecodeError, ValueError) as error:
        raise AgentError(f"{path} holds something else than expected: {error}") from error


def _pieces(transport: Transport, cursor: FeedCursor) -> Iterable[wire.PullReply]:
    for _ in range(PIECES_PER_RUN):
        reply = transport.pull(wire.Pull(cursor))
        if reply.manifest is None:
            return
        yield reply
        cursor = FeedCursor(cursor.feed, reply.manifest.generation, reply.manifest.to_position)
        if not reply.more:
            return
