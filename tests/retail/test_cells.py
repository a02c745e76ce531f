"""The promise that every figure rests on: cells add up, and what came back leaves nothing behind."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.allocate import allocate
from retail.cells import (
    PricedRun,
    ReturnedLine,
    SoldLine,
    gross_runs,
    included_tax,
    line_net,
    return_without_receipt,
    settle,
    take_back,
    take_back_part,
    with_reduction,
)
from retail.documents.sale import Line, Reduction, Run, Sale, Tender
from retail.effects import Sums, add, effects
from retail.ids import RunRef
from retail.ownership import UNOWNED, own, pool, shared
from tests.factories.receipts import (
    Goods,
    cash,
    document_id,
    envelope_for,
    priced_runs,
    sale_of,
    sold_goods,
    tenders_for,
    with_line,
)

ORIGIN = RunRef(document_id(1), 1, 0)


def total_of(line: Line) -> int:
    return sum(run.units * run.net for run in line.runs)


def assert_cells_add_up(sale: Sale) -> None:
    """Every sum that may be made of a receipt's cells, in every direction."""
    by_tender: Counter[int] = Counter()
    for line in sale.lines:
        for run in line.runs:
            assert run.units >= 1
            assert run.gross - sum(cell.amount for cell in run.reductions) == run.net
            assert sum(cell.amount for cell in run.tenders) == run.net
            assert all(cell.amount * run.net > 0 for cell in run.tenders)
            if line.ownership.kind != "none":
                assert sum(cell.amount for cell in run.clerks) == run.net
                assert [cell.clerk for cell in run.clerks] == [share.clerk for share in line.ownership.shares]
            for cell in run.tenders:
                by_tender[cell.tender] += run.units * cell.amount
    assert [by_tender[place] for place in range(len(sale.tenders))] == [tender.amount for tender in sale.tenders]
    assert sale.net == sum(total_of(line) for line in sale.lines) == sum(tender.amount for tender in sale.tenders)


def fold(sales: list[Sale]) -> Sums:
    sums: Sums = {}
    for seq, sale in enumerate(sales, 1):
        add(sums, effects(envelope_for(sale, seq), sale))
    return sums


@st.composite
def receipts(draw: st.DrawFn) -> tuple[list[Goods], Sale]:
    goods = draw(st.lists(sold_goods(), min_size=1, max_size=4))
    due = sum(line_net(entry.line) for entry in goods)
    return goods, sale_of(goods, draw(tenders_for(due)), member="m1")


@st.composite
def visits(draw: st.DrawFn) -> tuple[Sale, list[Sale]]:
    """A sale and the receipts of the visits in which all of it came back: units in any order, weighed lines in parts,
    every visit refunded by other means."""
    goods, sold = draw(receipts())
    pieces: list[tuple[int, Run]] = []
    for number, line in enumerate(sold.lines, 1):
        for place, run in enumerate(line.runs):
            pieces += [(number, piece) for piece in draw(_ways_back(run, RunRef(document_id(1), number, place)))]
    returns, waiting = [], list(draw(st.permutations(pieces)))
    while waiting:
        count = draw(st.integers(1, len(waiting)))
        taken, waiting = waiting[:count], waiting[count:]
        by_line = defaultdict(list)
        for number, piece in taken:
            by_line[number].append(piece)
        back = [with_line(goods[number - 1], ReturnedLine(tuple(runs))) for number, runs in sorted(by_line.items())]
        due = sum(line_net(entry.line) for entry in back)
        returns.append(sale_of(back, draw(tenders_for(due)), member="m1"))
    return sold, returns


@st.composite
def _ways_back(draw: st.DrawFn, run: Run, origin: RunRef) -> list[Run]:
    """Returns that together take back the whole run."""
    pieces = []
    if run.units == 1 and run.quantity_milli > 1 and draw(st.booleans()):
        back = 0
        while back < run.quantity_milli:
            part = draw(st.integers(1, run.quantity_milli - back))
            pieces.append(take_back_part(run, part, origin, back))
            back += part
        return pieces
    left = run.units
    while left:
        units = draw(st.integers(1, left))
        pieces.append(take_back(run, units, origin))
        left -= units
    return pieces


