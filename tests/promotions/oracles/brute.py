"""The least total by trying everything: every way to divide a few units among all offers on goods, pass by pass.

States that leave the same units and took the same off the same goods are one; nothing else is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from promotions import BuyGet, Context, Offer, Reward
from tests.promotions.oracles.evaluate import evaluate, is_joint
from tests.promotions.oracles.gains import GROUP_KINDS, slot_scopes
from tests.promotions.oracles.goods import Stock, Taken, Truth
from tests.promotions.oracles.shop import shop_ways
from tests.promotions.oracles.ways import Counts, Off, TooMany, Way, ways_of

STATES_MAX = 30_000


class State(NamedTuple):
    """Units that are left, units taken, and how many of them are rewards of which offer."""

    left: Counts
    units: tuple[Off, ...]
    rewarded: tuple[tuple[str, int], ...] = ()


class Merit(NamedTuple):
    """What decides between equal totals: ranked discount, then few applications (negative)."""

    ranked: int
    applications: int


States = dict[State, Merit]


def best(stock: Stock, offers: Sequence[Offer], context: Context) -> Truth:
    """The truth about open offers on these goods. Raises TooMany for baskets that are not tiny."""
    items = [offer for offer in offers if offer.layer == "item" and _names(offer, stock)]
    joint = [offer for offer in offers if offer.layer == "basket" and is_joint(offer)]
    states: States = {State(tuple(count for _, count in stock), ()): Merit(0, 0)}
    *fixed, last = _passes(items)
    for offers_of_pass in fixed:
        states = _most(states, offers_of_pass, stock, context)
    totals: set[int] = set()
    merits: list[tuple[int, Merit]] = []
    for state, merit in states.items():
        ends = _all({state: merit}, last, stock, context)
        for allowed in _allowances(state, merit, last, stock, context):
            totals.add(_least(ends, stock, joint, last, context, allowed))
        merits += [(_off(end), best) for end, best in ends.items()]
    _, merit = max(merits)
    return Truth(frozenset(totals), merit.ranked, -merit.applications)


def _names(offer: Offer, stock: Stock) -> bool:
    """Whether an offer speaks of any goods here at all; one that does not has no pass."""
    if isinstance(offer.plan, Reward):
        scopes = [offer.plan.given]
    else:
        scopes = slot_scopes(offer.plan, offer.scope) if isinstance(offer.plan, GROUP_KINDS) else [offer.scope]
    return any(scope.covers(goods.article) for scope in scopes for goods, _ in stock)


def _passes(items: Sequence[Offer]) -> list[list[Offer]]:
    """Forced offers one by one, then those in the shop's favour, then every priority; the last is chosen with the
    offers on the receipt in view."""
    in_turn = sorted(items, key=lambda offer: (-offer.rank, offer.id))
    chosen = [offer for offer in items if not offer.forced and not favours_shop(offer)]
    passes = [[offer] for offer in in_turn if offer.forced]
    passes += [[offer] for offer in in_turn if favours_shop(offer) and not offer.forced]
    priorities = sorted({offer.priority for offer in chosen})
    passes += [[offer for offer in chosen if offer.priority == priority] for priority in priorities]
    return passes if chosen else [*passes, []]


def favours_shop(offer: Offer) -> bool:
    """Whether groups are made before anything is chosen."""
    return isinstance(offer.plan, BuyGet) and offer.plan.favour == "shop"


def _off(state: State) -> int:
    return sum(off for _, off, _ in state.units)


def _most(states: States, offers: Sequence[Offer], stock: Stock, context: Context) -> States:
    """A pass that is final: the most discount, then rank, then the fewest applications, with all that tie in these."""
    found: States = {}
    for state, merit in states.items():
        ends = _all({state: merit}, offers, stock, context)
        for allowed in _allowances(state, merit, offers, stock, context):
            fit = {end: merit for end, merit in ends.items() if _is_allowed(end, stock, offers, allowed)}
            found |= _top(fit)
    return {end._replace(rewarded=()): merit for end, merit in found.items()}


def _top(ends: States) -> States:
    top = max((_off(end), merit) for end, merit in ends.items())
    return {end: merit for end, merit in ends.items() if (_off(end), merit) == top}


def _allowances(
    state: State, merit: Merit, offers: Sequence[Offer], stock: Stock, context: Context
) -> list[dict[str, int]]:
    """What rewards that may not be rescued allow: counted after the plain optimum without any reward, and so for every
    optimum that ties."""
    firm = [offer for offer in offers if isinstance(offer.plan, Reward) and not offer.rescue]
    if not firm:
        return [{}]
    others = [offer for offer in offers if not isinstance(offer.plan, Reward)]
    found: list[dict[str, int]] = []
    for end in _top(_all({state: merit}, others, stock, context)):
        units = taken_units(end, stock)
        allowed = {offer.id: rewards_allowed(offer, units) for offer in firm}
        if allowed not in found:
            found.append(allowed)
    return found


def _is_allowed(state: State, stock: Stock, offers: Sequence[Offer], allowed: dict[str, int]) -> bool:
    """Whether no reward is given more often than the other goods have earned it."""
    if not state.rewarded:
        return True
    units = taken_units(state, stock)
    by_id = {offer.id: offer for offer in offers}
    return all(
        taken <= (allowed[one] if one in allowed else rewards_allowed(by_id[one], units))
        for one, taken in state.rewarded
    )


def _all(states: States, offers: Iterable[Offer], stock: Stock, context: Context) -> States:
    """All that a set of offers may come to, starting from any of these states."""
    for offer in offers:
        shop = favours_shop(offer)
        ways = [] if shop else ways_of(offer, stock, context)
        found: States = {} if shop else dict(states)
        for state, merit in states.items():
            for way in shop_ways(offer, stock, state.left, context) if shop else ways:
                _reach(state, merit, way, offer, found)
            if len(found) > STATES_MAX:
                raise TooMany
        states = found
    return states


def _reach(state: State, merit: Merit, way: Way, offer: Offer, found: States) -> None:
    left = tuple(held - count for held, count in zip(state.left, way.counts, strict=True))
    if min(left, default=0) < 0:
        return
    rewarded = state.rewarded
    if isinstance(offer.plan, Reward):
        rewarded = (*rewarded, (offer.id, sum(way.counts)))
    after = State(left, tuple(sorted(state.units + way.units)), rewarded)
    better = Merit(merit.ranked + way.off * offer.rank, merit.applications - way.applications)
    found[after] = max(better, found.get(after, better))


def taken_units(state: State, stock: Stock) -> list[Taken]:
    """Every unit of the basket, taken or left."""
    units = [Taken(stock[place][0], off, "", exclusive) for place, off, exclusive in state.units]
    return units + [Taken(stock[place][0], 0) for place, count in enumerate(state.left) for _ in range(count)]


def rewards_allowed(offer: Offer, units: Iterable[Taken]) -> int:
    """How many units of a reward the other goods have earned."""
    plan = offer.plan
    assert isinstance(plan, Reward)
    counted = sum(
        unit.goods.gross - (unit.off if plan.base == "net" else 0)
        for unit in units
        if not unit.exclusive and offer.scope.covers(unit.goods.article) and not plan.given.covers(unit.goods.article)
    )
    steps = counted // plan.threshold_minor
    return plan.units * (steps if plan.every else min(steps, 1))


def _least(
    ends: States,
    stock: Stock,
    joint: Sequence[Offer],
    items: Sequence[Offer],
    context: Context,
    allowed: dict[str, int],
) -> int:
    """The least total among these; those that cannot be less than the least so far are not looked at."""
    gross = sum(goods.gross * count for goods, count in stock)
    untaken = [Taken(goods, 0) for goods, count in stock for _ in range(count)]
    spare = sum(off for _, off in evaluate_apart(untaken, joint, context))
    least = None
    for state in sorted(ends, key=_off, reverse=True):
        if least is not None and gross - _off(state) - spare >= least:
            break
        if _is_allowed(state, stock, items, allowed):
            total = evaluate(taken_units(state, stock), joint, context).total
            least = total if least is None else min(least, total)
    assert least is not None
    return least


def evaluate_apart(units: Sequence[Taken], offers: Iterable[Offer], context: Context) -> list[tuple[str, int]]:
    """What each offer on the receipt could take off if it were the only one."""
    return [entry for offer in offers for entry in evaluate(units, [offer], context).off]
