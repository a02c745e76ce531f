"""The item layer by brute force: every way to divide a few units among offers is tried. Slow, and written from the
rules alone, without the engine's parts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from promotions import Article, BuyGet, NForPrice, Offer, PercentOff, Scope, SpecialPrice
from promotions.plans import GroupPlan


class Unit(NamedTuple):
    """One piece of goods."""

    article: Article
    gross: int


class Best(NamedTuple):
    """The most discount; with that the most ranked discount; with that the fewest applications (negative)."""

    off: int
    ranked: int
    applications: int


def half_up(amount: Fraction) -> int:
    """The nearest whole number, halves up."""
    return int(amount + Fraction(1, 2))


def best_item_layer(units: Sequence[Unit], offers: Sequence[Offer]) -> Best:
    """The best of all divisions; every group of every offer is tried with every member."""
    return max(_divisions(tuple(units), list(offers), (), Counter()))


def _divisions(
    free: tuple[Unit, ...], offers: list[Offer], singles: tuple[tuple[int, Unit], ...], sums: Counter[str]
) -> Iterator[Best]:
    if not free:
        yield _sum_up(offers, singles, sums)
        return
    unit, rest = free[0], free[1:]
    yield from _divisions(rest, offers, singles, sums)
    for number, offer in enumerate(offers):
        used = sums[offer.id + " times"] + sum(single == number for single, _ in singles)
        if offer.times_max and used >= offer.times_max:
            continue
        if not isinstance(offer.plan, GroupPlan):
            if offer.scope.covers(unit.article):
                yield from _divisions(rest, offers, (*singles, (number, unit)), sums)
            continue
        for members, off in _groups(unit, rest, offer):
            left = list(rest)
            for member in members:
                left.remove(member)
            made = sums + Counter({"off": off, "ranked": off * offer.rank, "applications": 1, offer.id + " times": 1})
            if off > 0:
                yield from _divisions(tuple(left), offers, singles, made)


def _groups(unit: Unit, rest: Sequence[Unit], offer: Offer) -> Iterator[tuple[list[Unit], int]]:
    """All groups that `unit` makes with others: the others, and what is off."""
    plan = offer.plan
    if isinstance(plan, BuyGet) and plan.given is not None:
        for bought in (True, False):
            if not (offer.scope if bought else plan.given).covers(unit.article):
                continue
            for buys in combinations(_covered(offer.scope, rest), plan.buy - bought):
                left = list(rest)
                for buy in buys:
                    left.remove(buy)
                for gets in combinations(_covered(plan.given, left), plan.get - (not bought)):
                    rewarded = gets if bought else (unit, *gets)
                    yield [*buys, *gets], sum(_percent(got.gross, plan.percent_bp) for got in rewarded)
        return
    if not offer.scope.covers(unit.article):
        return
    assert isinstance(plan, NForPrice | BuyGet)
    size = plan.count if isinstance(plan, NForPrice) else plan.buy + plan.get
    others = _covered(offer.scope, rest)
    if plan.same_article:
        others = [other for other in others if other.article.item == unit.article.item]
    for members in combinations(others, size - 1):
        grosses = sorted([unit.gross, *(member.gross for member in members)])
        if isinstance(plan, NForPrice):
            yield list(members), sum(grosses) - plan.price_minor
        else:
            yield list(members), sum(_percent(gross, plan.percent_bp) for gross in grosses[: plan.get])


def _covered(scope: Scope, units: Sequence[Unit]) -> list[Unit]:
    return [unit for unit in units if scope.covers(unit.article)]


def _percent(amount: int, percent_bp: int) -> int:
    return half_up(Fraction(amount * percent_bp, 10_000))


def _sum_up(offers: list[Offer], singles: tuple[tuple[int, Unit], ...], sums: Counter[str]) -> Best:
    """Offers per unit are rounded once for each article and price."""
    off, ranked, applications = sums["off"], sums["ranked"], sums["applications"]
    for (number, unit), count in Counter(singles).items():
        offer = offers[number]
        plan = offer.plan
        if isinstance(plan, SpecialPrice):
            less = unit.gross * count - half_up(Fraction(plan.unit_price * count, 100))
        elif isinstance(plan, PercentOff):
            each = _percent(unit.gross, plan.percent_bp) * count
            less = each if plan.rounding == "unit" else _percent(unit.gross * count, plan.percent_bp)
        else:
            less = min(unit.gross, plan.amount_minor) * count  # type: ignore[union-attr]
        off += max(0, less)
        ranked += max(0, less) * offer.rank
        applications += 1
    return Best(off, ranked, -applications)
