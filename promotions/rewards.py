"""Goods given or cheaper once enough is bought: how many are earned depends on what the other goods finally cost.

So it is assumed, from the most down to none, and each assumption is a choice of its own, in which the goods must come
to what was assumed. The best of them all is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice, product
from math import prod
from typing import Final, NamedTuple

from promotions.choose import Choice
from promotions.clusters import Clusters
from promotions.compile import OfferSet
from promotions.components import Component
from promotions.conditions import OfferBound
from promotions.goal import goal_of
from promotions.joint import Aim, Joint, joint_layer
from promotions.layer import Layer, plain_layer
from promotions.looks import Looks, awarded
from promotions.plans import Reward
from promotions.pots import Pot, Pots, pots_of, sums_of
from promotions.units import PriceClass

ROUNDS_MAX: Final = 200
"""So many assumptions are tried, and in any case that nothing is earned."""


class Ground(NamedTuple):
    """What a choice stands on: the classes, what the offers say to them, and what is known from before."""

    classes: Sequence[PriceClass]
    looks: Looks
    known: Clusters
    choices: Mapping[Component, Choice]
    offer_set: OfferSet

    def plain(self, looks: Looks) -> Layer:
        """The most that item offers can take off under these looks."""
        return plain_layer(self.classes, looks, self.known, self.choices, self.offer_set)


def best_layer(ground: Ground, aim: Aim) -> Layer:
    """The choice of item offers with which the customer pays least, rewards and the leads of the aim included."""
    offers = {offer for look in ground.looks.values() for offer in look.candidates.unit}
    rewards = sorted(offers & ground.offer_set.rewards) if ground.offer_set.rewards else []
    if not rewards:
        found = joint_layer(ground.plain(ground.looks), ground.classes, ground.looks, aim, ground.offer_set).found
        assert found is not None
        return _counting_on(found)
    return _best_of(ground, aim, rewards)


def _best_of(ground: Ground, aim: Aim, rewards: Sequence[int]) -> Layer:
    offer_set = ground.offer_set
    bare_looks = _awarded(ground, {})
    bare = ground.plain(bare_looks)
    # What has nothing to do with rewards is as it is without any, whatever is assumed.
    ground = ground._replace(known={**ground.known, **bare.clusters})
    sums = sums_of(_joined(pots_of(ground.classes, bare.slices, bare_looks, offer_set), aim.fixed))
    settled = {offer: _steps(offer, sums, offer_set) for offer in rewards if not offer_set.offers[offer].rescue}
    open_ones = [offer for offer in rewards if offer not in settled]
    tops = [_steps_max(offer, ground, aim.fixed) for offer in open_ones]
    none = (0,) * len(tops)
    rounds = [*islice(product(*[range(top, -1, -1) for top in tops]), ROUNDS_MAX)]
    if rounds[-1] != none:
        rounds.append(none)
    best = Joint(bare, _floor(bare, bare_looks, ground, aim))
    least = best.worth - 1
    most = nodes = 0
    for steps in rounds:
        assumed = dict(zip(open_ones, steps, strict=True))
        given = {**settled, **assumed}
        earned = {offer: step * _plan(offer, offer_set).threshold_minor for offer, step in assumed.items() if step}
        looks = _awarded(ground, given) if any(given.values()) else bare_looks
        layer = ground.plain(looks) if looks is not bare_looks else bare
        weighed = joint_layer(layer, ground.classes, looks, replace(aim, earned=earned, least=least), offer_set)
        nodes += layer.nodes
        untried = len(rounds) < prod(top + 1 for top in tops) and steps == none
        most = max(most, weighed.most + (_spare(ground, open_ones) if untried else 0))
        if weighed.found is not None:
            best, least = weighed.found, weighed.found.worth
    return replace(_counting_on(best), gap=max(0, most - best.worth), nodes=nodes)


def _counting_on(found: Joint) -> Layer:
    return replace(found.layer, leads=found.worth - found.layer.off)


def _spare(ground: Ground, offers: Sequence[int]) -> int:
    """What all units that these rewards may give cost together: nothing that was not tried gains more over none."""
    return sum(
        one.gross * one.count for one, look in ground.looks.items() if not set(offers).isdisjoint(look.candidates.unit)
    )


def _floor(layer: Layer, looks: Looks, ground: Ground, aim: Aim) -> int:
    """What can be had in any case: no rewards, nothing held back."""
    pots = _joined(pots_of(ground.classes, layer.slices, looks, ground.offer_set), aim.fixed)
    off = sum([entry.off for entry in layer.given.values()])
    return off + goal_of(list(pots), aim.bounds, {}, ground.offer_set).most(list(pots.values()))


def _joined(*found: Pots) -> dict[tuple[int, ...], Pot]:
    joined: dict[tuple[int, ...], Pot] = {}
    for pots in found:
        for offers, pot in pots.items():
            before = joined.get(offers, Pot())
            joined[offers] = Pot(before.net + pot.net, before.gross + pot.gross, before.room + pot.room)
    return joined


def _plan(offer: int, offer_set: OfferSet) -> Reward:
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, Reward)
    return plan


def _steps(offer: int, sums: Mapping[int, Pot], offer_set: OfferSet) -> int:
    """How many thresholds the goods have reached."""
    plan = _plan(offer, offer_set)
    pot = sums.get(offer, Pot())
    return plan.times(pot.gross if plan.base == "gross" else pot.net) // plan.units


def _steps_max(offer: int, ground: Ground, fixed: Pots) -> int:
    """No more thresholds can be reached, or are of any use."""
    plan = _plan(offer, ground.offer_set)
    already = sums_of(fixed).get(offer, Pot())
    gross = sum([one.gross * one.count for one, look in ground.looks.items() if offer in look.triggers])
    units = sum([one.count for one, look in ground.looks.items() if offer in look.candidates.unit])
    counted = gross + (already.gross if plan.base == "gross" else already.net)
    return min(plan.times(counted) // plan.units, -(-units // plan.units))


def _awarded(ground: Ground, steps: Mapping[int, int]) -> Looks:
    """The looks when the rewards have reached so many thresholds; those that have reached none are left out."""
    bounds: dict[int, OfferBound] = {}
    for offer, step in steps.items():
        if step:
            bounds[offer] = OfferBound(step * _plan(offer, ground.offer_set).units, 0)
    offer_set, rewards = ground.offer_set, ground.offer_set.rewards
    looks = dict(ground.looks)
    for one, look in ground.looks.items():
        if not rewards.isdisjoint(look.candidates.unit):
            looks[one] = awarded(look, bounds, one.key.article.item, offer_set)
    return looks
