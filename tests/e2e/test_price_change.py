"""A price changed at headquarters is charged at the till: from its minute on, in its zone, with nobody in reach."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from hq_server import clock
from hq_server.promotion_admin import service as promotion_admin
from hq_server.stores import service as stores
from promotions import AmountOff, Offer, Scope
from tests.e2e.headquarters import Headquarters, change_price, put_offers
from tests.e2e.hosts import EAST_MS, MINUTE_MS, Host, enrolled, ready, todays_noon_ms
from tests.e2e.sums import assert_agreed
from tests.pos_terminal.premises import Premises
from tests.pos_terminal.shop import MILK, SOAP

NOON_MINUTE = (todays_noon_ms() + EAST_MS) // MINUTE_MS
OLD, NEW = 350, 420
"""What milk costs before and after, in minor units."""


def net_of(shop: Premises, *codes: str) -> int:
    """Sells these goods; what they came to."""
    shop.scan(*codes).enter("", "")
    assert shop.state.last is not None, shop.told
    return shop.state.last.net


def line_nets(host: Host) -> list[int]:
    """What each line of the latest receipt came to."""
    return [sum(run.units * run.net for run in line.runs) for line in host.sales[-1].lines]


def test_a_zones_price_is_charged_from_its_minute_on_by_tills_that_reach_nobody(
    headquarters: Headquarters, tmp_path: Path
) -> None:
    east, west = (ready(headquarters, tmp_path, till) for till in ("S1-01", "S3-01"))
    change_price(headquarters, "milk", NEW * 100, "zone:east", NOON_MINUTE + 2)
    assert east.sync() == west.sync() == []
    headquarters.stop()
    with east.till() as shop, west.till() as other:
        assert net_of(shop, MILK) == net_of(other, MILK) == OLD
        east.clocks.pass_ms(MINUTE_MS)
        west.clocks.pass_ms(MINUTE_MS)
        shop.scan(MILK)
        assert shop.state.receipt.due == OLD
        east.clocks.pass_ms(MINUTE_MS)
        west.clocks.pass_ms(MINUTE_MS)
        # The line scanned a minute ago keeps its price; the next one has the new price.
        assert net_of(shop, MILK) == OLD + NEW
        assert net_of(shop, MILK) == NEW
        assert net_of(other, MILK) == OLD
    assert line_nets(east) == [NEW]
    east.clocks.pass_ms(600 * MINUTE_MS)
    west.clocks.pass_ms(600 * MINUTE_MS)
    with east.till() as shop, west.till() as other:
        assert (net_of(shop, MILK), net_of(other, MILK)) == (NEW, OLD)
    sources = [line.price_source for sale in east.sales for line in sale.lines]
    assert [source.scope for source in sources] == ["chain", "chain", "zone:east", "zone:east", "zone:east"]
    assert {line.price_source.scope for sale in west.sales for line in sale.lines} == {"chain"}
    headquarters.start()
    assert east.sync() == west.sync() == []
    assert_agreed(headquarters, east, west)


def test_the_board_shows_for_each_till_whether_a_price_is_published_at_the_host_or_in_use(
    headquarters: Headquarters, tmp_path: Path
) -> None:
    names = ("S1-01", "S2-01", "S3-01")
    hosts = {name: enrolled(headquarters, tmp_path, name) for name in names}
    with ExitStack() as up:
        agents = {name: up.enter_context(host.agent()) for name, host in hosts.items()}

        def carried(*tills: str) -> None:
            for till in tills:
                assert agents[till].once() == []
            headquarters.fold()

        carried(*names)
        for host in hosts.values():
            host.start_till()
        carried(*names)
        _watch(headquarters, hosts, carried)


def _watch(headquarters: Headquarters, hosts: dict[str, Host], carried: Callable[..., None]) -> None:
    """Follows one price to all tills."""
    position = change_price(headquarters, "milk", NEW * 100, "zone:east", NOON_MINUTE + 2)
    assert headquarters.board("prices", position) == dict.fromkeys(hosts, "published")
    carried("S1-01", "S2-01")
    assert headquarters.board("prices", position) == {
        "S1-01": "at_host",
        "S2-01": "at_host",
        "S3-01": "published",
    }
    hosts["S1-01"].start_till()
    assert headquarters.board("prices", position)["S1-01"] == "at_host", "nobody has heard of it yet"
    carried("S1-01")
    assert headquarters.board("prices", position, "zone:east") == {"S1-01": "in_use", "S2-01": "at_host"}
    hosts["S2-01"].start_till()
    hosts["S3-01"].start_till()
    carried("S2-01", "S3-01")
    assert headquarters.board("prices", position, "zone:east") == {"S1-01": "in_use", "S2-01": "in_use"}
    # The store of the other zone has come past this position, without the row.
    assert headquarters.board("prices", position)["S3-01"] == "at_host"
    hosts["S3-01"].start_till()
    carried("S3-01")
    assert headquarters.board("prices", position) == dict.fromkeys(hosts, "in_use")


@pytest.mark.parametrize("swap", ["delta", "snapshot"])
def test_feeds_that_change_in_the_middle_of_a_receipt_leave_its_offers_and_scanned_prices(
    headquarters: Headquarters, tmp_path: Path, swap: str
) -> None:
    put_offers(headquarters, Offer("soap1", AmountOff(100), name="香皂立减1元", scope=Scope(items=("soap",))))
    change_price(headquarters, "milk", NEW * 100, "zone:west")
    host = ready(headquarters, tmp_path, "S1-01")
    with host.agent() as agent, host.till() as shop:
        shop.scan(SOAP, MILK)
        offers = shop.state.receipt.offers
        before = {cursor.feed: cursor for cursor in shop.till.files.feeds.cursors().values()}
        with headquarters.writing() as session:
            promotion_admin.withdraw_offer(session, offer="soap1", actor="test", at=clock.now())
            if swap == "snapshot":
                stores.move_store(session, store_id="S1", zone_id="west", actor="test", at=clock.now())
        if swap == "delta":
            change_price(headquarters, "milk", NEW * 100, "store:S1")
        assert agent.once() == []
        after = {cursor.feed: cursor for cursor in shop.till.files.feeds.cursors().values()}
        assert (after["prices"].generation == before["prices"].generation) is (swap == "delta")
        shop.scan(MILK, SOAP)
        assert shop.state.receipt.offers is offers
        assert net_of(shop) == 2 * (999 - 100) + OLD + NEW
        first = host.sales[-1]
        assert line_nets(host) == [899, OLD, NEW, 899]
        assert net_of(shop, SOAP, MILK) == 999 + NEW
        second = host.sales[-1]
    assert offers is not None
    assert first.offer_set == offers.hash != second.offer_set
    assert {mark.feed: mark.position for mark in first.priced_with}["offers"] == before["offers"].position
    assert {mark.feed: mark.position for mark in second.priced_with}["offers"] == after["offers"].position
    assert host.sync() == []
    assert_agreed(headquarters, host)
