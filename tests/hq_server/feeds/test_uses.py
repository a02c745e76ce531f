"""Uses of offers with a limit: a till counts each of its own once, whatever was sent, folded, published, taken in."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from hq_server.db import Database
from hq_server.feeds import baselines, uses
from hq_server.feeds import pull as feed_pull
from hq_server.promotion_admin.service import put_offers, withdraw_offer
from hq_server.sync import service
from promotions import Limits, Offer, PercentOff
from retail.documents.offers import AppliedOffer, Reversal, Stamped
from retail.documents.sale import Sale
from retail.feeds import BaselineRow, FeedCursor, decode_row
from retail.ids import DocumentId, Stream
from retail.wire import Pull, Push
from store_agent.pull import take_in
from store_db.feed_reader import FeedReader
from store_db.feeds_db import FeedStore
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.own_effects import OwnEffects
from store_db.uses import USE_LEDGERS, Uses, uses_of
from tests.hq_server.chain import NOON, TODAY, Chain, TillDouble
from tests.store_db.samples import MOMENT, sale

MEMBER = "8800"


def used_receipt(receipt: Sale, *, member: str = MEMBER, times: int = 1, off: int = 100) -> Sale:
    """The receipt with a use of an offer that has a limit, and a stamp."""
    applied = AppliedOffer("cap", 1, "basket", off, times, True, False, b"", (), ())
    return replace(receipt, member=member, offers=(applied,), stamped=(Stamped("stamps", "coffee", 2),))


@dataclass
class Shop:
    """A till's host: a real journal, real feeds, and how much of the journal headquarters has."""

    double: TillDouble
    folder: Path
    openings: int = 0
    sent: dict[Stream, int] = field(default_factory=dict)
    feeds: FeedStore = field(init=False)
    journal: Journal = field(init=False)
    own: OwnEffects = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.feeds = FeedStore.open(
            self.folder / "feeds.db", store=self.double.store, verify=lambda message, signature: signature == b"hq"
        )
        self.start()

    def start(self) -> None:
        """Opens the journal anew: another stream."""
        self.openings += 1
        name = f"{self.double.till}/{self.openings}".encode().ljust(16, b"\0")
        self.journal = Journal.open(
            self.folder / "journal.db",
            till=self.double.till,
            store=self.double.store,
            machine="m",
            software="1",
            incarnation=name,
            sign=self.double.key.sign,
            **MOMENT,  # type: ignore[arg-type]
        )
        self.own = OwnEffects(self.journal.db, USE_LEDGERS)

    def sell(self, **changes: int) -> None:
        receipt = used_receipt(sale(self.journal.next_counter), **changes)  # type: ignore[arg-type]
        self.journal.append(receipt, **MOMENT)

    def send(self, chain: Chain, most: int = 500) -> None:
        reader = JournalReader.open(self.folder / "journal.db")
        for head in reader.heads():
            after = self.sent.get(head.stream, 0)
            found = reader.entries(head.stream, after, most, 1_000_000)
            if found:
                previous = reader.hash_at(head.stream, after) if after else bytes(32)
                push = Push(head.stream, after + 1, previous or bytes(32), tuple(found))
                assert chain.accept(push, store=self.double.store).outcome == "accepted"
                self.sent[head.stream] = after + len(found)

    def take(self, database: Database) -> None:
        cursor = next((known for known in self.feeds.cursors() if known.feed == "baselines"), FeedCursor("baselines"))
        with database.transaction() as session:
            reply = feed_pull.pull(
                session, Pull(cursor), store_id=self.double.store, generation="g", sign=lambda message: b"hq"
            )
        take_in(self.feeds, cursor, reply)

    def sees(self, member: str = MEMBER) -> Uses:
        reader = FeedReader.open(self.folder / "feeds.db")
        try:
            return uses_of(reader, self.own, ["cap"], member)
        finally:
            reader.close()

    def close(self) -> None:
        self.journal.close()
        self.feeds.close()


@pytest.fixture
def shops(chain: Chain, tmp_path: Path) -> list[Shop]:
    """Two tills of one store and one of another zone's."""
    return [Shop(chain.tills[name], tmp_path / name) for name in ("S1-01", "S1-02", "S3-01")]


def fold_and_publish(database: Database) -> None:
    service.fold_all(database)
    baselines.publish_due(database, at=NOON)


def test_a_use_anywhere_is_known_everywhere_once_it_has_come_round(
    chain: Chain, database: Database, shops: list[Shop]
) -> None:
    first, second, far = shops
    far.sell(times=3, off=450)
    assert far.sees() == Uses({"cap": (1, 3, 450)}, {"cap": {TODAY: 1}}, {"coffee": 2}, False, 1)
    assert first.sees() == Uses({"cap": (0, 0, 0)}, {"cap": {}}, {}, False)
    far.send(chain)
    fold_and_publish(database)
    for shop in shops:
        shop.take(database)
        assert shop.sees() == Uses({"cap": (1, 3, 450)}, {"cap": {TODAY: 1}}, {"coffee": 2}, True)
        assert shop.sees("another").member_days == {"cap": {}}
    first.sell()
    second.sell(times=2, off=200)
    assert first.sees().totals["cap"] == (2, 4, 550)
    assert second.sees().totals["cap"] == (2, 5, 650)
    for shop in shops:
        shop.send(chain)
    fold_and_publish(database)
    for shop in shops:
        assert shop.sees().known
        shop.take(database)
        assert shop.sees() == Uses({"cap": (3, 6, 750)}, {"cap": {TODAY: 3}}, {"coffee": 6}, True)


