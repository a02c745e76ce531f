"""Stock at the till: headquarters' figure and the till's own sales since, each sale counted once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.documents.stock import StockLine, StockReceipt
from retail.feeds import BaselineRow, FeedRow, encode_row, mark_row
from retail.ids import Stream
from store_db.feed_reader import FeedReader
from store_db.feeds_db import FeedStore
from store_db.journal import Journal
from store_db.own_effects import OwnEffects, Stock, stock_of
from store_db.prune import KEEP_MS, prune
from tests.store_db.chain import open_feeds, piece
from tests.store_db.samples import NOON_MS, append, incarnation, open_journal, sell


class Headquarters:
    """Publishes the stock of item 1 with the marks it includes."""

    def __init__(self, feeds: FeedStore) -> None:
        self.feeds, self.position = feeds, 0

    def publish(self, quantity_milli: int, *marks: tuple[Stream, int], kind: str = "delta") -> None:
        rows = [BaselineRow("stock", ("1",), (quantity_milli,)), *(mark_row(stream, seq) for stream, seq in marks)]
        start, listed = self.position, []
        for row in rows:
            self.position += 1
            listed.append(FeedRow(repr((row.ledger, row.key)), self.position, encode_row(row)))
        first = "snapshot" if start == 0 else kind
        self.feeds.apply(*piece("baselines", listed, kind=first, start=start))  # type: ignore[arg-type]


@pytest.fixture
def headquarters(tmp_path: Path) -> Headquarters:
    return Headquarters(open_feeds(tmp_path / "feeds.db"))


@pytest.fixture
def reader(headquarters: Headquarters, tmp_path: Path) -> FeedReader:
    return FeedReader.open(tmp_path / "feeds.db")


def test_own_sales_after_the_mark_are_taken_off_and_those_before_it_only_once(
    headquarters: Headquarters, reader: FeedReader, tmp_path: Path
) -> None:
    journal = open_journal(tmp_path / "journal.db")
    own = OwnEffects(journal.db)
    for _ in range(3):
        sell(journal, "1")
    headquarters.publish(100_000 - 2_000, (journal.stream, 3))
    assert stock_of(reader, own, "1") == Stock(97_000, True)
    sell(journal, "1")
    assert stock_of(reader, own, "1") == Stock(96_000, True)
    headquarters.publish(100_000 - 4_000, (journal.stream, 5))
    assert stock_of(reader, own, "1") == Stock(96_000, True)


def test_a_baseline_taken_without_its_position_would_count_sales_twice(
    headquarters: Headquarters, reader: FeedReader, tmp_path: Path
) -> None:
    journal = open_journal(tmp_path / "journal.db")
    sell(journal, "1")
    headquarters.publish(9_000, (journal.stream, 2))
    bare = reader.baseline("stock", ("1",))
    assert bare is not None
    assert bare[0] + journal.balance("stock", ("1",))[0] == 8_000, "the figure that nobody may show"
    assert stock_of(reader, OwnEffects(journal.db), "1") == Stock(9_000, True)


def test_alone_a_till_shows_what_it_counted_itself_and_says_so(reader: FeedReader, tmp_path: Path) -> None:
    journal = open_journal(tmp_path / "journal.db")
    append(journal, StockReceipt("07", "supplier", "", (StockLine("1", 5_000),)))
    sell(journal, "1")
    assert stock_of(reader, OwnEffects(journal.db), "1") == Stock(4_000, False)


def test_streams_of_earlier_openings_count_from_their_own_marks(
    headquarters: Headquarters, reader: FeedReader, tmp_path: Path
) -> None:
    for number in (1, 2):
        journal = open_journal(tmp_path / "journal.db", number)
        for _ in range(3):
            sell(journal, "1")
        journal.close()
    journal = open_journal(tmp_path / "journal.db", 3)
    sell(journal, "1")
    first, second = (Stream("S1-01", incarnation(number)) for number in (1, 2))
    headquarters.publish(100_000, (first, 4), (second, 2))
    assert stock_of(reader, OwnEffects(journal.db), "1") == Stock(100_000 - 2_000 - 1_000, True)


def test_a_headquarters_that_lost_entries_gives_them_back_to_the_till(
    headquarters: Headquarters, reader: FeedReader, tmp_path: Path
) -> None:
    journal = open_journal(tmp_path / "journal.db")
    own = OwnEffects(journal.db)
    for _ in range(4):
        sell(journal, "1")
    headquarters.publish(100_000 - 4_000, (journal.stream, 5))
    assert stock_of(reader, own, "1").quantity_milli == 96_000
    headquarters.publish(100_000 - 1_000, (journal.stream, 2))
    assert stock_of(reader, own, "1").quantity_milli == 96_000


def test_entries_that_are_neither_here_nor_there_make_the_figure_unknown(
    headquarters: Headquarters, reader: FeedReader, tmp_path: Path
) -> None:
    journal: Journal = open_journal(tmp_path / "journal.db")
    for _ in range(4):
        sell(journal, "1")
    headquarters.publish(100_000, (journal.stream, 1))
    own = OwnEffects(journal.db)
    assert stock_of(reader, own, "1").known
    assert prune(journal, {journal.stream: 4}, NOON_MS + KEEP_MS + 1) == 4
    assert not stock_of(reader, own, "1").known


@settings(max_examples=40)
@given(steps=st.lists(st.one_of(st.just("sell"), st.integers(0, 12)), max_size=14))
def test_whatever_the_marks_do_the_window_holds_exactly_the_entries_behind_them(
    steps: list[str | int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    journal = open_journal(tmp_path_factory.mktemp("window") / "journal.db")
    own = OwnEffects(journal.db)
    mark = 0
    for step in steps:
        if step == "sell":
            sell(journal, "1")
        else:
            mark = int(step)
        own.follow({journal.stream: mark})
        behind = max(0, journal.head.seq - max(mark, 1))
        assert (own.amounts("stock", ("1",)) or (0,)) == (-1000 * behind,)
    journal.close()
