"""A till's host in a store: enrolled at headquarters by a one-time code, with a real agent and a real till on it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from devices.simulators.interpreter import render
from retail.documents.sale import Sale
from retail.ids import DocumentId
from store_agent.agent import Agent
from store_agent.config import AgentConfig, Intervals, Upstream
from store_agent.config import Hub as HubConfig
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, HUB_TOKEN_FILE, enrol
from store_agent.runner import Clock
from store_agent.transport import HttpTransport
from store_db.identity import load_identity
from tests.e2e.headquarters import Headquarters
from tests.pos_terminal.premises import Clocks, Premises, sales
from tests.store_agent.shop import QUICK, Silence

ASK_S = 10.0
"""How long questions may take here: a machine under load is no reason for a till to go on alone."""
MINUTE_MS = 60_000
DAY_MS = 86_400_000
EAST_MS = 8 * 60 * MINUTE_MS
"""How far the stores' clocks are ahead of UTC."""


def todays_noon_ms() -> int:
    """Noon of this day on the stores' walls, and a few seconds."""
    now_ms = time.time_ns() // 1_000_000
    return (now_ms + EAST_MS) // DAY_MS * DAY_MS + DAY_MS // 2 - EAST_MS + 5_000


@dataclass
class Host:
    """One host: a folder with the till's files and the agent's."""

    folder: Path
    url: str
    hub: HubConfig | None = None
    clocks: Clocks = field(default_factory=lambda: Clocks(wall_ms=todays_noon_ms()))

    @contextlib.contextmanager
    def agent(self, clock: Clock | None = None) -> Iterator[Agent]:
        """This host's agent, answering the till's questions; it carries when told `once`."""
        through_hub = (self.folder / HUB_TOKEN_FILE).exists()
        token_file = HUB_TOKEN_FILE if through_hub else HEADQUARTERS_TOKEN_FILE
        upstream = Upstream(self.url, token_file, question_s=ASK_S)
        config = AgentConfig(data=str(self.folder), upstream=upstream, intervals=Intervals(0.1, 0.1), hub=self.hub)
        with Agent(config, load_identity(self.folder), Silence(), software="test", clock=clock) as agent:
            agent.serve()
            yield agent

    def sync(self) -> list[str]:
        """An agent comes up, carries all there is, and ends; the problems it met."""
        with self.agent() as agent:
            return agent.once()

    def till(self) -> Premises:
        """The till, open, with a cashier signed on and a shift."""
        premises = Premises(self.folder, clocks=self.clocks, agent_deadline_s=ASK_S, options=QUICK)
        return premises.open()

    def start_till(self) -> None:
        """The till is started, takes up what is there, and is ended again. Nobody signs on."""
        with Premises(self.folder, clocks=self.clocks, options=QUICK) as premises:
            premises.till.tick()

    @property
    def sales(self) -> list[Sale]:
        """The receipts in the journal."""
        return sales(self.folder)


def enrolled(headquarters: Headquarters, folder: Path, till: str, *, url: str = "", hub: bool = False) -> Host:
    """A new host, enrolled as this till at headquarters or through a hub's address."""
    transport = HttpTransport(url or headquarters.url)
    try:
        identity = enrol(folder / till, transport, code=headquarters.code(till), host=till)
    finally:
        transport.close()
    assert identity.till == till
    own = HubConfig(host="127.0.0.1", port=0) if hub else None
    return Host(folder / till, url or headquarters.url, own)


def ready(headquarters: Headquarters, folder: Path, till: str) -> Host:
    """A new host with headquarters' feeds on it."""
    host = enrolled(headquarters, folder, till)
    assert host.sync() == []
    return host


def qr_of(shop: Premises) -> str:
    """The code on the last receipt, as a scanner reads it from the paper."""
    shop.papers()
    (symbol,) = render(shop.printer.jobs[-1], shop.profile.width_dots)[-1].symbols
    data: str = symbol.data
    return data


def last_document(shop: Premises) -> DocumentId:
    """The receipt sold just now."""
    assert shop.state.last is not None, shop.told
    return shop.state.last.document
