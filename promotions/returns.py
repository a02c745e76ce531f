"""What is kept when goods come back, priced again by the offers at a threshold that the receipt was sold under.

Offers on goods stay what they were on every unit that is kept. Only an offer on the receipt, and goods given once
enough is bought, are worked out anew; and of these only the difference moves: a share that an offer took off a unit is
never divided again as long as the offer still gives as much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from promotions.plans import BasketPlan, Reward
from promotions.prorate import Stack, prorate
from promotions.rule import Offer
from retail.allocate import allocate


class Term(NamedTuple):
    """An offer that prices again: what it took off the whole receipt, in how many applications, and the lines whose
    goods count toward it; those of them that are `floored` never get more off than when they were sold. With nothing
    taken off it gave way to another of its group."""

    offer: Offer
    off: int
    times: int
    lines: frozenset[int]
    floored: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a run: its units and, of all of them together, the gross, what they cost after offers on goods
    (`base`; goods that were given are in it as if bought), what else was taken off that stays as it is (`other`), and
    what each term took (`taken`). `counts`: not goods of an exclusive offer."""

    line: int
    run: int
    units: int
    gross: int
    base: int
    other: int
    taken: Mapping[str, int]
    counts: bool = True


class Lost(NamedTuple):
    """A threshold that the kept goods no longer reach: the offer, and the amount they would have to come to."""

    offer: Offer
    threshold: int


Offs = list[dict[str, int]]
"""For each kept run what each term takes off it."""


def kept_offs(kept: Sequence[Kept], terms: Sequence[Term]) -> Offs:
    """What each term takes off each kept run, worked out anew."""
    offs: Offs = [dict(run.taken) for run in kept]
    for term in sorted(terms, key=_place):
        if isinstance(term.offer.plan, Reward):
            counted = _counted(term, kept, _nets(kept, terms, offs))
            _keep_gifts(term.offer.id, term.offer.plan, counted, kept, offs)
    nets = _nets(kept, terms, offs)
    wanted = _wanted(kept, terms, nets)
    for term in sorted(terms, key=_place):
        if term.offer.id in wanted:
            _take_less(term.offer.id, wanted[term.offer.id], offs)
    for term in sorted(terms, key=_place):
        if term.offer.id in wanted:
            _take_more(term, wanted[term.offer.id], kept, nets, offs)
    return offs


def lost_of(kept: Sequence[Kept], terms: Sequence[Term], offs: Offs) -> tuple[Lost, ...]:
    """The terms that give less than before, each with the threshold that is missed next."""
    nets = _nets(kept, terms, offs)
    lost: list[Lost] = []
    for term in sorted(terms, key=_place):
        counted = _counted(term, kept, nets)
        plan = term.offer.plan
        if isinstance(plan, Reward):
            lost.append(Lost(term.offer, plan.threshold_minor * (_gift_steps(plan, counted) + 1)))
        elif isinstance(plan, BasketPlan):
            short = plan.short(counted, term.times)
            lost.append(Lost(term.offer, counted + short if short else 0))
    return tuple(lost)


def _place(term: Term) -> tuple[int, str]:
    plan = term.offer.plan
    return (plan.ORDER if isinstance(plan, BasketPlan) else -1, term.offer.id)


def _nets(kept: Sequence[Kept], terms: Sequence[Term], offs: Offs) -> list[int]:
    """What the kept runs cost after offers on goods."""
    gifts = {term.offer.id for term in terms if isinstance(term.offer.plan, Reward)}
    return [
        run.base - sum(amount for offer, amount in taken.items() if offer in gifts)
        for run, taken in zip(kept, offs, strict=True)
    ]


def _counted(term: Term, kept: Sequence[Kept], nets: Sequence[int]) -> int:
    gross = getattr(term.offer.plan, "base", "net") == "gross"
    return sum(
        run.gross if gross else net
        for run, net in zip(kept, nets, strict=True)
        if run.counts and run.line in term.lines
    )


def _gift_steps(plan: Reward, counted: int) -> int:
    full = counted // plan.threshold_minor
    return full if plan.every else min(full, 1)


def _keep_gifts(name: str, plan: Reward, counted: int, kept: Sequence[Kept], offs: Offs) -> None:
    """Of the goods given, those that most was taken off stay given, as many as the kept goods still earn; the others
    are charged."""
    allowed = plan.units * _gift_steps(plan, counted)
    given = [place for place, run in enumerate(kept) if offs[place].get(name) and run.units]
    for place in sorted(given, key=lambda place: (-offs[place][name] // kept[place].units, place)):
        units = kept[place].units
        stay = min(units, allowed)
        offs[place][name] = offs[place][name] * stay // units
        allowed -= stay


def _wanted(kept: Sequence[Kept], terms: Sequence[Term], nets: Sequence[int]) -> dict[str, int]:
    """What each term on the receipt takes off what is kept; of a group only the best one takes anything."""
    wanted: dict[str, int] = {}
    best: dict[str, Offer] = {}
    for term in sorted(terms, key=lambda term: term.offer.id):
        offer, plan = term.offer, term.offer.plan
        if not isinstance(plan, BasketPlan):
            continue
        net = sum(net for run, net in zip(kept, nets, strict=True) if run.counts and run.line in term.lines)
        off = plan.off(_counted(term, kept, nets), net, term.times or offer.times_max)
        for most in (offer.off_max_minor, term.off):
            off = min(off, most) if most else off
        wanted[offer.id] = off
        if offer.group:
            first = best.setdefault(offer.group, offer)
            if (off, offer.rank) > (wanted[first.id], first.rank):
                best[offer.group] = offer
    for term in terms:
        group = term.offer.group
        if group and term.offer.id in wanted and best[group].id != term.offer.id:
            wanted[term.offer.id] = 0
    return wanted


def _take_less(name: str, wanted: int, offs: Offs) -> None:
    """Gives back what an offer took beyond `wanted`, from each run by what was taken there."""
    shares = [taken.get(name, 0) for taken in offs]
    excess = sum(shares) - wanted
    if excess <= 0:
        return
    for taken, back in zip(offs, allocate(excess, shares), strict=True):
        if back:
            taken[name] -= back


def _take_more(term: Term, wanted: int, kept: Sequence[Kept], nets: Sequence[int], offs: Offs) -> None:
    """Takes what is missing to `wanted` from the goods that count, as far as they can bear it."""
    name = term.offer.id
    lines = term.lines - term.floored
    places = [place for place, run in enumerate(kept) if run.counts and run.line in lines]
    rooms = [_room(kept[place], offs[place]) for place in places]
    missing = min(wanted - sum(taken.get(name, 0) for taken in offs), sum(rooms))
    if missing <= 0:
        return
    stacks = [Stack(1, nets[place], room) for place, room in zip(places, rooms, strict=True)]
    for place, piles in zip(places, prorate(missing, stacks), strict=True):
        for _, share in piles:
            offs[place][name] = offs[place].get(name, 0) + share


def _room(run: Kept, taken: Mapping[str, int]) -> int:
    """What the goods of a run still cost."""
    return max(run.base - run.other - sum(taken.values()), 0)
