"""The price of a basket: item offers chosen over the whole receipt, then offers on the receipt, then back to the lines.

`previous` only saves work. All that is kept from it is keyed by everything it depends on: one more line costs work for
its own cluster, and for the others no more than a look at whether they are as they were.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from promotions.basket import Basket, BasketLine, Context
from promotions.basket_layer import Cell, Points, Taking, take_basket_offers
from promotions.choose import Choice
from promotions.clusters import Cluster, Slice, Slices
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.conditions import Closed, OfferBound, bound_of, closed_goods
from promotions.deal import Dealt, deal
from promotions.deal import PricedLine as PricedLine
from promotions.explain import Note, Notes, notes_of
from promotions.later import Brought, Earned, Issued, Stamped, brought_by, outcomes_of
from promotions.layer import Layer
from promotions.looks import Looks, at_extremes, looks_at, shut
from promotions.nexts import nexts_of
from promotions.outcome import Outcome
from promotions.passes import Kept, item_layer
from promotions.pots import leads_in, pots_of, sums_of, worth_of
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
    kept: Kept = field(default_factory=Kept)
    choices: Mapping[Component, Choice] = field(default_factory=dict)
    dealt: Dealt = field(default_factory=Dealt)


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
    notes: Sequence[Note]
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
    units = units_of(basket.lines, memory.units, offer_set.currency)
    classes = units.classes
    named = looks_at(classes, memory.looks, offer_set, context, memory.context)
    looks = at_extremes(_opened(named, basket, offer_set), offer_set)
    basket_bounds = _basket_bounds(looks, context, offer_set)
    leads = {offer: basket_bounds[offer] for offer in leads_in(basket_bounds, offer_set)}
    layer, kept = item_layer(classes, looks, leads, memory.kept, memory.choices, offer_set)
    taking, gap = _taking(classes, layer, looks, basket_bounds, leads, context, offer_set)
    slices = _sliced(taking.cells, classes) if taking.cells else layer.slices
    dealt = deal(units, slices, offer_set, memory.dealt, memory.units)
    gross = sum([line.gross_minor for line in basket.lines])
    total = gross - layer.off - taking.off
    applied = [*layer.given, *(offer for offer, outcome in taking.outcomes.items() if outcome.off)]
    brought, closed = _brought(basket, units, named, dealt, applied, context, total, offer_set)
    later = outcomes_of(brought, offer_set)
    outcomes = {**taking.outcomes, **later}
    benefits = [brought[offer].benefit for offer in sorted(later) if later[offer].reason == "applied"]
    return Priced(
        lines=tuple([dealt.lines[line.number] for line in basket.lines]),
        notes=Notes(lambda: _noted(classes, layer, looks, outcomes, closed, offer_set)),
        gross=gross,
        total=total,
        gap=layer.gap + gap,
        nodes=layer.nodes,
        coupons_used=_coupons_used(offer_set, context, layer, outcomes),
        applied=_applied(layer, taking, offer_set),
        earned=tuple([benefit for benefit in benefits if isinstance(benefit, Earned)]),
        issued=tuple([benefit for benefit in benefits if isinstance(benefit, Issued)]),
        stamped=tuple([benefit for benefit in benefits if isinstance(benefit, Stamped)]),
        points_spent=taking.points,
        memory=Memory(offer_set.hash, context, units, named, kept, _choices(memory, kept), dealt),
    )


def _opened(looks: Looks, basket: Basket, offer_set: OfferSet) -> Looks:
    """The looks once it is known which offers other goods on the receipt close."""
    asked = dict.fromkeys([offer for look in looks.values() if look.conditioned for offer in look.conditioned])
    if not asked:
        return looks
    answers = {offer: closed_goods(offer_set.offers[offer].conditions, basket.lines) for offer in asked}
    reasons = {offer: why for offer, why in answers.items() if why is not None}
    return {one: shut(look, reasons, one.key.article.item, offer_set) for one, look in looks.items()}


def _basket_bounds(looks: Looks, context: Context, offer_set: OfferSet) -> dict[int, OfferBound]:
    """The offers on the receipt that count some goods, and what the receipt may have of each."""
    offers = dict.fromkeys([offer for named in {look.basket for look in looks.values()} for offer in named])
    return {offer: bound_of(offer_set.offers[offer], context) for offer in sorted(offers)}


def _taking(
    classes: Sequence[PriceClass],
    layer: Layer,
    looks: Looks,
    bounds: Mapping[int, OfferBound],
    leads: Container[int],
    context: Context,
    offer_set: OfferSet,
) -> tuple[Taking, int]:
    """What offers on the receipt take of what the item layer leaves, and how much less of it the leads take than the
    choice counted on: so much better another choice could be."""
    sums = sums_of(pots_of(classes, layer.slices, looks, offer_set))
    worths = {offer: worth_of(offer, sums[offer], bounds[offer], offer_set) for offer in bounds}

    def counts(offer: int, cell: Cell) -> bool:
        alone = cell.taken >= 0 and offer_set.offers[cell.taken].exclusive
        return offer in looks[classes[cell.price_class]].basket and not alone

    def cells() -> list[Cell]:
        return _cells(classes, layer.slices)

    taking = take_basket_offers(worths, cells, counts, offer_set, Points(context.points, bounds))
    got = sum([outcome.off for offer, outcome in taking.outcomes.items() if offer in leads])
    if got < layer.leads:
        alone = {offer: worth for offer, worth in worths.items() if offer in leads}
        got = take_basket_offers(alone, cells, counts, offer_set).off
    return taking, max(0, layer.leads - got)


def _brought(
    basket: Basket,
    units: Units,
    looks: Looks,
    dealt: Dealt,
    applied: Sequence[int],
    context: Context,
    total: int,
    offer_set: OfferSet,
) -> tuple[dict[int, Brought], dict[int, Closed]]:
    """What the receipt brings for later. Lines that take no offers are not among the units."""
    if not offer_set.later:
        return {}, {}
    coming: list[tuple[BasketLine, Iterable[int]]] = []
    for line in basket.lines:
        if line.quantity_milli <= 0 or line.gross_minor < 0:
            continue
        pieces = units.pieces[line.number]
        postings = looks[units.by_key[pieces[0].key]].named if pieces else offer_set.naming(line.article)
        coming.append((line, dict.fromkeys([one.offer for one in postings if one.offer in offer_set.later])))
    return brought_by(coming, dealt.lines, applied, context, total, offer_set)


def _cells(classes: Sequence[PriceClass], slices: Sequence[Slices]) -> list[Cell]:
    """Every class after the item layer, in canonical order."""
    cells: list[Cell] = []
    for place, (price_class, cut) in enumerate(zip(classes, slices, strict=True)):
        gross, floor = price_class.gross, price_class.key.floor
        for units, off, taken in cut:
            net = gross - sum([amount for _, amount in off]) if off else gross
            cells.append(Cell(place, units, gross, floor, net, net, off, taken))
    return cells


def _sliced(cells: Iterable[Cell], classes: Sequence[PriceClass]) -> list[Slices]:
    """The cells by class."""
    found: list[list[Slice]] = [[] for _ in classes]
    for cell in cells:
        found[cell.price_class].append(Slice(cell.units, cell.off, cell.taken))
    return [tuple(cut) for cut in found]


def _choices(before: Memory, kept: Kept) -> Mapping[Component, Choice]:
    """The choices of this basket, and those of late ones as long as they are not many more: what was added may be taken
    back."""
    live = 0
    fresh: list[Cluster] = []
    for stage, clusters in kept.clusters.items():
        known = before.kept.clusters.get(stage, {})
        fresh += [found for members, found in clusters.items() if known.get(members) is not found]
        live += sum([len(found.parts) for found in clusters.values()])
    made = {part.component: part.choice for found in fresh for part in found.parts}
    if len(before.choices) + len(made) <= SPARE_CHOICES + 2 * live:
        return {**before.choices, **made} if made else before.choices
    everything = [found for clusters in kept.clusters.values() for found in clusters.values()]
    return {part.component: part.choice for found in everything for part in found.parts}


def _noted(
    classes: Sequence[PriceClass],
    layer: Layer,
    looks: Looks,
    outcomes: Mapping[int, Outcome],
    closed: Mapping[int, Closed],
    offer_set: OfferSet,
) -> list[Note]:
    """Why each offer applied or not."""
    sums = sums_of(pots_of(classes, layer.slices, looks, offer_set))
    nexts = nexts_of(classes, layer.slices, looks, layer.given, sums, offer_set)
    shut_ones = {offer: why for look in looks.values() for offer, why in look.closed}
    return notes_of(offer_set, layer.idle(), layer.held, layer.given, nexts, outcomes, {**shut_ones, **closed})


def _applied(layer: Layer, taking: Taking, offer_set: OfferSet) -> tuple[Applied, ...]:
    """What took something off, by offer id."""
    found = {offer: (entry.off, entry.times) for offer, entry in layer.given.items() if entry.off}
    found |= {offer: (outcome.off, outcome.times) for offer, outcome in taking.outcomes.items() if outcome.off}
    rules = [(offer_set.offers[offer], *found[offer]) for offer in sorted(found)]
    return tuple([Applied(rule.id, rule.revision, off, times) for rule, off, times in rules])


def _coupons_used(
    offer_set: OfferSet, context: Context, layer: Layer, outcomes: Mapping[int, Outcome]
) -> tuple[str, ...]:
    """Coupons that took effect, in the order they were handed over: one for each application where every application
    needs its own, else one for the offers that ask for its series. The others stay the customer's."""
    if not context.coupons:
        return ()
    effects = [(entry.offer, entry.times) for entry in layer.given.values()]
    effects += [(offer, found.times) for offer, found in outcomes.items() if found.reason == "applied"]
    needed: dict[str, int] = {}
    shared: set[str] = set()
    for offer, times in effects:
        rule = offer_set.offers[offer]
        series = rule.audience.coupon
        if series and rule.per_coupon:
            needed[series] = needed.get(series, 0) + times
        elif series:
            shared.add(series)
    left = {series: max(needed.get(series, 0), int(series in shared)) for series in {*needed, *shared}}
    used: list[str] = []
    for code, series in context.coupons:
        if left.get(series, 0) and code not in used:
            used.append(code)
            left[series] -= 1
    return tuple(used)
