"""The first word of a session: where each stream continues, where each feed stands, what the host already holds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from hq_server.feeds import board, pull
from hq_server.sync.queries import Caller, stream_mark
from retail.chain import GENESIS
from retail.wire import Hello, HelloReply, StreamMark

_SEEN = text("UPDATE till SET last_seen_at = :at, host = :host WHERE till_id = :till")


def greet(session: Session, hello: Hello, *, caller: Caller, at: datetime) -> HelloReply:
    """The marks of all streams asked for (0 for one never seen) and the heads of all feeds."""
    session.execute(_SEEN, {"at": at, "host": hello.host, "till": caller.till})
    board.note_host(session, caller.store, caller.till, hello.host, hello.agent_feeds, at=at)
    marks = []
    for head in hello.streams:
        accepted, head_hash, archived = stream_mark(session, caller.store, head.stream) or (0, GENESIS, 0)
        marks.append(StreamMark(head.stream, accepted, head_hash, archived))
    return HelloReply(
        generation=caller.generation,
        time_ms=int(at.timestamp() * 1000),
        marks=tuple(marks),
        feeds=pull.heads(session, caller.store),
    )
