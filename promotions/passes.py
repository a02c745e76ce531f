"""The item layer in passes: forced offers first, then those in the shop's favour, then one priority after another.

Every pass chooses among the units that the earlier ones left, and is final; only the last priority is chosen with
regard to the offers on the receipt. A receipt on which all item offers compete has one pass.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from promotions.choose import Choice
from promotions.clusters import Clusters, Slice, Slices, given_in_all, slices_of
from promotions.compile import OfferSet
from promotions.components import Component, View
from promotions.conditions import OfferBound
from promotions.explain import idle_offers
from promotions.favour import shop_shares
from promotions.groupings import groupings_of
from promotions.joint import Aim
from promotions.layer import Layer
from promotions.looks import Look, Looks, narrowed
from promotions.plans import BuyGet
from promotions.pots import pots_of
from promotions.rewards import Ground, best_layer
from promotions.shares import Given
from promotions.units import PriceClass


class Stage(NamedTuple):
    """A pass: forced offers (0) and those in the shop's favour (1) one by one, by rank and id; the others (2) by
    priority."""

    kind: int
    order: int
    offer: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the passes need not work out again: the clusters of each, and the classes of what earlier ones left."""

    clusters: Mapping[Hashable, Clusters] = field(default_factory=dict)
    rests: Mapping[tuple[PriceClass, int], PriceClass] = field(default_factory=dict)


class Passed(NamedTuple):
    """The whole item layer, and what is kept of it."""

    layer: Layer
    kept: Kept


def item_layer(
    classes: Sequence[PriceClass],
    looks: Looks,
    leads: Mapping[int, OfferBound],
    kept: Kept,
    choices: Mapping[Component, Choice],
    offer_set: OfferSet,
) -> Passed:
    """What item offers make of all units. `leads` are the offers on the receipt that the last pass has regard to."""
    stages = _stages(looks.values(), offer_set)
    if not offer_set.staged or (len(stages) == 1 and stages[0].kind == 2):
        layer = best_layer(Ground(classes, looks, kept.clusters.get(None, {}), choices, offer_set), Aim(leads))
        return Passed(layer, Kept({None: layer.clusters}))
    return _Passes(classes, looks, leads, kept, choices, offer_set).run(stages)


def _stages(looks: Iterable[Look], offer_set: OfferSet) -> list[Stage]:
    """The passes of the offers that name these goods, in order."""
    if not offer_set.staged:
        return []
    offers = {offer for look in looks for offer in look.candidates.offers}
    return sorted({_stage(offer, offer_set) for offer in offers})


def _stage(number: int, offer_set: OfferSet) -> Stage:
    if number not in offer_set.staged:
        return Stage(2, 1, -1)
    offer = offer_set.offers[number]
    if offer.forced:
        return Stage(0, -offer.rank, number)
    if isinstance(offer.plan, BuyGet) and offer.plan.favour == "shop":
        return Stage(1, -offer.rank, number)
    return Stage(2, offer.priority, -1)


