"""What the agent knows of its own state, in a file that `store-agent status` and the till's banner read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final, Literal

import msgspec

FILE: Final = "agent-status.json"

State = Literal["starting", "ok", "failing", "waiting"]
"""`waiting` is for the transfer hours of a batch store."""


class LineStatus(msgspec.Struct, frozen=True, omit_defaults=False):
    """One way up: what waits, when it last worked, and what the upstream refuses or has doubts about."""

    name: str
    state: State
    pending: int = 0
    generation: str = ""
    last_success_ms: int = 0
    failures: int = 0
    retry_at_ms: int = 0
    problem: str = ""
    refused: dict[str, str] = {}
    forked: tuple[str, ...] = ()


class FeedStatus(msgspec.Struct, frozen=True):
    """How far a feed is at this host, and why its next piece was refused, if it was."""

    feed: str
    generation: str
    position: int
    problem: str = ""


class Status(msgspec.Struct, frozen=True):
    """The agent's state at `written_ms`. `offset_ms` is headquarters' clock minus ours; None when never heard."""

    written_ms: int
    process: int
    host: str
    kind: str
    upstream: str
    pending: int
    lines: tuple[LineStatus, ...] = ()
    feeds: tuple[FeedStatus, ...] = ()
    offset_ms: int | None = None


def write_status(path: Path, status: Status) -> None:
    """Replaces the file as a whole: a reader sees the old or the new one."""
    scratch = path.with_name(path.name + ".new")
    scratch.write_bytes(msgspec.json.format(msgspec.json.encode(status)))
    os.replace(scratch, path)


def read_status(path: Path) -> Status | None:
    """The last written status, None when there is none or it is not one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Status)
    except (OSError, msgspec.DecodeError):
        return None
