"""Which goods, which minutes and which customers an offer reaches: what comparing two offers needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from hq_server.promotion_admin.lint.finding import Goods, Placed
from promotions.circumstances import ANY_MEMBER, DAY_MIN, Audience, Window
from promotions.plans import GroupPlan, Reward
from promotions.rule import Offer
from promotions.scope import Scope

EVERYTHING: Final = Scope()
EVERYBODY: Final = Audience()
WEEK_MIN: Final = 7 * DAY_MIN
_MONDAY: Final = 4 * DAY_MIN
"""The first Monday's minute: 1970-01-05."""
_LISTS: Final = (
    *(("items", "item"), ("categories", "category"), ("brands", "brand")),
    *(("suppliers", "supplier"), ("departments", "department")),
)


class Shelf:
    """The catalogue, with the goods of any scope at hand. Goods are named by their place."""

    def __init__(self, goods: Sequence[Goods]) -> None:
        self.goods = goods
        self._by: dict[str, dict[str, list[int]]] = {attribute: defaultdict(list) for _, attribute in _LISTS}
        for place, one in enumerate(goods):
            for _, attribute in _LISTS:
                self._by[attribute][getattr(one.article, attribute)].append(place)
        self._found: dict[Scope, frozenset[int]] = {}
        self._known: dict[int, tuple[Scope, frozenset[int]]] = {}

    def named(self, scope: Scope) -> frozenset[int]:
        """The goods that a scope means at any of their prices."""
        known = self._known.get(id(scope))  # to hash a scope of thousands of names takes as long as to look it up
        if known is not None:
            return known[1]
        found = self._found.get(scope)
        if found is None:
            found = self._found[scope] = frozenset(self._look(scope))
        self._known[id(scope)] = scope, found
        return found

    def _look(self, scope: Scope) -> Iterable[int]:
        places: Iterable[int] = range(len(self.goods))
        rest = scope
        for field, attribute in _LISTS:
            names = getattr(scope, field)
            if names:
                index = self._by[attribute]
                places = {place for name in names for place in index.get(name, ())}
                rest = msgspec.structs.replace(scope, **{field: ()})
                break
        return places if rest == EVERYTHING else [place for place in places if self._means(rest, place)]

    def _means(self, scope: Scope, place: int) -> bool:
        one = self.goods[place]
        if not scope.price_from and not scope.price_until:
            return scope.covers(one.article)
        return any(scope.covers(one.article._replace(unit_price=price)) for price in one.prices)


def scopes_of(offer: Offer) -> list[tuple[str, Scope]]:
    """Every scope that gives something, with the field it stands in."""
    found = [("scope", offer.scope)]
    if isinstance(offer.plan, GroupPlan):
        name = "plan.parts" if hasattr(offer.plan, "parts") else "plan.given"
        found += [(name, scope) for scope in offer.plan.part_scopes]
    if isinstance(offer.plan, Reward):
        found.append(("plan.given", offer.plan.given))
    return found


def reached(offer: Offer, shelf: Shelf) -> frozenset[int]:
    """All goods that take part in an offer."""
    first, *more = [shelf.named(scope) for _, scope in scopes_of(offer)]
    return first.union(*more) if more else first


@lru_cache(maxsize=4_096)
def open_minutes(window: Window) -> int:
    """The minutes of the week (from Monday 00:00) in which a window is open, as bits, leaving aside its ends."""
    bits = 0
    for day in range(7):
        if not window.weekdays >> day & 1:
            continue
        for start, end in [(slot.start, slot.end) for slot in window.slots] or [(0, DAY_MIN)]:
            length = (end - start) % DAY_MIN or DAY_MIN
            bits |= _span(day * DAY_MIN + start, length)
    return bits


def meeting_minutes(one: Window, other: Window) -> bool:
    """Whether there is a minute in which both are open."""
    start = max(one.from_minute, other.from_minute)
    ends = [window.until_minute for window in (one, other) if window.until_minute]
    both = open_minutes(one) & open_minutes(other)
    if not ends:
        return bool(both)
    length = min(ends) - start
    if length <= 0:
        return False
    return bool(both if length >= WEEK_MIN else both & _span((start - _MONDAY) % WEEK_MIN, length))


def is_dead(window: Window) -> bool:
    """Whether a window never opens: its days and slots are not between its ends."""
    return not meeting_minutes(window, window)


def covers_window(wider: Window, window: Window) -> bool:
    """Whether `wider` is open whenever `window` is."""
    starts = wider.from_minute <= window.from_minute
    ends = not wider.until_minute or (bool(window.until_minute) and window.until_minute <= wider.until_minute)
    return starts and ends and not open_minutes(window) & ~open_minutes(wider)


def share_customers(one: Audience, other: Audience) -> bool:
    """Whether a customer could have both."""
    return (
        _share(one.levels, other.levels, any_name=ANY_MEMBER)
        and _share(one.tenders, other.tenders)
        and _share(one.terminals, other.terminals)
    )


def covers_audience(wider: Audience, audience: Audience) -> bool:
    """Whether whoever has `audience`'s offer could have `wider`'s as well."""
    return wider in (EVERYBODY, audience)


def meet(one: Placed, other: Placed) -> bool:
    """Whether both offers can be open on one receipt."""
    return (
        bool(holding_stores(one) & holding_stores(other))
        and share_customers(one.offer.audience, other.offer.audience)
        and meeting_minutes(one.offer.window, other.offer.window)
    )


def holding_stores(placed: Placed) -> frozenset[str]:
    """The stores where an offer can be used: those that get it, less what the offer itself leaves out."""
    named = placed.offer.stores
    return placed.stores & frozenset(named) if named else placed.stores


def _share(one: tuple[str, ...], other: tuple[str, ...], any_name: str = "") -> bool:
    if not one or not other or any_name in (*one, *other):
        return True
    return bool(set(one) & set(other))


def _span(start: int, length: int) -> int:
    """Bits of so many minutes from a minute of the week on, going round at its end."""
    bits = (1 << min(length, WEEK_MIN)) - 1 << start
    return bits & (1 << WEEK_MIN) - 1 | bits >> WEEK_MIN
