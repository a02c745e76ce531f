"""What the receipt writes down of its offers: enough to take any of its goods back with nothing else at hand."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import structs

from promotions.basket import BasketLine, Coupon
from promotions.circumstances import Audience, Window
from promotions.codec import encode_offer
from promotions.compile import OfferSet
from promotions.engine import Applied, Priced
from promotions.limits import Limits
from promotions.plans import Reward
from promotions.rule import Offer
from promotions.scope import Scope
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
    for entry in priced.applied:
        limits = _named(entry.offer, offer_set).limits
        if limits.counter and entry.times:
            yield Stamped(entry.offer, limits.counter, -limits.counter_cost * entry.times)


def _coupons(priced: Priced, offer_set: OfferSet, coupons: Sequence[Coupon]) -> tuple[CouponUse, ...]:
    """The coupons that took effect, each with the offer it opened."""
    if not priced.coupons_used:
        return ()
    effective = sorted((note.offer for note in priced.notes if note.reason == "applied"), reverse=True)
    opened = {_named(offer, offer_set).audience.coupon: offer for offer in effective}
    series = {coupon.code: coupon.series for coupon in coupons}
    return tuple(CouponUse(code, series[code], opened.get(series[code], "")) for code in priced.coupons_used)


def applied_offers(priced: Priced, offer_set: OfferSet, lines: Sequence[BasketLine]) -> tuple[AppliedOffer, ...]:
    """The offers that took something off; those that price again and gave way to another of their group, which may be
    the worse one for what is kept; and those that gave coupons for later. By offer id; `lines` are those that were
    priced."""
    entries = {entry.offer: entry for entry in priced.applied if entry.off_minor}
    for note in priced.notes:
        if note.reason == "excluded" and (offer := _named(note.offer, offer_set)).reprices:
            entries.setdefault(offer.id, Applied(offer.id, offer.revision, 0, 0))
    for issued in priced.issued:
        entries[issued.offer] = Applied(issued.offer, _named(issued.offer, offer_set).revision, 0, issued.count)
    return tuple(_applied(_named(name, offer_set), entries[name], lines) for name in sorted(entries))


def _named(name: str, offer_set: OfferSet) -> Offer:
    """The offer of this id: the set is sorted by it, and may hold many thousands."""
    return offer_set.offers[bisect_left(offer_set.offers, name, key=lambda offer: offer.id)]


def _applied(offer: Offer, entry: Applied, lines: Sequence[BasketLine]) -> AppliedOffer:
    told = offer.reprices or offer.layer == "later"
    counted = [line for line in lines if told and counts(offer, line)]
    return AppliedOffer(
        offer=offer.id,
        revision=offer.revision,
        layer=offer.layer,
        off=entry.off_minor,
        times=entry.times,
        counted=offer.limits.counted,
        exclusive=offer.exclusive,
        body=encode_offer(_terms(offer)) if told else b"",
        lines=tuple(line.number for line in counted),
        floored=tuple(line.number for line in counted if line.floor_unit_price),
    )


def _terms(offer: Offer) -> Offer:
    """The offer as it must be known when goods come back. To whom, when and where it holds was decided at the sale, and
    on which goods stands beside it: a scope may name twenty thousand of them."""
    return structs.replace(
        offer,
        scope=Scope(),
        window=Window(),
        audience=Audience(),
        conditions=(),
        limits=Limits(),
        stores=(),
        per_coupon=False,
    )


def counts(offer: Offer, line: BasketLine) -> bool:
    """Whether the goods of a line count toward what the offer asks for. Goods that a reward gives never do; goods that
    take no offers earn like all others."""
    if line.quantity_milli <= 0 or line.gross_minor < 0 or not (line.takes_offers or offer.layer == "later"):
        return False
    if isinstance(offer.plan, Reward) and offer.plan.given.covers(line.article):
        return False
    return offer.scope.covers(line.article)