@pytest.mark.parametrize("seed", range(6))
def test_no_till_counts_a_use_twice_or_forgets_one_of_its_own(
    seed: int, chain: Chain, database: Database, shops: list[Shop]
) -> None:
    """Sales, partial sends, folds, publications, pulls, killed and restarted tills, in any order: a till
    always sees all of its own uses and what had been published of the others' when it last took something in."""
    rng = random.Random(seed)
    tills = [shop.double.till for shop in shops]
    made = dict.fromkeys(tills, 0)
    published = dict.fromkeys(tills, 0)
    taken = {till: dict(published) for till in tills}
    for _ in range(70):
        shop = rng.choice(shops)
        till = shop.double.till
        match rng.choice(("sell", "sell", "sell", "send", "fold", "publish", "take", "kill")):
            case "sell":
                shop.sell()
                made[till] += 1
            case "send":
                shop.send(chain, rng.randint(1, 3))
            case "fold":
                service.fold_all(database)
            case "publish":
                folded = folded_uses(chain, tills)
                baselines.publish_due(database, at=NOON)
                published = folded
            case "take":
                shop.take(database)
                taken[till] = dict(published)
            case "kill":
                shop.journal.close()
                shop.start()
        seen = shop.sees()
        others = sum(taken[till][other] for other in tills if other != till)
        assert seen.totals["cap"][0] == made[till] + others
        assert sum(seen.member_days["cap"].values()) == made[till] + others
        assert seen.counters.get("coffee", 0) == 2 * (made[till] + others)


def folded_uses(chain: Chain, tills: list[str]) -> dict[str, int]:
    """How many receipts of each till are in headquarters' sums."""
    found = {
        str(till): int(str(count)) for till, count in chain.rows("SELECT till_id, count(*) FROM receipt GROUP BY 1")
    }
    return {till: found.get(till, 0) for till in tills}


def test_a_receipt_taken_back_whole_gives_its_use_back_to_the_day_it_was_counted_for(
    chain: Chain, database: Database, shops: list[Shop]
) -> None:
    first, _, far = shops
    first.sell(times=2, off=300)
    first.send(chain)
    fold_and_publish(database)
    far.take(database)
    receipt = used_receipt(sale(1), times=2, off=300)
    reversal = Reversal(
        DocumentId("S1-01", first.journal.stream.incarnation, 2),
        MEMBER,
        TODAY,
        receipt.offers,
        (),
        (),
        (),
        receipt.stamped,
        0,
    )
    back = replace(sale(far.journal.next_counter), reversals=(reversal,))
    far.journal.append(back, **{**MOMENT, "business_date": 20261122})
    assert far.sees() == Uses({"cap": (0, 0, 0)}, {"cap": {TODAY: 0}}, {"coffee": 0}, True)
    far.send(chain)
    fold_and_publish(database)
    first.take(database)
    assert first.sees() == Uses({"cap": (0, 0, 0)}, {"cap": {TODAY: 0}}, {"coffee": 0}, True)


def test_folding_everything_anew_tells_the_same(chain: Chain, database: Database, shops: list[Shop]) -> None:
    for shop in shops:
        shop.sell()
        shop.send(chain)
    fold_and_publish(database)
    told = chain.rows("SELECT key, body FROM feed_row WHERE feed = 'baselines' ORDER BY key")
    position = chain.rows("SELECT position FROM feed_counter WHERE feed = 'baselines'")
    service.rebuild(database)
    assert baselines.publish_due(database, at=NOON) == 2
    assert chain.rows("SELECT key, body FROM feed_row WHERE feed = 'baselines' ORDER BY key") == told
    assert chain.rows("SELECT position FROM feed_counter WHERE feed = 'baselines'") == position


def held(chain: Chain) -> list[tuple[object, ...]]:
    """The rows of uses that stand in the feed."""
    bodies = chain.rows("SELECT body FROM feed_row WHERE feed = 'baselines' AND body IS NOT NULL")
    found = [decode_row("baselines", bytes(body)) for (body,) in bodies]  # type: ignore[call-overload]
    return sorted(
        (row.ledger, *row.key) for row in found if isinstance(row, BaselineRow) and row.ledger.endswith("_use")
    )


def test_what_no_till_needs_is_taken_back_and_comes_again_when_it_is_needed(
    chain: Chain, database: Database, shops: list[Shop]
) -> None:
    offer = Offer("cap", PercentOff(percent_bp=100), limits=Limits(member_uses=1, period="day", total_uses=50))
    shops[0].sell()
    shops[0].send(chain)
    fold_and_publish(database)
    both = [("member_use", "cap", MEMBER, TODAY), ("offer_use", "cap")]
    assert held(chain) == both

    def reconcile(days: int) -> list[tuple[object, ...]]:
        with database.transaction() as session:
            uses.reconcile(session, at=NOON + timedelta(days=days))
        return held(chain)

    def put(changed: Offer) -> None:
        with database.transaction() as session:
            put_offers(session, [changed], actor="test", at=NOON)

    assert reconcile(0) == []  # no such offer
    put(offer)
    assert reconcile(5) == both
    assert reconcile(8) == [("offer_use", "cap")]
    put(replace(offer, limits=Limits(member_uses=1), revision=2))
    assert reconcile(1_000) == both
    with database.transaction() as session:
        withdraw_offer(session, offer="cap", actor="test", at=NOON)
    assert reconcile(0) == []
