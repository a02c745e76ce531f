"""A week of real baskets sold at real tills, then priced again by headquarters from what the tills wrote.

Headquarters publishes the week's offers, each store's agent brings them down, and a till without a screen sells every
basket at its historic minute: members by card, goods by barcode, coupons by code. What comes back up is folded, and
every receipt is priced again from its document and the feed: each unit must have the very same cells. The rehearsal's
own basket, made without any till, must come to the same total.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import msgspec
import structlog

from hq_server import clock
from hq_server.db import Database
from hq_server.models.stores import Store
from hq_server.rehearsal import queries
from hq_server.rehearsal.again import differences, priced_again
from hq_server.rehearsal.receipts import Knowledge, sold_receipt
from hq_server.stores import enrolment
from hq_server.sync import service as sync
from hq_server.sync.entries import entries_after, read_entry
from hq_server.sync.rows import Placed
from pos_terminal.checkout.commands import Command, Entered, Pressed, Scanned
from pos_terminal.checkout.state import Level
from pos_terminal.services.clock import Source
from pos_terminal.till import Till
from promotions import Basket, Offer, OfferSet, compile, price
from retail.documents.sale import Sale
from retail.feeds import MemberRow
from retail.money import extend_minor
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
from zhanggui.completejourney.coupons import campaigns_of
from zhanggui.completejourney.documents import CURRENCY, store_code
from zhanggui.completejourney.offers import group_of, offers_of_week
from zhanggui.demo.selling import SaleRefused, sign_on
from zhanggui.headquarters import headquarters
from zhanggui.master import Chain, Member
from zhanggui.rehearse.baskets import LEVEL, MS_PER_MINUTE, Case, cases_of

PIECES_MAX: Final = 20
ENTRIES_MAX: Final = 100_000
SHOWN_MAX: Final = 5
SOFTWARE: Final = "zhanggui rehearse"
LATER_MIN: Final = 418 * 7 * 24 * 60
"""Tills do not believe in 2017: offers and baskets are moved to 2025 by whole weeks, so that weekdays stay."""
UNGUARDED: Final = WriterOptions(synchronous="OFF")
"""Nobody cuts the power here; that is proven elsewhere."""

log = structlog.get_logger()


@dataclass(slots=True)
class Agreement:
    """How many receipts were compared, and where till and headquarters differ (some of them, in words)."""

    receipts: int = 0
    lines: int = 0
    reduced: int = 0
    coupons: int = 0
    other_cells: int = 0
    other_totals: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def equal(self) -> bool:
        """Whether both came to the same, on every unit of every receipt."""
        return not (self.other_cells or self.other_totals) and self.receipts > 0

    def merge(self, other: Agreement) -> None:
        """Takes in what was found elsewhere."""
        for name in ("receipts", "lines", "reduced", "coupons", "other_cells", "other_totals"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples = (self.examples + other.examples)[:SHOWN_MAX]

    def told(self) -> str:
        """One sentence."""
        return (
            f"{self.receipts:,} receipts with {self.lines:,} lines, {self.reduced:,} of them with offers, "
            f"{self.coupons:,} coupons: {self.other_cells} with other cells, {self.other_totals} with another total"
        )


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
    cases = {store: list(_sellable(week, store)) for store in stores}
    agreement = Agreement()
    with headquarters(folder / "hq", database_url=database_url) as running:
        loading.load(running.database, _small_chain(week, stores, cases))
        for store in stores:
            data = folder / "tills" / store_code(store)
            _enrolled(running.database, running.url, data, store)
            _carry(data, running.url)
            if cases[store]:
                _sell(data, store, cases[store])
            _carry(data, running.url)
        sync.fold_all(running.database)
        for store in stores:
            _compare(agreement, running.database, week, store, cases[store])
    return agreement


def _sellable(week: int, store: int) -> Iterator[Case]:
    """The store's baskets as far as a till could have sold them: goods in pieces that have a price, at that price."""
    prices = completejourney.shelf_prices()
    for case in cases_of(week):
        if case.store != store_code(store):
            continue
        lines = [
            replace(line, unit_price=amount, gross_minor=extend_minor(amount, line.quantity_milli, CURRENCY))
            for line in case.basket.lines
            if (amount := prices.get(int(line.item), 0))
            and line.counted
            and 0 < line.quantity_milli <= PIECES_MAX * 1000
        ]
        if lines:
            moved = replace(case.context, local_minute=case.context.local_minute + LATER_MIN)
            numbered = tuple(replace(line, number=number) for number, line in enumerate(lines, 1))
            yield case._replace(basket=Basket(numbered), context=moved)


