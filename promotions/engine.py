"""The price of a basket: item offers chosen over the whole receipt, then offers on the receipt, then back to the lines.

`previous` only saves work. All that is kept from it is keyed by everything it depends on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from promotions.basket import Article, Basket, BasketLine, Context
from promotions.basket_layer import Cell, take_basket_offers
from promotions.choose import Choice, choose
from promotions.compile import OfferSet, Posting
from promotions.components import Component, Part, split
from promotions.conditions import Closed, why_closed
from promotions.explain import Note, notes_of
from promotions.groupings import Candidates, groupings_of
from promotions.plans import BasketPlan, UnitPlan
from promotions.shares import Given
from promotions.units import PriceClass, line_runs, price_classes
from retail.cells import PricedRun
from retail.documents.sale import Reduction


@dataclass(frozen=True, slots=True)
class PricedLine:
    """A line with what was taken off each of its units; `runs` are in unit order."""

    number: int
    runs: tuple[PricedRun, ...]

    @property
    def net(self) -> int:
        """What the whole line costs."""
        return sum(run.units * run.net for run in self.runs)


class _Look(NamedTuple):
    """What the offers have to say about some goods now."""

    named: tuple[Posting, ...]
    candidates: Candidates
    basket: tuple[int, ...]
    closed: tuple[tuple[int, Closed], ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """What the next pricing need not work out again."""

    offer_set: bytes
    context: Context
    looks: Mapping[Article, _Look]
    choices: Mapping[Component, Choice]


@dataclass(frozen=True, slots=True)
class Priced:
    """The answer. Lines stand as in the basket. `gap` is how much more could at most be taken off (0: this choice is
    proven best), `nodes` how much searching it takes from nothing, `coupons_used` the codes that took effect."""

    lines: tuple[PricedLine, ...]
    notes: tuple[Note, ...]
    gross: int
    total: int
    gap: int
    nodes: int
    coupons_used: tuple[str, ...]
    memory: Memory = field(compare=False, repr=False)


def price(basket: Basket, offer_set: OfferSet, context: Context, previous: Priced | None = None) -> Priced:
    """What every unit on the receipt costs under these offers, and why."""
    memory = previous.memory if previous is not None else None
    if memory is None or memory.offer_set != offer_set.hash:
        memory = Memory(offer_set.hash, context, {}, {})
    classes = price_classes(basket.lines)
    looks = _looks(classes, memory, offer_set, context)
    candidates = [looks[found.key.article].candidates for found in classes]
    groupings = groupings_of(classes, candidates, offer_set)
    parts = split(classes, candidates, groupings, offer_set)
    choices = [memory.choices.get(part.component) or choose(part.component, offer_set) for part in parts]
    cells = _cells(classes, parts, choices)
    outcomes = take_basket_offers(cells, _basket_offers(classes, looks), offer_set)
    given = _given(choices)
    closed = {offer: why for look in looks.values() for offer, why in look.closed}
    notes = notes_of(offer_set, classes, candidates, groupings, given, outcomes, closed)
    applied = [*given, *(offer for offer, outcome in outcomes.items() if outcome.off)]
    lines = _lines(basket.lines, classes, cells, offer_set)
    return Priced(
        lines=lines,
        notes=notes,
        gross=sum(line.gross_minor for line in basket.lines),
        total=sum(line.net for line in lines),
        gap=sum(choice.gap for choice in choices),
        nodes=sum(choice.nodes for choice in choices),
        coupons_used=_coupons_used(offer_set, context, applied),
        memory=Memory(
            offer_set.hash,
            context,
            looks,
            {part.component: choice for part, choice in zip(parts, choices, strict=True)},
        ),
    )


def _looks(
    classes: Sequence[PriceClass], memory: Memory, offer_set: OfferSet, context: Context
) -> dict[Article, _Look]:
    """The looks of all goods in the basket. What names them is kept; what is open is asked again in a new context."""
    same = memory.context == context
    closed: dict[int, Closed | None] = {}
    looks: dict[Article, _Look] = {}
    for price_class in classes:
        article = price_class.key.article
        look = memory.looks.get(article)
        if article not in looks:
            if look is None or not same:
                named = look.named if look is not None else offer_set.naming(article)
                look = _look(named, closed, offer_set, context)
            looks[article] = look
    return looks


def _look(named: Sequence[Posting], known: dict[int, Closed | None], offer_set: OfferSet, context: Context) -> _Look:
    """The offers that name these goods, by what can be done with them now."""
    unit: list[int] = []
    group: list[tuple[int, int]] = []
    basket: list[int] = []
    closed: list[tuple[int, Closed]] = []
    for number, slot, _, _ in named:
        offer = offer_set.offers[number]
        if number not in known:
            known[number] = why_closed(offer, context)
        why = known[number]
        if why is not None:
            closed.append((number, why))
        elif isinstance(offer.plan, UnitPlan):
            unit.append(number)
        elif isinstance(offer.plan, BasketPlan):
            basket.append(number)
        else:
            group.append((number, slot))
    return _Look(tuple(named), Candidates(tuple(unit), tuple(group)), tuple(basket), tuple(closed))


def _basket_offers(classes: Sequence[PriceClass], looks: Mapping[Article, _Look]) -> dict[int, frozenset[int]]:
    """The open offers on the receipt, each with the classes it counts."""
    found: dict[int, list[int]] = {}
    for place, price_class in enumerate(classes):
        for offer in looks[price_class.key.article].basket:
            found.setdefault(offer, []).append(place)
    return {offer: frozenset(places) for offer, places in found.items()}


def _cells(classes: Sequence[PriceClass], parts: Sequence[Part], choices: Sequence[Choice]) -> list[Cell]:
    """Every class after the item layer, in canonical order."""
    shares = {
        place: view
        for part, choice in zip(parts, choices, strict=True)
        for place, view in zip(part.members, choice.shares.views, strict=True)
    }
    cells: list[Cell] = []
    for place, price_class in enumerate(classes):
        gross = price_class.gross
        if place not in shares:
            cells.append(Cell(place, price_class.count, gross, gross, gross, ()))
            continue
        for share in shares[place]:
            net = gross - share.amount
            cells.append(
                Cell(place, share.units, gross, net, net, ((share.offer, share.amount),) if share.amount else ())
            )
    return cells


def _given(choices: Sequence[Choice]) -> dict[int, Given]:
    """What every item offer takes off over the receipt."""
    given: dict[int, Given] = {}
    for choice in choices:
        for entry in choice.shares.given:
            before = given.get(entry.offer, Given(entry.offer, 0, 0))
            given[entry.offer] = Given(entry.offer, before.off + entry.off, before.times + entry.times)
    return given


def _lines(
    lines: Sequence[BasketLine], classes: Sequence[PriceClass], cells: Sequence[Cell], offer_set: OfferSet
) -> tuple[PricedLine, ...]:
    """The cells back on the lines their units stand on, lowest line number first."""
    runs: list[list[PricedRun]] = [[] for _ in lines]
    queue = iter(cells)
    for price_class in classes:
        left = 0
        for place, units in price_class.places:
            while units:
                if not left:
                    run = _run(next(queue), price_class.key.quantity_milli, offer_set)
                    left = run.units
                taken = min(units, left)
                runs[place].append(run if taken == run.units else replace(run, units=taken))
                units -= taken
                left -= taken
    return tuple(
        PricedLine(line.number, tuple(found) if found else line_runs(line))
        for line, found in zip(lines, runs, strict=True)
    )


def _run(cell: Cell, quantity_milli: int, offer_set: OfferSet) -> PricedRun:
    reductions = tuple([Reduction("offer", offer_set.offers[offer].id, amount) for offer, amount in cell.off])
    return PricedRun(cell.units, quantity_milli, cell.gross, reductions)


def _coupons_used(offer_set: OfferSet, context: Context, applied: Iterable[int]) -> tuple[str, ...]:
    """Coupons that took something off, in the order they were handed over. The others stay the customer's."""
    used = {offer_set.offers[offer].audience.coupon for offer in applied}
    return tuple(dict.fromkeys(coupon for coupon in context.coupons if coupon in used))
