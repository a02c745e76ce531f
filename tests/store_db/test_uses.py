"""Uses of offers with a limit, when headquarters loses entries and gets them again, and when it is not there at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.documents.offers import AppliedOffer, Stamped
from retail.documents.sale import Sale
from retail.effects import Sums, add, effects
from retail.feeds import PURCHASES_TOLD, BaselineRow, FeedRow, encode_row, mark_row
from retail.ids import Stream
from store_db.entries import decoded
from store_db.feed_reader import FeedReader
from store_db.feeds_db import FeedStore
from store_db.journal import Journal
from store_db.journal_reader import JournalReader
from store_db.own_effects import OwnEffects
from store_db.uses import USE_LEDGERS, Uses, uses_of
from tests.factories.receipts import envelope_for
from tests.store_db.chain import open_feeds, piece
from tests.store_db.samples import DAY, append, open_journal, sale

MEMBERS = ("m1", "m2")
TOLD = 9


def used(counter: int, member: str) -> Sale:
    """A receipt on which an offer with a limit took 2.00 off in two applications."""
    applied = AppliedOffer("cap", 1, "item", 200, 2, True, False, b"", (), ())
    stamped = (Stamped("give", "coffee", 1),) if member else ()
    return msgspec.structs.replace(sale(counter), member=member, offers=(applied,), stamped=stamped)


def expected(made: list[str], member: str) -> Uses:
    """What the receipts of these members (empty: nobody's) come to."""
    count, own = len(made), made.count(member)
    return Uses(
        {"cap": (count, 2 * count, 200 * count)},
        {"cap": {DAY: own} if own else {}},
        {"coffee": own} if own else {},
        True,
        purchases=own,
        purchases_told=TOLD,
    )


def nonzero(uses: Uses) -> Uses:
    """The same without what came to nothing."""
    days = {offer: {day: count for day, count in days.items() if count} for offer, days in uses.member_days.items()}
    counters = {name: count for name, count in uses.counters.items() if count}
    return replace(uses, member_days=days, counters=counters)


@dataclass
class World:
    """One till with files, and a headquarters that has some of its entries and some of another till's."""

    folder: Path
    number: int = 1
    position: int = 0
    kept: dict[Stream, int] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.feeds: FeedStore = open_feeds(self.folder / "feeds.db")
        self.reader = FeedReader.open(self.folder / "feeds.db")
        self.restart()
        self.entries = JournalReader.open(self.folder / "journal.db")
        self.publish()

    def restart(self) -> None:
        """The till is killed and started: another stream, nothing in memory."""
        if self.number > 1:
            self.journal.close()
        self.journal: Journal = open_journal(self.folder / "journal.db", self.number)
        self.own = OwnEffects(self.journal.db, USE_LEDGERS)
        self.number += 1

    def sell(self, member: str) -> None:
        append(self.journal, used(self.journal.next_counter, member))
        self.made.append(member)

    def receive(self, count: int) -> None:
        """Headquarters takes in so many entries more of each stream, or loses some."""
        for head in self.entries.heads():
            self.kept[head.stream] = min(max(self.kept.get(head.stream, 0) + count, 0), head.seq)

    def publish(self) -> None:
        """Sums and marks of one moment, whole, as after a restore."""
        sums: Sums = {}
        for number, member in enumerate(self.others, 1):
            found = effects(envelope_for(sale(1), business_date=DAY), used(number, member))
            add(sums, (effect for effect in found if effect.ledger in USE_LEDGERS))
        self.told = list(self.others)
        for stream, seq in self.kept.items():
            for entry in self.entries.entries(stream, 0, seq, 10_000_000) if seq else ():
                add(sums, (effect for effect in effects(*decoded(entry)) if effect.ledger in USE_LEDGERS))
        rows: list[BaselineRow] = [BaselineRow(ledger, key, amounts) for (ledger, key), amounts in sums.items()]
        rows += [mark_row(stream, seq) for stream, seq in self.kept.items()]
        rows.append(BaselineRow(PURCHASES_TOLD, (), (TOLD,)))
        listed = [FeedRow(repr((row.ledger, row.key)), place, encode_row(row)) for place, row in enumerate(rows, 1)]
        self.position += 1
        self.feeds.apply(*piece("baselines", listed, generation=f"g{self.position}"))

    def sees(self, member: str) -> Uses:
        return nonzero(uses_of(self.reader, self.own, ["cap"], member))

    def close(self) -> None:
        self.journal.close()
        self.entries.close()
        self.reader.close()
        self.feeds.close()


steps = st.lists(
    st.one_of(
        st.tuples(st.just("sell"), st.sampled_from(("", *MEMBERS))),
        st.tuples(st.just("other"), st.sampled_from(("", *MEMBERS))),
        st.tuples(st.just("receive"), st.integers(-4, 6)),
        st.tuples(st.just("publish"), st.none()),
        st.tuples(st.just("kill"), st.none()),
    ),
    max_size=20,
)


@settings(max_examples=60)
@given(taken=steps)
def test_own_uses_count_once_through_kills_and_restored_headquarters(
    tmp_path_factory: pytest.TempPathFactory, taken: list[tuple[str, Any]]
) -> None:
    world = World(tmp_path_factory.mktemp("uses"))
    try:
        for what, value in taken:
            match what:
                case "sell":
                    world.sell(value)
                case "other":
                    world.others.append(value)
                case "receive":
                    world.receive(value)
                case "publish":
                    world.publish()
                case "kill":
                    world.restart()
            for member in MEMBERS:
                assert world.sees(member) == expected([*world.made, *world.told], member)
    finally:
        world.close()


def test_without_headquarters_it_is_what_was_counted_here_and_says_so(tmp_path: Path) -> None:
    open_feeds(tmp_path / "feeds.db").close()
    journal = open_journal(tmp_path / "journal.db")
    append(journal, used(journal.next_counter, "m1"))
    reader = FeedReader.open(tmp_path / "feeds.db")
    own = OwnEffects(journal.db, USE_LEDGERS)
    assert uses_of(reader, own, ["cap"], "m1") == Uses({"cap": (1, 2, 200)}, {"cap": {DAY: 1}}, {"coffee": 1}, False, 1)
    assert uses_of(reader, own, ["other"]) == Uses({"other": (0, 0, 0)}, {"other": {}}, {}, False)
