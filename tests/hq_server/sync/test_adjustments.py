"""Returns that take an offer back from goods that are kept, in headquarters' ledgers and lists."""

from __future__ import annotations

import pytest
from msgspec import structs

from hq_server.db import Database
from hq_server.reports import service as reports
from hq_server.sync import quarantine, service
from promotions import AmountAtThreshold, AmountTier, BasketLine, Context, Offer
from promotions.refund import adjustments, moved
from retail.documents.sale import Sale
from retail.ids import DocumentId
from retail.ownership import own, shared
from tests.factories.counter import Counter, Extra, sell
from tests.hq_server.chain import Chain, TillDouble
from tests.hq_server.reports.test_reports import ALL

OFFER = Offer("mj", AmountAtThreshold(tiers=(AmountTier(20_000, 2_000),)), name="满200减20")
CLERKS = "SELECT clerk, sum(net)::bigint FROM ledger_clerk_day GROUP BY 1 ORDER BY 1"
TAKEN = "SELECT sum(amount)::bigint FROM ledger_reduction_day"


def goods(number: int, price: int) -> BasketLine:
    """One piece."""
    return BasketLine(number, f"item-{number}", "d", "x", "b", 1000, price * 100, price)


def sold_by(till: TillDouble) -> Counter:
    """A receipt of two clerks at a threshold, written at a till."""
    extras = [Extra(own("07"), ("V13", 1300)), Extra(shared(("12", 60), ("31", 40)), ("V13", 1300))]
    sale = sell([goods(1, 12_000), goods(2, 10_000)], [OFFER], Context(local_minute=29_920_920), extras)
    return Counter(sale, document=written(till, sale))


def written(till: TillDouble, sale: Sale) -> DocumentId:
    """Where the receipt stands now."""
    till.counter += 1
    return till.append(structs.replace(sale, counter=till.counter))


@pytest.mark.parametrize("first", ["sale", "return"])
def test_what_is_taken_back_counts_for_the_clerks_of_the_goods_that_are_kept(
    chain: Chain, database: Database, first: str
) -> None:
    home, away = chain.tills["S1-01"], chain.tills["S3-01"]
    shop = sold_by(home)
    written(away, shop.take((2, 1000)))
    for till in [home, away] if first == "sale" else [away, home]:
        chain.send(till)
        service.fold_all(database)
    assert chain.rows(CLERKS) == [("07", 12_000), ("12", 0), ("31", 0)]
    assert chain.rows(TAKEN) == [(0,)]
    assert chain.rows("SELECT line, entry, quantity_milli, gross, net FROM receipt_line WHERE store_id = 'S3'") == [
        (1, "return", -1000, -10_000, -9_091),
        (2, "adjustment", 0, 0, 1_091),
    ]
    assert chain.rows("SELECT line, units, quantity_milli, net FROM ledger_returned ORDER BY 1") == [
        (1, 0, 0, -1_091),
        (2, 1, 1000, 9_091),
    ]
    written(away, shop.take_all())
    chain.send(away, 1)
    service.fold_all(database)
    assert chain.rows(CLERKS) == [("07", 0), ("12", 0), ("31", 0)]
    sums = "sum(quantity_milli)::bigint, sum(gross)::bigint, sum(reduction)::bigint, sum(net)::bigint, sum(tax)::bigint"
    assert chain.rows(f"SELECT {sums} FROM ledger_item_day") == [(0, 0, 0, 0, 0)]
    assert chain.rows("SELECT sum(lines)::bigint, sum(net)::bigint FROM ledger_hour_day") == [(2, 0)]
    with database.transaction() as session:
        assert reports.over_returned(session, viewer=ALL) == []
        assert quarantine.listed(session) == []


def test_two_tills_that_could_not_ask_each_other_are_found_by_the_amounts(chain: Chain, database: Database) -> None:
    home, away = chain.tills["S1-01"], chain.tills["S3-01"]
    shop = sold_by(home)
    elsewhere = Counter(shop.sale, document=shop.document)
    written(home, shop.take((2, 1000)))
    written(away, elsewhere.take((1, 1000)))
    for till in (home, away):
        chain.send(till)
    service.fold_all(database)
    with database.transaction() as session:
        found = reports.over_returned(session, viewer=ALL)
    assert [(row.line, row.returned_milli, row.sold_milli, row.sold_net - row.returned_net) for row in found] == [
        (1, 1000, 1000, 1_091),
        (2, 1000, 1000, 909),
    ]
    assert moved(shop.receipt, (), ())[1].refunded == 0
    assert adjustments(shop.receipt, shop.document, *moved(shop.receipt, (), ())) == ()
