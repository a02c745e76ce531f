"""What every kind of benefit must keep, so that the engine may rely on the three shapes alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from promotions import PLANS, Bracket, Brackets, Breaks, Bundle, GroupOff, Level, OneUnit, Part, Scope
from promotions.plans import AnyPlan, BasketPlan, GroupPlan, LaterPlan, PoolPlan, Reward, UnitPlan
from tests.promotions.baskets import basket_plans, unit_plans
from tests.promotions.baskets import group_plans as older_group_plans

SHAPES = (UnitPlan, GroupPlan, PoolPlan, Reward, BasketPlan, LaterPlan)
grosses = st.integers(0, 2000)
percents = st.sampled_from([1, 333, 1000, 5000, 10_000])
amounts = st.sampled_from([1, 30, 250, 4000])
parts = st.lists(st.builds(Part, st.just(Scope()), count=st.integers(1, 2)), min_size=1, max_size=2).map(tuple)
group_plans = st.one_of(
    older_group_plans,
    st.builds(GroupOff, count=st.integers(2, 4), percent_bp=percents),
    st.builds(GroupOff, count=st.integers(2, 4), amount_minor=amounts),
    st.builds(Bundle, count=st.integers(1, 2), parts=parts, percent_bp=percents),
    st.builds(Bundle, count=st.integers(1, 2), parts=parts, amount_minor=amounts),
    st.builds(Bundle, count=st.integers(1, 2), parts=parts, price_minor=amounts),
)
one_sorts = st.one_of(
    percents.map(lambda percent: {"percent_bp": percent}),
    amounts.map(lambda amount: {"amount_minor": amount}),
    amounts.map(lambda price: {"unit_price": price * 100 + 33}),
)


def test_every_kind_is_registered_under_the_name_it_is_written_with():
    assert {plan.__struct_config__.tag: plan for plan in AnyPlan.__args__} == PLANS
    assert all(issubclass(plan, SHAPES) for plan in PLANS.values())


@given(unit_plans, grosses, st.integers(1, 3000), st.integers(1, 30))
def test_an_offer_per_unit_takes_between_nothing_and_all_and_never_less_for_more_units(plan, gross, quantity, count):
    offs = [plan.off(gross, quantity, units, "CNY") for units in range(count + 1)]
    assert offs[0] == 0
    assert offs == sorted(offs)
    assert all(0 <= off <= gross * units for units, off in enumerate(offs))
    # Linear but for one rounding: what the search relies on when it leaves units to such offers.
    assert all(abs(offs[some] + offs[count - some] - offs[count]) <= 1 for some in range(count + 1))


@given(group_plans, st.data())
def test_the_gains_of_units_in_any_portions_are_what_the_group_takes_off(plan, data):
    slots = [sorted(data.draw(st.lists(grosses, min_size=size, max_size=size)), reverse=True) for size in plan.sizes]
    off = plan.group_off(slots)
    assert off <= sum(map(sum, slots))
    for slot, found in enumerate(slots):
        equal = [found[0]] * len(found)
        cut = data.draw(st.integers(0, len(found) - 1))
        portions = plan.gain(slot, 0, equal[0], cut) + plan.gain(slot, cut, equal[0], len(found) - cut)
        assert portions == sum(plan.gain(slot, fill, gross, 1) for fill, gross in enumerate(equal))
    gains = sum(plan.gain(slot, fill, gross, 1) for slot, found in enumerate(slots) for fill, gross in enumerate(found))
    assert off == min(gains + plan.completion, sum(map(sum, slots)))
    bounds = [plan.share_bound(slot, gross) for slot, found in enumerate(slots) for gross in found]
    assert off * sum(plan.sizes) <= sum(bounds)


@given(group_plans, st.data())
def test_the_hope_in_an_open_group_is_never_too_small(plan, data):
    slots = [sorted(data.draw(st.lists(grosses, min_size=size, max_size=size)), reverse=True) for size in plan.sizes]
    if len(slots) == 1:
        fill = data.draw(st.integers(0, len(slots[0]) - 1))
        so_far = sum(plan.gain(0, number, gross, 1) for number, gross in enumerate(slots[0][:fill]))
        to_come = slots[0][fill:]
        hoped = plan.excess(fill, to_come[0]) * sum(plan.sizes) + sum(plan.share_bound(0, gross) for gross in to_come)
        assert plan.group_off(slots) * sum(plan.sizes) <= so_far * sum(plan.sizes) + hoped
    else:
        fills = [data.draw(st.integers(0, len(found))) for found in slots]
        cut = list(zip(slots, fills, strict=True))
        so_far = sum(plan.gain(n, k, g, 1) for n, (found, fill) in enumerate(cut) for k, g in enumerate(found[:fill]))
        hoped = plan.excess(sum(fills), 2000) * sum(plan.sizes)
        hoped += sum(plan.share_bound(n, gross) for n, (found, fill) in enumerate(cut) for gross in found[fill:])
        assert plan.group_off(slots) * sum(plan.sizes) <= so_far * sum(plan.sizes) + hoped


@given(basket_plans, st.integers(0, 3000), st.integers(0, 3000), st.sampled_from([0, 2]))
def test_an_offer_at_a_threshold_takes_at_most_all_and_says_what_is_missing(plan, counted, net, steps_max):
    net = min(net, counted)
    off, steps, short = (
        plan.off(counted, net, steps_max),
        plan.steps(counted, steps_max),
        plan.short(counted, steps_max),
    )
    assert 0 <= off <= net
    assert (off > 0) <= (steps > 0)
    assert plan.off(counted + 1, net, steps_max) >= off
    if short:
        assert plan.short(counted + short - 1, steps_max) == 1
        reached = plan.off(counted + short, 10**6, steps_max)
        assert reached > plan.off(counted, 10**6, steps_max) or reached == getattr(plan, "ceiling_minor", None)


@given(one_sorts, grosses, st.integers(1, 3000), st.integers(1, 9))
def test_one_unit_gets_its_price_percentage_or_amount(sort, gross, quantity, count):
    plan = OneUnit(**sort)
    assert 0 <= plan.off(gross, quantity, 1, "CNY") <= gross
    assert plan.off(gross, quantity, count, "CNY") == plan.off(gross, quantity, 1, "CNY") * count


@given(
    st.lists(one_sorts, min_size=1, max_size=4), grosses, st.integers(1, 3000), st.integers(1, 9), st.integers(0, 99)
)
def test_the_level_of_a_break_is_the_last_that_is_reached(sorts, gross, quantity, count, measure):
    plan = Breaks(levels=tuple(Level(least=10 * number, **sort) for number, sort in enumerate(sorts, 1)))
    level = plan.level_of(measure)
    assert level == min(measure // 10, len(sorts)) - 1
    if level >= 0:
        assert 0 <= plan.off(level, gross, quantity, count, "CNY") <= gross * count
    assert Breaks(levels=plan.levels, by="amount").measure(gross, quantity) == gross
    assert Breaks(levels=plan.levels, by="quantity").measure(gross, quantity) == quantity


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.booleans(), st.integers(0, 20), grosses)
def test_units_fill_the_brackets_one_after_the_other(sizes, endless, filled, gross):
    brackets = [Bracket(units=size, amount_minor=number) for number, size in enumerate(sizes, 1)]
    brackets += [Bracket(units=0, amount_minor=99)] if endless else []
    plan = Brackets(brackets=tuple(brackets))
    offs = [number for number, size in enumerate(sizes, 1) for _ in range(size)] + [99] * (30 if endless else 0)
    assert plan.depth == sum(sizes)
    assert plan.room == (-1 if endless else sum(sizes))
    if filled < len(offs):
        assert plan.off_at(filled, gross, 1000, "CNY") == min(gross, offs[filled])
