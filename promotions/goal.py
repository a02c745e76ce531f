"""What item offers are chosen for besides their own discount: what offers on the receipt take of what they leave.

Goods are seen here only as the pots that the same offers count. What an offer takes is bounded by what its goods may
still give; where several offers compete for that, this is more than they take, never less. Where a percentage comes
before an amount off a single unit (a coupon, say), what the percentage leaves of it is known to the minor unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from promotions.compile import OfferSet
from promotions.conditions import OfferBound
from promotions.plans import AmountAtThreshold, BasketPlan, PercentAtThreshold, Reward
from promotions.pots import Pot, worth_of

UNMET: Final = -1
"""The value where goods are given that were not earned."""


@dataclass(frozen=True, slots=True)
class Lead:
    """An offer on the receipt, the places of the pots that it counts, and its bound. `label` is its exclusion group, or
    its own where it has none."""

    offer: int
    pots: tuple[int, ...]
    bound: OfferBound
    label: tuple[str, int]


@dataclass(frozen=True, slots=True)
class Need:
    """Goods that must come to an amount, because what it earns is given."""

    pots: tuple[int, ...]
    amount: int
    base: str


@dataclass(frozen=True, slots=True)
class Goal:
    """The leads and needs over some pots."""

    leads: tuple[Lead, ...]
    needs: tuple[Need, ...]
    offer_set: OfferSet
    units: tuple[int, ...] = ()
    """How many units each pot holds; nothing where that is not known."""

    def value(self, pots: Sequence[Pot]) -> int:
        """What the leads take off these pots; UNMET where something is needed that is not there."""
        return UNMET if any(not _is_met(need, pots) for need in self.needs) else self._taken(pots)

    def _taken(self, pots: Sequence[Pot]) -> int:
        """What the leads take off, without what others take away from an amount off a single unit.

        Whichever offer of the percentage's group counts, no more than this is taken.
        """
        most = self.most(pots)
        if not self.units:
            return most
        offs = [(lead, self._off(lead, pots)) for lead in self.leads]
        percents = [lead for lead, off in offs if off and self._is_percent(lead)]
        amounts = [(lead, off) for lead, off in offs if off and self._is_amount(lead)]
        if not percents or not any(self._is_for_one(lead) for lead, _ in amounts):
            return most
        label = percents[0].label
        best = max(off for lead, off in offs if lead.label == label)
        less = [best - off + self._cut(lead, off, amounts, pots) for lead, off in offs if lead.label == label and off]
        return most - min(less)

    def _cut(self, first: Lead, off: int, amounts: Sequence[tuple[Lead, int]], pots: Sequence[Pot]) -> int:
        """How much less amounts off a single unit take because of what came before them: an offer of the percentage's
        group, and amounts with smaller ids that certainly take all they can."""
        before = [(first, off)] if self._is_percent(first) else []
        cut = 0
        for lead, amount in amounts:
            if self._is_for_one(lead):
                (place,) = lead.pots
                shares = [self._share(place, one, whole, pots) for one, whole in before if place in one.pots]
                cut += max(0, amount - max(0, pots[place].room - sum(shares)))
            elif self._is_sure(lead, amount, before, pots):
                before.append((lead, amount))
        return cut

    def _share(self, place: int, lead: Lead, off: int, pots: Sequence[Pot]) -> int:
        """The least of an offer's amount that the only unit of a pot bears.

        It bears its part by what the goods cost, rounded down, or up where the rest is more than 1 - 1/n of a minor
        unit, n being the units of the offer: if k units have such a rest, the rests of all are more than k - 1
        together, so at least k minor units are left to give, and the largest rests get them.
        """
        whole = sum_of(pots, lead.pots).net
        share, rest = divmod(off * pots[place].net, whole)
        units = sum([self.units[one] for one in lead.pots])
        return share + (1 if units * rest > (units - 1) * whole else 0)

    def _is_sure(self, lead: Lead, amount: int, before: Sequence[tuple[Lead, int]], pots: Sequence[Pot]) -> bool:
        """Whether its goods can bear an amount whatever they bore before."""
        pot = sum_of(pots, lead.pots)
        units = sum([self.units[one] for one in lead.pots])
        borne = 0
        for one, off in before:
            shared = sum_of(pots, [place for place in lead.pots if place in one.pots]).net
            borne += off * shared // sum_of(pots, one.pots).net + units if shared else 0
        return amount + borne <= pot.room

    def _is_percent(self, lead: Lead) -> bool:
        return isinstance(self.offer_set.offers[lead.offer].plan, PercentAtThreshold)

    def _is_amount(self, lead: Lead) -> bool:
        """Whether this is an amount, and no other offer counts in its stead."""
        rule = self.offer_set.offers[lead.offer]
        return not rule.group and isinstance(rule.plan, AmountAtThreshold)

    def _is_for_one(self, lead: Lead) -> bool:
        return len(lead.pots) == 1 and self.units[lead.pots[0]] == 1

    def _off(self, lead: Lead, pots: Sequence[Pot]) -> int:
        pot = sum_of(pots, lead.pots)
        return min(worth_of(lead.offer, pot, lead.bound, self.offer_set).off, pot.room)

    def most(self, pots: Sequence[Pot]) -> int:
        """What the leads take off, whatever is needed."""
        best: dict[tuple[str, int], int] = {}
        for lead in self.leads:
            off = self._off(lead, pots)
            if off > best.get(lead.label, 0):
                best[lead.label] = off
        return min(sum(best.values()), sum([pot.room for pot in pots])) if best else 0

    def is_scarce(self, pots: Sequence[Pot]) -> bool:
        """Whether a lead would take all that its goods may give."""
        return (bool(self.units) and self._taken(pots) < self.most(pots)) or any(
            worth_of(lead.offer, pot, lead.bound, self.offer_set).off > pot.room
            for lead, pot in ((lead, sum_of(pots, lead.pots)) for lead in self.leads)
        )

    def steps(self, place: int, pots: Sequence[Pot], most: int) -> Iterator[int]:
        """The amounts up to `most` by which a pot must grow for a lead to give more, or for a need to be met."""
        for lead in self.leads:
            plan = self.offer_set.offers[lead.offer].plan
            if place not in lead.pots or not isinstance(plan, BasketPlan) or plan.base != "net":
                continue
            counted = sum_of(pots, lead.pots).net
            step = plan.short(counted, lead.bound.times)
            while 0 < step <= most:
                yield step
                further = plan.short(counted + step, lead.bound.times)
                step = step + further if further else 0
        for need in self.needs:
            if place in need.pots and need.base == "net":
                short = need.amount - sum_of(pots, need.pots).net
                if 0 < short <= most:
                    yield short


def goal_of(
    signatures: Sequence[tuple[int, ...]],
    bounds: Mapping[int, OfferBound],
    earned: Mapping[int, int],
    offer_set: OfferSet,
    units: Sequence[int] = (),
) -> Goal:
    """The goal over pots counted by these offers. `bounds` holds the leads, `earned` the amounts that rewards need;
    `units` is how many units each pot holds, if that is known."""
    leads: list[Lead] = []
    for offer in sorted(bounds):
        places = tuple([place for place, offers in enumerate(signatures) if offer in offers])
        group = offer_set.offers[offer].group
        leads.append(Lead(offer, places, bounds[offer], (group, -1 if group else offer)))
    needs: list[Need] = []
    for offer in sorted(earned):
        plan = offer_set.offers[offer].plan
        assert isinstance(plan, Reward)
        places = tuple([place for place, offers in enumerate(signatures) if offer in offers])
        if earned[offer]:
            needs.append(Need(places, earned[offer], plan.base))
    return Goal(tuple(leads), tuple(needs), offer_set, tuple(units))


def sum_of(pots: Sequence[Pot], places: Sequence[int]) -> Pot:
    """Several pots as one."""
    if len(places) == 1:
        return pots[places[0]]
    found = [pots[place] for place in places]
    return Pot(sum([pot.net for pot in found]), sum([pot.gross for pot in found]), sum([pot.room for pot in found]))


def _is_met(need: Need, pots: Sequence[Pot]) -> bool:
    pot = sum_of(pots, need.pots)
    return (pot.gross if need.base == "gross" else pot.net) >= need.amount
