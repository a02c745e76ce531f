"""Puts the agent's state together and writes it where `store-agent status` and the till look."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import msgspec

from store_agent.config import AgentConfig
from store_agent.downlink import Downlink
from store_agent.schedule import Schedule
from store_agent.status import LineStatus, State, Status, write_status
from store_agent.uplink import Uplink

EVERY_S: Final = 1.0
"""A rush of sales wakes the agent many times a second; the file need not follow each."""


class StatusWriter:
    """Writes the status file after a step of the runner."""

    def __init__(self, path: Path, status: Callable[[float, int], Status]) -> None:
        self._path = path
        self._status = status
        self._written_s = float("-inf")

    def after_step(self, now_s: float, now_ms: int) -> None:
        """Writes the file, at most once a second."""
        if now_s - self._written_s >= EVERY_S:
            self.write(now_s, now_ms)

    def write(self, now_s: float, now_ms: int) -> None:
        """Writes the file now."""
        self._written_s = now_s
        write_status(self._path, self._status(now_s, now_ms))


def status_of(
    config: AgentConfig,
    host: str,
    uplinks: Iterable[Uplink],
    downlink: Downlink | None,
    *,
    offset_ms: int | None,
    closed_s: float,
    now_s: float,
    now_ms: int,
) -> Status:
    """The state of everything an agent does; `closed_s` is how long its transfer hours are away."""
    lines = [_line(uplink, closed_s, now_s, now_ms) for uplink in uplinks]
    if downlink is not None:
        lines.append(_schedule_status(downlink.name, downlink.schedule, closed_s, now_s, now_ms))
    return Status(
        written_ms=now_ms,
        process=os.getpid(),
        host=host,
        kind=config.kind,
        upstream=config.upstream.url,
        pending=sum(line.pending for line in lines),
        lines=tuple(lines),
        feeds=downlink.status() if downlink is not None else (),
        offset_ms=offset_ms,
    )


def _line(uplink: Uplink, closed_s: float, now_s: float, now_ms: int) -> LineStatus:
    machine = uplink.machine
    return msgspec.structs.replace(
        _schedule_status(uplink.name, uplink.schedule, closed_s, now_s, now_ms),
        pending=uplink.pending(),
        generation=machine.generation,
        refused={str(stream): reason for stream, reason in sorted(machine.refused.items())},
        forked=tuple(str(stream) for stream in sorted(machine.forked)),
    )


def _schedule_status(name: str, schedule: Schedule, closed_s: float, now_s: float, now_ms: int) -> LineStatus:
    failing = schedule.failures > 0
    state: State = "ok" if schedule.last_success_ms else "starting"
    if failing:
        state = "failing"
    elif schedule.gated and closed_s > 0:
        state = "waiting"
    return LineStatus(
        name=name,
        state=state,
        last_success_ms=schedule.last_success_ms,
        failures=schedule.failures,
        retry_at_ms=now_ms + max(0, int((schedule.due_s - now_s) * 1000)) if failing else 0,
        problem=schedule.problem,
    )
