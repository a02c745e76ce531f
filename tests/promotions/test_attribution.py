"""Every cent taken off a receipt belongs to an offer, a unit and so to a clerk; every sum is that of its parts."""

from __future__ import annotations

from collections import Counter as Sums

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promotions
from promotions import Basket
from retail.cells import included_tax
from retail.documents.sale import Sale
from retail.ownership import format_ownership
from tests.factories.counter import Extra, sell
from tests.factories.receipts import ownerships
from tests.promotions.generate import Case, adversarial_case, mixed_case, near_threshold_case, pair_case

GENERATORS = (mixed_case, near_threshold_case, pair_case, adversarial_case)
cases = st.tuples(st.sampled_from(GENERATORS), st.integers(0, 100_000)).map(lambda drawn: drawn[0](drawn[1]))
extras = st.builds(Extra, ownerships(), st.sampled_from([("", 0), ("A", 1300)]), st.sampled_from([0, 0, 0, 7]))


@st.composite
def receipts(draw: st.DrawFn) -> tuple[Case, Sale]:
    """A case and the receipt of it, with owners, taxes and some reductions by hand."""
    case = draw(cases)
    return case, sell(case.lines, case.offers, case.context, [draw(extras) for _ in case.lines])


@settings(max_examples=80, deadline=None)
@given(receipts())
def test_cells_sum_to_lines_and_lines_to_the_total(drawn: tuple[Case, Sale]):
    case, sale = drawn
    net = 0
    tenders: Sums[int] = Sums()
    for line, basket_line in zip(sale.lines, case.lines, strict=True):
        gross = sum(run.units * run.gross for run in line.runs)
        cut = sum(run.units * reduction.amount for run in line.runs for reduction in run.reductions)
        line_net = sum(run.units * run.net for run in line.runs)
        assert (gross, gross - cut) == (basket_line.gross_minor, line_net)
        owned = sum(run.units * cell.amount for run in line.runs for cell in run.clerks)
        assert owned == (line_net if line.ownership.shares else 0)
        taxes = [(cell.rate_bp, run.units * cell.amount) for run in line.runs for cell in run.taxes]
        assert sum(amount for _, amount in taxes) == (included_tax(line_net, taxes[0][0]) if taxes else 0)
        for run in line.runs:
            assert min(run.gross, 0) <= run.net <= max(run.gross, 0)
            for cell in run.tenders:
                tenders[cell.tender] += run.units * cell.amount
        net += line_net
    assert net == sale.net
    assert [tenders[place] for place in range(len(sale.tenders))] == [tender.amount for tender in sale.tenders]


@settings(max_examples=80, deadline=None)
@given(receipts())
def test_what_clerks_gave_away_is_what_offers_took(drawn: tuple[Case, Sale]):
    case, sale = drawn
    by_offer: Sums[str] = Sums()
    by_owner: Sums[str] = Sums()
    for line in sale.lines:
        for run in line.runs:
            for cut in run.reductions:
                assert cut.amount > 0
                if cut.source == "offer":
                    by_offer[cut.reference] += run.units * cut.amount
                    by_owner[format_ownership(line.ownership)] += run.units * cut.amount
    assert +by_offer == Sums({entry.offer: entry.off for entry in sale.offers if entry.off})
    assert sum(by_owner.values()) == sum(entry.off for entry in sale.offers)
    priced = promotions.price(Basket(case.lines), promotions.compile(case.offers, store="s1"), case.context)
    assert priced.gross - priced.total == sum(entry.off for entry in sale.offers)


@pytest.mark.parametrize("make", GENERATORS)
def test_the_receipts_looked_at_do_have_offers(make: object):
    assert callable(make)
    found = [make(seed) for seed in range(40)]
    assert sum(bool(sell(case.lines, case.offers, case.context).offers) for case in found) >= 20
