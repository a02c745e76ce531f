"""The engine beside the oracles: one case, one verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

import promotions
from promotions import Basket, BasketLine, Context, Offer, Priced, Reward
from promotions.conditions import closed_goods, why_closed
from promotions.plans import GroupPlan, UnitPlan
from retail.cells import PricedRun
from tests.promotions.generate import Case
from tests.promotions.oracles import later
from tests.promotions.oracles.evaluate import evaluate, is_joint
from tests.promotions.oracles.goods import Goods, Stock, Taken, Truth, half_up, stock_of

STORE: Final = "s1"
Oracle = Callable[[Stock, Sequence[Offer], Context], Truth]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a case showed: `faults` in words (none: all held), whether the engine was not sure, which oracles could
    speak, and whether the engine knows all kinds of the case."""

    faults: tuple[str, ...] = ()
    capped: bool = False
    spoken: tuple[str, ...] = ()
    ready: bool = True


def open_offers(case: Case) -> list[Offer]:
    """The offers of which something is left for this customer and these goods."""
    return [
        offer
        for offer in case.offers
        if why_closed(offer, case.context) is None and closed_goods(offer.conditions, case.lines) is None
    ]


def priced_of(case: Case) -> Priced | None:
    """The engine's answer, None where it does not know all kinds of the case."""
    offer_set = promotions.compile(case.offers, store=STORE)
    return None if offer_set.skipped else promotions.price(Basket(case.lines), offer_set, case.context)


def goods_of(line: BasketLine, run: PricedRun) -> Goods:
    """What the units of a run are."""
    return Goods(-run.gross, line.article, run.quantity_milli, line.floor_unit_price)


def taken_of(case: Case, priced: Priced) -> list[Taken]:
    """Every unit that takes part with what the engine took off it by item offers. A unit that an exclusive offer took
    without taking anything off cannot be told from a free one."""
    by_id = {offer.id: offer for offer in case.offers}
    units: list[Taken] = []
    for line, answer in zip(case.lines, priced.lines, strict=True):
        if not stock_of([line]):
            continue
        for run in answer.runs:
            cells = [cell for cell in run.reductions if by_id[cell.reference].layer == "item"]
            goods = goods_of(line, run)
            offer = cells[0].reference if cells else ""
            off = sum(cell.amount for cell in cells)
            units += [Taken(goods, off, offer, bool(cells) and by_id[offer].exclusive)] * run.units
    return units


def check(case: Case, oracles: Mapping[str, Oracle]) -> Verdict:
    """The engine's answer to a case, its sums, and its totals beside what each oracle says."""
    priced = priced_of(case)
    if priced is None:
        return Verdict(ready=False)
    faults = sums_that_fail(case, priced)
    offers = open_offers(case)
    basket = [offer for offer in offers if offer.layer == "basket"]
    units = taken_of(case, priced)
    outside = priced.gross - case.gross
    total = evaluate(units, basket, case.context).total + outside
    hidden = any(offer.exclusive for offer in offers)
    if total != priced.total and not hidden:
        faults.append(f"total {priced.total}, but these item discounts lead to {total}")
    faults += later_faults(case, priced, offers)
    seen, changed = _seen(case, priced)
    faults += changed
    spoken: list[str] = []
    for name, oracle in oracles.items():
        try:
            truth = oracle(stock_of(case.lines), offers, case.context)
        except OverflowError:
            continue
        if not truth.exact and seen.total - outside > min(truth.totals):
            continue
        spoken.append(name)
        faults += [f"{fault} ({name})" for fault in _compared(seen.total - outside, seen, truth, case)]
    return Verdict(tuple(faults), priced.gap > 0, tuple(spoken))


