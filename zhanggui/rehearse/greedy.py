"""What simpler tills do: take offers one after another by a rule of thumb. Written apart from the engine, to be
compared with it.

Three rules: the application that takes most off first; most off per unit first; offers in the order of the list. Each
goes on until nothing takes anything off. Then the offers on the receipt act on what is left. The engine's answer is
never dearer than any of these, or one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, NamedTuple

from promotions import Basket, BasketLine, Context
from promotions.conditions import why_closed
from promotions.plans import AmountAtThreshold, BuyGet, NForPrice, PercentAtThreshold, PlainUnitPlan
from promotions.rule import Offer
from retail.allocate import allocate
from retail.cells import gross_runs

READY: Final = (PlainUnitPlan, NForPrice, BuyGet, AmountAtThreshold, PercentAtThreshold)


@dataclass(slots=True)
class Pile:
    """Equal units: how many are still free, and what all of them cost so far."""

    line: BasketLine
    gross: int
    quantity_milli: int
    free: int
    net: int


class Application(NamedTuple):
    """One use of an offer: what it takes off, the units it takes from each pile."""

    off: int
    units: int
    offer: int
    taken: tuple[tuple[int, int], ...]


Named = tuple[int, Offer, list[int]]
"""An open offer with its place in the list and the piles that it names."""

Rule = Callable[[Application], tuple[int, ...]]


def most_off(found: Application) -> tuple[int, ...]:
    """Highest saving first."""
    return (-found.off, found.offer)


def most_off_per_unit(found: Application) -> tuple[int, ...]:
    """Highest saving per unit first, to a millionth."""
    return (-found.off * 1_000_000 // found.units, found.offer)


def list_order(found: Application) -> tuple[int, ...]:
    """The first of the list first."""
    return (found.offer, -found.off)


RULES: Final[dict[str, Rule]] = {
    "highest saving first": most_off,
    "highest saving per unit first": most_off_per_unit,
    "list order": list_order,
}


def greedy_totals(basket: Basket, offers: Sequence[Offer], context: Context, currency: str) -> dict[str, int]:
    """What the basket costs by each rule. Only kinds in `READY` take part."""
    piles = _piles(basket.lines)
    named = [
        (place, offer, goods)
        for place, offer in enumerate(offers)
        if isinstance(offer.plan, READY)
        and why_closed(offer, context) is None
        and (goods := [number for number, pile in enumerate(piles) if _names(offer, pile)])
    ]
    aside = sum(line.gross_minor for line in basket.lines if not _takes_part(line))
    return {
        name: aside + _total([replace(pile) for pile in piles], named, currency, rule) for name, rule in RULES.items()
    }


def _takes_part(line: BasketLine) -> bool:
    return line.takes_offers and line.quantity_milli > 0 and line.gross_minor >= 0


def _piles(lines: Iterable[BasketLine]) -> list[Pile]:
    """Equal units together, whatever line they stand on: rounding is once for all of them."""
    made: dict[tuple[object, ...], Pile] = {}
    for line in lines:
        if not _takes_part(line):
            continue
        for run in gross_runs(line.gross_minor, line.quantity_milli, measured=not line.counted):
            pile = made.setdefault(
                (run.gross, line.article, run.quantity_milli), Pile(line, run.gross, run.quantity_milli, 0, 0)
            )
            pile.free += run.units
            pile.net += run.units * run.gross
    return sorted(made.values(), key=lambda pile: (-pile.gross, pile.line.item))


def _total(piles: list[Pile], named: Sequence[Named], currency: str, rule: Rule) -> int:
    """The total of the goods that take part."""
    live = {place: (place, offer, goods) for place, offer, goods in named if offer.layer == "item"}
    made = {place: _best(*entry, piles, currency) for place, entry in live.items()}
    while found := [one for one in made.values() if one is not None]:
        chosen = min(found, key=rule)
        taken = {number for number, _ in chosen.taken}
        for number, units in chosen.taken:
            piles[number].free -= units
            piles[number].net -= _share(chosen, number, units, piles)
        for place, entry in live.items():
            if made[place] is not None and not taken.isdisjoint(entry[2]):
                made[place] = _best(*entry, piles, currency)
    return _after_receipt_offers(piles, [offer for _, offer, _ in named if offer.layer == "basket"])


def _names(offer: Offer, pile: Pile) -> bool:
    given = offer.plan.given if isinstance(offer.plan, BuyGet) else None
    return offer.scope.covers(pile.line.article) or (given is not None and given.covers(pile.line.article))


def _best(place: int, offer: Offer, named: Sequence[int], piles: Sequence[Pile], currency: str) -> Application | None:
    """The best single application on what is free: of a price per unit all of one pile, of a group one group."""
    plan = offer.plan
    if isinstance(plan, PlainUnitPlan):
        made = [
            Application(
                plan.off(pile.gross, pile.quantity_milli, pile.free, currency), pile.free, place, ((n, pile.free),)
            )
            for n in named
            for pile in (piles[n],)
            if pile.free
        ]
    else:
        assert isinstance(plan, NForPrice | BuyGet)
        assert not plan.part_scopes, "the derived offers have no goods of their own to be given"
        made = [one for goods in _goods(plan, named, piles) for one in _groups(place, plan, goods, piles)]
    return max((one for one in made if one.off > 0), key=lambda one: one.off, default=None)


def _of_pile(place: int, plan: PlainUnitPlan, number: int, pile: Pile, currency: str) -> Application:
    off = plan.off(pile.gross, pile.quantity_milli, pile.free, currency)
    return Application(off, pile.free, place, ((number, pile.free),))


def _goods(plan: NForPrice | BuyGet, named: Sequence[int], piles: Sequence[Pile]) -> list[list[int]]:
    """The piles that one group may be made of."""
    if not plan.same_article:
        return [list(named)]
    found: dict[str, list[int]] = {}
    for number in named:
        found.setdefault(piles[number].line.item, []).append(number)
    return list(found.values())


def _groups(place: int, plan: NForPrice | BuyGet, goods: Sequence[int], piles: Sequence[Pile]) -> Iterator[Application]:
    """The group of the dearest free units."""
    (size,) = plan.sizes
    taken: list[tuple[int, int]] = []
    grosses: list[int] = []
    for number in goods:
        units = min(piles[number].free, size - len(grosses))
        if units:
            taken.append((number, units))
            grosses.extend([piles[number].gross] * units)
    if len(grosses) == size:
        yield Application(plan.group_off([grosses]), size, place, tuple(taken))


def _share(chosen: Application, number: int, units: int, piles: Sequence[Pile]) -> int:
    """The pile's part of what an application takes off, by value."""
    weights = [piles[one].gross * count for one, count in chosen.taken]
    parts = dict(zip((one for one, _ in chosen.taken), allocate(chosen.off, weights), strict=True))
    return parts[number]


