"""Goods gathered by the offers on the receipt that count them: all that a threshold needs to know of the item layer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from promotions.clusters import Slices
from promotions.compile import OfferSet
from promotions.conditions import OfferBound
from promotions.looks import Looks
from promotions.plans import BasketPlan
from promotions.units import PriceClass


class Pot(NamedTuple):
    """What these goods cost after item offers, before any, and how much of it offers may still take. Goods of exclusive
    offers are not in it."""

    net: int = 0
    gross: int = 0
    room: int = 0


Pots = Mapping[tuple[int, ...], Pot]
"""By the offers that count the goods."""


class Worth(NamedTuple):
    """What an offer would take by itself, in how many steps, and what the next step is short of."""

    off: int
    times: int
    short: int


def pots_of(
    classes: Sequence[PriceClass], slices: Sequence[Slices], looks: Looks, offer_set: OfferSet
) -> dict[tuple[int, ...], Pot]:
    """All goods that some offer on the receipt counts, or that lead to goods given."""
    sums: dict[tuple[int, ...], list[int]] = {}
    exclusive = offer_set.exclusive
    for price_class, cut in zip(classes, slices, strict=True):
        look = looks[price_class]
        offers = look.basket + look.triggers if look.triggers else look.basket
        if not offers:
            continue
        found = sums.get(offers)
        if found is None:
            found = sums[offers] = [0, 0, 0]
        key = price_class.key
        count = less = 0
        for units, off, taken in cut:
            if taken in exclusive:
                continue
            count += units
            if off:
                less += units * off[0][1]
        gross = -key.negative_gross * count
        found[0] += gross - less
        found[1] += gross
        found[2] += gross - key.floor * count - less
    return {offers: Pot(*found) for offers, found in sums.items()}


def sums_of(pots: Pots) -> dict[int, Pot]:
    """What each offer counts in all."""
    sums: dict[int, Pot] = {}
    for offers, pot in pots.items():
        for offer in offers:
            net, gross, room = sums.get(offer, Pot())
            sums[offer] = Pot(net + pot.net, gross + pot.gross, room + pot.room)
    return sums


def worth_of(offer: int, pot: Pot, bound: OfferBound, offer_set: OfferSet) -> Worth:
    """What an offer at a threshold would take off its goods, if no other offer took anything."""
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, BasketPlan)
    counted = pot.gross if plan.base == "gross" else pot.net
    off = plan.off(counted, pot.net, bound.times)
    if bound.off_minor:
        off = min(off, bound.off_minor)
    return Worth(off, plan.steps(counted, bound.times), plan.short(counted, bound.times))


def is_lead(offer: int, offer_set: OfferSet) -> bool:
    """Whether item offers are chosen with regard to this offer on the receipt: it may be rescued, and depends neither
    on how the receipt is paid nor on points."""
    rule = offer_set.offers[offer]
    plan = rule.plan
    return rule.rescue and not rule.audience.tenders and isinstance(plan, BasketPlan) and plan.ORDER < 2


def leads_in(offers: Iterable[int], offer_set: OfferSet) -> tuple[int, ...]:
    """Those of the offers that item offers are chosen with regard to."""
    return tuple([offer for offer in offers if is_lead(offer, offer_set)])
