"""Why the receipt costs what it costs: for every offer that names its goods what was taken off, or why not, and what is
missing. Words are left to the messages; the figures are the engine's own."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

from pos_terminal.checkout.figures import LineFigures
from pos_terminal.checkout.replies import message, plain
from pos_terminal.checkout.state import Message, Receipt
from promotions import Article, Bundle, BuyGet, Note, Offer, OfferSet, Reason, Reward
from retail.money import format_minor

REASONS: Final = frozenset(one for part in get_args(Reason) for one in (get_args(part) or (part,)))

UNITS_NEAR: Final = 3


@dataclass(frozen=True, slots=True)
class Explained:
    """What became of one offer: its name, what it took off (minor units), and in words why not or what is next.

    `held`: it took something off, or brings something for later. `here`: it names the goods of the line in question.
    `near`: little is missing, or goods may still be taken.
    """

    offer: str
    name: str
    off: int
    times: int
    what: Message | None
    held: bool
    here: bool
    near: bool


def explained(receipt: Receipt, currency: str, line: LineFigures | None = None) -> tuple[Explained, ...]:
    """All offers that name goods on the receipt: those that apply first, the largest first, then those of which
    something is missing, then the others. `line` is the one that is asked about."""
    if receipt.priced is None:
        return ()
    found = [_explained(note, receipt, currency, line) for note in receipt.priced.notes]
    return tuple(sorted(found, key=lambda one: (not one.held, -one.off, not one.near, one.name)))


def offer_named(offers: OfferSet | None, offer: str) -> Offer | None:
    """The offer of the set with this id."""
    if offers is None:
        return None
    place = bisect_left(offers.offers, offer, key=lambda one: one.id)
    found = offers.offers[place : place + 1]
    return found[0] if found and found[0].id == offer else None


def name_of(offers: OfferSet | None, offer: str) -> str:
    """What people call an offer, without anything a terminal would obey; its id when it has no name."""
    found = offer_named(offers, offer)
    return plain(found.name if found is not None and found.name else offer)


def why(note: Note, offers: OfferSet | None, currency: str) -> Message | None:
    """Why an offer did not apply, or what the next step of one that did is short of."""
    if note.reason == "applied":
        return _next(note, currency)
    if note.gift_units:
        return message("why_gift", count=note.gift_units)
    if note.reason not in REASONS:
        return message("why_other")
    if note.reason == "too_few_units" and not note.missing_units:
        return message("why_too_few")
    offer = offer_named(offers, note.offer)
    return message(
        f"why_{note.reason}",
        amount=format_minor(note.missing_minor, currency),
        count=note.missing_units,
        hours=_hours(offer) if offer else "",
        other=_other(note, offer, offers),
    )


def names_goods(offer: Offer, article: Article) -> bool:
    """Whether an offer speaks of these goods, as what is bought or as what is given."""
    plan = offer.plan
    if offer.scope.covers(article):
        return True
    if isinstance(plan, BuyGet | Bundle):
        return any(scope.covers(article) for scope in plan.part_scopes)
    return isinstance(plan, Reward) and plan.given.covers(article)


def takings(line: LineFigures) -> tuple[tuple[str, int], ...]:
    """What was taken off a line, by offer or function, in minor units."""
    sums: dict[str, int] = {}
    for run in line.runs:
        for cut in run.reductions:
            sums[cut.reference] = sums.get(cut.reference, 0) + run.units * cut.amount
    return tuple(sums.items())


def _explained(note: Note, receipt: Receipt, currency: str, line: LineFigures | None) -> Explained:
    later = _brings(note.offer, receipt, currency)
    what = later or why(note, receipt.offers, currency)
    offer = offer_named(receipt.offers, note.offer)
    here = False
    if line is not None and line.basket_line is not None and offer is not None:
        here = names_goods(offer, line.basket_line.article)
    off = note.applied_minor
    near = _is_near(note, receipt.due)
    held = off > 0 or later is not None
    return Explained(note.offer, name_of(receipt.offers, note.offer), off, note.times, what, held, here, near)


def _brings(offer: str, receipt: Receipt, currency: str) -> Message | None:
    """What an offer brings beyond the price: points, coupons for a next purchase, stamps."""
    answer = receipt.priced
    if answer is None:
        return None
    for earned in answer.earned:
        if earned.offer == offer:
            return message("brings_points", count=earned.points)
    for issued in answer.issued:
        if issued.offer == offer:
            return message("brings_coupons", count=issued.count, amount=format_minor(issued.amount_minor, currency))
    for stamped in answer.stamped:
        if stamped.offer == offer:
            return message("brings_stamps", count=stamped.count)
    return None


def _next(note: Note, currency: str) -> Message | None:
    if note.gift_units:
        return message("why_gift", count=note.gift_units)
    if note.missing_units:
        return message("why_next_units", count=note.missing_units)
    if note.missing_minor:
        return message("why_next_amount", amount=format_minor(note.missing_minor, currency))
    return None


def _is_near(note: Note, due: int) -> bool:
    """Whether a few pieces, or less than as much again as is on the receipt, would bring an offer."""
    return note.gift_units > 0 or 0 < note.missing_units <= UNITS_NEAR or 0 < note.missing_minor <= due


def _hours(offer: Offer) -> str:
    return " ".join(f"{_clock(slot.start)}–{_clock(slot.end)}" for slot in offer.window.slots)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _other(note: Note, offer: Offer | None, offers: OfferSet | None) -> str:
    """What a reason refers to: another offer, a level, a coupon, a means of payment."""
    if note.reason in ("excluded", "held_back"):
        return name_of(offers, note.other)
    if offer is None:
        return note.other
    match note.reason:
        case "coupon_needed":
            return offer.audience.coupon
        case "other_tender":
            return _first(offer.audience.tenders)
        case "other_purchase":
            return _first([str(number) for number in offer.audience.purchases])
        case _:
            return note.other


def _first(names: Sequence[str]) -> str:
    """A single name stands as it is, so that it is put into words; several are joined."""
    return names[0] if len(names) == 1 else ", ".join(names)