@given(receipts())
def test_cells_of_any_receipt_add_up_per_line_tender_and_clerk(made: tuple[list[Goods], Sale]):
    goods, sale = made
    assert_cells_add_up(sale)
    for entry, line in zip(goods, sale.lines, strict=True):
        assert isinstance(entry.line, SoldLine)
        net = line_net(entry.line)
        assert sum(run.units for run in line.runs) == sum(run.units for run in entry.line.runs)
        taxes = sum(run.units * cell.amount for run in line.runs for cell in run.taxes)
        assert taxes == (included_tax(net, entry.line.tax_rate_bp) if entry.line.tax_code else 0)
        owed: Counter[str] = Counter()
        for run in line.runs:
            for cell in run.clerks:
                owed[cell.clerk] += run.units * cell.amount
        weights = [share.weight for share in entry.ownership.shares]
        fair = allocate(net, weights) if weights else []
        assert [owed[share.clerk] for share in entry.ownership.shares] == fair


COUNTS = {"hour_day": {"receipts", "lines"}, "clerk_day": {"lines"}, "tender_shift": {"receipts"}}
COUNTS |= {"member_day": {"receipts"}, "purchase": {"receipts"}}


@settings(max_examples=300)
@given(visits())
def test_a_sale_and_all_its_partial_returns_are_zero_in_every_ledger(made: tuple[Sale, list[Sale]]):
    from retail.effects import LEDGERS

    sold, returns = made
    for receipt in returns:
        assert_cells_add_up(receipt)
    by_kind: Counter[tuple[str, str]] = Counter()
    alone = fold([sold])
    for (ledger, key), amounts in fold([sold, *returns]).items():
        if ledger == "returned":
            continue
        for measure, amount in zip(LEDGERS[ledger].measures, amounts, strict=True):
            if measure not in COUNTS.get(ledger, ()):
                # Each visit may be refunded by other means: of the tenders only the sum is zero.
                by_kind[ledger, "" if ledger == "tender_shift" else f"{key}/{measure}"] += amount
            elif ledger != "tender_shift":
                place = LEDGERS[ledger].measures.index(measure)
                assert amount == alone[ledger, key][place], "what was sold stays counted once"
    assert not any(by_kind.values()), by_kind


@given(visits())
def test_what_came_back_is_known_per_run(made: tuple[Sale, list[Sale]]):
    sold, returns = made
    sums = fold([sold, *returns])
    for number, line in enumerate(sold.lines, 1):
        for place, run in enumerate(line.runs):
            _, quantity, net = sums["returned", ("01-03", document_id().incarnation.hex(), 1, number, place)]
            assert (quantity, net) == (run.units * run.quantity_milli, run.units * run.net)


@given(receipts(), st.data())
def test_an_exchange_settles_both_directions_on_one_receipt(made: tuple[list[Goods], Sale], data: st.DataObject):
    goods, sold = made
    back = [
        with_line(
            entry,
            ReturnedLine(
                tuple(
                    take_back(run, run.units, RunRef(document_id(), number, place))
                    for place, run in enumerate(line.runs)
                )
            ),
        )
        for number, (entry, line) in enumerate(zip(goods, sold.lines, strict=True), 1)
    ]
    fresh = data.draw(st.lists(sold_goods(), min_size=1, max_size=3))
    due = sum(line_net(entry.line) for entry in [*back, *fresh])
    receipt = sale_of([*back, *fresh], data.draw(tenders_for(due)))
    assert_cells_add_up(receipt)
    out = sum(total_of(line) for line in receipt.lines[len(back) :])
    if sold.net and out:
        assert receipt.tenders[-1] == Tender("exchange", "", 0, 0, 0, "")
    summed, apart = fold([sold, receipt]), fold([sale_of(fresh)])
    for ledger in ("stock", "item_day", "reduction_day"):
        net_of = {key: amounts for (name, key), amounts in summed.items() if name == ledger and any(amounts)}
        assert net_of == {key: amounts for (name, key), amounts in apart.items() if name == ledger and any(amounts)}