class _Passes:
    def __init__(
        self,
        classes: Sequence[PriceClass],
        looks: Looks,
        leads: Mapping[int, OfferBound],
        kept: Kept,
        choices: Mapping[Component, Choice],
        offer_set: OfferSet,
    ) -> None:
        self.classes = classes
        self.looks = looks
        self.leads = leads
        self.kept = kept
        self.choices = choices
        self.offer_set = offer_set
        self.taken: list[list[Slice]] = [[] for _ in classes]
        self.left = [price_class.count for price_class in classes]
        self.rests: dict[tuple[PriceClass, int], PriceClass] = {}
        self.clusters: dict[Hashable, Clusters] = {}
        self.layers: list[Layer] = []

    def run(self, stages: Sequence[Stage]) -> Passed:
        """All passes, one after the other."""
        for number, stage in enumerate(stages):
            last = number == len(stages) - 1
            places = [place for place, count in enumerate(self.left) if count]
            rest = [self._rest(place) for place in places]
            looks = {one: self._look(place, stage) for one, place in zip(rest, places, strict=True)}
            if stage.kind == 1 or self._favours_shop(stage):
                layer = self._in_favour(rest, looks, stage.offer)
            else:
                fixed = pots_of(self.classes, [tuple(cut) for cut in self.taken], self.looks, self.offer_set)
                aim = Aim(self.leads if last and stage.kind == 2 else {}, fixed=fixed)
                known = self.kept.clusters.get(stage, {})
                layer = best_layer(Ground(rest, looks, known, self.choices, self.offer_set), aim)
                self.clusters[stage] = layer.clusters
            self.layers.append(layer)
            self._take(places, layer.slices)
        return Passed(self._whole(), Kept(self.clusters, self.rests))

    def _rest(self, place: int) -> PriceClass:
        """What is left of a class; the very same object as long as it is as much of the same class."""
        price_class, left = self.classes[place], self.left[place]
        if left == price_class.count:
            return price_class
        key = (price_class, left)
        found = self.rests.get(key) or self.kept.rests.get(key) or replace(price_class, count=left, places=())
        self.rests[key] = found
        return found

    def _look(self, place: int, stage: Stage) -> Look:
        """What the offers of the pass say to a class."""
        price_class = self.classes[place]
        look = self.looks[price_class]
        named = [offer for offer in look.candidates.offers if _stage(offer, self.offer_set) == stage]
        return narrowed(look, named, price_class.key.article.item, self.offer_set)

    def _favours_shop(self, stage: Stage) -> bool:
        if stage.kind != 0:
            return False
        plan = self.offer_set.offers[stage.offer].plan
        return isinstance(plan, BuyGet) and plan.favour == "shop"

    def _in_favour(self, classes: Sequence[PriceClass], looks: Looks, offer: int) -> Layer:
        """The pass of an offer that leaves no choice."""
        rule = self.offer_set.offers[offer]
        assert isinstance(rule.plan, BuyGet)
        slots: list[list[int]] = [[] for _ in rule.plan.sizes]
        views: list[View] = []
        candidates = [looks[one].candidates for one in classes]
        times = 0
        for place, one in enumerate(classes):
            views.append(View(one.key.article.item, one.gross, one.key.quantity_milli, one.count, (), one.room))
            times = dict(looks[one].bounds).get(offer, OfferBound(times, 0)).times
            for _, slot in candidates[place].group:
                slots[slot].append(place)
        shares = shop_shares(rule, offer, slots, views, times)
        given = {one.offer: one for one in shares.given}
        groupings = groupings_of(classes, candidates, self.offer_set)
        idle = idle_offers(self.offer_set, classes, candidates, groupings, given)
        return Layer([slices_of(found) for found in shares.views], given, lambda: idle, {})

    def _take(self, places: Sequence[int], slices: Sequence[Slices]) -> None:
        for place, cut in zip(places, slices, strict=True):
            taken = [one for one in cut if one.taken >= 0]
            self.taken[place] += taken
            self.left[place] -= sum([one.units for one in taken])

    def _whole(self) -> Layer:
        """All passes as one layer; units that no offer took stand last."""
        slices: list[Slices] = []
        for cut, left in zip(self.taken, self.left, strict=True):
            slices.append((*cut, Slice(left)) if left else tuple(cut))
        layers = self.layers
        given: dict[int, Given] = given_in_all([entry for layer in layers for entry in layer.given.values()])
        return Layer(
            slices=slices,
            given=given,
            idle=lambda: [entry for layer in layers for entry in layer.idle()],
            clusters={},
            gap=sum([layer.gap for layer in layers]),
            nodes=sum([layer.nodes for layer in layers]),
            held={offer: lead for layer in layers for offer, lead in layer.held.items()},
            leads=layers[-1].leads if layers else 0,
        )
