"""How much is held back, beside trying every amount."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

import promotions
from promotions import AmountAtThreshold, AmountTier, Offer, PercentAtThreshold, PercentTier
from promotions.conditions import OfferBound
from promotions.goal import goal_of
from promotions.held import Amounts, Chooser, Option, Options, best_of, window_of
from promotions.pots import Pot

amounts = st.integers(1, 200)
tiers = st.lists(st.integers(1, 400), min_size=1, max_size=3, unique=True).map(sorted)
leads = st.one_of(
    tiers.map(
        lambda found: AmountAtThreshold(
            tiers=tuple(AmountTier(t, max(1, t // 3) + n) for n, t in enumerate(found) if max(1, t // 3) + n <= t)
            or (AmountTier(9, 1),)
        )
    ),
    st.tuples(amounts, amounts).map(
        lambda pair: AmountAtThreshold(tiers=(AmountTier(max(pair), min(pair)),), every=True)
    ),
    tiers.map(
        lambda found: PercentAtThreshold(tiers=tuple(PercentTier(t, 333 + 700 * n) for n, t in enumerate(found)))
    ),
)
nets = st.integers(0, 400)
lesses = st.lists(st.integers(1, 60), max_size=4)
"""What may be held back, each or not."""


def goal_over(plans, groups, scopes):
    """The goal of these leads over pots, each counted by the leads whose scope has its number."""
    offers = [Offer(f"t{n}", plan, group=group) for n, (plan, group) in enumerate(zip(plans, groups, strict=True))]
    offer_set = promotions.compile(offers, store="s1")
    return goal_of(scopes, {n: OfferBound(0, 0) for n in range(len(offers))}, {}, offer_set)


def sums_of(parts):
    """All sums of some of the parts, as bits."""
    bits = 1
    for part in parts:
        bits |= bits << part
    return bits


@given(st.lists(leads, min_size=1, max_size=3), st.data())
def test_in_one_pot_exactly_the_best_amount_is_found(plans, data):
    groups = data.draw(st.lists(st.sampled_from(["", "g"]), min_size=len(plans), max_size=len(plans)))
    parts, net = data.draw(lesses), data.draw(nets)
    goal = goal_over(plans, groups, [tuple(range(len(plans)))])
    pots, off = [Pot(net, net + sum(parts), net)], sum(parts)
    worths = {
        d: off - d + goal.value([Pot(net + d, pots[0].gross, net + d)])
        for d in range(off + 1)
        if sums_of(parts) >> d & 1
    }
    window = window_of(goal, off, pots, [Pot(off, 0, off)], [Pot()], worths[0])
    found = best_of(goal, off, pots, [Amounts(0, sums_of(parts))], worths[0], window)
    best = max(worths.values())
    assert found.worth == best
    assert found.complete
    if best > worths[0]:
        assert found.picks == (min(d for d, worth in worths.items() if worth == best),)
        assert found.picks[0] <= window
    else:
        assert found.picks is None


@given(st.lists(leads, min_size=1, max_size=3), st.data())
def test_over_several_pots_and_ways_nothing_better_is_missed(plans, data):
    scopes = data.draw(
        st.lists(
            st.sets(st.integers(0, len(plans) - 1), min_size=1).map(lambda s: tuple(sorted(s))),
            min_size=1,
            max_size=3,
            unique=True,
        )
    )
    size = len(scopes)
    goal = goal_over(plans, [""] * len(plans), scopes)
    parts = [data.draw(lesses) for _ in scopes]
    moves = data.draw(
        st.lists(
            st.tuples(st.integers(0, 40), st.lists(st.integers(-30, 60), min_size=size, max_size=size)), max_size=3
        )
    )
    options = [Option(0, (Pot(),) * size), *(Option(less, tuple(Pot(m, m, m) for m in more)) for less, more in moves)]
    pots = [Pot(net, net, net) for net in data.draw(st.lists(st.integers(30, 400), min_size=size, max_size=size))]
    off = sum(map(sum, parts)) + 50
    choosers: list[Chooser] = [Options(options), *(Amounts(n, sums_of(found)) for n, found in enumerate(parts))]
    least = off + goal.value(pots)
    found = best_of(goal, off, pots, choosers, least, off)
    ways = product(options, *([d for d in range(sum(one) + 1) if sums_of(one) >> d & 1] for one in parts))
    best = least
    for way in ways:
        option, held = way[0], [amount for amount in way[1:] if isinstance(amount, int)]
        assert isinstance(option, Option)
        grown = [
            Pot(*(x + y for x, y in zip(pot, more, strict=True))) for pot, more in zip(pots, option.more, strict=True)
        ]
        grown = [Pot(pot.net + d, pot.gross, pot.room + d) for pot, d in zip(grown, held, strict=True)]
        best = max(best, off - option.less - sum(held) + goal.value(grown))
    assert found.complete
    assert found.worth == best
