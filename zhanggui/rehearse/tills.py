"""A week of real baskets sold at real tills, then priced again by headquarters from what the tills wrote.

Headquarters publishes the week's offers, each store's agent brings them down, and a till without a screen sells every
basket at its historic minute: members by card, goods by barcode, coupons by code. What comes back up is folded, and
every receipt is priced again from its document and the feed: each unit must have the very same cells. The rehearsal's
own basket, made without any till, must come to the same total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from hq_server import clock
from hq_server.db import Database
from hq_server.stores import enrolment
from hq_server.sync import service as sync
from pos_terminal.checkout.commands import Command, Entered, Pressed, Scanned
from pos_terminal.checkout.state import Level
from pos_terminal.services.clock import Source
from pos_terminal.till import Till
from store_agent.agent import Agent
from store_agent.config import AgentConfig, Upstream
from store_agent.enrol import HEADQUARTERS_TOKEN_FILE, enrol
from store_agent.transport import HttpTransport
from store_db.connection import WriterOptions
from store_db.identity import FILE as IDENTITY_FILE
from store_db.identity import load_identity
from zhanggui import loading, master
from zhanggui.completejourney import chain as completejourney
from zhanggui.completejourney import documents
from zhanggui.completejourney.documents import store_code
from zhanggui.demo.selling import SaleRefused, sign_on
from zhanggui.headquarters import headquarters
from zhanggui.rehearse.agreement import Agreement, compare
from zhanggui.rehearse.baskets import MS_PER_MINUTE, Case
from zhanggui.rehearse.moved import sellable, small_chain

SOFTWARE: Final = "zhanggui rehearse"
UNGUARDED: Final = WriterOptions(synchronous="OFF")
"""Nobody cuts the power here; that is proven elsewhere."""

log = structlog.get_logger()


@dataclass(slots=True)
class Hands:
    """A clock in our hands: both of the machine's clocks move together, and never backwards."""

    wall_ms: int
    steady_ms: int = 1_000

    def move_to(self, wall_ms: int) -> None:
        """It is so late now."""
        ahead = max(0, wall_ms - self.wall_ms)
        self.wall_ms += ahead
        self.steady_ms += ahead

    @property
    def source(self) -> Source:
        """What the till reads."""
        return Source(lambda: self.wall_ms, lambda: self.steady_ms)


def agree(folder: Path, *, week: int, stores: Sequence[int], database_url: str = "") -> Agreement:
    """Sells the week's baskets of these stores at their tills and compares."""
    cases = {store: list(sellable(week, store)) for store in stores}
    agreement = Agreement()
    with headquarters(folder / "hq", database_url=database_url) as running:
        loading.load(running.database, small_chain(week, stores, cases))
        for store in stores:
            data = folder / "tills" / store_code(store)
            _enrolled(running.database, running.url, data, store)
            _carry(data, running.url)
            if cases[store]:
                _sell(data, store, cases[store])
            _carry(data, running.url)
        sync.fold_all(running.database)
        for store in stores:
            compare(agreement, running.database, week, store, cases[store])
    return agreement


def _enrolled(database: Database, url: str, data: Path, store: int) -> None:
    if (data / IDENTITY_FILE).exists():
        return
    with database.transaction() as session:
        code = enrolment.issue_code(session, till_id=documents.till_code(store), actor=SOFTWARE, at=clock.now()).code
    transport = HttpTransport(url)
    try:
        enrol(data, transport, code=code, host=SOFTWARE)
    finally:
        transport.close()


def _carry(data: Path, url: str) -> None:
    """The store's agent: everything up, everything down."""
    config = AgentConfig(data=str(data), upstream=Upstream(url, HEADQUARTERS_TOKEN_FILE))
    with Agent(config, load_identity(data), log, software=SOFTWARE) as agent:
        problems = agent.once()
    if problems:
        raise SaleRefused(f"the agent of {data.name} could not carry: {problems[0]}")


def _sell(data: Path, store: int, cases: Sequence[Case]) -> None:
    """Rings up every basket at its minute, and takes the exact amount in cash."""
    hands = Hands(_utc_ms(cases[0]))
    till = Till.open(data, threaded=False, source=hands.source, software=SOFTWARE, machine=SOFTWARE, options=UNGUARDED)
    try:
        sign_on(till, documents.cashier_code(store), master.SAMPLE_PINS[master.CASHIER])
        for case in cases:
            hands.move_to(_utc_ms(case))
            _do(till, Pressed("member", documents.member_code(case.household)))
            for coupon in case.context.coupons:
                _do(till, Pressed("coupon", coupon.code), may_refuse=True)
            for line in case.basket.lines:
                pieces = line.quantity_milli // 1000
                if pieces != 1:
                    _do(till, Entered(f"{pieces}*"))
                _do(till, Scanned(completejourney.barcode_of(int(line.item))))
            if len(till.state.receipt.lines) != len(case.basket.lines):
                raise SaleRefused(f"basket {case.number} did not become {len(case.basket.lines)} lines")
            _do(till, Pressed("total"))
            _do(till, Entered(""))
            if till.state.receipt.lines:
                raise SaleRefused(f"basket {case.number} is still open: {till.state.message}")
    finally:
        till.close()


def _utc_ms(case: Case) -> int:
    return (case.context.local_minute - completejourney.UTC_OFFSET_MIN) * MS_PER_MINUTE


def _do(till: Till, command: Command, *, may_refuse: bool = False) -> None:
    till.submit(command)
    till.settle()
    message = till.state.message
    if message is not None and message.level is Level.REFUSED and not may_refuse:
        raise SaleRefused(f"{command}: {message}, asked {till.state.asked}")
