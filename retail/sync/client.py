"""Decides what to send up next, from what the receiver says it has committed.

The sender's own idea of progress is only a hint: every reply moves the cursor to the receiver's mark, also backwards.
A receiver restored from an old backup shows another generation, and everything it lost is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from retail.chain import GENESIS, Entry
from retail.ids import Stream
from retail.wire import PROTOCOL, Hello, HelloReply, Push, PushReply, StreamHead

HashAt = Callable[[Stream, int], bytes | None]
"""The hash of an entry that the sender holds; None when it does not."""

REWIND_STEP: Final = 500
"""How far back a sender goes at once to look for where its line and the receiver's part."""


@dataclass(frozen=True, slots=True)
class Span:
    """What to send next: entries of `stream` after `after_seq`, which has the hash `previous`."""

    stream: Stream
    after_seq: int
    previous: bytes


class PushMachine:
    """The sender's side of one hop. It holds cursors only; entries stay where they are stored."""

    rewind_step: int = REWIND_STEP

    def __init__(self, cursors: Mapping[Stream, int] | None = None, generation: str = "") -> None:
        self.generation = generation
        self.cursors: dict[Stream, int] = dict(cursors or {})
        self.refused: dict[Stream, str] = {}
        self.forked: set[Stream] = set()
        self.greeted = False

    def hello(self, host: str, software: str, heads: Iterable[StreamHead]) -> Hello:
        """The message that opens a session."""
        return Hello(PROTOCOL, host, software, tuple(heads))

    def on_hello(self, reply: HelloReply, hash_at: HashAt) -> None:
        """Takes the receiver's marks as cursors. A mark that is not on our line moves back to where the lines part."""
        self.generation = reply.generation
        self.refused.clear()
        marks = {mark.stream: mark for mark in reply.marks}
        for stream in set(self.cursors) | set(marks):
            mark = marks.get(stream)
            if mark is None:
                self.cursors[stream] = 0
            elif mark.accepted and hash_at(stream, mark.accepted) != mark.head_hash:
                self.cursors[stream] = max(0, min(mark.accepted, self.cursors.get(stream, 0)) - self.rewind_step)
            else:
                self.cursors[stream] = mark.accepted
        self.greeted = True

    def next(self, heads: Iterable[StreamHead], hash_at: HashAt) -> Span | None:
        """The first stream with something to send, or None when the receiver has all of it. Oldest streams first."""
        for head in heads:
            cursor = self.cursors.get(head.stream, 0)
            if cursor >= head.seq or head.stream in self.refused:
                continue
            previous = GENESIS if cursor == 0 else hash_at(head.stream, cursor)
            if previous is None:
                self.refused[head.stream] = f"entry {cursor} is not held here any more"
                continue
            return Span(head.stream, cursor, previous)
        return None

    def push(self, span: Span, entries: Sequence[Entry]) -> Push:
        """The message that carries these entries, which follow the span's start."""
        return Push(span.stream, span.after_seq + 1, span.previous, tuple(entries))

    def on_push(self, push: Push, reply: PushReply) -> bool:
        """Moves the cursor to what is committed; False when the receiver changed and a new hello is due."""
        stream = push.stream
        if reply.generation != self.generation:
            self.greeted = False
            return False
        if reply.outcome in ("accepted", "duplicate", "fork"):
            self.cursors[stream] = reply.mark.accepted
            if reply.outcome == "fork":
                self.forked.add(stream)
        elif reply.outcome == "gap":
            self.cursors[stream] = min(reply.mark.accepted, push.base_seq - 1)
        elif reply.outcome == "rewind":
            self.cursors[stream] = max(0, push.base_seq - 1 - self.rewind_step)
        else:
            self.refused[stream] = reply.detail or reply.outcome
        return True
