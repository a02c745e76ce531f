"""What the offers of a set have to say about goods, in given circumstances."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple

from promotions.basket import Context
from promotions.compile import OfferSet
from promotions.conditions import Closed, OfferBound, bound_of, why_closed
from promotions.groupings import Candidates
from promotions.index import Posting
from promotions.plans import OneUnit
from promotions.units import PriceClass


class Look(NamedTuple):
    """The offers that name some goods: those that are open by what they do, the others with why they are closed.

    `ties` are the open offers that may bind these goods to others, (offer, article): the article is empty where it
    does not matter. `bounds` says what the receipt may have of those item offers that are bounded. Goods count toward
    the threshold of `triggers`, and bring `later` ones. `conditioned` offers are open unless other goods close them.
    """

    named: tuple[Posting, ...]
    candidates: Candidates
    basket: tuple[int, ...]
    closed: tuple[tuple[int, Closed], ...]
    ties: tuple[tuple[int, str], ...]
    bounds: tuple[tuple[int, OfferBound], ...] = ()
    triggers: tuple[int, ...] = ()
    later: tuple[int, ...] = ()
    conditioned: tuple[int, ...] = ()


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
    traits, item = offer_set.traits, price_class.key.article.item
    unit: list[int] = []
    group: list[tuple[int, int]] = []
    tied: dict[tuple[int, str], None] = {}
    pool: list[int] = []
    basket: list[int] = []
    later: list[int] = []
    closed: list[tuple[int, Closed]] = []
    rewards: dict[int, int] = {}
    bounded = conditioned = False
    for number, slot, _ in named:
        shape, always, has_bound, has_condition, alike, _ = traits[number]
        if not always:
            if number not in known:
                known[number] = why_closed(offer_set.offers[number], context)
            why = known[number]
            if why is not None:
                closed.append((number, why))
                continue
        bounded, conditioned = bounded or has_bound, conditioned or has_condition
        if shape == "unit":
            unit.append(number)
        elif shape == "group":
            group.append((number, slot))
            tied[number, item if alike else ""] = None
        elif shape == "basket":
            basket.append(number)
        elif shape == "later":
            later.append(number)
        elif shape == "pool":
            pool.append(number)
        else:
            rewards[number] = slot
    # Goods that a reward may give never count toward its threshold. Postings are sorted: the last slot stands.
    unit = sorted([*unit, *(number for number, slot in rewards.items() if slot)]) if rewards else unit
    candidates = Candidates(tuple(unit), tuple(group), tuple(pool))
    bounds = _bounds(candidates, offer_set, context) if bounded else ()
    ties = _ties(item, candidates, dict(bounds), offer_set) if bounds or pool else tuple(tied)
    triggers = tuple([number for number, slot in rewards.items() if not slot]) if rewards else ()
    asking: tuple[int, ...] = ()
    if conditioned:
        open_ones = dict.fromkeys([*candidates.offers, *basket, *later, *triggers])
        asking = tuple([number for number in open_ones if traits[number].conditioned])
    return Look(named, candidates, tuple(basket), tuple(closed), ties, bounds, triggers, tuple(later), asking)


def shut(look: Look, reasons: Mapping[int, Closed], item: str, offer_set: OfferSet) -> Look:
    """The look at goods of one article when these offers are closed by other goods; the same look if it names none."""
    named = [offer for offer in look.conditioned if offer in reasons]
    if not named:
        return look
    offers = set(look.candidates.offers).difference(named)
    return narrowed(look, offers, item, offer_set)._replace(
        basket=tuple([offer for offer in look.basket if offer not in reasons]),
        triggers=tuple([offer for offer in look.triggers if offer not in reasons]),
        later=tuple([offer for offer in look.later if offer not in reasons]),
        closed=(*look.closed, *((offer, reasons[offer]) for offer in named)),
    )


def narrowed(look: Look, offers: Container[int], item: str, offer_set: OfferSet) -> Look:
    """The look at goods of one article when only these item offers are to be chosen from; the same look if that
    leaves out none."""
    unit = tuple([offer for offer in look.candidates.unit if offer in offers])
    group = tuple([pair for pair in look.candidates.group if pair[0] in offers])
    pool = tuple([offer for offer in look.candidates.pool if offer in offers])
    candidates = Candidates(unit, group, pool)
    if candidates == look.candidates:
        return look
    bounds = tuple([entry for entry in look.bounds if entry[0] in offers])
    return look._replace(candidates=candidates, bounds=bounds, ties=_ties(item, candidates, dict(bounds), offer_set))


def awarded(look: Look, bounds: Mapping[int, OfferBound], item: str, offer_set: OfferSet) -> Look:
    """The look at goods of one article when these rewards are earned, as often as their bounds say, and no others."""
    rewards = offer_set.rewards.intersection(look.candidates.unit)
    if not rewards:
        return look
    kept = narrowed(
        look, [offer for offer in look.candidates.offers if offer in bounds or offer not in rewards], item, offer_set
    )
    own = dict(kept.bounds)
    for offer in sorted(rewards & bounds.keys()):
        times, off_minor = own.get(offer, OfferBound(0, 0))
        own[offer] = OfferBound(min(times or bounds[offer].times, bounds[offer].times), off_minor)
    return kept._replace(bounds=tuple(sorted(own.items())), ties=_ties(item, kept.candidates, own, offer_set))


def at_extremes(looks: Looks, offer_set: OfferSet) -> Looks:
    """The looks when offers for the cheapest or dearest unit name only the goods that are it, whatever else there is
    for them; the same looks if there are no such offers."""
    grosses: dict[int, set[int]] = {}
    for price_class, look in looks.items():
        for offer in offer_set.extreme.intersection(look.candidates.unit) if offer_set.extreme else ():
            grosses.setdefault(offer, set()).add(price_class.gross)
    if not grosses:
        return looks
    extremes = {offer: _extreme(offer, found, offer_set) for offer, found in grosses.items()}
    found: dict[PriceClass, Look] = {}
    for price_class, look in looks.items():
        gross = price_class.gross
        kept = [offer for offer in look.candidates.offers if extremes.get(offer, gross) == gross]
        found[price_class] = narrowed(look, kept, price_class.key.article.item, offer_set)
    return found


def _extreme(offer: int, grosses: Iterable[int], offer_set: OfferSet) -> int:
    plan = offer_set.offers[offer].plan
    assert isinstance(plan, OneUnit)
    return min(grosses) if plan.which == "cheapest" else max(grosses)


def bounds_in(looks: Iterable[Look]) -> dict[int, OfferBound]:
    """The bounds of all item offers that are bounded, by place in the set."""
    return {offer: bound for look in looks if look.bounds for offer, bound in look.bounds}


def _bounds(candidates: Candidates, offer_set: OfferSet, context: Context) -> tuple[tuple[int, OfferBound], ...]:
    found: list[tuple[int, OfferBound]] = []
    for offer in candidates.offers:
        bound = bound_of(offer_set.offers[offer], context)
        if isinstance(offer_set.offers[offer].plan, OneUnit):
            bound = bound._replace(times=1)
        if bound.times or bound.off_minor:
            found.append((offer, bound))
    return tuple(found)


def _ties(
    item: str, candidates: Candidates, bounds: Mapping[int, OfferBound], offer_set: OfferSet
) -> tuple[tuple[int, str], ...]:
    """Offers on groups, and all that are bounded over the receipt."""
    ties = dict.fromkeys([(offer, "") for offer in candidates.unit if offer in bounds])
    for offer in candidates.tying:
        ties[offer, item if offer_set.traits[offer].alike and offer not in bounds else ""] = None
    return tuple(ties)
