"""The choice of item offers is the best there is, and says so honestly when it cannot be sure."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import promotions
from promotions import AmountOff, BuyGet, NForPrice, Offer, PercentOff, Scope
from promotions.choose import choose
from promotions.components import Component
from promotions.conditions import why_closed
from promotions.engine import Memory
from promotions.plans import UnitPlan
from tests.promotions.baskets import CONTEXT, basket_of, item_offers, items, offer_lists, piece, price
from tests.promotions.oracles import brute
from tests.promotions.oracles.goods import stock_of


def components(lines, offers):
    """The offer set and the components of these lines under these offers."""
    offer_set = promotions.compile(offers, store="s1")
    memory: Memory = promotions.price(basket_of(lines), offer_set, CONTEXT).memory
    return offer_set, [
        component
        for clusters in memory.kept.clusters.values()
        for cluster in clusters.values()
        for _, component, _ in cluster.parts
    ]


def by_trying(lines, offers) -> tuple[int, int, int]:
    """What trying everything finds: the least total, with it the most ranked discount, with that the fewest
    applications."""
    usable = [offer for offer in offers if why_closed(offer, CONTEXT) is None]
    truth = brute.best(stock_of(lines), usable, CONTEXT)
    (total,) = truth.totals
    return total, truth.ranked, truth.applications


def chosen(lines, offers) -> tuple[int, int, int]:
    """The same of the engine's choice."""
    priced = price(lines, offers)
    ranks = {offer.id: offer.rank for offer in offers}
    unit_offers = {offer.id for offer in offers if isinstance(offer.plan, UnitPlan)}
    groups = sum(note.times for note in priced.notes if note.offer not in unit_offers)
    singles = {
        (cell.reference, line.item, run.gross)
        for line, answer in zip(lines, priced.lines, strict=True)
        for run in answer.runs
        for cell in run.reductions
        if cell.reference in unit_offers
    }
    ranked = sum(ranks[note.offer] * note.applied_minor for note in priced.notes)
    assert priced.gap == 0
    return priced.total, ranked, groups + len(singles)


units_lists = st.lists(items, min_size=1, max_size=6)


@settings(max_examples=600)
@given(units_lists, offer_lists(item_offers, 4))
def test_nothing_that_brute_force_finds_is_better(names, offers):
    lines = [piece(0, name, 1) for name in names]
    assert chosen(lines, offers) == by_trying(lines, offers)


