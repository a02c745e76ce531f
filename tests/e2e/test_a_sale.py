"""A till enrols, sells, and headquarters has the sale: with the agent as its own process and the worker at work."""

from __future__ import annotations

from pathlib import Path

from hq_server import jobs
from hq_server.reports import live
from hq_server.reports import service as reports
from hq_server.reports.service import ClerkFigures
from hq_server.sync.rules import business_day
from hq_server.users.sessions import Viewer
from promotions import AmountAtThreshold, AmountTier, Offer
from retail.documents.sale import Sale
from store_agent.status import FILE, read_status
from tests.e2e.commands import agent_process, enrol_by_command
from tests.e2e.headquarters import OWNER, UNIT_COSTS, Headquarters, put_offers
from tests.e2e.hosts import Host, qr_of
from tests.e2e.sums import assert_agreed, at_headquarters, clerks, total
from tests.pos_terminal.premises import Premises
from tests.pos_terminal.shop import MILK, SOAP, TEA
from tests.store_agent.shop import wait_until

MANAGER = Viewer("manager", "Manager", frozenset({"reports.sales"}), ("S1",))


def has_feeds(folder: Path) -> bool:
    """Whether the agent says that all that a till needs is here."""
    status = read_status(folder / FILE)
    here = {feed.feed for feed in status.feeds if feed.position} if status else set()
    return here >= {"items", "barcodes", "prices", "offers", "staff", "roles", "configuration"}


def sell_some(shop: Premises) -> None:
    """Three receipts: with shares, an offer and change; by card; and one in several tenders. One piece comes back."""
    shop.enter(f"07/{TEA}", f"07*60+12*40/3*{SOAP}").scan(MILK).enter("", "200")
    qr = qr_of(shop)
    shop.enter(f"@A/2*{MILK}").enter("").press("tender_card")
    shop.scan(SOAP, MILK).enter("", "10").press("tender_wallet_qr")
    shop.scan(qr).enter("1*2", "", "", "")


def test_a_till_enrols_gets_its_feeds_sells_and_headquarters_has_it(headquarters: Headquarters, tmp_path: Path) -> None:
    put_offers(headquarters, Offer("t100", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10"))
    folder = tmp_path / "till"
    told = enrol_by_command(folder, headquarters.url, headquarters.code("S1-01"))
    assert "S1-01" in told
    host = Host(folder, headquarters.url)
    worker = jobs.Worker(headquarters.config, headquarters.database)
    worker.start()
    try:
        with agent_process(folder):
            wait_until(lambda: has_feeds(folder), 20)
            with host.till() as shop:
                sell_some(shop)
            wait_until(lambda: len(headquarters.rows("SELECT FROM receipt")) == 4, 20)
    finally:
        worker.stop()
    assert host.sync() == []
    assert_agreed(headquarters, host)
    assert_reports_tell_it(headquarters, host)


def assert_reports_tell_it(headquarters: Headquarters, host: Host) -> None:
    """Headquarters' screens show what the receipts say, to the cent, and margin only to who may see it."""
    sales = host.sales
    date = business_day(shift_date(host))
    assert date is not None
    sums = at_headquarters(headquarters)
    with headquarters.writing() as session:
        (shown,) = [one for one in live.board(session, viewer=OWNER, day=date) if one.store == "S1"]
        (hidden,) = live.board(session, viewer=MANAGER, day=date)
        listed = reports.receipts(session, viewer=OWNER, store="S1", first=date, last=date)
        people = reports.by_clerk(session, viewer=OWNER, store="S1", first=date, last=date)
        tenders = reports.by_tender(session, viewer=OWNER, store="S1", first=date, last=date)
    assert sorted(line.net for line in listed) == sorted(sale.net for sale in sales)
    assert (shown.customers, shown.margin) == (3, margin_of(sales))
    assert (hidden.customers, hidden.margin, hidden.margin_base) == (3, None, None)
    assert by_clerk(people) == clerks(sums) == by_cells(sales)
    assert {one.tender: one.amount for one in tenders if one.amount} == {
        kind: sum(tender.amount for sale in sales for tender in sale.tenders if tender.kind == kind)
        for kind in ("cash", "card", "wallet_qr")
    }
    assert total(sums, "stock", "quantity_milli", item="soap") == -3_000


def by_clerk(found: list[ClerkFigures]) -> dict[str, int]:
    totals: dict[str, int] = {}
    for one in found:
        totals[one.clerk] = totals.get(one.clerk, 0) + one.net
    return totals


def by_cells(sales: list[Sale]) -> dict[str, int]:
    """Clerk → net, from the receipts' own cells."""
    found: dict[str, int] = {}
    for sale in sales:
        for line in sale.lines:
            for run in line.runs:
                for cell in run.clerks:
                    found[cell.clerk] = found.get(cell.clerk, 0) + run.units * cell.amount
    return found


def margin_of(sales: list[Sale]) -> int:
    """Net less tax less cost, in minor units: exact, for the costs here are whole or half cents."""
    margin = 0
    for sale in sales:
        for line in sale.lines:
            pieces = line.quantity_milli // 1000
            margin += sum(run.units * (run.net - sum(tax.amount for tax in run.taxes)) for run in line.runs)
            margin -= pieces * UNIT_COSTS[line.item] // 100
    return margin


def shift_date(host: Host) -> int:
    """The business date of the host's shift."""
    with Premises(host.folder, clocks=host.clocks) as shop:
        assert shop.state.shift is not None
        return shop.state.shift.business_date