@given(priced_runs(), st.data())
def test_parts_of_a_weighed_line_are_the_same_in_whatever_steps_they_come(
    runs: tuple[PricedRun, ...], data: st.DataObject
):
    line = SoldLine((PricedRun(1, 2000, runs[0].gross, runs[0].reductions),), "A", 1300, shared(("07", 60), ("12", 40)))
    ((sold,),) = settle([line], [cash(line_net(line))])[1]
    first = data.draw(st.integers(1, 1999))
    second = data.draw(st.integers(1, 2000 - first))
    steps = [take_back_part(sold, first, ORIGIN), take_back_part(sold, second, ORIGIN, first)]
    once = take_back_part(sold, first + second, ORIGIN)
    for name in ("quantity_milli", "gross", "net"):
        assert sum(getattr(step, name) for step in steps) == getattr(once, name)
    for name in ("reductions", "taxes", "clerks"):
        cells = [[cell.amount for cell in getattr(step, name)] for step in steps]
        assert [sum(column) for column in zip(*cells, strict=True)] == [cell.amount for cell in getattr(once, name)]
        assert all(amount <= 0 for row in cells for amount in row), "a part never gives a cell more than it had"


def test_two_clerks_at_sixty_forty_lose_on_a_return_what_that_unit_gave_them():
    goods = Goods("bolt", SoldLine(gross_runs(9_999, 3000), "", 0, shared(("07", 60), ("12", 40))))
    sale = sale_of([Goods("bolt", goods.line, shared(("07", 60), ("12", 40)))])
    given_to = Counter[str]()
    for run in sale.lines[0].runs:
        for cell in run.clerks:
            given_to[cell.clerk] += run.units * cell.amount
    assert given_to == {"07": 5_999, "12": 4_000}
    back = take_back(sale.lines[0].runs[0], 1, ORIGIN)
    assert [(cell.clerk, cell.amount) for cell in back.clerks] == [
        (cell.clerk, -cell.amount) for cell in sale.lines[0].runs[0].clerks
    ]


def test_a_pool_owns_its_line_like_one_clerk():
    sale = sale_of([Goods("bolt", SoldLine(gross_runs(1_000, 1000), "", 0, pool("A")), pool("A"))])
    sums = fold([sale])
    assert sums["clerk_day", (20260415, "A", "pool")] == (1, 1_000)


def test_a_line_returned_in_three_visits_is_not_minus_two_lines():
    goods = Goods("bolt", SoldLine(gross_runs(900, 3000), "", 0, own("07")), own("07"))
    sold = sale_of([goods])
    run = sold.lines[0].runs[0]
    returns = [sale_of([with_line(goods, ReturnedLine((take_back(run, 1, ORIGIN),)))]) for _ in range(3)]
    sums = fold([sold, *returns])
    assert sums["clerk_day", (20260415, "07", "own")] == (1, 0)
    assert sums["hour_day", (20260415, 9)] == (1, 1, 0)


def test_goods_without_a_receipt_come_back_at_what_they_would_cost():
    line = SoldLine(gross_runs(1_000, 3000), "A", 1300, shared(("07", 60), ("12", 40)))
    sale = sale_of([Goods("bolt", return_without_receipt(line), shared(("07", 60), ("12", 40)))])
    assert_cells_add_up(sale)
    assert sale.net == -1_000
    assert {run.origin for run in sale.lines[0].runs} == {None}
    assert fold([sale])["stock", ("bolt",)] == (3000,)