@settings(max_examples=60)
@given(
    st.lists(items, min_size=2, max_size=6).map(sorted),
    st.lists(st.sampled_from([50, 80, 115, 120, 333]), min_size=6, max_size=6),
    st.lists(st.tuples(st.integers(2, 3), st.sampled_from([90, 150, 200]), st.booleans()), min_size=2, max_size=3),
)
def test_groups_that_compete_for_units_are_chosen_best(names, amounts, groups):
    plans = [NForPrice(count=n, price_minor=p) if dear else BuyGet(buy=n - 1, get=1) for n, p, dear in groups]
    offers = [
        Offer(f"g{number}", plan, scope=Scope(except_items=(names[number % len(names)],)))
        for number, plan in enumerate(plans)
    ]
    offers += [
        Offer(f"s{name}", AmountOff(amount_minor=amounts[n] // 4), scope=Scope(items=(name,)))
        for n, name in enumerate(set(names))
    ]
    lines = [piece(0, name, 1) for name in names]
    assert chosen(lines, offers) == by_trying(lines, offers)


@settings(max_examples=150)
@given(st.lists(st.builds(piece, st.just(0), items, st.integers(1, 4)), max_size=6), offer_lists(item_offers, 6))
def test_a_choice_cut_short_is_no_better_than_the_best_and_no_worse_than_its_gap(lines, offers):
    offer_set, found = components(lines, offers)
    for component in found:
        best, short = choose(component, offer_set), choose(component, offer_set, nodes_max=1)
        assert best.gap == 0
        assert best.shares.off - short.gap <= short.shares.off <= best.shares.off


def overlapping(count: int) -> tuple[list, list[Offer]]:
    """Many groups over the same goods, each worth something on nearly all of them."""
    offers = []
    for number in range(count):
        names = tuple(f"i{(number * 7 + step * step) % 40:02}" for step in range(14))
        offer_id = f"g{number:02}"
        if number % 3:
            offers.append(
                Offer(offer_id, NForPrice(count=2 + number % 3, price_minor=90 + 17 * number), scope=Scope(items=names))
            )
        else:
            offers.append(
                Offer(
                    offer_id, BuyGet(buy=1 + number % 2, get=1, percent_bp=4000 + 97 * number), scope=Scope(items=names)
                )
            )
    lines = []
    for number in range(40):
        line = piece(number + 1, "a", 1 + number % 3)
        unit_price = 60 + number * 37 % 211
        gross = unit_price * line.quantity_milli // 1000
        lines.append(
            promotions.BasketLine(
                number + 1, f"i{number:02}", "d", "x", "b", line.quantity_milli, unit_price * 100, gross
            )
        )
    return lines, offers


def test_beyond_the_count_the_answer_is_good_reproducible_and_says_its_gap():
    lines, offers = overlapping(14)
    cold = price(lines, offers)
    assert cold.gap > 0
    assert cold.gap < cold.gross // 10
    previous = None
    for count in (38, 39, 40):
        previous = price(lines[:count], offers, previous=previous)
    assert previous == cold
    assert price(lines[::-1], offers).total == cold.total
    alone = min(price(lines, [offer]).total for offer in offers)
    assert cold.total < alone


def test_units_of_a_great_many_pieces_are_not_divided_for_a_cent_and_the_gap_says_so():
    offers = [Offer("a", PercentOff(percent_bp=999)), Offer("b", PercentOff(percent_bp=1000))]
    few, many = price([piece(1, "b", 9)], offers), price([piece(1, "b", 5000)], offers)
    assert few.gap == 0
    assert many.gap == 1
    assert many.gross - many.total == 57_500


def test_an_offer_on_groups_that_cannot_win_ties_nothing_together():
    cheap = [Offer("g", NForPrice(count=2, price_minor=600)), Offer("s", PercentOff(percent_bp=2000))]
    _, found = components([piece(1, "b", 2), piece(2, "d", 2)], cheap)
    assert [len(component.views) for component in found] == [1, 1]
    worth = [Offer("g", NForPrice(count=2, price_minor=300)), Offer("s", PercentOff(percent_bp=2000))]
    _, found = components([piece(1, "b", 2), piece(2, "d", 2)], worth)
    assert [len(component.views) for component in found] == [2]


def test_goods_that_no_open_offer_names_are_in_no_component():
    _, found = components([piece(1, "b", 2)], [Offer("s", AmountOff(amount_minor=1), scope=Scope(items=("a",)))])
    assert found == []


def test_a_cap_that_cannot_bind_ties_nothing_together():
    lines = [piece(1, "a", 1), piece(2, "b", 1)]
    _, found = components(lines, [Offer("s", AmountOff(amount_minor=1), times_max=2)])
    assert [component.caps for component in found] == [(), ()]
    _, found = components(lines, [Offer("s", AmountOff(amount_minor=1), times_max=1)])
    assert [component.caps for component in found] == [((0, 1),)]


@pytest.mark.parametrize("plan", [NForPrice(count=2, price_minor=1), BuyGet(buy=1, get=1)])
def test_components_compare_by_what_they_hold(plan: NForPrice | BuyGet):
    _, one = components([piece(1, "a", 2)], [Offer("s", plan)])
    _, other = components([piece(7, "a", 1), piece(9, "a", 1)], [Offer("s", plan)])
    assert one == other
    assert all(isinstance(component, Component) for component in one)