def _seen(case: Case, priced: Priced) -> tuple[Priced, list[str]]:
    """The receipt under the offers alone that the choice of item offers has in view: the others must not change it."""
    kept = tuple(offer for offer in case.offers if offer.layer != "basket" or is_joint(offer))
    if len(kept) == len(case.offers):
        return priced, []
    fewer = replace(case, offers=kept)
    seen = priced_of(fewer)
    assert seen is not None
    same = Counter(taken_of(case, priced)) == Counter(taken_of(fewer, seen))
    return seen, [] if same else ["an offer that only looks on changes the choice of item offers"]


def _compared(seen: int, priced: Priced, truth: Truth, case: Case) -> list[str]:
    least, most = min(truth.totals), max(truth.totals)
    if priced.gap == 0 and seen not in truth.totals:
        return [f"total {seen} said to be proven, the oracle says {sorted(truth.totals)}"]
    if seen < least or seen - priced.gap > most:
        return [f"total {seen} and gap {priced.gap}, the oracle says {sorted(truth.totals)}"]
    return _ties(priced, truth, case)


def _ties(priced: Priced, truth: Truth, case: Case) -> list[str]:
    """Of choices that take off the same the one with the most ranked discount counts, then the one with the fewest
    applications, where nothing else has a say."""
    plain = all(
        offer.layer != "basket" and offer.priority == 1 and not offer.forced and not isinstance(offer.plan, Reward)
        for offer in case.offers
    )
    if priced.gap or not plain or truth.ranked < 0:
        return []
    offers = {offer.id: offer for offer in case.offers}
    ranked, classes = 0, set()
    for line, answer in zip(case.lines, priced.lines, strict=True):
        for run in answer.runs:
            for cell in run.reductions:
                ranked += offers[cell.reference].rank * cell.amount * run.units
                if isinstance(offers[cell.reference].plan, UnitPlan):
                    classes.add((cell.reference, *goods_of(line, run)))
    groups = sum(note.times for note in priced.notes if isinstance(offers[note.offer].plan, GroupPlan))
    if ranked != truth.ranked:
        return [f"ranked discount {ranked}, the oracle says {truth.ranked}"]
    countable = all(
        isinstance(offer.plan, UnitPlan | GroupPlan) and not offer.off_max_minor
        for offer in case.offers
        if offer.layer == "item"
    )
    applications = groups + len(classes)
    if countable and applications != truth.applications:
        return [f"{applications} applications, the oracle says {truth.applications}"]
    return []


def later_faults(case: Case, priced: Priced, offers: Sequence[Offer]) -> list[str]:
    """What the receipt earns, beside what its final lines earn by the rules."""
    lines = list(zip(case.lines, priced.lines, strict=True))
    context, total = case.context, priced.total
    points = sorted((one.offer, one.points) for one in priced.earned)
    coupons = sorted((one.offer, one.count, one.amount_minor) for one in priced.issued)
    stamps = sorted((one.offer, one.count) for one in priced.stamped)
    pairs: list[tuple[object, object]] = [
        (points, later.earned(offers, lines, context, total)),
        (coupons, later.issued(offers, lines, context, total)),
        (stamps, later.stamped(offers, lines, context, total)),
    ]
    return [f"earns {found}, but these lines earn {right}" for found, right in pairs if found != right]


def sums_that_fail(case: Case, priced: Priced) -> list[str]:
    """What does not add up on the receipt itself."""
    faults = []
    total = sum(line.net for line in priced.lines)
    if total != priced.total:
        faults.append(f"the lines come to {total}, the total is {priced.total}")
    for line, answer in zip(case.lines, priced.lines, strict=True):
        if sum(run.units * run.gross for run in answer.runs) != line.gross_minor:
            faults.append(f"line {line.number}: the gross of its units is not {line.gross_minor}")
        for run in answer.runs:
            floor = half_up(Fraction(line.floor_unit_price * run.quantity_milli, 100_000))
            if run.reductions and not min(run.gross, max(0, floor)) <= run.net <= run.gross:
                faults.append(f"line {line.number}: {run.net} is not between floor and gross")
            if any(cell.amount <= 0 for cell in run.reductions):
                faults.append(f"line {line.number}: a reduction of nothing")
    return faults