def test_whole_kilograms_of_a_measured_item_stay_one_unit_and_can_come_back_in_part():
    (run,) = gross_runs(2_598, 2000, measured=True)
    assert run == PricedRun(1, 2000, 2_598)
    sale = sale_of([Goods("apple", SoldLine((run,), "", 0, UNOWNED))])
    part = take_back_part(sale.lines[0].runs[0], 500, ORIGIN)
    assert (part.quantity_milli, part.gross, part.net) == (-500, -650, -650)


def test_pieces_are_equal_units_and_zero_or_less_is_one_unit():
    assert gross_runs(1_000, 3000) == (PricedRun(1, 1000, 334), PricedRun(2, 1000, 333))
    assert gross_runs(0, 0) == (PricedRun(1, 0, 0),)
    assert gross_runs(264, 755) == (PricedRun(1, 755, 264),)


@given(priced_runs(), st.data())
def test_a_reduction_is_spread_over_the_units_and_none_goes_below_zero(
    runs: tuple[PricedRun, ...], data: st.DataObject
):
    net = sum(run.units * run.net for run in runs)
    amount = data.draw(st.integers(0, net))
    reduced = with_reduction(runs, Reduction("points", "p", 0), amount)
    assert sum(run.units * run.net for run in reduced) == net - amount
    assert sum(run.units for run in reduced) == sum(run.units for run in runs)
    assert all(run.net >= 0 for run in reduced)


def test_more_than_a_line_costs_cannot_be_taken_off_it():
    with pytest.raises(ValueError, match="larger"):
        with_reduction(gross_runs(100, 1000), Reduction("manual", "", 0), 101)


@pytest.mark.parametrize(
    ("tenders", "reason"),
    [
        ([cash(99)], "do not settle"),
        ([cash(150), cash(-50, "card")], "not both"),
        ([], "do not settle"),
    ],
)
def test_tenders_that_do_not_settle_the_receipt_are_refused(tenders: list[Tender], reason: str):
    with pytest.raises(ValueError, match=reason):
        sale_of([Goods("bolt", SoldLine(gross_runs(100, 1000), "", 0, UNOWNED))], tenders)


def test_money_does_not_change_kind_on_a_receipt_with_nothing_due():
    free = Goods("bolt", SoldLine(gross_runs(0, 1000), "", 0, UNOWNED))
    with pytest.raises(ValueError, match="not both"):
        sale_of([free], [cash(500), cash(-500, "card")])
    assert_cells_add_up(sale_of([free]))
    assert_cells_add_up(sale_of([free], []))


@pytest.mark.parametrize("units", [0, 4])
def test_no_more_units_come_back_than_were_sold(units: int):
    run = sale_of([Goods("bolt", SoldLine(gross_runs(900, 3000), "", 0, UNOWNED))]).lines[0].runs[0]
    with pytest.raises(ValueError, match="cannot come back"):
        take_back(run, units, ORIGIN)


@pytest.mark.parametrize(("part", "before"), [(0, 0), (756, 0), (1, 755), (400, 400), (10, -1)])
def test_no_more_weight_comes_back_than_was_sold(part: int, before: int):
    run = sale_of([Goods("apple", SoldLine(gross_runs(264, 755), "", 0, UNOWNED))]).lines[0].runs[0]
    with pytest.raises(ValueError, match="cannot come back"):
        take_back_part(run, part, ORIGIN, before)


def test_counted_units_are_not_cut():
    run = sale_of([Goods("bolt", SoldLine(gross_runs(900, 3000), "", 0, UNOWNED))]).lines[0].runs[0]
    with pytest.raises(ValueError, match="cannot come back"):
        take_back_part(run, 500, ORIGIN)


def test_a_run_without_units_is_refused():
    line = SoldLine((PricedRun(0, 1000, 100),), "", 0, UNOWNED)
    with pytest.raises(ValueError, match="at least one unit"):
        settle([line], [cash(0)])
