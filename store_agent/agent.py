"""Puts one host's agent together from its settings: files, ways up and down, the till's socket, the status file."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final, Self

from retail.wire import Answer, HelloReply, Question, StreamMark
from store_agent.answers import Answers, Ask, ask_upstream, nobody
from store_agent.config import AgentConfig, batch_windows
from store_agent.config import Hub as HubConfig
from store_agent.downlink import Downlink
from store_agent.greetings import Greetings, both
from store_agent.hub_host import HubHost
from store_agent.journals import LateJournal
from store_agent.ports import EntryReader
from store_agent.reporting import StatusWriter, status_of
from store_agent.runner import Clock, Gate, Log, Runner, Work, always_open
from store_agent.schedule import Schedule
from store_agent.socket_server import FILE as SOCKET_FILE
from store_agent.socket_server import SocketServer
from store_agent.status import FILE as STATUS_FILE
from store_agent.status import Status
from store_agent.transport import HttpTransport, Transport
from store_agent.uplink import Greeted, Uplink
from store_agent.windows import wait_for_window_s
from store_db.feeds_db import FeedStore
from store_db.identity import Identity, pinned_key
from store_db.keys import read_private, verifier
from store_db.store_reader import StoreReader

FEEDS_FILE: Final = "feeds.db"
RUNS_MAX: Final = 10_000
ROUNDS: Final = 2
"""The first greeting may bring news, and the news may be the key that makes this host's entries acceptable."""
HUB_SHARE: Final = 0.5
"""Of a question's deadline: what a hub may spend on asking headquarters, so that its own answer is still in time."""


