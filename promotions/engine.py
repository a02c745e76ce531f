"""The price of a basket: item offers chosen over the whole receipt, then offers on the receipt, then back to the lines.

`previous` only saves work. All that is kept from it is keyed by everything it depends on: one more line costs work for
its own cluster, and for the others no more than a look at whether they are as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from promotions.basket import Basket, Context
from promotions.basket_layer import Cell, Pot, take_basket_offers
from promotions.choose import Choice
from promotions.clusters import Clusters, Slice, Slices, clusters_of, given_in_all
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.deal import Dealt, deal
from promotions.deal import PricedLine as PricedLine
from promotions.explain import Note, Why, notes_of
from promotions.later import Earned, Issued, Stamped
from promotions.looks import Looks, bounds_in, looks_at
from promotions.units import NO_UNITS, PriceClass, Units, units_of

SPARE_CHOICES: Final = 64
"""So many choices that are not of this basket are kept in any case."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next pricing need not work out again."""

    offer_set: bytes
    context: Context
    units: Units = NO_UNITS
    looks: Looks = field(default_factory=dict)
    clusters: Clusters = field(default_factory=dict)
    choices: Mapping[Component, Choice] = field(default_factory=dict)
    dealt: Dealt = field(default_factory=Dealt)
    notes: Mapping[Why, Note] = field(default_factory=dict)


class Applied(NamedTuple):
    """An offer that took something off: which revision of it, how much, in how many applications."""

    offer: str
    revision: int
    off_minor: int
    times: int


@dataclass(frozen=True, slots=True)
class Priced:
    """The answer. Lines stand as in the basket. `gap` is how much more could at most be taken off (0: this choice is
    proven best), `nodes` how much searching it takes from nothing, `coupons_used` the codes that took effect. `applied`
    stands by offer id; `earned`, `issued` and `stamped` are worth something later, `points_spent` is off the price."""

    lines: tuple[PricedLine, ...]
    notes: tuple[Note, ...]
    gross: int
    total: int
    gap: int
    nodes: int
    coupons_used: tuple[str, ...]
    applied: tuple[Applied, ...]
    earned: tuple[Earned, ...]
    issued: tuple[Issued, ...]
    stamped: tuple[Stamped, ...]
    points_spent: int
    memory: Memory = field(compare=False, repr=False)


def price(basket: Basket, offer_set: OfferSet, context: Context, previous: Priced | None = None) -> Priced:
    """What every unit on the receipt costs under these offers, and why."""
    memory = previous.memory if previous is not None else None
    if memory is None or memory.offer_set != offer_set.hash:
        memory = Memory(offer_set.hash, context)
    units = units_of(basket.lines, memory.units)
    classes = units.classes
    looks = looks_at(classes, memory.looks, offer_set, context, memory.context)
    clusters = clusters_of(classes, looks, memory.clusters, memory.choices, offer_set, bounds_in(looks.values()))
    chosen = [part.choice for cluster in clusters.values() for part in cluster.parts]
    given = given_in_all([entry for cluster in clusters.values() for entry in cluster.given])
    by_class = {one: cut for found in clusters.values() for one, cut in zip(found.members, found.slices, strict=True)}
    slices = [by_class[price_class] for price_class in classes]
    outcomes, cells = take_basket_offers(
        _pots(classes, slices, looks),
        lambda: _cells(classes, slices),
        lambda offer, place: offer in looks[classes[place]].basket,
        offer_set,
    )
    dealt = deal(units, _sliced(cells, classes) if cells else slices, offer_set, memory.dealt, memory.units)
    closed = {offer: why for look in looks.values() for offer, why in look.closed}
    idle = [entry for cluster in clusters.values() for entry in cluster.idle]
    notes = notes_of(offer_set, idle, given, outcomes, closed, memory.notes)
    off = sum([entry.off for entry in given.values()]) + sum([outcome.off for outcome in outcomes.values()])
    gross = sum([line.gross_minor for line in basket.lines])
    applied = [*given, *(offer for offer, outcome in outcomes.items() if outcome.off)]
    return Priced(
        lines=tuple([dealt.lines[line.number] for line in basket.lines]),
        notes=tuple(notes.values()),
        gross=gross,
        total=gross - off,
        gap=sum([choice.gap for choice in chosen]),
        nodes=sum([choice.nodes for choice in chosen]),
        coupons_used=_coupons_used(offer_set, context, applied),
        applied=tuple([_applied(why, offer_set) for why in notes if why[1] == "applied"]),
        earned=(),
        issued=(),
        stamped=(),
        points_spent=0,
        memory=Memory(offer_set.hash, context, units, looks, clusters, _kept(memory, clusters), dealt, notes),
    )


def _pots(classes: Sequence[PriceClass], slices: Sequence[Slices], looks: Looks) -> list[Pot]:
    """The goods by the basket offers that count them, after the item layer."""
    sums: dict[tuple[int, ...], list[int]] = {}
    for price_class, cut in zip(classes, slices, strict=True):
        offers = looks[price_class].basket
        if not offers:
            continue
        found = sums.setdefault(offers, [0, 0])
        gross = net = price_class.count * -price_class.key.negative_gross
        for units, off, _ in cut:
            if off:
                net -= units * off[0][1]
        found[0] += net
        found[1] += gross
    return [Pot(offers, net, gross) for offers, (net, gross) in sums.items()]


def _cells(classes: Sequence[PriceClass], slices: Sequence[Slices]) -> list[Cell]:
    """Every class after the item layer, in canonical order."""
    cells: list[Cell] = []
    for place, (price_class, cut) in enumerate(zip(classes, slices, strict=True)):
        for units, off, _ in cut:
            net = price_class.gross - sum([amount for _, amount in off])
            cells.append(Cell(place, units, price_class.gross, net, net, off))
    return cells


def _sliced(cells: Iterable[Cell], classes: Sequence[PriceClass]) -> list[Slices]:
    """The cells by class."""
    found: list[list[Slice]] = [[] for _ in classes]
    for cell in cells:
        found[cell.price_class].append(Slice(cell.units, cell.off))
    return [tuple(cut) for cut in found]


def _kept(before: Memory, clusters: Clusters) -> Mapping[Component, Choice]:
    """The choices of this basket, and those of late ones as long as they are not many more: what was added may be taken
    back."""
    fresh = [found for members, found in clusters.items() if before.clusters.get(members) is not found]
    made = {part.component: part.choice for found in fresh for part in found.parts}
    live = sum([len(found.parts) for found in clusters.values()])
    if len(before.choices) + len(made) <= SPARE_CHOICES + 2 * live:
        return {**before.choices, **made} if made else before.choices
    return {part.component: part.choice for found in clusters.values() for part in found.parts}


def _applied(why: Why, offer_set: OfferSet) -> Applied:
    offer, _, off, times, *_ = why
    rule = offer_set.offers[offer]
    return Applied(rule.id, rule.revision, off, times)


def _coupons_used(offer_set: OfferSet, context: Context, applied: Iterable[int]) -> tuple[str, ...]:
    """Coupons that took something off, in the order they were handed over. The others stay the customer's."""
    used = {offer_set.offers[offer].audience.coupon for offer in applied}
    return tuple(dict.fromkeys(coupon.code for coupon in context.coupons if coupon.series in used))
