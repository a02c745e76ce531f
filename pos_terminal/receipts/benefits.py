"""What offers did for the customer, on the paper: savings by offer, coupons taken, points, stamps, coupons for a next
purchase, each with the signed QR by which any store of the chain takes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from devices.receipt import Align, Item, QrCode, Rule, Text
from pos_terminal.receipts.slip import Slip, row
from retail.coupons import SignedCoupon
from retail.documents.sale import Line, Sale

QR_MODULE_DOTS = 4


def savings(sale: Sale, slip: Slip) -> Iterator[Item]:
    """What each offer on goods took off in all, where that is spread over several lines; and the coupons taken."""
    spread = Counter(cut for line in sale.lines if line.voided is None for cut in _offers_on(line))
    for applied in sale.offers:
        if applied.layer == "item" and spread[applied.offer] > 1:
            yield row(f"  {slip.word('of_it')} {_name(applied.offer, slip)}", slip.money(-applied.off))
    for coupon in sale.coupons:
        yield Text(slip.word("coupon_used", code=coupon.code))


def _offers_on(line: Line) -> set[str]:
    """The offers that took something off a line."""
    return {cut.reference for run in line.runs for cut in run.reductions if cut.source == "offer" and cut.amount}


def gains(sale: Sale, slip: Slip) -> Iterator[Item]:
    """What the member's account has more, or less, of."""
    if sale.points_spent:
        yield row(slip.word("points_spent"), f"-{sale.points_spent}")
    if points := sum(earned.points for earned in sale.earned):
        yield row(slip.word("points_earned"), f"+{points}")
    for stamped in sale.stamped:
        yield row(slip.word("stamps", counter=stamped.counter), f"{stamped.count:+d}")


def next_coupons(slip: Slip) -> Iterator[Item]:
    """The coupons that the receipt issued, to be torn off: what each is worth, when, and its QR."""
    for coupon in slip.coupons:
        yield Rule("-")
        worth = slip.total(coupon.amount_minor) if coupon.amount_minor else ""
        yield Text(f"{slip.word('next_coupon')} {worth}".rstrip(), Align.CENTER, bold=True, double_height=True)
        name = slip.coupon_names.get(coupon.series, coupon.series)
        yield Text(name, Align.CENTER)
        yield Text(_days(coupon, slip), Align.CENTER)
        yield QrCode(coupon.text, QR_MODULE_DOTS)
        yield Text(coupon.code, Align.CENTER)


def _name(offer: str, slip: Slip) -> str:
    return slip.offer_names.get(offer) or offer


def _days(coupon: SignedCoupon, slip: Slip) -> str:
    if not coupon.until_day:
        return slip.word("holds_from", day=_day(coupon.from_day))
    return slip.word("holds", day=_day(coupon.from_day), last=_day(coupon.until_day))


def _day(day: int) -> str:
    return f"{day // 10_000}-{day // 100 % 100:02d}-{day % 100:02d}"
