"""What must hold between the prices of baskets that are related, without knowing any of them. Each says for which
offers it holds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from msgspec.structs import replace as with_fields

import promotions
from promotions import (
    AmountAtThreshold,
    AmountOff,
    AmountTier,
    Basket,
    BasketLine,
    Brackets,
    Breaks,
    Bundle,
    BuyGet,
    GroupOff,
    NForPrice,
    Offer,
    OneUnit,
    PercentOff,
    Priced,
    Reward,
    Scope,
    SpecialPrice,
)
from tests.promotions.generate import GENERATORS, Case, an_offer, case_of, context_of, some_lines
from tests.promotions.kinds import Maker
from tests.promotions.oracles.check import STORE
from tests.promotions.oracles.evaluate import is_joint
from tests.promotions.oracles.model import is_one_pass
from tests.promotions.oracles.short import cut_short

SEEDS = range(5000, 5040)
SEEDS_OF = {name: range(5000, 5040) for name in GENERATORS} | {
    "adversarial": range(5000, 5008),
    "large": range(5000, 5004),
}
"""Baskets on which much must be searched are tried less often."""


def price(case: Case, previous: Priced | None = None) -> Priced:
    offer_set = promotions.compile(case.offers, store=STORE)
    assert not offer_set.skipped
    return promotions.price(Basket(case.lines), offer_set, case.context, previous)


def units(case: Case, priced: Priced) -> Counter[tuple[object, ...]]:
    """Every unit with what each offer took off it, on whatever line it stands."""
    found: Counter[tuple[object, ...]] = Counter()
    for line, answer in zip(case.lines, priced.lines, strict=True):
        for run in answer.runs:
            off = tuple((cell.reference, cell.amount) for cell in run.reductions)
            found[line.article, line.takes_offers, run.quantity_milli, run.gross, off] += run.units
    return found


def same(one: Case, other: Case) -> None:
    first, second = price(one), price(other)
    assert (first.total, first.gap, first.nodes) == (second.total, second.gap, second.nodes), one.name
    assert first.notes == second.notes, one.name
    assert units(one, first) == units(other, second), one.name


def all_joint(case: Case) -> bool:
    """Whether every offer is chosen in one go with the offers on the receipt: no passes, no forced ones, nothing that
    looks on afterwards."""
    return is_one_pass(case.offers) and all(is_joint(offer) for offer in case.offers if offer.layer == "basket")


@pytest.mark.parametrize("name", GENERATORS)
def test_the_order_of_lines_and_offers_changes_nothing(name: str):
    """For all offers."""
    for seed in SEEDS_OF[name]:
        case, random = GENERATORS[name](seed), Random(seed)
        lines, offers = list(case.lines), list(case.offers)
        random.shuffle(lines)
        random.shuffle(offers)
        numbers = random.sample(range(1, 99), len(lines))
        lines = [replace(line, number=number) for line, number in zip(lines, numbers, strict=True)]
        same(case, replace(case, lines=tuple(lines), offers=tuple(offers)))


@pytest.mark.parametrize("name", GENERATORS)
def test_dividing_a_line_among_clerks_changes_nothing(name: str):
    """For all offers."""
    for seed in SEEDS_OF[name]:
        case = GENERATORS[name](seed)
        parts = [part for line in case.lines for part in divided(line)]
        assert len({part.number for part in parts}) == len(parts)
        same(case, replace(case, lines=tuple(parts)))


def divided(line: BasketLine) -> list[BasketLine]:
    """A line of several pieces as two lines."""
    count = line.quantity_milli // 1000
    if not line.counted or count < 2:
        return [line]
    first = line.gross_minor // count
    return [
        replace(line, quantity_milli=1000, gross_minor=first),
        replace(
            line, number=line.number + 100, quantity_milli=line.quantity_milli - 1000, gross_minor=first * (count - 1)
        ),
    ]


@pytest.mark.parametrize("most", [None, 3])
@pytest.mark.parametrize("name", GENERATORS)
def test_what_was_added_and_taken_away_again_leaves_no_trace(
    name: str, most: int | None, monkeypatch: pytest.MonkeyPatch
):
    """For all offers, also where the search is cut short: the price before changes nothing."""
    if most is not None:
        cut_short(monkeypatch, most)
    capped = 0
    for seed in SEEDS_OF[name]:
        case = GENERATORS[name](seed)
        added = replace(case, lines=(*case.lines, replace(GENERATORS[name](seed + 1).lines[0], number=77)))
        cold, cold_added = price(case), price(added)
        warm_added = price(added, cold)
        assert warm_added == cold_added, case.name
        assert price(case, warm_added) == cold, case.name
        fewer = replace(case, lines=case.lines[1:])
        assert price(fewer, warm_added) == price(fewer), case.name
        other = replace(case, context=replace(case.context, tender="cash", member_level=""))
        assert price(other, cold) == price(other), case.name
        capped += cold.gap > 0
    assert capped or most is None


@pytest.mark.parametrize("name", ["pair", "mixed", "near"])
def test_one_more_offer_never_makes_the_receipt_dearer(name: str):
    """Where all is chosen together: not for forced offers, priorities, groups in the shop's favour, offers that depend
    on the tender or may not be rescued, and points."""
    compared = 0
    for seed in range(6000, 6100):
        case = GENERATORS[name](seed)
        if not all_joint(case) or not case.offers:
            continue
        with_all = price(case)
        for place in range(len(case.offers)):
            without = replace(case, offers=case.offers[:place] + case.offers[place + 1 :])
            assert with_all.total - with_all.gap <= price(without).total, case.name
            compared += 1
    assert compared > 100


@pytest.mark.parametrize("name", ["pair", "mixed", "near"])
def test_one_more_piece_never_costs_more_than_its_price(name: str):
    """Where all is chosen together, and no offer is for the cheapest or dearest unit: a new one may take its place."""
    compared = 0
    for seed in range(6000, 6100):
        case = GENERATORS[name](seed)
        if not all_joint(case) or any(isinstance(offer.plan, OneUnit) for offer in case.offers):
            continue
        line = replace(some_lines(Random(seed), 1)[0], number=88)
        more = price(replace(case, lines=(*case.lines, line)))
        assert more.total - more.gap <= price(case).total + line.gross_minor, case.name
        compared += 1
    assert compared > 30


def test_ten_times_all_amounts_is_ten_times_the_total():
    """For offers without percentages, on pieces; thresholds and rewards on all goods together, because what a share of
    a group is rounded to decides what part of the goods comes to."""
    compared = 0
    for seed in range(7000, 7400):
        random = Random(f"scale {seed}")
        kinds = ("special_price", "amount_off", "n_for_price", "buy_get", "group_off", "bundle", "breaks", "brackets")
        case = case_of("scale", random, 5, random.choices(kinds, k=3), 0)
        threshold = AmountAtThreshold(tiers=(AmountTier(max(2, case.gross * 9 // 10), max(1, case.gross // 8)),))
        offers = [offer for offer in case.offers if scaled_offer(offer) is not None]
        lines = tuple(replace(line, floor_unit_price=0) for line in case.lines if line.counted)
        case = replace(case, lines=lines, offers=(*offers, Offer("t", threshold)))
        larger = replace(
            case,
            lines=tuple(
                replace(line, unit_price=line.unit_price * 10, gross_minor=line.gross_minor * 10) for line in lines
            ),
            offers=tuple(found for offer in case.offers if (found := scaled_offer(offer)) is not None),
        )
        one, ten = price(case), price(larger)
        if one.gap == ten.gap == 0:
            assert ten.total == 10 * one.total, seed
            compared += 1
    assert compared > 300


def scaled_offer(offer: Offer) -> Offer | None:
    """The offer with all its amounts ten times as large; None where it has a percentage or a price in fractions."""
    plan, scope = offer.plan, offer.scope
    if isinstance(plan, BuyGet) and plan.percent_bp != 10_000:
        return None
    if isinstance(plan, GroupOff | Bundle) and plan.percent_bp >= 0:
        return None
    if isinstance(plan, SpecialPrice):
        plan = SpecialPrice(plan.unit_price * 10) if plan.unit_price % 100 == 0 else plan
        if plan is offer.plan:
            return None
    elif isinstance(plan, AmountOff):
        plan = AmountOff(plan.amount_minor * 10)
    elif isinstance(plan, NForPrice):
        plan = with_fields(plan, price_minor=plan.price_minor * 10)
    elif isinstance(plan, GroupOff):
        plan = with_fields(plan, amount_minor=plan.amount_minor * 10)
    elif isinstance(plan, Bundle):
        part = "price_minor" if plan.price_minor >= 0 else "amount_minor"
        parts = tuple(with_fields(one, scope=scaled_scope(one.scope)) for one in plan.parts)
        plan = with_fields(plan, parts=parts, **{part: getattr(plan, part) * 10})
    elif isinstance(plan, BuyGet) and plan.given is not None:
        plan = with_fields(plan, given=scaled_scope(plan.given))
    elif isinstance(plan, AmountAtThreshold):
        plan = with_fields(
            plan, tiers=tuple(AmountTier(tier.threshold_minor * 10, tier.amount_minor * 10) for tier in plan.tiers)
        )
    elif isinstance(plan, Breaks | Brackets):
        return None
    return with_fields(offer, plan=plan, scope=scaled_scope(scope))


def scaled_scope(scope: Scope) -> Scope:
    return with_fields(scope, price_from=scope.price_from * 10, price_until=scope.price_until * 10)


def test_where_everything_is_free_nothing_is_paid():
    """Whatever other offers there are that are chosen together, as long as no floor forbids it."""
    for seed in SEEDS:
        case = GENERATORS["mixed"](seed)
        if not all_joint(case):
            continue
        lines = tuple(replace(line, floor_unit_price=0) for line in case.lines)
        case = replace(case, lines=lines, offers=(*case.offers, Offer("free", PercentOff(percent_bp=10_000))))
        for line, answer in zip(case.lines, price(case).lines, strict=True):
            assert answer.net == (0 if line.takes_offers else line.gross_minor)


def test_two_baskets_together_cost_no_more_than_apart():
    """For item offers without bounds, on baskets that share no article: not for offers that count what is taken (breaks
    and brackets), that are for one unit, or that ask for goods on the receipt; nor for an amount off a group, which one
    of the cheapest goods cannot bear."""
    for seed in SEEDS:
        random = Random(f"apart {seed}")
        lines = some_lines(random, 10)
        items = sorted({line.item for line in lines})
        first = set(items[: len(items) // 2])
        make = Maker(random, lines)
        found = [an_offer(make, number, random.choice(SINGLE_GOODS), 0) for number in range(4)]
        offers = tuple(
            offer for offer in found if not isinstance(offer.plan, GroupOff | Bundle) or offer.plan.amount_minor < 0
        )
        context = context_of(random, offers)

        def total(chosen: list[BasketLine], offers: tuple[Offer, ...] = offers, context=context) -> Priced:
            return price(Case("apart", (), tuple(chosen), offers, context))

        together = total(list(lines))
        one = total([line for line in lines if line.item in first])
        other = total([line for line in lines if line.item not in first])
        assert together.total - together.gap <= one.total + other.total, seed


SINGLE_GOODS = ("special_price", "percent_off", "amount_off", "n_for_price", "buy_get", "group_off", "bundle")


def test_rewards_are_no_dearer_than_without_them():
    """For rewards that may be rescued: the goods given may also be bought."""
    for seed in SEEDS:
        case = GENERATORS["near"](seed)
        if not all_joint(case):
            continue
        plain = tuple(offer for offer in case.offers if not isinstance(offer.plan, Reward))
        found = price(case)
        assert found.total - found.gap <= price(replace(case, offers=plain)).total
