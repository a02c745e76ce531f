"""The oracles agree with each other, and the engine with them, on baskets made from seeds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.promotions.generate import GENERATORS, pair_case
from tests.promotions.kinds import KINDS, PAIRS
from tests.promotions.oracles import brute, cpsat
from tests.promotions.oracles.campaign import campaign
from tests.promotions.oracles.check import open_offers
from tests.promotions.oracles.goods import stock_of
from tests.promotions.oracles.highs import Highs, highs
from tests.promotions.oracles.model import is_one_pass
from tests.promotions.oracles.short import cut_short


@pytest.fixture(scope="module")
def second_solver() -> Iterator[Highs]:
    with highs() as solver:
        yield solver


@pytest.mark.parametrize("name", ["pair", "mixed", "near"])
def test_trying_everything_and_two_solvers_find_the_same_least_total(name: str, second_solver: Highs):
    compared = 0
    for seed in range(1000, 1060):
        case = GENERATORS[name](seed)
        question = (stock_of(case.lines), open_offers(case), case.context)
        if not is_one_pass(question[1]):
            continue
        try:
            first, second = cpsat.best(*question), second_solver.best(*question)
            tried = brute.best(*question)
        except OverflowError:
            continue
        assert first.totals == second.totals == tried.totals, case.name
        compared += 1
    assert compared > 45


PARTS = {
    "pair": [range(first, first + 125) for first in range(0, 500, 125)],
    "near": [range(0, 100), range(100, 200)],
    "mixed": [range(0, 80), range(80, 150)],
    "pass": [range(0, 80)],
    "adversarial": [range(0, 50)],
    "large": [range(0, 20)],
}
"""A thousand baskets in parts that can run beside each other."""


@pytest.mark.parametrize(("name", "seeds"), [(name, part) for name, parts in PARTS.items() for part in parts])
def test_the_engine_finds_what_the_oracles_find(name: str, seeds: range):
    found = campaign(name, seeds, with_highs=False)
    assert not found.faults, "\n\n".join(found.faults)
    assert not found.unknown
    assert found.compared > len(seeds) * (5 if name == "large" else 9) // 10
    assert found.capped <= (len(seeds) // 4 if name == "large" else len(seeds) // 20)


@pytest.mark.parametrize(("name", "most"), [("pair", 2), ("near", 2), ("near", 20), ("mixed", 20), ("adversarial", 50)])
def test_where_the_search_is_cut_short_the_bound_holds(name: str, most: int, monkeypatch: pytest.MonkeyPatch):
    cut_short(monkeypatch, most)
    found = campaign(name, range(2000, 2060), with_highs=False)
    assert not found.faults, "\n\n".join(found.faults)
    assert found.capped > 3


def test_the_pairs_are_all_pairs_of_all_kinds():
    assert {kind for pair in PAIRS for kind in pair} == set(KINDS)
    assert len(PAIRS) == len(KINDS) * (len(KINDS) + 1) // 2
    seen = {pair_case(seed).kinds for seed in range(len(PAIRS))}
    assert seen == set(PAIRS)


@pytest.mark.parametrize("name", GENERATORS)
def test_a_seed_always_gives_the_same_case(name: str):
    assert GENERATORS[name](7) == GENERATORS[name](7)
    assert GENERATORS[name](7) != GENERATORS[name](8)
