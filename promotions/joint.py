"""The choice of item offers with regard to what offers on the receipt then take: the least total after both.

It starts from the most that item offers can take off, and holds back as little of it as pays. What cannot be changed by
holding back is not looked at; what is left is cut into pots of goods that the same offers count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from promotions.choose import Choice
from promotions.clusters import Cluster, Slices, given_in_all, slices_of
from promotions.compile import OfferSet
from promotions.components import Component, split
from promotions.conditions import OfferBound
from promotions.frontier import Ways, ways_of
from promotions.goal import UNMET, Goal, goal_of, sum_of
from promotions.groupings import groupings_of
from promotions.held import Amounts, Chooser, Found, Option, Options, best_of, grown, together, window_of
from promotions.layer import Layer
from promotions.looks import Looks, bounds_in
from promotions.plans import AmountAtThreshold
from promotions.pots import Pot, Pots, pots_of, worth_of
from promotions.reach import Reachable, reachable
from promotions.shares import Given, Share, Shares
from promotions.units import PriceClass

BOUND_PARTS: Final = 64
Signature = tuple[int, ...]
IDEAL_STATES_MAX = 300
"""A look ahead may not cost more than the search that it could spare."""
NOWHERE = -1
"""The pot of goods that no lead counts."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What a choice is for: the leads with their bounds, the amounts that rewards need, what earlier passes put into
    the pots, and the worth (discount and leads together) that must be exceeded."""

    bounds: Mapping[int, OfferBound] = field(default_factory=dict)
    earned: Mapping[int, int] = field(default_factory=dict)
    fixed: Pots = field(default_factory=dict)
    least: int = -1


class Joint(NamedTuple):
    """A layer, and what its discount and the leads come to together."""

    layer: Layer
    worth: int


class Weighed(NamedTuple):
    """What was found (None: nothing that is worth more than the least asked for), and what no choice is worth more
    than."""

    found: Joint | None
    most: int


class Member(NamedTuple):
    """A component, where its classes stand on the receipt, its best choice, and the pot of each of its classes."""

    places: tuple[int, ...]
    component: Component
    choice: Choice
    pots: tuple[int, ...]


def joint_layer(layer: Layer, classes: Sequence[PriceClass], looks: Looks, aim: Aim, offer_set: OfferSet) -> Weighed:
    """The layer with what pays held back."""
    off = sum([entry.off for entry in layer.given.values()])
    if not aim.bounds and not aim.earned:
        return Weighed(Joint(layer, off) if off > aim.least else None, max(off, aim.least) + layer.gap)
    return _Balance(layer, off, classes, looks, aim, offer_set).solved()


class _Balance:
    """One layer weighed against its leads."""

    def __init__(
        self, layer: Layer, off: int, classes: Sequence[PriceClass], looks: Looks, aim: Aim, offer_set: OfferSet
    ) -> None:
        self.layer = layer
        self.off = off
        self.classes = classes
        self.looks = looks
        self.aim = aim
        self.offer_set = offer_set
        self.relevant = aim.bounds.keys() | aim.earned.keys()
        found = self._gathered(pots_of(classes, layer.slices, looks, offer_set), aim.fixed)
        self.pots = list(found.values())
        self.numbers = {signature: number for number, signature in enumerate(found)}
        self.goal: Goal = goal_of(list(found), aim.bounds, aim.earned, offer_set, self._units())

    def solved(self) -> Weighed:
        """What pays most. The layer's own gap adds to what another choice could be worth."""
        value = self.goal.value(self.pots)
        worth = self.off + value if value != UNMET else -1
        least = max(self.aim.least, worth)
        base = Joint(self.layer, worth) if worth > self.aim.least else None
        mixed = self._mixed()
        leaps = self._leaps(mixed)
        size = len(self.pots)
        window = window_of(self.goal, self.off, self.pots, [Pot(self.off, 0, self.off)] * size, leaps, least)
        if window < (0 if any(map(any, leaps)) else 1):
            return Weighed(base, least + self.layer.gap)
        if not mixed:
            ideal = self._ideal(window, least)
            if ideal.picks is None and ideal.complete:
                return Weighed(base, least + self.layer.gap)
            if ideal.picks is not None and len(ideal.picks) == 1 and ideal.complete:
                found = self._held_exactly(ideal.picks[0], ideal.worth)
                if found is not None:
                    return Weighed(found, found.worth + self.layer.gap)
        return self._searched(leaps, window, least)

    def _gathered(self, *found: Pots) -> dict[Signature, Pot]:
        """Pots by the offers that matter."""
        gathered: dict[Signature, Pot] = {}
        for pots in found:
            for offers, pot in pots.items():
                signature = self._signature(offers)
                if signature:
                    gathered[signature] = together(gathered.get(signature, Pot()), pot)
        return gathered

    def _signature(self, offers: Signature) -> Signature:
        return tuple([offer for offer in offers if offer in self.relevant])

    def _units(self) -> list[int]:
        """How many units each pot holds; nothing where others than these goods are in them."""
        if self.aim.fixed:
            return []
        units = [0] * len(self.pots)
        for price_class in self.classes:
            pot = self._pot(price_class)
            if pot != NOWHERE:
                units[pot] += price_class.count
        return units

    def _pot(self, price_class: PriceClass) -> int:
        look = self.looks[price_class]
        return self.numbers.get(self._signature(look.basket + look.triggers), NOWHERE)

    def _mixed(self) -> set[int]:
        """The clusters that reach over several pots, or whose goods may leave them."""
        mixed: set[int] = set()
        for number, cluster in enumerate(self.layer.clusters.values()):
            if not cluster.parts:
                continue
            pots = {self._pot(price_class) for price_class in cluster.members}
            if len(pots) > 1 or (pots != {NOWHERE} and self._may_leave(cluster)):
                mixed.add(number)
        return mixed

    def _may_leave(self, cluster: Cluster) -> bool:
        exclusive = self.offer_set.exclusive
        return bool(exclusive) and any(exclusive.intersection(look.candidates.offers) for look in cluster.looks)

    def _leaps(self, mixed: set[int]) -> list[Pot]:
        """What mixed clusters could at most add to each pot, whatever is given up."""
        leaps = [Pot()] * len(self.pots)
        if not mixed:
            return leaps
        for number, cluster in enumerate(self.layer.clusters.values()):
            if number not in mixed:
                continue
            for price_class, cut in zip(cluster.members, cluster.slices, strict=True):
                pot = self._pot(price_class)
                if pot == NOWHERE:
                    continue
                net, gross, room = leaps[pot]
                for units, off, taken in cut:
                    if taken >= 0 and self.offer_set.offers[taken].exclusive:
                        net, gross, room = (
                            net + units * price_class.gross,
                            gross + units * price_class.gross,
                            room + units * price_class.room,
                        )
                    elif off:
                        net, room = net + units * off[0][1], room + units * off[0][1]
                leaps[pot] = Pot(net, gross, room)
        return leaps

    def _ideal(self, window: int, least: int) -> Found:
        """What would be best if every amount could be held back."""
        choosers = [Amounts(pot, (2 << window) - 1) for pot in range(len(self.pots))]
        return best_of(self.goal, self.off, self.pots, choosers, least, window, IDEAL_STATES_MAX)

    def _held_exactly(self, amount: int, worth: int) -> Joint | None:
        """Exactly that much held back, by as few and as small clusters as it takes; None if it cannot be."""
        parts: list[tuple[Member, Reachable]] = []
        sums = [1]
        at = {price_class: place for place, price_class in enumerate(self.classes)}
        for cluster in sorted(self.layer.clusters.values(), key=lambda one: (len(one.members), at[one.members[0]])):
            for member in self._members_of(cluster, at):
                found = reachable(member.component, member.choice, self.offer_set, amount)
                if found.bits == 1:
                    continue
                parts.append((member, found))
                sums.append(_added(sums[-1], found.bits, amount))
                if sums[-1] >> amount & 1:
                    return Joint(self._changed(_shares_of(parts, sums, amount), 0, len(parts)), worth)
        return None

    def _most(self, leaps: Sequence[Pot], window: int) -> int:
        """No choice can be worth more: as if whatever is given up, up to the window, could be gained in every pot. What
        is given up is looked at in parts of the window, from the least to the most of each."""
        grows = [Pot(self.off, 0, self.off)] * len(self.pots)
        edges = sorted({window * part // BOUND_PARTS for part in range(BOUND_PARTS + 1)})
        ranges = zip([0, *edges], edges, strict=False)
        return max([self.off - low + self.goal.most(grown(self.pots, grows, leaps, high)) for low, high in ranges])

    def _gap(self, leaps: Sequence[Pot], window: int, worth: int) -> int:
        """What a search that ran out leaves open: no more than its bound, and no more than a simpler search finds, in
        which offers that give all they ever could are taken for granted, so that fewer pots are told apart."""
        gap = max(0, self._most(leaps, window) - worth)
        settled = self._settled()
        if not gap or not settled:
            return gap
        given = sum(settled.values())
        bounds = {offer: bound for offer, bound in self.aim.bounds.items() if offer not in settled}
        aim = replace(self.aim, bounds=bounds, least=worth - given)
        simpler = joint_layer(self.layer, self.classes, self.looks, aim, self.offer_set)
        return min(gap, max(0, simpler.most - self.layer.gap + given - worth))

    def _settled(self) -> dict[int, int]:
        """Amounts that no other choice could raise, with what they give: they give as much at regular prices."""
        if self.offer_set.exclusive:
            return {}
        settled: dict[int, int] = {}
        for lead in self.goal.leads:
            rule = self.offer_set.offers[lead.offer]
            if rule.group or not isinstance(rule.plan, AmountAtThreshold):
                continue
            pot = sum_of(self.pots, lead.pots)
            most = worth_of(lead.offer, Pot(pot.gross, pot.gross, pot.gross), lead.bound, self.offer_set).off
            if min(worth_of(lead.offer, pot, lead.bound, self.offer_set).off, pot.room) == most:
                settled[lead.offer] = most
        return settled

    def _searched(self, leaps: Sequence[Pot], window: int, least: int) -> Weighed:
        at = {price_class: place for place, price_class in enumerate(self.classes)}
        members = [one for cluster in self.layer.clusters.values() for one in self._members_of(cluster, at)]
        members.sort(key=lambda member: member.places)
        leaps_of = {member.places: self._leap(member) for member in members if not self._is_simple(member)}
        alone: dict[int, list[tuple[Member, Reachable]]] = {}
        choosers: list[Chooser] = []
        ways: list[tuple[Member, Ways]] = []
        complete = True
        for member in members:
            if self._is_simple(member):
                found = reachable(member.component, member.choice, self.offer_set, window)
                alone.setdefault(member.pots[0], []).append((member, found))
                complete = complete and found.complete
            else:
                made = self._ways_of(member, leaps_of, window, least)
                complete = complete and made.complete
                if len(made.options) > 1:
                    ways.append((member, made))
                    choosers.append(Options(made.options))
        sums = {pot: _sums([found.bits for _, found in parts], window) for pot, parts in sorted(alone.items())}
        choosers += [Amounts(pot, found[-1]) for pot, found in sums.items()]
        best = best_of(self.goal, self.off, self.pots, choosers, least, window)
        complete = complete and best.complete
        gap = 0 if complete else self._gap(leaps, window, best.worth)
        most = best.worth + gap + self.layer.gap
        if best.picks is None:
            layer = replace(self.layer, gap=self.layer.gap + gap, nodes=self.layer.nodes + best.states)
            return Weighed(Joint(layer, least) if least > self.aim.least else None, most)
        changed: list[tuple[Member, Shares]] = []
        for (member, made), pick in zip(ways, best.picks, strict=False):
            if pick:
                changed.append((member, made.shares[pick]))
        for (pot, within), amount in zip(sums.items(), best.picks[len(ways) :], strict=True):
            changed += _shares_of(alone[pot], within, amount)
        return Weighed(Joint(self._changed(changed, gap, best.states), best.worth), most)

    def _leap(self, member: Member) -> list[Pot]:
        """What a component could at most add to each pot, whatever is given up."""
        leaps = [Pot()] * len(self.pots)
        for view, pot, found in zip(member.component.views, member.pots, member.choice.shares.views, strict=True):
            for offer, amount, units in found if pot != NOWHERE else ():
                if offer >= 0:
                    alone = self.offer_set.offers[offer].exclusive
                    net, gross, room = (view.gross, view.gross, view.room) if alone else (amount, 0, amount)
                    leaps[pot] = together(leaps[pot], Pot(net * units, gross * units, room * units))
        return leaps

    def _ways_of(
        self, member: Member, leaps_of: Mapping[tuple[int, ...], Sequence[Pot]], window: int, least: int
    ) -> Ways:
        """The ways of a component with which the others could still make more than `least`."""
        size = len(self.pots)
        grows = [Pot(self.off, 0, self.off)] * size
        leaps = [Pot()] * size
        for places, others in leaps_of.items():
            if places != member.places:
                leaps = list(map(together, leaps, others))

        def is_promising(option: Option) -> bool:
            pots = list(map(together, self.pots, option.more))
            hope = self.goal.most(grown(pots, grows, leaps, window - option.less))
            return self.off - option.less + hope > least

        return ways_of(member.component, member.choice, member.pots, size, self.offer_set, window, is_promising)

    def _is_simple(self, member: Member) -> bool:
        if len(set(member.pots)) > 1:
            return False
        exclusive = self.offer_set.exclusive
        offers = {offer for view in member.component.views for offer in view.unit}
        return not exclusive or exclusive.isdisjoint(offers | {tie.offer for tie in member.component.ties})

    def _members_of(self, cluster: Cluster, at: Mapping[PriceClass, int]) -> list[Member]:
        """The components of a cluster that have to do with the pots, with all that could be chosen in them."""
        pots = [self._pot(price_class) for price_class in cluster.members]
        if not cluster.parts or set(pots) == {NOWHERE}:
            return []
        candidates = [look.candidates for look in cluster.looks]
        groupings = groupings_of(cluster.members, candidates, self.offer_set)
        bounds = bounds_in(cluster.looks)
        members: list[Member] = []
        for places, component in split(cluster.members, candidates, groupings, self.offer_set, bounds, whole=True):
            within = tuple([pots[place] for place in places])
            if set(within) != {NOWHERE}:
                stands = tuple([at[cluster.members[place]] for place in places])
                members.append(Member(stands, component, _choice(places, component, cluster), within))
        return members

    def _changed(self, changed: Sequence[tuple[Member, Shares]], gap: int, states: int) -> Layer:
        """The layer with other shares for some components."""
        slices: list[Slices] = list(self.layer.slices)
        sums = {entry.offer: (entry.off, entry.times) for entry in self.layer.given.values()}
        for member, shares in changed:
            for entry, sign in [
                *((one, -1) for one in member.choice.shares.given),
                *((one, 1) for one in shares.given),
            ]:
                off, times = sums.get(entry.offer, (0, 0))
                sums[entry.offer] = (off + sign * entry.off, times + sign * entry.times)
            for place, found in zip(member.places, shares.views, strict=True):
                slices[place] = slices_of(found)
        given = {offer: Given(offer, *sums[offer]) for offer in sorted(sums) if any(sums[offer])}
        lost = [offer for offer in self.layer.given if offer not in given]
        return replace(
            self.layer,
            slices=slices,
            given=given,
            gap=self.layer.gap + gap,
            nodes=self.layer.nodes + states,
            held=dict.fromkeys(lost, self._winner(slices)) if lost else {},
        )

    def _winner(self, slices: Sequence[Slices]) -> int:
        """The offer for which others are held back: that which gains most."""
        after = list(self._gathered(pots_of(self.classes, slices, self.looks, self.offer_set), self.aim.fixed).values())
        gains = {}
        for lead in self.goal.leads:
            now, before = sum_of(after, lead.pots), sum_of(self.pots, lead.pots)
            worths = [worth_of(lead.offer, pot, lead.bound, self.offer_set).off for pot in (now, before)]
            gains[lead.offer] = worths[0] - worths[1]
        best = min(gains, key=lambda offer: (-gains[offer], offer), default=-1)
        return best if best >= 0 and gains[best] > 0 else min(self.aim.earned, default=best)


def _choice(places: tuple[int, ...], component: Component, cluster: Cluster) -> Choice:
    """The best choice of a component, put together from those of the smaller ones that it was solved in."""
    for part in cluster.parts:
        if part.places == places and part.component == component:
            return part.choice
    inner = [part for part in cluster.parts if set(part.places) <= set(places)]
    shares = {place: view for part in inner for place, view in zip(part.places, part.choice.shares.views, strict=True)}
    views = tuple(
        [shares.get(place, (Share(-1, 0, view.units),)) for place, view in zip(places, component.views, strict=True)]
    )
    given = given_in_all([entry for part in inner for entry in part.choice.shares.given])
    gap = sum([part.choice.gap for part in inner])
    return Choice(Shares(views, tuple(given.values())), gap, sum([part.choice.nodes for part in inner]))


def _sums(sets: Sequence[int], window: int) -> list[int]:
    """What the first none, one, two … sets can come to together, within the window."""
    sums = [1]
    for bits in sets:
        sums.append(_added(sums[-1], bits, window))
    return sums


def _added(sums: int, bits: int, window: int) -> int:
    """The sums of one amount of each set, within the window."""
    within = (2 << window) - 1
    more = bits & within
    together = 0
    while more:
        low = more & -more
        together |= sums << (low.bit_length() - 1)
        more ^= low
    return together & within


def _shares_of(
    parts: Sequence[tuple[Member, Reachable]], sums: Sequence[int], amount: int
) -> list[tuple[Member, Shares]]:
    """The amount held back, as the shares of those components that hold back a part of it."""
    held_back = _traced([reach.bits for _, reach in parts], sums, amount)
    pairs = zip(parts, held_back, strict=True)
    return [(member, reach.choice(held).shares) for (member, reach), held in pairs if held]


def _traced(sets: Sequence[int], sums: Sequence[int], amount: int) -> list[int]:
    """The amount divided among the sets: the last ones hold back as little as they can."""
    picks: list[int] = []
    for bits, before in zip(reversed(sets), reversed(sums[:-1]), strict=True):
        pick = next(pick for pick in range(amount + 1) if bits >> pick & 1 and before >> (amount - pick) & 1)
        picks.append(pick)
        amount -= pick
    return picks[::-1]
