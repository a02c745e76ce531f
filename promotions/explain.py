"""Why each offer that names goods on the receipt applied or did not, and what is missing: data for the till to word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, overload

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


class Next(NamedTuple):
    """What an offer on goods is short of for more than it gives now: minor units, units, and units of a reward's goods
    that are earned already."""

    short: int = 0
    missing: int = 0
    gift: int = 0


class Notes(Sequence[Note]):
    """Notes that are written when they are first read: most receipts are priced again before anyone asks why."""

    __slots__ = ("_made", "_make")

    def __init__(self, make: Callable[[], Sequence[Note]]) -> None:
        self._make: Callable[[], Sequence[Note]] | None = make
        self._made: Sequence[Note] = ()

    def _all(self) -> Sequence[Note]:
        if self._make is not None:
            self._made, self._make = tuple(self._make()), None
        return self._made

    @overload
    def __getitem__(self, place: int) -> Note: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Note]: ...
    def __getitem__(self, place: int | slice) -> Note | Sequence[Note]:
        return self._all()[place]

    def __len__(self) -> int:
        return len(self._all())

    def __iter__(self) -> Iterator[Note]:
        return iter(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self._all()) == tuple(other)

    def __hash__(self) -> int:
        return hash(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


def notes_of(
    offer_set: OfferSet,
    idle: Iterable[Idle],
    held: Mapping[int, int],
    given: Mapping[int, Given],
    nexts: Mapping[int, Next],
    outcomes: Mapping[int, Outcome],
    closed: Mapping[int, Closed],
) -> list[Note]:
    """One note for every offer that names goods of the basket, by offer id."""
    notes = {offer: _note(offer, why, offer_set) for offer, why in closed.items()}
    for offer, found in outcomes.items():
        notes[offer] = _note(
            offer, found.reason, offer_set, found.off, found.times, Next(found.short), winner=found.winner
        )
    for offer, missing, gains in _idle_in_all(idle).values():
        reason: Reason = "too_few_units" if missing else "better_offer" if gains else "no_gain"
        notes[offer] = _note(offer, reason, offer_set, after=Next(missing=missing))
    for offer, winner in held.items():
        notes[offer] = _note(offer, "held_back", offer_set, winner=winner)
    for offer, after in nexts.items():
        if offer not in given:
            notes[offer] = _of_next(offer, after, notes.get(offer), offer_set)
    for offer, off, times in given.values():
        notes[offer] = _note(offer, "applied", offer_set, off, times, nexts.get(offer, Next()))
    return [notes[offer] for offer in sorted(notes)]


def _of_next(offer: int, after: Next, known: Note | None, offer_set: OfferSet) -> Note:
    """The note of an offer that waits for more: goods to give are on the receipt and something else was better for
    them, or they are still to come, or not enough is bought."""
    if known is not None and (after.gift or not any(after)):
        return replace(known, missing_minor=after.short, gift_units=after.gift)
    reason: Reason = "too_few_units" if after.missing else "too_little" if after.short else "better_offer"
    return _note(offer, reason, offer_set, after=after)


def _idle_in_all(idle: Iterable[Idle]) -> dict[int, Idle]:
    """One entry for every offer: what its best chance lacks, and whether any of its chances would take something."""
    found: dict[int, Idle] = {}
    for entry in idle:
        before = found.get(entry.offer)
        if before is not None:
            entry = Idle(entry.offer, min(before.missing, entry.missing), before.gains or entry.gains)
        found[entry.offer] = entry
    return found


def _note(
    offer: int,
    reason: Reason,
    offer_set: OfferSet,
    off: int = 0,
    times: int = 0,
    after: Next = Next(),  # noqa: B008 - a value
    winner: int = -1,
) -> Note:
    rule = offer_set.offers[offer]
    other = offer_set.offers[winner].id if winner >= 0 else ""
    if reason == "other_level":
        other = ",".join(rule.audience.levels)
    return Note(rule.id, rule.name, reason, off, times, after.short, after.missing, other, after.gift)


def _dearest(grouping: Grouping, classes: Sequence[PriceClass]) -> list[list[int]]:
    """The gross of the dearest units that fit each slot."""
    return [
        [gross for place in slot for gross in [classes[place].gross] * min(size, classes[place].count)][:size]
        for slot, size in zip(grouping.slots, grouping.sizes, strict=True)
    ]
