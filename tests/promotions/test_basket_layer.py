"""Offers on the receipt: none takes goods below their floors, and of a group those count with which most is taken."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

import promotions
from promotions import AmountAtThreshold, AmountTier, Offer, PercentAtThreshold, PercentTier, PointsOff
from promotions.basket_layer import Cell, Points, take_basket_offers
from promotions.conditions import OfferBound
from promotions.pots import Pot, worth_of

nets = st.lists(
    st.tuples(st.integers(1, 3), st.integers(0, 300), st.integers(0, 300)).map(
        lambda t: (t[0], max(t[1:]), min(t[1:]))
    ),
    min_size=1,
    max_size=4,
)
"""Units, what each costs after item offers, and its floor."""
plans = st.one_of(
    st.integers(1, 300).map(lambda amount: AmountAtThreshold(tiers=(AmountTier(max(amount, 50), amount),))),
    st.sampled_from([333, 5000, 10_000]).map(lambda bp: PercentAtThreshold(tiers=(PercentTier(1, bp),))),
    st.builds(
        PointsOff, points=st.sampled_from([1, 10]), amount_minor=st.sampled_from([1, 7]), share_max_bp=st.just(5000)
    ),
)
offers = st.lists(st.tuples(plans, st.sampled_from(["", "g", "h"]), st.integers(0, 9)), min_size=1, max_size=4)


def taken(found, kept, points=200):
    """The offers that are kept on these goods, each counting all but the goods with its number."""
    rules = [Offer(f"t{n}", plan, group=group, rank=rank) for n, (plan, group, rank) in enumerate(kept)]
    offer_set = promotions.compile(rules, store="s1")
    cells = [Cell(n, units, net, floor, net, net, ()) for n, (units, net, floor) in enumerate(found)]

    def counts(offer, cell):
        return cell.price_class != offer

    worths = {}
    for offer in range(len(rules)):
        meant = [cell for cell in cells if counts(offer, cell)]
        net = sum(cell.units * cell.net for cell in meant)
        pot = Pot(net, net, sum(cell.units * (cell.net - cell.floor) for cell in meant))
        worths[offer] = worth_of(offer, pot, OfferBound(0, 0), offer_set)
    return take_basket_offers(worths, lambda: cells, counts, offer_set, Points(points, {}))


@given(nets, offers)
def test_what_is_taken_is_on_the_goods_to_the_last_cent_and_leaves_them_their_floor(found, kept):
    taking = taken(found, kept)
    for cell in taking.cells:
        assert cell.floor <= cell.net == cell.item_net - sum(amount for _, amount in cell.off)
    if taking.cells:
        assert sum(cell.units for cell in taking.cells) == sum(units for units, _, _ in found)
    for offer, outcome in taking.outcomes.items():
        assert outcome.off == sum(
            cell.units * amount for cell in taking.cells for by, amount in cell.off if by == offer
        )
        assert (outcome.off > 0) == (outcome.reason == "applied")


@given(nets, offers)
def test_of_every_group_one_offer_counts_and_no_other_choice_takes_more(found, kept):
    groups: dict[str, list[int]] = {}
    for number, (_, group, _) in enumerate(kept):
        groups.setdefault(group or f"alone {number}", []).append(number)
    most = 0
    for members in product(*groups.values()):
        muted = [
            (plan, "", rank) if n in members else (AmountAtThreshold(tiers=(AmountTier(10**9, 1),)), "", 0)
            for n, (plan, _, rank) in enumerate(kept)
        ]
        most = max(most, taken(found, muted).off)
    taking = taken(found, kept)
    assert taking.off == most
    for group in groups.values():
        assert sum(taking.outcomes[member].off > 0 for member in group) <= 1


@given(nets, st.integers(0, 300), st.integers(0, 300))
def test_points_are_spent_once_and_in_full_steps(found, points, least):
    one = PointsOff(points=10, amount_minor=7, share_max_bp=5000, points_min=least)
    taking = taken(found, [(one, "", 0), (PointsOff(points=3, amount_minor=2), "", 0)], points)
    spent = [taking.outcomes[offer].times for offer in (0, 1)]
    assert taking.points == 10 * spent[0] + 3 * spent[1] <= points
    assert spent[0] * 10 >= least or spent[0] == 0
