"""Whose a sale was stays true wherever and whenever the goods come back: other store, before the sale, in parts."""

from __future__ import annotations

from pathlib import Path

from hq_server.reports import service as reports
from promotions import AmountAtThreshold, AmountTier, Offer
from tests.e2e.headquarters import OWNER, UNIT_COSTS, Headquarters, put_offers
from tests.e2e.hosts import Host, qr_of, ready
from tests.e2e.sums import assert_agreed, at_headquarters, clerks, total
from tests.pos_terminal.premises import Premises
from tests.pos_terminal.shop import MILK, SOAP, TEA

T100 = Offer("t100", AmountAtThreshold(tiers=(AmountTier(10_000, 1_000),)), name="满100减10")
GIVEN = {"07": 13_713, "12": 1_126, "A": 658}
"""What the receipt below gives to each: 128.00 of tea to 07, 29.97 of soap shared 60/40, 7.00 of milk to the pool,
less 10.00 in proportion to the lines."""
OF_ONE_SOAP = {"07": -617, "12": -379, "A": -3}
"""9.99 of soap: 9.38 were paid for it, and the 0.61 that the offer took off it go to the goods that are kept, for the
threshold is still reached."""
LEFT = {clerk: net + OF_ONE_SOAP.get(clerk, 0) for clerk, net in GIVEN.items()}
COST_LEFT = (UNIT_COSTS["tea"] + 2 * UNIT_COSTS["soap"] + 2 * UNIT_COSTS["milk"]) * 1_000


def sell_to_three_clerks(host: Host) -> str:
    """Sells the receipt of three clerks; returns its QR as the customer takes it to another store."""
    with host.till() as shop:
        shop.enter(f"07/{TEA}", f"07*60+12*40/3*{SOAP}", f"@A/2*{MILK}").enter("", "200")
        assert shop.state.last is not None
        return qr_of(shop)


def take_back(shop: Premises, qr: str, *what: str) -> int:
    """Scans the receipt and takes lines of it back, for cash; returns the new receipt's net."""
    shop.scan(qr)
    assert shop.told == "choose_returns", "the receipt was not found through the agent"
    shop.enter(*what, "", "", "")
    assert shop.state.last is not None, shop.told
    return shop.state.last.net


def cost_of_goods(headquarters: Headquarters) -> tuple[int, int]:
    """What the goods sold have cost, and the net of those whose cost nobody knows."""
    ((cost, uncosted),) = headquarters.rows("SELECT sum(cost_scaled), sum(uncosted_net) FROM ledger_item_day")
    return int(cost), int(uncosted)


def test_each_clerk_gets_what_is_theirs_and_a_return_at_another_store_takes_back_that(
    headquarters: Headquarters, tmp_path: Path
) -> None:
    put_offers(headquarters, T100)
    here, there = (ready(headquarters, tmp_path, till) for till in ("S1-01", "S2-01"))
    qr = sell_to_three_clerks(here)
    assert here.sync() == []
    headquarters.fold()
    assert clerks(at_headquarters(headquarters)) == GIVEN
    with there.agent() as agent:
        assert agent.once() == []
        with there.till() as shop:
            net = take_back(shop, qr, "1*2")
        assert agent.once() == []
    assert net == sum(OF_ONE_SOAP.values())
    assert_agreed(headquarters, here, there)
    assert clerks(at_headquarters(headquarters)) == LEFT
    assert cost_of_goods(headquarters) == (COST_LEFT, 0)


def test_a_return_that_arrives_before_its_sale_takes_back_the_same(headquarters: Headquarters, tmp_path: Path) -> None:
    put_offers(headquarters, T100)
    here, there = (ready(headquarters, tmp_path, till) for till in ("S1-01", "S2-01"))
    headquarters.fold()
    before_the_sale = headquarters.back_up("before.dump")
    qr = sell_to_three_clerks(here)
    assert here.sync() == []
    headquarters.fold()
    with there.agent(), there.till() as shop:
        take_back(shop, qr, "1*2")
    headquarters.stop()
    headquarters.restore(before_the_sale)
    headquarters.start()
    assert there.sync() == []
    headquarters.fold()
    assert headquarters.rows("SELECT store_id FROM receipt") == [("S2",)]
    assert clerks(at_headquarters(headquarters)) == OF_ONE_SOAP
    assert here.sync() == []
    assert_agreed(headquarters, here, there)
    assert clerks(at_headquarters(headquarters)) == LEFT
    assert cost_of_goods(headquarters) == (COST_LEFT, 0)


def test_when_everything_came_back_nobody_has_anything_left(headquarters: Headquarters, tmp_path: Path) -> None:
    put_offers(headquarters, T100)
    here, there = (ready(headquarters, tmp_path, till) for till in ("S1-01", "S2-01"))
    qr = sell_to_three_clerks(here)
    assert here.sync() == []
    with there.agent() as agent, there.till() as shop:
        take_back(shop, qr, "1*2")
        # An exchange: a soap comes back and the tea of clerk 12 goes out; the customer pays the difference.
        shop.scan(qr).enter("1*2", "").enter(f"12/{TEA}").enter("").press("tender_card")
        assert any(tender.kind == "exchange" for tender in there.sales[-1].tenders)
        exchanged = qr_of(shop)
        assert agent.once() == []
        headquarters.fold()
        with here.agent() as first, here.till() as other:
            take_back(other, qr, "*")
            other.scan(qr)
            assert other.told == "nothing_to_return"
            other.enter("")
            assert first.once() == []
        headquarters.fold()
        shop.scan(exchanged).enter("*", "", "").press("tender_card")
        assert agent.once() == []
    assert_agreed(headquarters, here, there)
    sums = at_headquarters(headquarters)
    assert clerks(sums) == {}
    assert total(sums, "tender_shift", "amount") == total(sums, "reduction_day", "amount") == 0
    assert not [place for place in sums if place[0] in ("stock", "item_day")]
    assert cost_of_goods(headquarters) == (0, 0)
    with headquarters.writing() as session:
        assert reports.over_returned(session, viewer=OWNER) == []
