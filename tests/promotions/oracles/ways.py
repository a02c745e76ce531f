"""All that one offer on goods may do by itself: every set of units, every division into groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product
from typing import NamedTuple

from promotions import Bracket, Brackets, Breaks, Context, Level, Offer, OneUnit, Reward
from promotions.conditions import bound_of
from retail.allocate import allocate
from tests.promotions.oracles.gains import (
    GROUP_KINDS,
    group_shares,
    level_off,
    same_article,
    shares_of_equals,
    slot_scopes,
    slot_sizes,
    unit_off,
)
from tests.promotions.oracles.goods import Stock, covered

Counts = tuple[int, ...]
Off = tuple[int, int, bool]
"""A unit: the place of its goods in the stock, what is off it, and whether it is kept from all other offers."""


class Way(NamedTuple):
    """Units taken, by place in the stock, what each gets, and in how many applications."""

    counts: Counts
    units: tuple[Off, ...]
    off: int
    applications: int


class TooMany(OverflowError):
    """More ways than an oracle that tries them all should try."""


def ways_of(offer: Offer, stock: Stock, context: Context, most: int = 20_000) -> list[Way]:
    """Every way that takes something off, each once. A reward's threshold is not looked at."""
    if isinstance(offer.plan, GROUP_KINDS):
        return _group_ways(offer, stock, context, most)
    found = []
    for counts in _counts(offer, stock, most):
        way = _way(offer, stock, counts, context)
        if way is not None:
            found.append(way)
    return found


def extremes(offer: Offer, stock: Stock) -> list[int]:
    """The goods an offer per unit may take: all in scope, or only the cheapest or dearest."""
    plan = offer.plan
    if isinstance(plan, Reward):
        return [place for place, (goods, _) in enumerate(stock) if plan.given.covers(goods.article)]
    places = covered(offer, stock)
    if not isinstance(plan, OneUnit) or not places:
        return places
    choose = min if plan.which == "cheapest" else max
    gross = choose(stock[place][0].gross for place in places)
    return [place for place in places if stock[place][0].gross == gross]


def _counts(offer: Offer, stock: Stock, most: int) -> Iterator[Counts]:
    places = extremes(offer, stock)
    size = 1
    for place in places:
        size *= stock[place][1] + 1
    if size > most:
        raise TooMany
    for chosen in product(*(range(stock[place][1] + 1) for place in places)):
        counts = [0] * len(stock)
        for place, count in zip(places, chosen, strict=True):
            counts[place] = count
        yield tuple(counts)


def _way(offer: Offer, stock: Stock, counts: Counts, context: Context) -> Way | None:
    taken = sum(counts)
    times = bound_of(offer, context).times
    if not taken or (times and taken > times and not isinstance(offer.plan, Breaks)):
        return None
    if isinstance(offer.plan, OneUnit) and taken > 1:
        return None
    if isinstance(offer.plan, Breaks):
        shares = _pooled(offer.plan, stock, counts)
    elif isinstance(offer.plan, Brackets):
        shares = _bracketed(offer.plan, stock, counts)
    else:
        shares = _by_unit(offer, stock, counts, context)
    if shares is None or not any(map(sum, shares.values())):
        return None
    units = tuple((place, off, offer.exclusive) for place, found in sorted(shares.items()) for off in found)
    return Way(counts, units, sum(off for _, off, _ in units), len(shares))


Shares = dict[int, list[int]]


def _by_unit(offer: Offer, stock: Stock, counts: Counts, context: Context) -> Shares | None:
    """A ceiling leaves each article its part; units that get nothing are better not taken."""
    places = [place for place, count in enumerate(counts) if count]
    amounts = [unit_off(offer.plan, stock[place][0], counts[place]) for place in places]
    if not all(amounts):
        return None
    most = bound_of(offer, context).off_minor
    if most and sum(amounts) > most:
        amounts = allocate(most, amounts)
    return {place: shares_of_equals(amount, counts[place]) for place, amount in zip(places, amounts, strict=True)}


def pools(plan: Breaks | Brackets, stock: Stock, counts: Sequence[int]) -> list[list[int]]:
    """The places that fill one pool, dearest goods first."""
    places = [place for place, count in enumerate(counts) if count]
    if not plan.same_article:
        return [places]
    items = sorted({stock[place][0].article.item for place in places})
    return [[place for place in places if stock[place][0].article.item == item] for item in items]


def _pooled(plan: Breaks, stock: Stock, counts: Counts) -> Shares | None:
    shares: Shares = {}
    for pool in pools(plan, stock, counts):
        measure = sum(measure_of(plan, stock, place) * counts[place] for place in pool)
        levels = [level for level in plan.levels if level.least <= measure]
        if not levels:
            return None
        for place in pool:
            shares[place] = break_shares(levels[-1], stock, place, counts[place])
    return shares


def measure_of(plan: Breaks, stock: Stock, place: int) -> int:
    """What one unit adds to the pool."""
    goods = stock[place][0]
    return {"units": 1, "quantity": goods.quantity_milli, "amount": goods.gross}[plan.by]


def break_shares(level: Level, stock: Stock, place: int, count: int) -> list[int]:
    """What each unit of the same goods gets on a level."""
    goods = stock[place][0]
    return [min(share, goods.room) for share in shares_of_equals(level_off(level, goods, count), count)]


