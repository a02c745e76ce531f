"""Limits at a till with files: what others used comes down, what it sold itself counts at once, each once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from pos_terminal.services.uses import STALE_MS
from promotions import AmountOff, Audience, Limits, Offer, Scope
from retail.feeds import PURCHASES_TOLD, BaselineRow, mark_row
from retail.ids import Stream
from tests.pos_terminal.premises import Clocks, Premises, enrol, sales, supply, supply_rows
from tests.pos_terminal.shop import TEA

MEMBER_CARD = "8800001"
ONCE = Offer("once", AmountOff(500), scope=Scope(items=("tea",)), limits=Limits(member_uses=1, period="day"))
BUDGET = Offer("budget", AmountOff(500), scope=Scope(items=("tea",)), limits=Limits(total_minor=1_500))


@pytest.fixture
def clocks() -> Clocks:
    return Clocks()


def opened(folder: Path, clocks: Clocks, *offers: Offer, baselines: tuple[BaselineRow, ...] | None = ()) -> Premises:
    """The till, open; with `baselines` None headquarters never sent any."""
    if not (folder / "till.key").exists():
        enrol(folder)
        supply(folder, offers=offers)
        if baselines is not None:
            supply_rows(folder, baselines=baselines)
    return Premises(folder, clocks=clocks).open()


@pytest.fixture
def shop(tmp_path: Path, clocks: Clocks) -> Iterator[Premises]:
    with opened(tmp_path, clocks, ONCE) as made:
        yield made


def sell(shop: Premises, *codes: str) -> int:
    """One receipt, paid in cash; what was taken off."""
    shop.scan(*codes)
    off = shop.state.receipt.figures.saved
    shop.press("total").press("tender_cash", "")
    assert shop.state.receipt.lines == (), shop.told
    return off


def test_a_member_gets_it_once_a_day_and_nobody_else_does(shop: Premises, clocks: Clocks) -> None:
    assert sell(shop, MEMBER_CARD, TEA) == 500
    assert sell(shop, MEMBER_CARD, TEA) == 0
    assert sell(shop, TEA, MEMBER_CARD) == 0
    assert sell(shop, TEA) == 0  # nobody's
    assert [[(offer.offer, offer.counted) for offer in sale.offers] for sale in sales(shop.folder)] == [
        [("once", True)], [], [], []
    ]  # fmt: skip


def test_a_killed_till_still_knows(tmp_path: Path, clocks: Clocks) -> None:
    shop = opened(tmp_path, clocks, ONCE)
    assert sell(shop, MEMBER_CARD, TEA) == 500
    shop.close()
    with opened(tmp_path, clocks) as again:
        assert sell(again, MEMBER_CARD, TEA) == 0


def test_what_another_store_told_counts_and_so_does_the_period(tmp_path: Path, clocks: Clocks) -> None:
    used = BaselineRow("member_use", ("once", "m1", 20261121), (1,))
    other = BaselineRow("member_use", ("once", "m2", 20261121), (1,))
    with opened(tmp_path, clocks, ONCE, baselines=(other,)) as shop:
        today = shop.state.shift
        assert today is not None
        assert today.business_date == 20261121
        supply_rows(tmp_path, "g2", baselines=[used])
        assert sell(shop, MEMBER_CARD, TEA) == 0
        supply_rows(tmp_path, "g3", baselines=[replace(used, key=("once", "m1", 20261120))])
        assert sell(shop, MEMBER_CARD, TEA) == 500


def test_a_sale_that_headquarters_has_counted_is_not_counted_again(tmp_path: Path, clocks: Clocks) -> None:
    with opened(tmp_path, clocks, BUDGET) as shop:
        assert [sell(shop, TEA) for _ in range(2)] == [500, 500]
        stream = Stream("S1-01", shop.till.files.journal.stream.incarnation)
        seq = shop.till.files.journal.head.seq
        sums = BaselineRow("offer_use", ("budget",), (2, 2, 1_000))
        supply_rows(tmp_path, "g2", baselines=[sums, mark_row(stream, seq)])
        assert sell(shop, TEA) == 500
        assert sell(shop, TEA) == 0


def test_the_receipt_that_spends_the_rest_of_a_budget_is_served_whole(tmp_path: Path, clocks: Clocks) -> None:
    rest = BaselineRow("offer_use", ("budget",), (9, 9, 1_400))
    with opened(tmp_path, clocks, BUDGET, baselines=(rest,)) as shop:
        assert sell(shop, TEA, TEA) == 1_000
        assert sell(shop, TEA) == 0


@pytest.mark.parametrize(("unknown", "off"), [("accept", 500), ("refuse", 0)])
def test_where_nobody_can_tell_the_offer_says_what_holds(
    unknown: str, off: int, tmp_path: Path, clocks: Clocks
) -> None:
    offer = replace(BUDGET, limits=replace(BUDGET.limits, unknown=unknown))
    with opened(tmp_path / "never", clocks, offer, baselines=None) as shop:
        assert sell(shop, TEA) == off
    stale = Clocks(wall_ms=clocks.wall_ms + STALE_MS + 1)
    with opened(tmp_path / "long ago", stale, offer) as shop:
        assert sell(shop, TEA) == off


def test_stamps_open_an_offer_and_are_taken(tmp_path: Path, clocks: Clocks) -> None:
    cup = Offer("cup", AmountOff(500), scope=Scope(items=("tea",)), limits=Limits(counter="tea", counter_cost=10))
    stamps = BaselineRow("stamp", ("m1", "tea"), (25,))
    with opened(tmp_path, clocks, cup, baselines=(stamps,)) as shop:
        assert sell(shop, MEMBER_CARD, TEA, TEA, TEA) == 1_000
        assert sell(shop, MEMBER_CARD, TEA) == 0
        (stamped,) = sales(shop.folder)[0].stamped
        assert (stamped.counter, stamped.count) == ("tea", -20)


FIRST = Offer("first", AmountOff(500), scope=Scope(items=("tea",)), audience=Audience(purchases=(1,)))
THIRD = Offer("third", AmountOff(300), scope=Scope(items=("tea",)), audience=Audience(purchases=(3,)))
NEW_MEMBER, OLD_MEMBER = "8800002", MEMBER_CARD
TOLD = BaselineRow(PURCHASES_TOLD, (), (3,))


def test_a_first_and_a_third_purchase_are_each_one_receipt(tmp_path: Path, clocks: Clocks) -> None:
    with opened(tmp_path, clocks, FIRST, THIRD, baselines=(TOLD,)) as shop:
        assert [sell(shop, NEW_MEMBER, TEA) for _ in range(4)] == [500, 0, 300, 0]
        assert sell(shop, TEA) == 0
        assert sell(shop, OLD_MEMBER, TEA) == 0  # nobody knows how often before


def test_a_purchase_in_another_store_counts_once_it_is_told(tmp_path: Path, clocks: Clocks) -> None:
    with opened(tmp_path, clocks, FIRST, baselines=(TOLD,)) as shop:
        supply_rows(tmp_path, "g2", baselines=[TOLD, BaselineRow("purchase", ("m2",), (1,))])
        assert sell(shop, NEW_MEMBER, TEA) == 0


def test_a_purchase_here_that_headquarters_has_counted_is_not_counted_again(tmp_path: Path, clocks: Clocks) -> None:
    with opened(tmp_path, clocks, THIRD, baselines=(TOLD,)) as shop:
        assert sell(shop, NEW_MEMBER, TEA) == 0
        mark = mark_row(Stream("S1-01", shop.till.files.journal.stream.incarnation), shop.till.files.journal.head.seq)
        supply_rows(tmp_path, "g2", baselines=[TOLD, BaselineRow("purchase", ("m2",), (1,)), mark])
        assert [sell(shop, NEW_MEMBER, TEA) for _ in range(2)] == [0, 300]


@pytest.mark.parametrize(
    ("baselines", "away_ms", "offer"),
    [(None, 0, FIRST), ((), 0, FIRST), ((TOLD,), STALE_MS + 1, FIRST), ((replace(TOLD, amounts=(2,)),), 0, THIRD)],
    ids=["never told", "not of purchases", "long ago", "not so high"],
)
def test_a_till_that_cannot_know_claims_nothing(
    baselines: tuple[BaselineRow, ...] | None, away_ms: int, offer: Offer, tmp_path: Path, clocks: Clocks
) -> None:
    sooner = replace(offer, audience=Audience(purchases=(1, max(offer.audience.purchases))))
    with opened(tmp_path, Clocks(wall_ms=clocks.wall_ms + away_ms), sooner, baselines=baselines) as shop:
        shop.scan(NEW_MEMBER, TEA)
        assert shop.state.receipt.figures.saved == 0
        answer = shop.state.receipt.priced
        assert answer is not None
        assert [note.reason for note in answer.notes] == ["use_unknown"]
