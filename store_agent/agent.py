"""Puts one host's agent together from its settings: files, ways up and down, the till's socket, the status file."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final, Self

from retail.wire import HelloReply
from store_agent.answers import Answers, Ask, ask_upstream, nobody
from store_agent.config import AgentConfig, batch_windows
from store_agent.downlink import Downlink
from store_agent.journals import LateJournal
from store_agent.reporting import Reporter
from store_agent.runner import Clock, Gate, Log, Runner, Work, always_open
from store_agent.schedule import Schedule
from store_agent.socket_server import FILE as SOCKET_FILE
from store_agent.socket_server import SocketServer
from store_agent.status import FILE as STATUS_FILE
from store_agent.transport import HttpTransport, Transport
from store_agent.uplink import Uplink
from store_agent.windows import wait_for_window_s
from store_db.feeds_db import FeedStore
from store_db.identity import Identity, pinned_key
from store_db.keys import read_private, verifier

FEEDS_FILE: Final = "feeds.db"
JOIN_RUNS_MAX: Final = 10_000


class Agent:
    """Everything one agent has open. Used as a context; what was opened is closed at its end."""

    def __init__(
        self,
        config: AgentConfig,
        identity: Identity,
        log: Log,
        *,
        software: str,
        clock: Clock | None = None,
    ) -> None:
        self.config = config
        self.identity = identity
        self.clock = clock or Clock()
        self._software = software
        self._host = config.host or identity.till
        self._data = Path(config.data)
        self._closing = contextlib.ExitStack()
        self._uplinks: list[Uplink] = []
        self._downlink: Downlink | None = None
        self._feeds: FeedStore | None = None
        self._gate = batch_gate(config, identity)
        try:
            ask = self._connect() if config.kind != "proxy" else nobody
            self._report = Reporter(
                self._data / STATUS_FILE,
                config,
                self._host,
                uplinks=lambda: self._uplinks,
                downlink=self._downlink,
                closed_s=self._gate,
            )
            self.runner = Runner(
                self._works(), log, clock=self.clock, gate=self._gate, after_step=self._report.after_step
            )
            self._ask = ask
        except BaseException:
            self._closing.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes files, connections and the socket."""
        self._closing.close()

    def serve_till(self) -> None:
        """Opens the socket for the till's questions."""
        answers = Answers(
            self._ask,
            poke=self.runner.poke,
            deadline_s=self.config.upstream.question_s,
            reachable=self._reachable,
        )
        self._closing.callback(answers.close)
        self._closing.callback(SocketServer(self._data / SOCKET_FILE, answers).close)

    def run(self) -> None:
        """Serves the till and carries, until the runner is stopped."""
        self.serve_till()
        self.runner.run()

    def once(self) -> list[str]:
        """Does everything that there is to do now, also outside of transfer hours; returns the problems met."""
        problems: list[str] = []
        for work in self._works():
            for _ in range(JOIN_RUNS_MAX):
                self.runner.attempt(work)
                if work.schedule.problem or work.schedule.due_s > self.clock.steady_s():
                    break
            if work.schedule.problem:
                problems.append(f"{work.name}: {work.schedule.problem}")
        self._report.write(self.clock.steady_s(), self.clock.utc_ms())
        return problems

    def _connect(self) -> Ask:
        """Opens feeds, journals and the connection; returns who is asked the till's questions."""
        config, data = self.config, self._data
        token = read_private(data / config.upstream.token_file).decode().strip()
        transport = open_transport(config, token)
        self._closing.callback(transport.close)
        feeds = FeedStore.open(
            data / FEEDS_FILE,
            store=self.identity.store,
            verify=verifier(pinned_key(self.identity)),
            keep_segments=config.hub is not None,
        )
        self._closing.callback(feeds.close)
        self._feeds = feeds
        self._downlink = Downlink(
            feeds,
            transport,
            schedule=Schedule(config.intervals.pull_s, gated=True),
            snapshots_due=feeds.snapshots_due,
        )
        for name in config.journals:
            self._add_uplink(name, transport)
        return ask_upstream(transport, config.upstream.question_s)

    def _add_uplink(self, journal: str, transport: Transport) -> None:
        reader = LateJournal(self._data / journal)
        self._closing.callback(reader.close)
        assert self._downlink is not None
        self._uplinks.append(
            Uplink(
                journal,
                reader,
                transport,
                host=self._host,
                software=self._software,
                schedule=Schedule(self.config.intervals.push_s, gated=True),
                greet_every_s=self.config.intervals.pull_s,
                feeds=self._downlink.cursors,
                on_greeted=self._heard,
            )
        )

    def _works(self) -> list[Work]:
        return [*self._uplinks, *([self._downlink] if self._downlink else [])]

    def _heard(self, reply: HelloReply) -> None:
        """The upstream answered: notes headquarters' time, and what there is to fetch."""
        assert self._feeds is not None
        assert self._downlink is not None
        now_ms = self.clock.utc_ms()
        self._report.offset_ms = reply.time_ms - now_ms
        if reply.headquarters_age_ms >= 0:
            self._feeds.note_contact(now_ms - reply.headquarters_age_ms, reply.time_ms - now_ms)
        self._downlink.on_greeted(reply)

    def _reachable(self) -> bool:
        return not any(uplink.schedule.failures for uplink in self._uplinks)


def open_transport(config: AgentConfig, token: str) -> HttpTransport:
    """The connection to the upstream that the settings name."""
    upstream = config.upstream
    return HttpTransport(
        upstream.url,
        token,
        timeout_s=upstream.timeout_s,
        verify=upstream.authorities or True,
        compress=upstream.compress,
    )


def batch_gate(config: AgentConfig, identity: Identity) -> Gate:
    """When a batch store may transfer; always for the other kinds."""
    windows = batch_windows(config)
    if not windows:
        return always_open
    offset_min = identity.utc_offset_min

    def closed_s(now_ms: int) -> float:
        return wait_for_window_s(windows, now_ms, offset_min)

    return closed_s