def bracket_at(plan: Brackets, position: int) -> Bracket | None:
    """The bracket of the so-many-th unit (from 0), if there is one."""
    end = 0
    for bracket in plan.brackets:
        end += bracket.units
        if position < end or not bracket.units:
            return bracket
    return None


def _bracketed(plan: Brackets, stock: Stock, counts: Counts) -> Shares | None:
    shares: Shares = {}
    for pool in pools(plan, stock, counts):
        position = 0
        for place in pool:
            for _ in range(counts[place]):
                bracket = bracket_at(plan, position)
                if bracket is None:
                    return None
                goods = stock[place][0]
                shares.setdefault(place, []).append(min(goods.room, level_off(bracket, goods, 1)))
                position += 1
    return shares


def patterns_of(offer: Offer, stock: Stock, most: int = 20_000) -> list[Way]:
    """Every single group of units that takes something off, whether or not the rule would make it beside others."""
    plan = offer.plan
    assert isinstance(plan, GROUP_KINDS)
    slots = []
    for scope, size in zip(slot_scopes(plan, offer.scope), slot_sizes(plan), strict=True):
        places = [place for place, (goods, _) in enumerate(stock) if scope.covers(goods.article)]
        slots.append([chosen for chosen in combinations_with_replacement(places, size) if _held(chosen, stock)])
    found: dict[tuple[Off, ...], Way] = {}
    for tried, group in enumerate(product(*slots)):
        if tried > most:
            raise TooMany
        members = [place for slot in group for place in slot]
        if not _held(members, stock):
            continue
        if same_article(plan) and len({stock[place][0].article.item for place in members}) > 1:
            continue
        shares = group_shares(plan, offer.share, [[stock[place][0] for place in slot] for slot in group])
        if shares is not None:
            units = tuple(sorted((place, off, offer.exclusive) for place, off in zip(members, shares, strict=True)))
            counts = tuple(members.count(place) for place in range(len(stock)))
            found[units] = Way(counts, units, sum(shares), 1)
    return list(found.values())


def _held(places: Sequence[int], stock: Stock) -> bool:
    return all(places.count(place) <= stock[place][1] for place in set(places))


def _group_ways(offer: Offer, stock: Stock, context: Context, most: int) -> list[Way]:
    """Every set of units that makes complete groups. Which units make a group is no choice: in each slot the dearest
    first, as they come. Where a group would be worth nothing there is no way."""
    plan = offer.plan
    assert isinstance(plan, GROUP_KINDS)
    sizes = slot_sizes(plan)
    slots = [
        [place for place, (goods, _) in enumerate(stock) if scope.covers(goods.article)]
        for scope in slot_scopes(plan, offer.scope)
    ]
    times = bound_of(offer, context).times or sum(count for _, count in stock)
    found: dict[tuple[Off, ...], Way] = {}
    tried = 0
    for groups in range(1, times + 1):
        draws = [_draws(places, stock, groups * size, most) for places, size in zip(slots, sizes, strict=True)]
        if not all(draws):
            break
        for drawn in product(*draws):
            tried += 1
            if tried > most:
                raise TooMany
            way = _grouped(offer, stock, drawn)
            if way is not None:
                found[way.units] = way
    return list(found.values())


def _draws(places: Sequence[int], stock: Stock, size: int, most: int) -> list[tuple[int, ...]]:
    """Every way to take so many units of these goods, dearest first."""
    found: list[tuple[int, ...]] = [()]
    for number, place in enumerate(places):
        behind = sum(stock[other][1] for other in places[number + 1 :])
        held = stock[place][1]
        found = [
            drawn + (place,) * count
            for drawn in found
            for count in range(held + 1)
            if size - behind <= len(drawn) + count <= size
        ]
        if len(found) > most:
            raise TooMany
    return [drawn for drawn in found if len(drawn) == size]


def _grouped(offer: Offer, stock: Stock, drawn: Sequence[Sequence[int]]) -> Way | None:
    """The groups that these units of each slot make."""
    plan = offer.plan
    assert isinstance(plan, GROUP_KINDS)
    members = [place for slot in drawn for place in slot]
    if not _held(members, stock):
        return None
    sizes = slot_sizes(plan)
    queues = [list(drawn)]
    if same_article(plan):
        items = sorted({stock[place][0].article.item for place in members})
        queues = [[[place for place in drawn[0] if stock[place][0].article.item == item]] for item in items]
    units: list[Off] = []
    applications = 0
    for slots in queues:
        groups, rest = divmod(len(slots[0]), sizes[0])
        if rest:
            return None
        for group in range(groups):
            parts = [slot[group * size : (group + 1) * size] for slot, size in zip(slots, sizes, strict=True)]
            shares = group_shares(plan, offer.share, [[stock[place][0] for place in part] for part in parts])
            if shares is None:
                return None
            places = [place for part in parts for place in part]
            units += [(place, off, offer.exclusive) for place, off in zip(places, shares, strict=True)]
            applications += 1
    counts = tuple(members.count(place) for place in range(len(stock)))
    return Way(counts, tuple(sorted(units)), sum(off for _, off, _ in units), applications)