class Agent:
    """Everything one agent has open. Used as a context; what was opened is closed at its end."""

    def __init__(
        self, config: AgentConfig, identity: Identity, log: Log, *, software: str, clock: Clock | None = None
    ) -> None:
        self.config = config
        self.identity = identity
        self.hub: HubHost | None = None
        self.hub_port = 0
        self._clock = clock or Clock()
        self._software = software
        self._data = Path(config.data)
        self._host = config.host or identity.till
        self._works: list[Work] = []
        self._uplinks: list[Uplink] = []
        self._downlink: Downlink | None = None
        self._greetings: Greetings | None = None
        self._ask: Ask = nobody
        self._gate = batch_gate(config, identity)
        self._report = StatusWriter(self._data / STATUS_FILE, self._status)
        self.runner = Runner(self._works, log, clock=self._clock, gate=self._gate, after_step=self._report.after_step)
        with contextlib.ExitStack() as opened:
            if config.kind != "proxy":
                self._open(opened)
            self._closing = opened.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes servers, connections and files, last opened first."""
        self._closing.close()

    def serve(self) -> None:
        """Opens the socket for the till's questions, and the port for other hosts if this agent is a hub."""
        question_s = self.config.upstream.question_s
        answers = Answers(self._ask, poke=self.runner.poke, deadline_s=question_s, reachable=self._can_answer)
        self._closing.callback(answers.close)
        self._closing.callback(SocketServer(self._data / SOCKET_FILE, answers).close)
        if self.hub is not None:
            server = self.hub.listen()
            self._closing.callback(server.close)
            self.hub_port = server.port

    def run(self) -> None:
        """Serves and carries, until the runner is stopped."""
        self.serve()
        self.runner.run()

    def once(self) -> list[str]:
        """Does everything that there is to do now, also outside of transfer hours; returns the problems met."""
        for _ in range(ROUNDS):
            for uplink in self._ways():
                uplink.greet_again()
            for work in self._works:
                self._finish(work)
        self._report.write(self._clock.steady_s(), self._clock.utc_ms())
        return [f"{work.name}: {work.schedule.problem}" for work in self._works if work.schedule.problem]

    def _finish(self, work: Work) -> None:
        for _ in range(RUNS_MAX):
            self.runner.attempt(work)
            if work.schedule.problem or work.schedule.due_s > self._clock.steady_s():
                return

    def _open(self, opened: contextlib.ExitStack) -> None:
        """Opens the connection and the files, and lists the works that carry between them."""
        config, data = self.config, self._data
        token = read_private(data / config.upstream.token_file).decode().strip()
        transport = open_transport(config, token)
        opened.callback(transport.close)
        feeds = open_feeds(data, self.identity, keep_segments=config.hub is not None)
        opened.callback(feeds.close)
        schedule = Schedule(config.intervals.pull_s, gated=True)
        self._downlink = Downlink(feeds, transport, schedule=schedule, snapshots_due=feeds.snapshots_due)
        self._greetings = Greetings(feeds, self._downlink, self._clock.utc_ms)
        above: Transport = transport
        heard = both(self._greetings.upstream, self._greetings.journal)
        self._ask = ask_upstream(transport, config.upstream.question_s)
        if config.hub is not None:
            self.hub = self._open_hub(config.hub, transport, self._greetings)
            opened.callback(self.hub.close)
            above, heard = self.hub.own_transport, self._greetings.journal
            self._ask = self._ask_hub
        for name in config.journals:
            reader = LateJournal(data / name)
            opened.callback(reader.close)
            schedule = Schedule(config.intervals.push_s, gated=self.hub is None)
            self._uplinks.append(self._uplink(name, reader, schedule, above, heard))
        # Feeds first: a hub must know its tills' keys before it can take their entries in.
        self._works += [self._downlink, *self._uplinks, *(self.hub.works() if self.hub else [])]

    def _open_hub(self, config: HubConfig, upstream: Transport, greetings: Greetings) -> HubHost:
        def make_uplink(name: str, reader: StoreReader, schedule: Schedule) -> Uplink:
            return self._uplink(name, reader, schedule, upstream, both(greetings.upstream, archived))

        def archived(reply: HelloReply, marks: list[StreamMark]) -> None:
            assert self.hub is not None
            self.hub.store_db.note_archived(marks)

        return HubHost(
            self._data,
            config,
            self._data / FEEDS_FILE,
            store=self.identity.store,
            own_till=self.identity.till,
            fresh_generation=self._clock.fresh_id(),
            upstream=upstream,
            upstream_s=self.config.upstream.question_s * HUB_SHARE,
            push_s=self.config.intervals.push_s,
            make_uplink=make_uplink,
            now_ms=self._clock.utc_ms,
            poke=self.runner.poke,
        )

    def _uplink(
        self, name: str, reader: EntryReader, schedule: Schedule, transport: Transport, heard: Greeted
    ) -> Uplink:
        assert self._downlink is not None
        return Uplink(
            name,
            reader,
            transport,
            host=self._host,
            software=self._software,
            schedule=schedule,
            greet_every_s=self.config.intervals.pull_s,
            feeds=self._downlink.cursors,
            on_greeted=heard,
        )

    def _ask_hub(self, question: Question) -> Answer:
        assert self.hub is not None
        return self.hub.hub.ask(question, self.identity.till)

    def _can_answer(self) -> bool:
        """A hub answers by itself; others only while their upstream is there."""
        return self.hub is not None or not any(uplink.schedule.failures for uplink in self._uplinks)

    def _ways(self) -> list[Uplink]:
        return [*self._uplinks, *(self.hub.uplink.uplinks if self.hub else [])]

    def _status(self, now_s: float, now_ms: int) -> Status:
        return status_of(
            self.config,
            self._host,
            self._ways(),
            self._downlink,
            offset_ms=self._greetings.offset_ms if self._greetings else None,
            closed_s=self._gate(now_ms),
            now_s=now_s,
            now_ms=now_ms,
        )


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


def open_feeds(data: Path, identity: Identity, *, keep_segments: bool = False) -> FeedStore:
    """This host's feeds for writing, checked against the pinned key."""
    verify = verifier(pinned_key(identity))
    return FeedStore.open(data / FEEDS_FILE, store=identity.store, verify=verify, keep_segments=keep_segments)


def batch_gate(config: AgentConfig, identity: Identity) -> Gate:
    """When a batch store may transfer; always for the other kinds."""
    windows = batch_windows(config)
    if not windows:
        return always_open
    return lambda now_ms: wait_for_window_s(windows, now_ms, identity.utc_offset_min)
