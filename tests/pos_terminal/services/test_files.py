from __future__ import annotations

from pathlib import Path

import pytest

from pos_terminal.till import Till
from retail.wire import StreamMark
from store_db.errors import SecondWriter, WrongTill
from store_db.feeds_db import FeedStore
from store_db.identity import Identity, IdentityError, save_identity
from store_db.keys import KeyFileError
from tests.pos_terminal.premises import Clocks, Premises, documents, enrol, sales, supply
from tests.pos_terminal.shop import MILK, NOON_MS
from tests.store_db.samples import quick_verify

DAY_MS = 86_400_000


def test_a_till_that_was_never_enrolled_says_so(tmp_path: Path) -> None:
    with pytest.raises(IdentityError, match="enrol"):
        Till.open(tmp_path)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    enrol(tmp_path)
    (tmp_path / "till.key").chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        Till.open(tmp_path)


def test_a_second_till_on_the_same_files_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    with Premises(enrol(tmp_path)) as first:
        first.till.tick()
        with pytest.raises(SecondWriter):
            Till.open(tmp_path)
        first.press("language")


def test_a_journal_of_another_till_is_not_continued(tmp_path: Path) -> None:
    with Premises(enrol(tmp_path)) as first:
        first.till.tick()
    save_identity(tmp_path, Identity("S1-02", "S1", bytes(32).hex()))
    with pytest.raises(WrongTill):
        Till.open(tmp_path)


def test_each_opening_is_a_stream_of_its_own_that_names_the_one_before(tmp_path: Path) -> None:
    enrol(tmp_path)
    for _ in range(3):
        with Premises(tmp_path) as opened:
            opened.till.tick()
    parents = [document.parent for document in documents(tmp_path)]
    assert parents[0] is None
    assert len({parent.incarnation for parent in parents[1:]}) == 2


def test_money_rights_are_withheld_when_the_journal_went_back_in_time(tmp_path: Path) -> None:
    enrol(tmp_path)
    with Premises(tmp_path) as opened:
        assert opened.till.files.money_rights == "new_journal"
        opened.do()
    before = (tmp_path / "journal.db").read_bytes()
    with Premises(tmp_path) as opened:
        opened.press("language")
        opened.till.files.mark.read()
    with Premises(tmp_path) as opened:
        opened.till.tick()
    (tmp_path / "journal.db").write_bytes(before)
    with Premises(tmp_path) as opened:
        assert opened.till.files.money_rights != "inherited"


def test_what_headquarters_archived_long_ago_leaves_the_journal_and_the_sums_stay(tmp_path: Path) -> None:
    supply(enrol(tmp_path))
    with Premises(tmp_path) as opened:
        opened.open().scan(MILK).enter("", "")
        sold, stream = opened.till.files.journal.balance("stock", ("milk",)), opened.till.files.journal.stream
        last = opened.till.files.journal.head.seq
    feeds = FeedStore.open(tmp_path / "feeds.db", store="S1", verify=quick_verify)
    feeds.note_archived([StreamMark(stream, last, b"", archived=last)])
    feeds.close()
    with Premises(tmp_path, clocks=Clocks(wall_ms=NOON_MS + 34 * DAY_MS)) as young:
        young.till.settle()
        assert len(sales(tmp_path)) == 1
    with Premises(tmp_path, clocks=Clocks(wall_ms=NOON_MS + 36 * DAY_MS)) as old:
        assert old.till.files.journal.balance("stock", ("milk",)) == sold == (-1000,)
        assert sales(tmp_path) == []
