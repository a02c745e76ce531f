"""What goods coming back undo beyond the price: points earned and spent, stamps, coupons for later, uses of offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from promotions.codec import OfferRefused, decode_offer
from promotions.later import coupons_worth
from promotions.plans import CouponNext
from promotions.refund import Left, Sold, kept_net, runs_of
from promotions.rule import Offer
from retail.documents.offers import AppliedOffer, Earned, Issued, Reversal, Stamped
from retail.ids import DocumentId
from retail.money import Rounding, divide


class CouponDue(NamedTuple):
    """Of coupons that a receipt issued, how many must come back, and what others are worth too much (minor units)."""

    issued: Issued
    coupons: int
    rest: int


def reversal(
    receipt: Sold, document: DocumentId, business_date: int, was: Left, now: Left, *, handed_back: bool = True
) -> Reversal | None:
    """What the step from `was` to `now` undoes of a receipt; None: nothing.

    Points and stamps go by the share of the money that is paid back, rounded over all returns together; coupons for
    later that must come back are cancelled if they were `handed_back`; uses, and stamps that an offer took, are given
    back with the last of the goods.
    """
    sale = receipt.sale
    whole = _whole(receipt, now) and not _whole(receipt, was)
    found = Reversal(
        document=document,
        member=sale.member,
        business_date=business_date,
        offers=tuple(offer for offer in sale.offers if offer.off or offer.times) if whole else (),
        coupons=sale.coupons if whole else (),
        earned=tuple(
            Earned(one.offer, points) for one in sale.earned if (points := _step(one.points, receipt, was, now))
        ),
        issued=tuple(
            Issued(due.issued.offer, due.issued.series, due.coupons, due.issued.amount, due.issued.days)
            for due in coupons_due(receipt, was, now)
            if due.coupons and handed_back
        ),
        stamped=tuple(
            Stamped(one.offer, one.counter, count)
            for one in sale.stamped
            if (count := _stamps(one.count, receipt, was, now))
        ),
        points_returned=_step(sale.points_spent, receipt, was, now),
    )
    empty = Reversal(document, sale.member, business_date, (), (), (), (), (), 0)
    return None if found == empty else found


def _whole(receipt: Sold, left: Left) -> bool:
    """Whether nothing is kept."""
    sold_milli = sum(run.units * run.quantity_milli for _, _, run in runs_of(receipt.sale))
    return 0 < sold_milli <= sum(run.quantity_milli for run in left.gone.values())


def _stamps(count: int, receipt: Sold, was: Left, now: Left) -> int:
    """Those earned go by and by; those an offer took (less than none) come back at once."""
    if count >= 0:
        return _step(count, receipt, was, now)
    return count if _whole(receipt, now) and not _whole(receipt, was) else 0


def _step(amount: int, receipt: Sold, was: Left, now: Left) -> int:
    return max(_share(amount, receipt, now) - _share(amount, receipt, was), 0)


def _share(amount: int, receipt: Sold, left: Left) -> int:
    """The part of an amount that goes with the money paid back; all of it once nothing is kept."""
    if _whole(receipt, left):
        return amount
    if receipt.paid <= 0:
        return 0
    return divide(amount * min(left.refunded, receipt.paid), receipt.paid, Rounding.HALF_UP)


def coupons_due(receipt: Sold, was: Left, now: Left) -> Iterable[CouponDue]:
    """The coupons that what is kept no longer earns, and that what was kept before still did. Where a lower tier is
    still reached, that is the difference of their worth."""
    terms = {offer.offer: offer for offer in receipt.sale.offers if offer.layer == "later"}
    for one in receipt.sale.issued:
        applied = terms.get(one.offer)
        if applied is None:
            continue
        before, after = _worth(one, applied, receipt, was), _worth(one, applied, receipt, now)
        if before <= after:
            continue
        yield CouponDue(one, *divmod(before - after, one.amount))


def _worth(one: Issued, applied: AppliedOffer, receipt: Sold, left: Left) -> int:
    """What the coupons are worth that the goods kept earn by themselves, never more than was issued."""
    issued = one.count * one.amount
    if not any(run.quantity_milli for run in left.gone.values()):
        return issued
    plan = _plan(applied.body)
    if plan is None:
        return 0 if _whole(receipt, left) else issued
    net = kept_net(receipt, left, frozenset(applied.lines))
    vouchers = sum(tender.amount for tender in receipt.sale.tenders if tender.kind == "voucher")
    if vouchers and receipt.paid > 0:
        net = net * max(receipt.paid - vouchers, 0) // receipt.paid
    return min(issued, coupons_worth(plan, net, applied.times))


def _plan(body: bytes) -> CouponNext | None:
    try:
        offer = decode_offer(body)
    except OfferRefused:
        return None
    return offer.plan if isinstance(offer, Offer) and isinstance(offer.plan, CouponNext) else None
