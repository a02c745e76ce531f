"""How often members bought: told while an offer at tills asks, once each, and no further than is asked."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from hq_server.db import Database
from hq_server.feeds import baselines
from hq_server.promotion_admin.service import put_offers, withdraw_offer
from hq_server.sync import service
from promotions import Audience, Offer, PercentOff
from retail.feeds import PURCHASES_TOLD, BaselineRow, decode_row
from tests.hq_server.chain import NOON, Chain
from tests.hq_server.feeds.test_uses import MEMBER, Shop

FIRST = Offer("first", PercentOff(1_000), audience=Audience(purchases=(1,)))
EARLY = Offer("early", PercentOff(500), audience=Audience(purchases=(2, 40)))


@pytest.fixture
def shops(chain: Chain, tmp_path: Path) -> list[Shop]:
    """Two tills of one store and one of another zone's."""
    return [Shop(chain.tills[name], tmp_path / name) for name in ("S1-01", "S1-02", "S3-01")]


def put(database: Database, *offers: Offer) -> None:
    with database.transaction() as session:
        put_offers(session, offers, actor="test", at=NOON)


def publish(database: Database, later: int = 0) -> None:
    service.fold_all(database)
    baselines.publish_due(database, at=NOON + timedelta(seconds=later))


def told(chain: Chain) -> dict[tuple[str, ...], tuple[int, ...]]:
    """The sums of purchases that stand in the feed, of all stores."""
    bodies = chain.rows("SELECT body FROM feed_row WHERE feed = 'baselines' AND body IS NOT NULL ORDER BY key")
    rows = [decode_row("baselines", bytes(body)) for (body,) in bodies]  # type: ignore[call-overload]
    sums: dict[tuple[str, ...], tuple[int, ...]] = {}
    for row in rows:
        if isinstance(row, BaselineRow) and row.ledger in ("purchase", PURCHASES_TOLD):
            key = (row.ledger, *map(str, row.key))
            sums[key] = (sums.get(key, (0,))[0] + row.amounts[0],)
    return sums


def test_a_first_purchase_anywhere_is_known_everywhere_once_it_has_come_round(
    chain: Chain, database: Database, shops: list[Shop]
) -> None:
    put(database, FIRST)
    publish(database)
    first, _, far = shops
    for shop in shops:
        shop.take(database)
        assert (shop.sees().purchases, shop.sees().purchases_told, shop.sees().known) == (0, 1, True)
    far.sell()
    assert (far.sees().purchases, first.sees().purchases) == (1, 0)
    far.send(chain)
    publish(database)
    for shop in shops:
        shop.take(database)
        assert shop.sees().purchases == 1
        assert shop.sees("another").purchases == 0


def test_an_offer_that_comes_later_asks_for_all_that_was_sold_before(
    chain: Chain, database: Database, shops: list[Shop]
) -> None:
    for shop in shops:
        shop.sell()
        shop.sell()
        shop.send(chain)
    publish(database)
    assert told(chain) == {}
    put(database, EARLY)
    publish(database)
    assert told(chain) == {("purchase", MEMBER): (6,), (PURCHASES_TOLD,): (40,)}
    for shop in shops:
        shop.sell()
        shop.take(database)
        assert (shop.sees().purchases, shop.sees().purchases_told) == (7, 40)


def test_only_so_many_are_told_as_are_asked_for(chain: Chain, database: Database, shops: list[Shop]) -> None:
    put(database, FIRST)
    for _ in range(3):
        shops[0].sell()
    shops[0].send(chain)
    publish(database)
    assert told(chain) == {("purchase", MEMBER): (1,), (PURCHASES_TOLD,): (1,)}
    before = chain.rows("SELECT key, position FROM feed_row WHERE key LIKE 'purchase%' ORDER BY key")
    shops[0].sell()
    shops[0].send(chain)
    publish(database)
    assert chain.rows("SELECT key, position FROM feed_row WHERE key LIKE 'purchase%' ORDER BY key") == before
    put(database, EARLY)
    publish(database)
    assert told(chain) == {("purchase", MEMBER): (4,), (PURCHASES_TOLD,): (40,)}


def test_when_no_offer_asks_any_more_all_is_taken_back(chain: Chain, database: Database, shops: list[Shop]) -> None:
    put(database, FIRST)
    shops[0].sell()
    shops[0].send(chain)
    publish(database)
    assert told(chain)
    with database.transaction() as session:
        withdraw_offer(session, offer="first", actor="test", at=NOON)
    publish(database)
    assert told(chain) == {}


def test_folding_everything_anew_tells_the_same(chain: Chain, database: Database, shops: list[Shop]) -> None:
    put(database, EARLY)
    for shop in shops:
        shop.sell()
        shop.send(chain)
    publish(database)
    before = told(chain)
    service.rebuild(database)
    publish(database)
    assert told(chain) == before != {}


@pytest.mark.parametrize("seed", range(4))
def test_a_till_counts_each_of_its_own_once_and_the_others_as_they_were_told(
    seed: int, chain: Chain, database: Database, shops: list[Shop]
) -> None:
    """Sales, partial sends, folds, publications, offers that come and go, pulls and killed tills, in any order."""
    rng = random.Random(seed)
    tills = [shop.double.till for shop in shops]
    made = dict.fromkeys(tills, 0)
    published: dict[str, int] | None = None
    taken: dict[str, dict[str, int] | None] = dict.fromkeys(tills)
    asking = False
    for _ in range(60):
        shop = rng.choice(shops)
        till = shop.double.till
        match rng.choice(("sell", "sell", "sell", "send", "fold", "publish", "publish", "take", "kill", "offer")):
            case "sell":
                shop.sell()
                made[till] += 1
            case "send":
                shop.send(chain, rng.randint(1, 3))
            case "fold":
                service.fold_all(database)
            case "publish":
                baselines.publish_due(database, at=NOON)
                published = folded(chain, tills) if asking else None
            case "take":
                shop.take(database)
                taken[till] = None if published is None else dict(published)
            case "kill":
                shop.journal.close()
                shop.start()
            case "offer":
                if asking := not asking:
                    put(database, EARLY)
                else:
                    with database.transaction() as session:
                        withdraw_offer(session, offer="early", actor="test", at=NOON)
        seen, others = shop.sees(), taken[till]
        assert seen.purchases_told == (0 if others is None else 40)
        if others is not None:
            assert seen.purchases == made[till] + sum(others[other] for other in tills if other != till)


def folded(chain: Chain, tills: list[str]) -> dict[str, int]:
    found = {
        str(till): int(str(count)) for till, count in chain.rows("SELECT till_id, count(*) FROM receipt GROUP BY 1")
    }
    return {till: found.get(till, 0) for till in tills}
