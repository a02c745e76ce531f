"""Every way of a component that may matter where its goods are in several pots, or leave them for exclusive offers.

Ways are put together offer by offer: all units that it could take, and what comes of it. Of all ways only those are
kept that no other equals in everything that counts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from operator import ge
from typing import Final, NamedTuple

from promotions.choose import Choice
from promotions.compile import OfferSet
from promotions.components import Component, Tie, View
from promotions.following import tracks_of
from promotions.held import Option
from promotions.plans import Brackets, Breaks, GroupPlan, Plan
from promotions.pots import Pot
from promotions.reach import without
from promotions.search import Taken, Way
from promotions.shares import Given, Share, Shares, shares_of
from promotions.tracks import FINE, unit_share

WAYS_MAX: Final = 20_000
"""More partial ways are not followed; then only the best choice is known, and that without some of its offers."""
APPLICATIONS_MAX: Final = 3_000
"""So much is found that one offer could take, in so many steps each."""
STEPS_PER_APPLICATION: Final = 10
DROPPED_MAX: Final = 6
"""Where there are too many ways, those that are left when some of so many offers take nothing are looked at."""
FEW: Final = 8

Counts = tuple[int, ...]
Sums = tuple[int, ...]
"""The discount, then for each pot what its net, gross and room change by."""


class Application(NamedTuple):
    """Units of each class that an offer takes at once, `uses` of its cap, and what comes of it."""

    counts: Counts
    sums: Sums
    shares: Shares
    uses: int


class Ways(NamedTuple):
    """The ways of a component, the best first, as options and as shares; `complete` is False where there are others."""

    options: list[Option]
    shares: list[Shares]
    complete: bool


class TooMany(Exception):
    """There are too many ways."""


@dataclass(frozen=True, slots=True)
class Track:
    """An offer, and everything that it could take at once: one of it, or nothing."""

    offer: int
    applications: list[Application]


def ways_of(
    component: Component,
    choice: Choice,
    pots: Sequence[int],
    size: int,
    offer_set: OfferSet,
    window: int,
    is_promising: Callable[[Option], bool] = lambda option: True,
) -> Ways:
    """The ways that give up to `window` minor units less than the best, as far as they are promising. `pots` says in
    which of `size` pots each class is (-1: in none that matters)."""
    frontier = _Frontier(component, pots, size, offer_set)
    best = frontier.sums_of(choice.shares)
    options = [Option(0, (Pot(),) * size)]
    shares = [choice.shares]
    complete = True
    found: Mapping[Sums, Shares | tuple[Application, ...]]
    try:
        found = frontier.ways(best[0] - window)
    except TooMany:
        complete = False
        found = frontier.fewer(choice.shares, best[0] - window)
    made = {sums: _option(best, sums, size) for sums in found if sums != best}
    for sums in undominated([best, *(sums for sums, option in made.items() if is_promising(option))]):
        if sums != best:
            options.append(made[sums])
            way = found[sums]
            shares.append(way if isinstance(way, Shares) else frontier.merged(way))
    return Ways(options, shares, complete)


def _option(best: Sums, sums: Sums, size: int) -> Option:
    changes = [after - before for after, before in zip(sums[1:], best[1:], strict=True)]
    return Option(best[0] - sums[0], tuple([Pot(*changes[at : at + 3]) for at in range(0, 3 * size, 3)]))


class _Frontier:
    def __init__(self, component: Component, pots: Sequence[int], size: int, offer_set: OfferSet) -> None:
        self.component = component
        self.views = component.views
        self.pots = pots
        self.size = size
        self.offer_set = offer_set
        self.ways_made = 0

    def sums_of(self, shares: Shares) -> Sums:
        """What shares come to: everything that counts of them."""
        sums = [0] * (1 + 3 * self.size)
        for view, pot, found in zip(self.views, self.pots, shares.views, strict=True):
            for offer, amount, units in found:
                sums[0] += amount * units
                if pot < 0 or offer < 0:
                    continue
                at = 1 + 3 * pot
                if self.offer_set.offers[offer].exclusive:
                    sums[at] -= view.gross * units
                    sums[at + 1] -= view.gross * units
                    sums[at + 2] -= view.room * units
                else:
                    sums[at] -= amount * units
                    sums[at + 2] -= amount * units
        return tuple(sums)

    def ways(self, least: int) -> dict[Sums, tuple[Application, ...]]:
        """All ways that take off at least so much, one for everything that they can come to."""
        start = tuple([view.units for view in self.views])
        caps = dict(self.component.caps)
        shares = self._best_shares()
        layer: dict[tuple[Counts, Counts], dict[Sums, tuple[Application, ...]]] = {
            (start, (0,) * len(caps)): {(0,) * (1 + 3 * self.size): ()}
        }
        places = {offer: place for place, offer in enumerate(caps)}
        for track in self._tracks(least, shares):
            cap_at = places.get(track.offer, -1)
            limit = caps.get(track.offer, 0)
            layer = self._after(layer, track.applications, cap_at, limit, shares, least)
        found: dict[Sums, tuple[Application, ...]] = {}
        for ways in layer.values():
            for sums, made in ways.items():
                if sums[0] >= least:
                    found.setdefault(sums, made)
        return found

    def fewer(self, shares: Shares, least: int) -> dict[Sums, Shares]:
        """What is left of a choice when some of its offers take nothing, as far as it takes off so much."""
        offers = [given.offer for given in shares.given][:DROPPED_MAX]
        found: dict[Sums, Shares] = {}
        for number in range(1, len(offers) + 1):
            for some in combinations(offers, number):
                made = without(shares, set(some))
                sums = self.sums_of(made)
                if sums[0] >= least:
                    found.setdefault(sums, made)
        return found

    def _after(
        self,
        layer: dict[tuple[Counts, Counts], dict[Sums, tuple[Application, ...]]],
        applications: Sequence[Application],
        cap_at: int,
        limit: int,
        shares: Sequence[int],
        least: int,
    ) -> dict[tuple[Counts, Counts], dict[Sums, tuple[Application, ...]]]:
        """All ways after none or one of the applications."""
        after = {key: dict(ways) for key, ways in layer.items()}
        for (left, used), ways in layer.items():
            for one in applications:
                if cap_at >= 0 and used[cap_at] + one.uses > limit:
                    continue
                rest = tuple([have - take for have, take in zip(left, one.counts, strict=True)])
                if min(rest) < 0:
                    continue
                uses = used
                if cap_at >= 0:
                    uses = (*used[:cap_at], used[cap_at] + one.uses, *used[cap_at + 1 :])
                hope = sum([units * share for units, share in zip(rest, shares, strict=True)]) >> FINE
                known = after.setdefault((rest, uses), {})
                self.ways_made += len(ways)
                if self.ways_made > WAYS_MAX:
                    raise TooMany
                for sums, made in ways.items():
                    total = tuple([x + y for x, y in zip(sums, one.sums, strict=True)])
                    if total[0] + hope >= least:
                        known.setdefault(total, (*made, one))
        return {key: _best_ways(ways) for key, ways in after.items() if ways}

    def _tracks(self, least: int, shares: Sequence[int]) -> Iterator[Track]:
        tracks = tracks_of(self.component, self.offer_set, every=True)
        hope = sum([view.units * share for view, share in zip(self.views, shares, strict=True)])
        for number, tie in enumerate(self.component.ties):
            plan = self.offer_set.offers[tie.offer].plan
            lost = [share - tracks[number].share(view) for view, share in enumerate(shares)]
            picks = _Picks(self.views, tie, lost, hope - (least << FINE))
            made = self._groups(number, plan, picks) if isinstance(plan, GroupPlan) else self._bulks(number, picks)
            yield Track(tie.offer, _distinct(made))
        for place, view in enumerate(self.views):
            for offer in view.unit:
                singles = [self._single(offer, place, units) for units in range(1, view.units + 1)]
                yield Track(offer, [one for one in singles if one.sums[0]])

    def _single(self, offer: int, place: int, units: int) -> Application:
        uses = tuple([((offer, units),) if number == place else () for number in range(len(self.views))])
        return self._application(Way(uses, ()), 0)

    def _bulks(self, number: int, picks: _Picks) -> Iterator[Application]:
        """An offer that takes its units together: every number of units of every class."""
        offer = self.component.ties[number].offer
        plan = self.offer_set.offers[offer].plan
        cap = dict(self.component.caps).get(offer, 0)
        if isinstance(plan, Brackets) and plan.room >= 0:
            cap = min(cap or plan.room, plan.room)
        for taken in picks.of([cap or sum(view.units for view in self.views)], exact=False):
            counts = [units for _, _, units in taken]
            if self._is_enough(plan, [view for _, view, _ in taken], counts):
                made = self._application(self._way(number, taken), sum(counts))
                if made.sums[0]:
                    yield made

    def _is_enough(self, plan: Plan, members: Sequence[int], counts: Sequence[int]) -> bool:
        """Whether an offer by quantity gives so little anything at all."""
        if not isinstance(plan, Breaks):
            return True
        views = [self.views[view] for view in members]
        measured = [plan.measure(view.gross, view.quantity_milli) for view in views]
        return sum([one * count for one, count in zip(measured, counts, strict=True)]) >= plan.levels[0].least

    def _groups(self, number: int, plan: GroupPlan, picks: _Picks) -> Iterator[Application]:
        """An offer on groups: all units that it could take. The groups they make are not a choice."""
        cap = dict(self.component.caps).get(self.component.ties[number].offer, 0)
        most = sum([view.units for view in self.views]) // sum(plan.sizes)
        for groups in range(1, min(cap or most, most) + 1):
            for taken in picks.of([groups * size for size in plan.sizes], exact=True):
                made = self._application(self._way(number, taken), groups)
                # A group that takes nothing off is none: its units are free in another of these ways.
                if sum(made.counts) == groups * sum(plan.sizes):
                    yield made

    def _way(self, number: int, taken: Sequence[tuple[int, int, int]]) -> Way:
        return Way(((),) * len(self.views), tuple([Taken(number, *entry) for entry in taken]))

    def _application(self, way: Way, uses: int) -> Application:
        shares = shares_of(way, self.component, self.offer_set)
        counts = tuple([sum([one.units for one in found if one.offer >= 0]) for found in shares.views])
        return Application(counts, self.sums_of(shares), shares, uses)

    def _best_shares(self) -> list[int]:
        """No unit of a class adds more than this on average (fine)."""
        tracks = tracks_of(self.component, self.offer_set, every=True)
        best: list[int] = []
        for place, view in enumerate(self.views):
            found = [unit_share(offer, view, self.offer_set) for offer in view.unit]
            found += [track.share(place) for track in tracks if any(place in slot for slot in track.tie.slots)]
            best.append(max([0, *found]))
        return best

    def merged(self, made: Sequence[Application]) -> Shares:
        """The shares of several applications together."""
        counts: list[Counter[tuple[int, int]]] = [Counter() for _ in self.views]
        off: Counter[int] = Counter()
        times: Counter[int] = Counter()
        for application in made:
            for view, found in enumerate(application.shares.views):
                for offer, amount, units in found:
                    if offer >= 0:
                        counts[view][offer, amount] += units
            for given in application.shares.given:
                off[given.offer] += given.off
                times[given.offer] += given.times
        views = tuple([_shares(view, count) for view, count in zip(self.views, counts, strict=True)])
        return Shares(views, tuple([Given(offer, off[offer], times[offer]) for offer in sorted(off)]))


class _Picks:
    """The units that an offer may take, slot by slot and class by class.

    `lost` says of each class what a unit at best adds less (fine) than it could elsewhere, `slack` how much of that
    still leaves a way within the window.
    """

    def __init__(self, views: Sequence[View], tie: Tie, lost: Sequence[int], slack: int) -> None:
        self.entries = [(slot, view) for slot, places in enumerate(tie.slots) for view in sorted(set(places))]
        self.left = [view.units for view in views]
        self.lost = lost
        self.slack = slack
        self.tried = self.made = 0
        self.capacity = [0] * (len(self.entries) + 1)
        """What the classes of this and further entries of the same slot hold."""
        for at in reversed(range(len(self.entries))):
            slot, view = self.entries[at]
            same = at + 1 < len(self.entries) and self.entries[at + 1][0] == slot
            self.capacity[at] = self.left[view] + (self.capacity[at + 1] if same else 0)

    def of(self, wanted: Sequence[int], *, exact: bool) -> Iterator[list[tuple[int, int, int]]]:
        """All (slot, class, units) with exactly, or up to, so many units in each slot."""
        return self._from(0, list(wanted), self.slack, [], exact=exact)

    def _from(
        self, at: int, wanted: list[int], slack: int, taken: list[tuple[int, int, int]], *, exact: bool
    ) -> Iterator[list[tuple[int, int, int]]]:
        self.tried += 1
        if self.tried > STEPS_PER_APPLICATION * APPLICATIONS_MAX:
            raise TooMany
        if at == len(self.entries):
            if taken:
                self.made += 1
                if self.made > APPLICATIONS_MAX:
                    raise TooMany
                yield taken
            return
        slot, view = self.entries[at]
        last = at + 1 == len(self.entries) or self.entries[at + 1][0] != slot
        least = max(0, wanted[slot] - (0 if last else self.capacity[at + 1])) if exact else 0
        for units in range(least, min(wanted[slot], self.left[view]) + 1):
            if units * self.lost[view] > slack:
                break
            self.left[view] -= units
            wanted[slot] -= units
            entry = [(slot, view, units)] if units else []
            yield from self._from(at + 1, wanted, slack - units * self.lost[view], [*taken, *entry], exact=exact)
            self.left[view] += units
            wanted[slot] += units


def _best_ways(ways: dict[Sums, tuple[Application, ...]]) -> dict[Sums, tuple[Application, ...]]:
    """Those that no other surpasses; a few are not worth the look."""
    return {sums: ways[sums] for sums in undominated(ways)} if len(ways) > FEW else ways


def _shares(view: View, counts: Counter[tuple[int, int]]) -> tuple[Share, ...]:
    """By offer, larger amounts first; what is left of the class without an offer."""
    keys = sorted(counts, key=lambda key: (key[0], -key[1]))
    shares = [Share(offer, amount, counts[offer, amount]) for offer, amount in keys]
    plain = view.units - sum([share.units for share in shares])
    return (*shares, Share(-1, 0, plain)) if plain else tuple(shares)


def _distinct(applications: Iterator[Application]) -> list[Application]:
    """One application for the same units with the same outcome."""
    found: dict[tuple[Counts, Sums], Application] = {}
    for one in applications:
        found.setdefault((one.counts, one.sums), one)
    return list(found.values())


def undominated(found: Iterable[Sums]) -> list[Sums]:
    """Those that no other equals or surpasses in everything, in descending order."""
    ordered = sorted(found, reverse=True)
    columns = list({column: None for column in zip(*ordered, strict=True) if len(set(column)) > 1})
    if len(columns) > 3:
        kept: list[int] = []
        rows = list(zip(*columns, strict=True))
        for place, row in enumerate(rows):
            if not any([all(map(ge, rows[other], row)) for other in kept]):
                kept.append(place)
        return [ordered[place] for place in kept]
    return [ordered[place] for place in _staircase(columns, len(ordered))]


def _staircase(columns: Sequence[Sequence[int]], size: int) -> list[int]:
    """The places that no earlier one surpasses. The first column never rises: what counts are the two others, of which
    the best pairs so far are kept, the one rising while the other falls."""
    if len(columns) < 2:
        return [0] if size else []
    lasts = columns[2] if len(columns) > 2 else [0] * size
    kept: list[int] = []
    firsts: list[int] = []
    seconds: list[int] = []
    for place, (first, last) in enumerate(zip(columns[1], lasts, strict=True)):
        at = bisect_left(firsts, first)
        if at < len(firsts) and seconds[at] >= last:
            continue
        kept.append(place)
        start = at
        while start and seconds[start - 1] <= last:
            start -= 1
        end = at + (at < len(firsts) and firsts[at] == first)
        firsts[start:end] = [first]
        seconds[start:end] = [last]
    return kept