def _small_chain(week: int, stores: Sequence[int], cases: dict[int, list[Case]]) -> Chain:
    """The demo chain with these stores, the goods they sell this week, all members and the week's offers."""
    whole = completejourney.chain()
    goods = {line.item for found in cases.values() for case in found for line in case.basket.lines}
    codes = {store_code(store) for store in stores}
    return replace(
        whole,
        name=f"{whole.name} week {week}",
        shops=tuple(shop for shop in whole.shops if shop.store in codes),
        people=tuple(person for person in whole.people if person.store in codes),
        items=tuple(item for item in whole.items if item.item in goods),
        barcodes=tuple(barcode for barcode in whole.barcodes if barcode.item in goods),
        prices=tuple(row for row in whole.prices if row.item in goods),
        costs=tuple(cost for cost in whole.costs if cost.item in goods),
        members=tuple(Member(_member_row(number)) for number in sorted(campaigns_of().keys() | _households(cases))),
        offers=_offers(week),
    )


def _offers(week: int) -> tuple[Offer, ...]:
    """The week's offers in their later year."""
    return tuple(
        msgspec.structs.replace(
            offer,
            window=msgspec.structs.replace(
                offer.window,
                from_minute=offer.window.from_minute + LATER_MIN,
                until_minute=offer.window.until_minute + LATER_MIN,
            ),
        )
        for offer in offers_of_week(week)
    )


def _households(cases: dict[int, list[Case]]) -> set[int]:
    return {case.household for found in cases.values() for case in found}


def _member_row(household: int) -> MemberRow:
    groups = sorted(group_of(campaign) for campaign in campaigns_of().get(household, ()))
    return MemberRow(documents.member_code(household), level=LEVEL, groups=tuple(groups))


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


def _compare(agreement: Agreement, database: Database, week: int, store: int, cases: Sequence[Case]) -> None:
    """Every receipt of the store, in the order they were sold, with the basket it was made from."""
    with database.transaction() as session:
        row = session.get(Store, store_code(store))
        assert row is not None
        offers = compile(queries.offers_at(session, row), store=row.store_id, currency=row.currency)
        placed = [
            (read, read.document)
            for entry in entries_after(session, row.store_id, 0, ENTRIES_MAX)
            if isinstance(read := read_entry(entry), Placed) and isinstance(read.document, Sale)
        ]
        known = Knowledge(
            queries.item_rows(session, {line.item for _, sale in placed for line in sale.lines}),
            queries.member_rows(session, {sale.member for _, sale in placed}),
        )
    assert len(placed) == len(cases), "every basket is one receipt"
    own = compile(_offers(week), store=store_code(store), currency=CURRENCY)
    for (read, sale), case in zip(placed, cases, strict=True):
        _compare_one(agreement, read, sale, case, offers, own, known)


def _compare_one(
    agreement: Agreement, read: Placed, sale: Sale, case: Case, offers: OfferSet, own: OfferSet, known: Knowledge
) -> None:
    sold = sold_receipt(read.store, read.position, read.envelope, sale, known)
    assert sold is not None
    again = priced_again(sold, offers)
    found = differences(sale, again)
    apart = price(case.basket, own, case.context)
    agreement.receipts += 1
    agreement.lines += len(sale.lines)
    agreement.reduced += again.total < again.gross
    agreement.coupons += len(sale.coupons)
    agreement.other_cells += bool(found)
    agreement.other_totals += not sale.net == again.total == apart.total
    if (found or sale.net != apart.total) and len(agreement.examples) < SHOWN_MAX:
        totals = f"{sale.net} at the till, {again.total} again, {apart.total} apart"
        agreement.examples.append(f"basket {case.number}: {totals}; {'; '.join(found[:3])}")
