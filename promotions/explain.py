"""Why each offer that names goods on the receipt applied or did not, and what is missing: data for the till to word."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from promotions.compile import OfferSet
from promotions.conditions import Closed
from promotions.groupings import Candidates, Grouping
from promotions.outcome import Outcome
from promotions.plans import GroupPlan, UnitPlan
from promotions.shares import Given
from promotions.units import PriceClass

Reason = (
    Closed
    | Literal[
        "applied",
        "too_few_units",
        "no_gain",
        "better_offer",
        "held_back",
        "too_little",
        "excluded",
        "nothing_left",
        "too_few_points",
    ]
)


@dataclass(frozen=True, slots=True)
class Note:
    """What became of an offer. `applied_minor` is what it took off in `times` applications (units, groups, full
    thresholds); when it did not apply, `reason` says why: `missing_units` or `missing_minor` more would complete it,
    `other` is the offer that excluded it or the levels it is for. An applied offer with a next step says what that is
    short of, too. `gift_units` is how many more units of a reward's goods may still be put on the receipt."""

    offer: str
    name: str
    reason: Reason
    applied_minor: int = 0
    times: int = 0
    missing_minor: int = 0
    missing_units: int = 0
    other: str = ""
    gift_units: int = 0


class Idle(NamedTuple):
    """An open item offer that takes nothing: the units that its first group lacks (0: none), and whether it would take
    something if no other offer did."""

    offer: int
    missing: int
    gains: bool


def idle_offers(
    offer_set: OfferSet,
    classes: Sequence[PriceClass],
    candidates: Sequence[Candidates],
    groupings: Sequence[Grouping],
    given: Mapping[int, Given],
) -> tuple[Idle, ...]:
    """The open offers that name these classes and give nothing on them; an offer may stand more than once."""
    idle: list[Idle] = []
    for found, named in zip(classes, candidates, strict=True):
        for offer in named.unit:
            plan = offer_set.offers[offer].plan
            if offer not in given and isinstance(plan, UnitPlan):
                off = plan.off(found.gross, found.key.quantity_milli, found.count, offer_set.currency)
                idle.append(Idle(offer, 0, off > 0))
    for grouping in groupings:
        # A group is judged by the dearest one that could be made.
        plan = offer_set.offers[grouping.offer].plan
        if grouping.offer not in given and isinstance(plan, GroupPlan):
            gains = not grouping.missing and plan.group_off(_dearest(grouping, classes)) > 0
            idle.append(Idle(grouping.offer, grouping.missing, gains))
    return tuple(idle)


Why = tuple[int, Reason, int, int, int, int, int]
"""What a note says: the offer, the reason, amount and times applied, minor units and units missing, the winner."""


def notes_of(
    offer_set: OfferSet,
    idle: Iterable[Idle],
    held: Mapping[int, int],
    given: Mapping[int, Given],
    outcomes: Mapping[int, Outcome],
    closed: Mapping[int, Closed],
    brought: Iterable[tuple[int, Outcome]],
    known: Mapping[Why, Note],
) -> dict[Why, Note]:
    """One note for every offer that names goods of the basket, by offer id. Those that say what `known` ones said are
    taken from there."""
    whys: dict[int, Why] = {offer: (offer, why, 0, 0, 0, 0, -1) for offer, why in closed.items()}
    for offer, found in outcomes.items():
        whys[offer] = (offer, found.reason, found.off, found.times, found.short, 0, found.winner)
    for offer, missing, gains in _idle_in_all(idle).values():
        reason: Reason = "too_few_units" if missing else "better_offer" if gains else "no_gain"
        whys[offer] = (offer, reason, 0, 0, 0, missing, -1)
    for offer, winner in held.items():
        whys[offer] = (offer, "held_back", 0, 0, 0, 0, winner)
    for offer, found in brought:
        whys[offer] = (offer, found.reason, 0, found.times, found.short, 0, found.winner)
    for offer, off, times in given.values():
        whys[offer] = (offer, "applied", off, times, 0, 0, -1)
    return {why: known.get(why) or _note(why, offer_set) for _, why in sorted(whys.items())}


def _idle_in_all(idle: Iterable[Idle]) -> dict[int, Idle]:
    """One entry for every offer: what its best chance lacks, and whether any of its chances would take something."""
    found: dict[int, Idle] = {}
    for entry in idle:
        before = found.get(entry.offer)
        if before is not None:
            entry = Idle(entry.offer, min(before.missing, entry.missing), before.gains or entry.gains)
        found[entry.offer] = entry
    return found


def _note(why: Why, offer_set: OfferSet) -> Note:
    offer, reason, off, times, short, missing, winner = why
    rule = offer_set.offers[offer]
    other = offer_set.offers[winner].id if winner >= 0 else ""
    if reason == "other_level":
        other = ",".join(rule.audience.levels)
    return Note(rule.id, rule.name, reason, off, times, short, missing, other)


def _dearest(grouping: Grouping, classes: Sequence[PriceClass]) -> list[list[int]]:
    """The gross of the dearest units that fit each slot."""
    return [
        [gross for place in slot for gross in [classes[place].gross] * min(size, classes[place].count)][:size]
        for slot, size in zip(grouping.slots, grouping.sizes, strict=True)
    ]
