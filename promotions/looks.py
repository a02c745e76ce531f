"""What the offers of a set have to say about goods, in given circumstances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from promotions.basket import Context
from promotions.compile import OfferSet, Posting
from promotions.conditions import Closed, why_closed
from promotions.groupings import Candidates
from promotions.plans import BasketPlan, GroupPlan, UnitPlan
from promotions.units import PriceClass


class Look(NamedTuple):
    """The offers that name some goods: those that are open by what they do, the others with why they are closed.

    `ties` are the open offers that may bind these goods to others, (offer, article): the article is empty where it
    does not matter.
    """

    named: tuple[Posting, ...]
    candidates: Candidates
    basket: tuple[int, ...]
    closed: tuple[tuple[int, Closed], ...]
    ties: tuple[tuple[int, str], ...]


Looks = Mapping[PriceClass, Look]


def looks_at(
    classes: Sequence[PriceClass], known: Looks, offer_set: OfferSet, context: Context, before: Context
) -> dict[PriceClass, Look]:
    """The looks at all classes. What names the goods is kept; what is open is asked again in a new context, and where
    the answer is the same, so is the look."""
    same = context == before
    closed: dict[int, Closed | None] = {}
    looks: dict[PriceClass, Look] = {}
    for price_class in classes:
        look = known.get(price_class)
        if look is None:
            named = tuple(offer_set.naming(price_class.key.article))
            look = _look(price_class, named, closed, offer_set, context)
        elif not same:
            asked = _look(price_class, look.named, closed, offer_set, context)
            look = look if asked == look else asked
        looks[price_class] = look
    return looks


def _look(
    price_class: PriceClass,
    named: tuple[Posting, ...],
    known: dict[int, Closed | None],
    offer_set: OfferSet,
    context: Context,
) -> Look:
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
    candidates = Candidates(tuple(unit), tuple(group))
    ties = _ties(price_class.key.article.item, candidates, offer_set)
    return Look(named, candidates, tuple(basket), tuple(closed), ties)


def _ties(item: str, candidates: Candidates, offer_set: OfferSet) -> tuple[tuple[int, str], ...]:
    """Offers on groups, and all that are bounded over the receipt."""
    ties = [(offer, "") for offer in candidates.unit if offer_set.offers[offer].times_max]
    for offer, _ in candidates.group:
        plan = offer_set.offers[offer].plan
        alike = isinstance(plan, GroupPlan) and plan.one_article and not offer_set.offers[offer].times_max
        ties.append((offer, item if alike else ""))
    return tuple(dict.fromkeys(ties))
