"""Puts the agent's state together and writes it where `store-agent status` and the till look."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from store_agent.config import AgentConfig
from store_agent.downlink import Downlink
from store_agent.status import LineStatus, Status, write_status
from store_agent.uplink import Uplink

EVERY_S: Final = 1.0
"""A rush of sales wakes the agent many times a second; the file need not follow each."""


class Reporter:
    """Writes the status file after a step of the runner."""

    def __init__(
        self,
        path: Path,
        config: AgentConfig,
        host: str,
        *,
        uplinks: Callable[[], Sequence[Uplink]],
        downlink: Downlink | None,
        closed_s: Callable[[int], float],
    ) -> None:
        self.offset_ms: int | None = None
        self._path = path
        self._config = config
        self._host = host
        self._uplinks = uplinks
        self._downlink = downlink
        self._closed_s = closed_s
        self._written_s = float("-inf")

    def after_step(self, now_s: float, now_ms: int) -> None:
        """Writes the file, at most once a second."""
        if now_s - self._written_s >= EVERY_S:
            self.write(now_s, now_ms)

    def write(self, now_s: float, now_ms: int) -> None:
        """Writes the file now."""
        self._written_s = now_s
        write_status(self._path, self.status(now_s, now_ms))

    def status(self, now_s: float, now_ms: int) -> Status:
        """The state of everything this agent does."""
        lines = [self._line(uplink, now_s, now_ms) for uplink in self._uplinks()]
        down = self._downlink
        if down is not None:
            failing = down.schedule.failures > 0
            lines.append(
                LineStatus(
                    name=down.name,
                    state="failing" if failing else "ok" if down.schedule.last_success_ms else "starting",
                    last_success_ms=down.schedule.last_success_ms,
                    failures=down.schedule.failures,
                    problem=down.schedule.problem,
                )
            )
        return Status(
            written_ms=now_ms,
            process=os.getpid(),
            host=self._host,
            kind=self._config.kind,
            upstream=self._config.upstream.url,
            pending=sum(line.pending for line in lines),
            lines=tuple(lines),
            feeds=down.status() if down is not None else (),
            offset_ms=self.offset_ms,
        )

    def _line(self, uplink: Uplink, now_s: float, now_ms: int) -> LineStatus:
        line = uplink.status(now_s, now_ms)
        if uplink.schedule.gated and line.state != "failing" and self._closed_s(now_ms) > 0:
            return msgspec.structs.replace(line, state="waiting")
        return line
