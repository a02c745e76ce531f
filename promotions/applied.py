"""What the receipt writes down of its offers: enough to take any of its goods back with nothing else at hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from promotions.basket import BasketLine, Coupon
from promotions.codec import encode_offer
from promotions.compile import OfferSet
from promotions.engine import Applied, Priced
from promotions.plans import Reward
from promotions.rule import Offer
from retail.documents.offers import AppliedOffer, CouponUse, Earned, Issued, Stamped


class Told(NamedTuple):
    """What a receipt says of its offers, beside the cells."""

    offers: tuple[AppliedOffer, ...] = ()
    coupons: tuple[CouponUse, ...] = ()
    earned: tuple[Earned, ...] = ()
    issued: tuple[Issued, ...] = ()
    stamped: tuple[Stamped, ...] = ()
    points_spent: int = 0


def told_of(priced: Priced | None, offer_set: OfferSet, lines: Sequence[BasketLine], coupons: Sequence[Coupon]) -> Told:
    """What the engine's answer leaves to be written down; nothing where nothing was priced."""
    if priced is None:
        return Told()
    return Told(
        applied_offers(priced, offer_set, lines),
        _coupons(priced, offer_set, coupons),
        tuple(Earned(one.offer, one.points) for one in priced.earned),
        tuple(Issued(one.offer, one.series, one.count, one.amount_minor, one.days) for one in priced.issued),
        (*(Stamped(one.offer, one.counter, one.count) for one in priced.stamped), *_stamps_taken(priced, offer_set)),
        priced.points_spent,
    )


def _stamps_taken(priced: Priced, offer_set: OfferSet) -> Iterator[Stamped]:
    """What offers for stamps took of the member's counts: less than none."""
    limits = {offer.id: offer.limits for offer in offer_set.offers if offer.limits.counter}
    for entry in priced.applied:
        if (limit := limits.get(entry.offer)) is not None and entry.times:
            yield Stamped(entry.offer, limit.counter, -limit.counter_cost * entry.times)


def _coupons(priced: Priced, offer_set: OfferSet, coupons: Sequence[Coupon]) -> tuple[CouponUse, ...]:
    """The coupons that took effect, each with the offer it opened."""
    effective = {note.offer for note in priced.notes if note.reason == "applied"}
    opened = {offer.audience.coupon: offer.id for offer in reversed(offer_set.offers) if offer.id in effective}
    series = {coupon.code: coupon.series for coupon in coupons}
    return tuple(CouponUse(code, series[code], opened.get(series[code], "")) for code in priced.coupons_used)


def applied_offers(priced: Priced, offer_set: OfferSet, lines: Sequence[BasketLine]) -> tuple[AppliedOffer, ...]:
    """The offers that took something off; those that price again and gave way to another of their group, which may be
    the worse one for what is kept; and those that gave coupons for later. By offer id; `lines` are those that were
    priced."""
    by_id = {offer.id: offer for offer in offer_set.offers}
    entries = {entry.offer: entry for entry in priced.applied if entry.off_minor}
    for note in priced.notes:
        offer = by_id[note.offer]
        if note.reason == "excluded" and offer.reprices:
            entries.setdefault(offer.id, Applied(offer.id, offer.revision, 0, 0))
    for issued in priced.issued:
        entries[issued.offer] = Applied(issued.offer, by_id[issued.offer].revision, 0, issued.count)
    return tuple(_applied(by_id[name], entries[name], lines) for name in sorted(entries))


def _applied(offer: Offer, entry: Applied, lines: Sequence[BasketLine]) -> AppliedOffer:
    told = offer.reprices or offer.layer == "later"
    return AppliedOffer(
        offer=offer.id,
        revision=offer.revision,
        layer=offer.layer,
        off=entry.off_minor,
        times=entry.times,
        counted=offer.limits.counted,
        exclusive=offer.exclusive,
        body=encode_offer(offer) if told else b"",
        lines=tuple(line.number for line in lines if counts(offer, line)) if told else (),
    )


def counts(offer: Offer, line: BasketLine) -> bool:
    """Whether the goods of a line count toward what the offer asks for. Goods that a reward gives never do; goods that
    take no offers earn like all others."""
    if line.quantity_milli <= 0 or line.gross_minor < 0 or not (line.takes_offers or offer.layer == "later"):
        return False
    if isinstance(offer.plan, Reward) and offer.plan.given.covers(line.article):
        return False
    return offer.scope.covers(line.article)