def _after_receipt_offers(piles: Sequence[Pile], offers: Sequence[Offer]) -> int:
    """The least total over which member of each group counts."""
    groups: dict[str, list[Offer]] = {}
    for offer in offers:
        groups.setdefault(offer.group or f"alone {offer.id}", []).append(offer)
    net = sum(pile.net for pile in piles)
    return min((net - _off(piles, chosen) for chosen in product(*groups.values())), default=net)


def _off(piles: Sequence[Pile], offers: Iterable[Offer]) -> int:
    """What these offers on the receipt take off together: percentages, then amounts, each by id."""
    left = [pile.net for pile in piles]
    total = 0
    for offer in sorted(offers, key=lambda offer: (isinstance(offer.plan, AmountAtThreshold), offer.id)):
        goods = [number for number, pile in enumerate(piles) if offer.scope.covers(pile.line.article)]
        net = sum(piles[number].net for number in goods)
        off = min(_benefit(offer, net), sum(left[number] for number in goods))
        if off > 0:
            total += off
            _take(left, goods, off, piles)
    return total


def _benefit(offer: Offer, net: int) -> int:
    plan = offer.plan
    if isinstance(plan, PercentAtThreshold):
        rates = [tier.percent_bp for tier in plan.tiers if net >= tier.threshold_minor]
        off = (net * rates[-1] + 5_000) // 10_000 if rates else 0
        return min(off, plan.ceiling_minor) if plan.ceiling_minor else off
    assert isinstance(plan, AmountAtThreshold)
    if plan.every:
        return net // plan.tiers[0].threshold_minor * plan.tiers[0].amount_minor
    amounts = [tier.amount_minor for tier in plan.tiers if net >= tier.threshold_minor]
    return min(net, amounts[-1]) if amounts else 0


def _take(left: list[int], goods: Sequence[int], off: int, piles: Sequence[Pile]) -> None:
    """Spreads an amount over goods by what they cost after item offers; what one cannot bear falls on the others."""
    bearing = [number for number in goods if left[number] > 0]
    while off:
        parts = allocate(off, [piles[number].net for number in bearing])
        for number, part in zip(bearing, parts, strict=True):
            taken = min(part, left[number])
            left[number] -= taken
            off -= taken
        bearing = [number for number in bearing if left[number] > 0]
