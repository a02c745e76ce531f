"""Whatever comes back in whatever order: never more than was paid, and in the end exactly that, in every ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from hq_server.sync.rules import fault_of
from promotions import (
    AmountAtThreshold,
    AmountTier,
    BasketLine,
    BuyGet,
    Offer,
    PercentAtThreshold,
    PercentTier,
    Scope,
)
from promotions.refund import left_of
from retail.documents.sale import Sale
from retail.ownership import own, shared
from retail.wire import ReturnedRun
from tests.factories.counter import Counter, Extra, sell
from tests.factories.receipts import envelope_for, ownerships
from tests.promotions.baskets import (
    CONTEXT,
    basket_offers,
    contexts,
    item_offers,
    items,
    offer_lists,
    piece,
    weighed,
)
from tests.promotions.generate import Case, mixed_case, near_threshold_case, pair_case

VISITS_MAX = 6
AMOUNTS = ("item_day", "clerk_day", "reduction_day", "stock")

sold_lines = st.lists(
    st.one_of(
        st.builds(piece, st.just(0), items, st.integers(1, 4)),
        st.builds(piece, st.just(0), items, st.integers(1, 4), takes_offers=st.booleans()),
        st.builds(weighed, st.just(0), items, st.integers(1, 5000)),
    ),
    min_size=1,
    max_size=6,
).map(lambda found: [replace(line, number=number) for number, line in enumerate(found, 1)])
extras = st.lists(
    st.builds(
        Extra, ownerships(), st.sampled_from([("", 0), ("A", 1300), ("B", 900)]), st.sampled_from([0, 0, 0, 7, 90])
    ),
    max_size=6,
)
several_offers = st.tuples(offer_lists(item_offers, 3), offer_lists(basket_offers, 3)).map(lambda two: two[0] + two[1])


every_kind = st.one_of([st.integers(0, 100_000).map(make) for make in (mixed_case, near_threshold_case, pair_case)])


@st.composite
def receipts(draw: st.DrawFn) -> Sale:
    """A receipt sold under offers, most of them with one at a threshold."""
    return sell(draw(sold_lines), draw(several_offers), draw(contexts), draw(extras))


def paid(sale: Sale) -> int:
    return sum(run.units * run.net for line in sale.lines for run in line.runs)


def take_some(counter: Counter, data: st.DataObject) -> Sale:
    """One visit: one to three lines, whole or in part."""
    left = [(number, milli) for number, milli in counter.left().items() if milli]
    wanted = []
    for number, milli in data.draw(st.lists(st.sampled_from(left), min_size=1, max_size=3, unique=True)):
        (run, *more) = counter.sale.lines[number - 1].runs
        divisible = not more and run.units == 1
        wanted.append((number, data.draw(st.integers(1, milli) if divisible else _thousands(milli))))
    return counter.take(*wanted)


def _thousands(milli: int) -> st.SearchStrategy[int]:
    return st.integers(1, milli // 1000).map(lambda units: units * 1000)


def open_amounts(counter: Counter) -> dict[object, tuple[int, ...]]:
    """What is not zero in the ledgers of amounts."""
    return {
        (ledger, key): amounts
        for (ledger, key), amounts in counter.sums.items()
        if ledger in AMOUNTS and any(amounts[1:] if ledger == "clerk_day" else amounts)
    }


@settings(max_examples=150)
@given(receipts(), st.data())
def test_any_returns_pay_back_what_was_paid_and_leave_nothing(sale: Sale, data: st.DataObject):
    counter = Counter(sale)
    refunded = 0
    for visit in range(VISITS_MAX):
        if not any(counter.left().values()):
            break
        made = take_some(counter, data) if visit < VISITS_MAX - 1 else counter.take_all()
        assert made.net <= 0
        assert fault_of(envelope_for(made), made, date(2026, 4, 15)) is None
        refunded -= made.net
        assert refunded == counter.last.refunded <= paid(sale)
    assert refunded == paid(sale)
    assert open_amounts(counter) == {}


@settings(max_examples=100, deadline=None)
@given(every_kind, st.data())
def test_offers_of_every_kind_come_back_whole(case: Case, data: st.DataObject):
    counter = Counter(sell(case.lines, case.offers, case.context))
    refunded = 0
    while any(counter.left().values()) and len(counter.returns) < VISITS_MAX:
        refunded -= take_some(counter, data).net
        assert 0 <= refunded == counter.last.refunded <= paid(counter.sale)
    refunded -= counter.take_all().net
    assert refunded == paid(counter.sale)
    assert open_amounts(counter) == {}


@settings(max_examples=60)
@given(receipts(), st.data())
def test_what_is_kept_has_cost_what_it_costs_by_itself(sale: Sale, data: st.DataObject):
    """Unless more was paid back before than that leaves."""
    counter = Counter(sale)
    most = 0
    for _ in range(3):
        if not any(counter.left().values()):
            break
        take_some(counter, data)
        most = max(most, left_of(counter.receipt, counter.already).refunded)
        assert counter.last.refunded == most


@settings(max_examples=60)
@given(receipts(), st.data())
def test_every_ledger_says_what_the_kept_goods_cost(sale: Sale, data: st.DataObject):
    counter = Counter(sale)
    assume(sum(counter.left().values()) > 1)
    take_some(counter, data)
    net = sum(amounts[3] for (ledger, _), amounts in counter.sums.items() if ledger == "item_day")
    assert net == paid(sale) - counter.last.refunded
    gross, off = (
        sum(amounts[measure] for (ledger, _), amounts in counter.sums.items() if ledger == "item_day")
        for measure in (1, 2)
    )
    assert gross - off == net
    by_source = sum(amounts[0] for (ledger, _), amounts in counter.sums.items() if ledger == "reduction_day")
    assert by_source == off
    told = {(run.line, run.run): run.net for run in counter.already}
    for one in sale.lines:
        for place, run in enumerate(one.runs):
            assert run.units * run.net - told.get((one.number, place), 0) >= 0


@settings(max_examples=60)
@given(receipts(), st.data())
def test_the_goods_of_one_return_may_be_scanned_in_any_order(sale: Sale, data: st.DataObject):
    wanted = [(number, milli) for number, milli in Counter(sale).left().items() if data.draw(st.booleans())]
    assume(wanted)
    one, other = Counter(sale), Counter(sale)
    one.take(*wanted)
    other.take(*reversed(wanted))
    assert one.last == other.last


# ---- by example --------------------------------------------------------------------------------------------------

MJ = Offer("mj", AmountAtThreshold(tiers=(AmountTier(20_000, 2_000),)), name="满200减20")
TIERS = Offer("tiers", AmountAtThreshold(tiers=(AmountTier(10_000, 500), AmountTier(20_000, 2_000))), name="满减")


def line(number: int, item: str, price: int, units: int = 1) -> BasketLine:
    """So many pieces at a price."""
    return BasketLine(number, item, "d", "x", "b", units * 1000, price * 100, price * units)


def cells(sale: Sale) -> dict[str, int]:
    """Clerk -> net of a receipt."""
    found: dict[str, int] = {}
    for one in sale.lines:
        for run in one.runs:
            for cell in run.clerks:
                found[cell.clerk] = found.get(cell.clerk, 0) + run.units * cell.amount
    return found


def test_a_lost_threshold_is_taken_back_from_the_goods_that_are_kept_and_from_their_clerks():
    shop = Counter(
        sell([line(1, "a", 12_000), line(2, "b", 10_000)], [MJ], CONTEXT, [Extra(own("07")), Extra(own("12"))])
    )
    assert cells(shop.sale) == {"07": 10_909, "12": 9_091}
    first = shop.take((2, 1000))
    assert first.net == -8_000
    assert cells(first) == {"12": -9_091, "07": 1_091}
    (lost,) = shop.last.lost
    assert (lost.offer.name, lost.threshold) == ("满200减20", 20_000)
    second = shop.take((1, 1000))
    assert second.net == -12_000
    assert cells(second) == {"07": -12_000}


def test_a_lower_tier_still_reached_keeps_its_amount():
    shop = Counter(sell([line(1, "a", 12_000), line(2, "b", 10_000)], [TIERS], CONTEXT))
    assert shop.take((2, 1000)).net == -(20_000 - (12_000 - 500))


def test_a_threshold_still_reached_gives_the_returned_goods_back_at_their_full_price():
    shop = Counter(sell([line(1, "a", 25_000), line(2, "b", 10_000)], [MJ], CONTEXT))
    assert shop.take((2, 1000)).net == -10_000


def test_nothing_is_ever_charged_for_bringing_goods_back():
    shop = Counter(sell([line(1, "a", 19_500), line(2, "b", 500)], [MJ], CONTEXT))
    assert shop.take((2, 1000)).net == 0
    assert shop.take((1, 1000)).net == -18_000


def test_what_was_paid_back_stays_paid_back_when_less_is_kept():
    shop = Counter(sell([line(1, "a", 19_500), line(2, "b", 500), line(3, "c", 5_000)], [MJ], CONTEXT))
    assert shop.take((3, 1000)).net == -5_000
    assert shop.take((2, 1000)).net == 0
    assert shop.take((1, 1000)).net == -18_000


def test_of_a_group_the_offer_that_is_best_for_what_is_kept_counts():
    tenth = Offer("tenth", PercentAtThreshold(tiers=(PercentTier(5_000, 1_000),)), name="九折", group="g")
    sixty = Offer("sixty", AmountAtThreshold(tiers=(AmountTier(30_000, 6_000),)), name="满300减60", group="g")
    shop = Counter(sell([line(1, "a", 15_000), line(2, "b", 15_000)], [tenth, sixty], CONTEXT))
    assert shop.sale.net == 24_000
    assert shop.take((1, 1000)).net == -(24_000 - 13_500)
    assert shop.take((2, 1000)).net == -13_500


def test_an_offer_on_goods_is_prorated_and_an_offer_that_says_so_too():
    prorated = Offer("p", MJ.plan, on_return="prorated")
    shop = Counter(sell([line(1, "a", 12_000), line(2, "b", 10_000)], [prorated], CONTEXT))
    assert shop.take((2, 1000)).net == -9_091
    three = Counter(sell([line(1, "a", 900, 3)], [Offer("o", BuyGet(2, 1))], CONTEXT))
    assert [three.take((1, 1000)).net for _ in range(3)] == [-600, -600, -600]


def test_a_till_that_only_knows_what_the_goods_cost_leaves_nothing_behind_either():
    """A return by a program that does not price again, followed by one that does."""
    shop = Counter(
        sell([line(1, "a", 12_000), line(2, "b", 5_000, 2)], [MJ], CONTEXT, [Extra(shared(("07", 60), ("12", 40)))])
    )
    offers = shop.sale.offers
    shop.sale = _without(shop.sale)
    assert shop.take((2, 1000)).net == -4_545
    shop.sale = _with(shop.sale, offers)
    assert shop.take((2, 1000)).net == -(20_000 - 12_000 - 4_545)
    assert shop.take((1, 1000)).net == -12_000
    assert open_amounts(shop) == {}


def _without(sale: Sale) -> Sale:
    return _with(sale, ())


def _with(sale: Sale, offers: Sequence[object]) -> Sale:
    return type(sale)(**{**{name: getattr(sale, name) for name in sale.__struct_fields__}, "offers": tuple(offers)})


@pytest.mark.parametrize("body", [b"\xc1", b"{}", b'{"id":"x","plan":{"kind":"newer"}}'])
def test_terms_that_cannot_be_read_leave_the_goods_at_what_they_cost(body: bytes):
    shop = Counter(sell([line(1, "a", 12_000), line(2, "b", 10_000)], [MJ], CONTEXT))
    (applied,) = shop.sale.offers
    shop.sale = _with(shop.sale, [structs.replace(applied, body=body)])
    assert shop.take((2, 1000)).net == -9_091


def test_a_double_return_pays_what_the_goods_cost():
    shop = Counter(sell([line(1, "a", 12_000), line(2, "b", 10_000)], [MJ], CONTEXT))
    twice = (ReturnedRun(2, 0, 2, 2000, 18_182),)
    assert left_of(shop.receipt, twice, 30_000).less == {}


def test_goods_with_a_floor_get_no_more_off_than_when_they_were_sold():
    goods = [replace(line(1, "a", 25_000), floor_unit_price=2_350_000), line(2, "b", 10_000)]
    shop = Counter(sell(goods, [MJ], CONTEXT))
    assert [run.net for one in shop.sale.lines for run in one.runs] == [23_571, 9_429]
    assert shop.take((2, 1000)).net == -9_429
    assert shop.take((1, 1000)).net == -23_571


def test_goods_out_of_scope_move_nothing():
    only = Offer("only", MJ.plan, scope=Scope(items=("a",)))
    shop = Counter(sell([line(1, "a", 21_000), line(2, "b", 10_000)], [only], CONTEXT))
    made = shop.take((2, 1000))
    assert (made.net, len(made.lines)) == (-10_000, 1)
