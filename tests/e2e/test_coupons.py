"""Coupons and limits over stores, with real tills, agents, sockets and headquarters: with the line up, and without."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from devices.simulators.interpreter import render
from hq_server import clock
from hq_server.coupons import queries
from hq_server.coupons import service as coupons
from hq_server.coupons.service import SeriesRecord
from hq_server.feeds import baselines
from promotions import AmountOff, AmountTier, Audience, CouponNext, Limits, Offer, Scope
from retail.coupons import SIGNED_PREFIX, SignedCoupon, read_coupon
from store_agent.agent import Agent
from tests.e2e.headquarters import Headquarters, put_offers
from tests.e2e.hosts import DAY_MS, Host, enrolled, ready
from tests.e2e.sums import assert_agreed
from tests.pos_terminal.premises import Premises
from tests.pos_terminal.shop import TEA

GIVES = Offer("gives", CouponNext(series="NEXT10", tiers=(AmountTier(1_000, 500),), days=30))
TAKES = Offer("takes", AmountOff(500), scope=Scope(items=("tea",)), audience=Audience(coupon="NEXT10"))
SPRING = Offer("spring", AmountOff(300), scope=Scope(items=("tea",)), audience=Audience(coupon="SPRING"))
ONCE = Offer("cap", AmountOff(700), scope=Scope(items=("tea",)), limits=Limits(total_uses=2))
FULL = 12_800


@pytest.fixture
def codes(headquarters: Headquarters) -> list[str]:
    """Unique codes that open an offer, and a series that tills print; offers published."""
    with headquarters.writing() as session:
        coupons.put_series(session, SeriesRecord("SPRING", "春"), actor="test", at=clock.now())
        printed = SeriesRecord("NEXT10", "下次用", form="signed", offline="accept")
        coupons.put_series(session, printed, actor="test", at=clock.now())
        made = coupons.issue_unique(session, "SPRING", 2, draw=random.Random(1).randrange, actor="test", at=clock.now())
    put_offers(headquarters, GIVES, TAKES, SPRING)
    return made


def due(shop: Premises, *scanned: str) -> int:
    """What the open receipt comes to with these scanned."""
    shop.scan(*scanned)
    return shop.state.receipt.due


def sell(shop: Premises, *scanned: str) -> int:
    """A receipt of these, paid; what it came to."""
    shop.scan(*scanned).enter("", "")
    assert shop.state.last is not None, shop.told
    return shop.state.last.net


def coupon_on(shop: Premises) -> str:
    """The coupon on the last paper, as a scanner reads it."""
    shop.papers()
    found = [
        symbol.data
        for paper in render(shop.printer.jobs[-1], shop.profile.width_dots)
        for symbol in paper.symbols
        if symbol.data.startswith(SIGNED_PREFIX)
    ]
    assert len(found) == 1
    return found[0]


def forged(paper: str) -> str:
    """The coupon with another signature."""
    coupon = read_coupon(paper)
    assert isinstance(coupon, SignedCoupon)
    return replace(coupon, signature=bytes(64)).text


def states(headquarters: Headquarters, series: str) -> list[tuple[str, str]]:
    return headquarters.rows(
        "SELECT state, redeemed_store FROM coupon WHERE series_id = :series ORDER BY state, redeemed_store",
        series=series,
    )


def test_one_till_at_a_time_has_a_code_and_a_sold_one_is_gone_everywhere(
    headquarters: Headquarters, codes: list[str], tmp_path: Path
) -> None:
    hub = enrolled(headquarters, tmp_path, "S1-01", hub=True)
    with hub.agent() as agent:
        second = enrolled(headquarters, tmp_path, "S1-02", url=f"http://127.0.0.1:{agent.hub_port}")
        far = ready(headquarters, tmp_path, "S2-01")
        with second.agent() as below, far.agent() as away:
            carry(agent, below, away)
            with hub.till() as shop, second.till() as beside, far.till() as other:
                assert due(shop, TEA, codes[0]) == FULL - 300
                assert due(beside, TEA, codes[0]) == FULL
                assert beside.told == "coupon_reserved"
                assert due(other, TEA, codes[0]) == FULL
                assert other.told == "coupon_reserved"
                assert due(other, codes[1]) == FULL - 300
                assert sell(shop) == FULL - 300
                # The hub has the receipt before headquarters has folded it.
                below.once()
                agent.once()
                beside.scan(codes[0])
                assert beside.told == "coupon_redeemed"
                headquarters.fold()
                other.scan(codes[0])
                assert other.told == "coupon_redeemed"
                sell(other)
                carry(agent, below, away)
    headquarters.fold()
    assert states(headquarters, "SPRING") == [("redeemed", "S1"), ("redeemed", "S2")]
    assert_agreed(headquarters, hub, second, far)


def carry(*agents: Agent) -> None:
    for agent in (*agents, *agents):
        assert agent.once() == []


def test_a_till_alone_takes_no_code_that_it_cannot_ask_about(
    headquarters: Headquarters, codes: list[str], tmp_path: Path
) -> None:
    host = ready(headquarters, tmp_path, "S1-01")
    headquarters.stop()
    with host.agent(), host.till() as shop:
        assert due(shop, TEA, codes[0]) == FULL
        assert shop.told == "coupon_alone"
        assert sell(shop) == FULL


def test_a_coupon_printed_at_one_store_is_taken_alone_at_others_and_twice_is_shown_at_headquarters(
    headquarters: Headquarters, codes: list[str], tmp_path: Path
) -> None:
    first, second, third = (ready(headquarters, tmp_path, till) for till in ("S1-01", "S2-01", "S3-01"))
    for host in (first, second, third):
        assert host.sync() == []  # every till's key has come down
    with first.till() as shop:
        sell(shop, TEA)
        paper = coupon_on(shop)
        shop.scan(paper)
        assert shop.told == "coupon_not_yet"
    headquarters.stop()
    for host in (second, third):
        host.clocks.pass_ms(DAY_MS)
        with host.till() as shop:
            assert due(shop, TEA, forged(paper)) == FULL
            assert shop.told == "coupon_forged"
            assert due(shop, paper) == FULL - 500
            assert sell(shop) == FULL - 500
            assert due(shop, TEA, paper) == FULL
            assert shop.told == "coupon_redeemed"  # it took it itself
            shop.press("cancel_receipt")
    headquarters.start()
    for host in (third, second, first):
        assert host.sync() == []
    headquarters.fold()
    assert states(headquarters, "NEXT10") == [("issued", ""), ("issued", ""), ("redeemed", "S3")]
    with headquarters.writing() as session:
        (twice,) = queries.duplicates(session)
        assert coupons.publish_blocks(session, at=clock.now()) == 1
    assert (twice.store, twice.first_store, twice.receipt) == ("S2", "S3", "S2-01-000001")
    assert headquarters.rows("SELECT store_id, kind FROM alarm") == [("S2", "coupon_twice")]
    assert first.sync() == []
    headquarters.stop()
    first.clocks.pass_ms(DAY_MS)
    with first.till() as shop:
        shop.scan(TEA, paper)
        assert shop.told == "coupon_redeemed"  # so it was told
    headquarters.start()
    assert first.sync() == []
    assert_agreed(headquarters, first, second, third)


def test_what_one_store_used_of_an_offer_is_used_for_all(headquarters: Headquarters, tmp_path: Path) -> None:
    put_offers(headquarters, ONCE)
    near, far = (ready(headquarters, tmp_path, till) for till in ("S1-01", "S3-01"))

    def come_round(*hosts: Host) -> None:
        for host in hosts:
            assert host.sync() == []
        headquarters.fold()
        baselines.publish_due(headquarters.database, at=clock.now())
        for host in hosts:
            assert host.sync() == []

    come_round(near, far)
    with near.till() as shop:
        assert sell(shop, TEA) == FULL - 700
    come_round(near, far)
    with near.till() as shop, far.till() as other:
        assert sell(other, TEA) == FULL - 700
        assert sell(other, TEA) == FULL
        assert sell(shop, TEA) == FULL - 700  # it has not heard yet: one more than there were
    come_round(near, far)
    with near.till() as shop:
        assert sell(shop, TEA) == FULL
    assert headquarters.rows("SELECT sum(receipts), sum(amount) FROM ledger_offer_use") == [(3, 2_100)]
