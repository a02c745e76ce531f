"""Searches that end early: the bound holds, and what was known before still changes nothing."""

from __future__ import annotations

import pytest

import promotions.frontier
from promotions import AmountOff, Basket, Offer, Reward, Scope
from tests.promotions.baskets import piece, price
from tests.promotions.generate import GENERATORS, Case
from tests.promotions.oracles import cpsat
from tests.promotions.oracles.campaign import by_trying
from tests.promotions.oracles.check import check, priced_of
from tests.promotions.oracles.short import cut_short

ORACLES = {"brute force": by_trying, "CP-SAT": cpsat.best}


def total_of(case: Case) -> int:
    """What the whole receipt costs."""
    priced = priced_of(case)
    assert priced is not None
    return priced.total


@pytest.mark.parametrize("most", [1, 2, 5, 60])
def test_a_reward_that_was_not_found_in_time_is_in_the_bound(most: int, monkeypatch: pytest.MonkeyPatch):
    """Goods of an exclusive offer earn no gift: it must be held back, which takes searching."""
    goods = [piece(1, "d", 2), piece(2, "e", 3), piece(3, "a", 1)]
    alone = Offer("alone", AmountOff(amount_minor=17), scope=Scope(items=("a", "d")), exclusive=True)
    gift = Offer("gift", Reward(threshold_minor=300, given=Scope(items=("e",)), every=True))
    best = price(goods, [alone, gift])
    assert best.gap == 0
    cut_short(monkeypatch, most)
    priced = price(goods, [alone, gift])
    assert priced.total - priced.gap <= best.total <= priced.total
    assert priced.gap or priced.total == best.total


@pytest.mark.parametrize("seed", [12040, 12091, 12138, 12283])
@pytest.mark.parametrize("most", [2, 5, 60])
def test_rewards_beside_other_offers_are_in_the_bound(seed: int, most: int, monkeypatch: pytest.MonkeyPatch):
    cut_short(monkeypatch, most)
    assert not check(GENERATORS["mixed"](seed), ORACLES).faults


@pytest.mark.parametrize("seed", [50329, 50621])
def test_large_baskets_with_rewards_are_within_the_bound(seed: int):
    assert not check(GENERATORS["large"](seed), {"CP-SAT": cpsat.best}).faults


@pytest.mark.parametrize("name", ["pair", "near", "mixed", "pass", "adversarial"])
@pytest.mark.parametrize("most", [2, 20])
def test_what_was_known_before_changes_nothing(name: str, most: int, monkeypatch: pytest.MonkeyPatch):
    cut_short(monkeypatch, most)
    capped = 0
    for seed in range(25):
        case = GENERATORS[name](seed)
        offer_set = promotions.compile(case.offers, store="s1")
        previous = None
        counts = [*range(1, len(case.lines) + 1), *range(len(case.lines) - 1, 0, -2)]
        for count in counts:
            basket = Basket(case.lines[:count])
            previous = promotions.price(basket, offer_set, case.context, previous)
            assert previous == promotions.price(basket, offer_set, case.context), (case.name, count)
            capped += previous.gap > 0
    assert capped


def test_where_there_are_too_many_ways_offers_are_held_back_whole(monkeypatch: pytest.MonkeyPatch):
    cut_short(monkeypatch, 60)
    cases = [GENERATORS["mixed"](seed) for seed in range(14000, 14100)]
    with_some_held_back = [total_of(case) for case in cases]
    monkeypatch.setattr(promotions.frontier, "DROPPED_MAX", 0)
    best_only = [total_of(case) for case in cases]
    assert all(some <= best for some, best in zip(with_some_held_back, best_only, strict=True))
    assert with_some_held_back != best_only
