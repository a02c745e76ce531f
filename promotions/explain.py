"""Why each offer that names goods on the receipt applied or did not, and what is missing: data for the till to word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from promotions.basket_layer import Outcome
from promotions.compile import OfferSet
from promotions.conditions import Closed
from promotions.groupings import Candidates, Grouping
from promotions.plans import GroupPlan, UnitPlan
from promotions.shares import Given
from promotions.units import PriceClass

Reason = (
    Closed | Literal["applied", "too_few_units", "no_gain", "better_offer", "too_little", "excluded", "nothing_left"]
)


@dataclass(frozen=True, slots=True)
class Note:
    """What became of an offer. `applied_minor` is what it took off in `times` applications (units, groups, full
    thresholds); when it did not apply, `reason` says why: `missing_units` or `missing_minor` more would complete it,
    `other` is the offer that excluded it or the levels it is for. An applied offer with a next step says what that is
    short of, too."""

    offer: str
    name: str
    reason: Reason
    applied_minor: int = 0
    times: int = 0
    missing_minor: int = 0
    missing_units: int = 0
    other: str = ""


def notes_of(
    offer_set: OfferSet,
    classes: Sequence[PriceClass],
    candidates: Sequence[Candidates],
    groupings: Sequence[Grouping],
    given: Mapping[int, Given],
    outcomes: Mapping[int, Outcome],
    closed: Mapping[int, Closed],
) -> tuple[Note, ...]:
    """One note for every offer that names goods of the basket, by offer id."""
    notes: dict[int, Note] = {}
    for offer, why in closed.items():
        rule = offer_set.offers[offer]
        levels = ",".join(rule.audience.levels) if why == "other_level" else ""
        notes[offer] = Note(rule.id, rule.name, why, other=levels)
    for offer, outcome in outcomes.items():
        notes[offer] = _basket_note(offer_set, offer, outcome)
    places: dict[int, list[PriceClass]] = {}
    for price_class, named in zip(classes, candidates, strict=True):
        for offer in named.unit:
            if offer not in given:
                places.setdefault(offer, []).append(price_class)
    for offer, goods in places.items():
        notes[offer] = _idle_unit_offer(offer_set, offer, goods)
    idle: dict[int, list[Grouping]] = {}
    for grouping in groupings:
        if grouping.offer not in given:
            idle.setdefault(grouping.offer, []).append(grouping)
    for offer, chances in idle.items():
        notes[offer] = _idle_group_offer(offer_set, offer, classes, chances)
    for offer, entry in given.items():
        rule = offer_set.offers[offer]
        notes[offer] = Note(rule.id, rule.name, "applied", entry.off, entry.times)
    return tuple(notes[offer] for offer in sorted(notes))


def _basket_note(offer_set: OfferSet, offer: int, outcome: Outcome) -> Note:
    rule = offer_set.offers[offer]
    winner = offer_set.offers[outcome.winner].id if outcome.winner >= 0 else ""
    return Note(rule.id, rule.name, outcome.reason, outcome.off, outcome.times, outcome.short, other=winner)


def _idle_unit_offer(offer_set: OfferSet, offer: int, goods: Sequence[PriceClass]) -> Note:
    """Why an open offer per unit takes nothing: other offers give more, or the goods are as cheap without it."""
    rule = offer_set.offers[offer]
    plan = rule.plan
    assert isinstance(plan, UnitPlan)
    gains = any(plan.off(found.gross, found.key.quantity_milli, found.count, offer_set.currency) for found in goods)
    return Note(rule.id, rule.name, "better_offer" if gains else "no_gain")


def _idle_group_offer(
    offer_set: OfferSet, offer: int, classes: Sequence[PriceClass], chances: Sequence[Grouping]
) -> Note:
    """Why an open offer on groups takes nothing: too few units, or as above, judged by its dearest group."""
    rule = offer_set.offers[offer]
    plan = rule.plan
    assert isinstance(plan, GroupPlan)
    missing = min(grouping.missing for grouping in chances)
    if missing:
        return Note(rule.id, rule.name, "too_few_units", missing_units=missing)
    gains = any(plan.group_off(_dearest(grouping, classes)) > 0 for grouping in chances if not grouping.missing)
    return Note(rule.id, rule.name, "better_offer" if gains else "no_gain")


def _dearest(grouping: Grouping, classes: Sequence[PriceClass]) -> list[list[int]]:
    """The gross of the dearest units that fit each slot."""
    return [
        [gross for place in slot for gross in [classes[place].gross] * min(size, classes[place].count)][:size]
        for slot, size in zip(grouping.slots, grouping.sizes, strict=True)
    ]
