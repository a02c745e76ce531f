"""What the receipt writes down of its offers: enough to take any of its goods back with nothing else at hand."""

from __future__ import annotations

from collections.abc import Sequence

from promotions.basket import BasketLine
from promotions.codec import encode_offer
from promotions.compile import OfferSet
from promotions.engine import Applied, Priced
from promotions.plans import Reward
from promotions.rule import Offer
from retail.documents.offers import AppliedOffer


def applied_offers(priced: Priced, offer_set: OfferSet, lines: Sequence[BasketLine]) -> tuple[AppliedOffer, ...]:
    """The offers that took something off, and those that price again and gave way to another of their group: that one
    may be the worse one for what is kept. By offer id; `lines` are those that were priced."""
    by_id = {offer.id: offer for offer in offer_set.offers}
    entries = {entry.offer: entry for entry in priced.applied if entry.off_minor}
    for note in priced.notes:
        offer = by_id[note.offer]
        if note.reason == "excluded" and offer.reprices:
            entries.setdefault(offer.id, Applied(offer.id, offer.revision, 0, 0))
    return tuple(_applied(by_id[name], entries[name], lines) for name in sorted(entries))


def _applied(offer: Offer, entry: Applied, lines: Sequence[BasketLine]) -> AppliedOffer:
    return AppliedOffer(
        offer=offer.id,
        revision=offer.revision,
        layer="basket" if offer.layer == "basket" else "item",
        off=entry.off_minor,
        times=entry.times,
        counted=offer.limits.counted,
        exclusive=offer.exclusive,
        body=encode_offer(offer) if offer.reprices else b"",
        lines=tuple(line.number for line in lines if counts(offer, line)) if offer.reprices else (),
    )


def counts(offer: Offer, line: BasketLine) -> bool:
    """Whether the goods of a line count toward what the offer asks for. Goods that a reward gives never do."""
    if not line.takes_offers or line.quantity_milli <= 0 or line.gross_minor < 0:
        return False
    if isinstance(offer.plan, Reward) and offer.plan.given.covers(line.article):
        return False
    return offer.scope.covers(line.article)
