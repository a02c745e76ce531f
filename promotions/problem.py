"""The choice within one component, as data: what it holds, and nothing else, decides its solution."""

from __future__ import annotations

from typing import NamedTuple

from promotions.compile import OfferSet
from promotions.plans import UnitPlan


class View(NamedTuple):
    """A price class as the choice sees it; `unit` are the offers per unit that no bound ties to other classes, `room`
    is what may at most be taken off one unit."""

    item: str
    gross: int
    quantity_milli: int
    units: int
    unit: tuple[int, ...]
    room: int


class Tie(NamedTuple):
    """An offer that ties classes together (of one article if `item` is set): for each slot the classes that may fill
    it."""

    offer: int
    item: str
    slots: tuple[tuple[int, ...], ...]


class Component(NamedTuple):
    """Classes (in canonical order) with what ties them, and the bounds that may bind: (offer, most applications) and
    (offer, most minor units off)."""

    views: tuple[View, ...]
    ties: tuple[Tie, ...] = ()
    caps: tuple[tuple[int, int], ...] = ()
    ceilings: tuple[tuple[int, int], ...] = ()


def unit_off(offer: int, view: View, count: int, offer_set: OfferSet) -> int:
    """What an offer per unit takes off `count` units of a class, none below its floor."""
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, UnitPlan)
    return min(plan.off(view.gross, view.quantity_milli, count, offer_set.currency), view.room * count)
