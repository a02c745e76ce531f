"""Offers go to the tills as the bytes the engine reads, and come back when withdrawn."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from hq_server.db import Database
from hq_server.errors import NotFound
from hq_server.promotion_admin import service as offers
from promotions.codec import decode_offer
from promotions.plans.percent_off import PercentOff
from promotions.rule import Offer
from retail.feeds import OfferRow, decode_row
from tests.hq_server.chain import NOON, Chain
from tests.hq_server.http import Host


def test_an_offer_reaches_its_zone_and_leaves_again(client: TestClient, database: Database, chain: Chain) -> None:
    east, west = (Host.enrolled(client, database, chain.tills[till]) for till in ("S1-01", "S3-01"))
    offer = Offer("autumn", PercentOff(1000), "Autumn")
    with database.transaction() as session:
        offers.put_offers(session, [offer], actor="li", at=NOON, audience="zone:east")
    for host in (east, west):
        host.take("offers")
    (body,) = east.rows["offers"].values()
    row = decode_row("offers", body)
    assert isinstance(row, OfferRow)
    assert decode_offer(row.body) == offer
    assert west.rows["offers"] == {}
    with database.transaction() as session:
        assert [held.offer_id for held in offers.current_offers(session)] == ["autumn"]
        offers.withdraw_offer(session, offer="autumn", actor="li", at=NOON)
    east.take("offers")
    assert east.rows["offers"] == {}
    with database.transaction() as session:
        assert offers.current_offers(session) == []
        with pytest.raises(NotFound):
            offers.withdraw_offer(session, offer="spring", actor="li", at=NOON)
