"""Whether an offer is open now, to this customer and with these goods, and if not, why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

from promotions.basket import BasketLine, Context, Used
from promotions.circumstances import ANY_MEMBER, DAY_MIN, Audience, Condition, Window
from promotions.limits import Limits
from promotions.rule import Offer

Closed = Literal[
    "not_yet",
    "over",
    "other_day",
    "other_hour",
    "members_only",
    "other_level",
    "other_group",
    "not_birthday",
    "other_purchase",
    "coupon_needed",
    "other_tender",
    "other_terminal",
    "not_picked",
    "goods_missing",
    "goods_too_many",
    "too_few_stamps",
    "used_up",
    "use_unknown",
]

_THURSDAY = 3
"""The weekday of 1970-01-01."""
_EPOCH: Final = date(1970, 1, 1)


def why_closed(offer: Offer, context: Context) -> Closed | None:
    """The first condition on time, customer, payment and earlier use that does not hold, or None when all do."""
    if offer.manual and offer.id not in context.picked:
        return "not_picked"
    return (
        closed_window(offer.window, context.local_minute)
        or closed_audience(offer.audience, context)
        or closed_limits(offer, context)
    )


def closed_window(window: Window, local_minute: int) -> Closed | None:
    """Why a moment is outside the window. A slot that crosses midnight belongs to the weekday on which it began."""
    if local_minute < window.from_minute:
        return "not_yet"
    if window.until_minute and local_minute >= window.until_minute:
        return "over"
    day, minute = divmod(local_minute, DAY_MIN)
    today = 1 << (day + _THURSDAY) % 7
    yesterday = 1 << (day + _THURSDAY - 1) % 7
    if not window.slots:
        return None if window.weekdays & today else "other_day"
    for slot in window.slots:
        crosses = slot.start > slot.end
        if minute >= slot.start and (crosses or minute < slot.end) and window.weekdays & today:
            return None
        if crosses and minute < slot.end and window.weekdays & yesterday:
            return None
    return "other_hour" if window.weekdays & today else "other_day"


def closed_audience(audience: Audience, context: Context) -> Closed | None:
    """Why this customer is not meant."""
    personal = audience.levels or audience.groups or audience.birthday or audience.purchases
    if personal and not context.member_level:
        return "members_only"
    if audience.levels and ANY_MEMBER not in audience.levels and context.member_level not in audience.levels:
        return "other_level"
    if audience.groups and not set(audience.groups) & set(context.groups):
        return "other_group"
    if audience.birthday and not is_birthday(audience.birthday, context):
        return "not_birthday"
    if audience.purchases and context.purchases < 0:
        return "use_unknown"
    if audience.purchases and context.purchases + 1 not in audience.purchases:
        return "other_purchase"
    if audience.coupon and all(coupon.series != audience.coupon for coupon in context.coupons):
        return "coupon_needed"
    if audience.tenders and context.tender not in audience.tenders:
        return "other_tender"
    if audience.terminals and context.terminal not in audience.terminals:
        return "other_terminal"
    return None


def is_birthday(around: str, context: Context) -> bool:
    """Whether the member's birthday is on this day, in this week (Monday to Sunday) or in this month."""
    month, day = divmod(context.birthday, 100)
    today = _EPOCH + timedelta(days=context.local_minute // DAY_MIN)
    if around == "month":
        return month == today.month
    monday = today - timedelta(days=today.weekday())
    days = [today] if around == "day" else [monday + timedelta(days=number) for number in range(7)]
    return any(_falls_on(month, day, moment) for moment in days)


def _falls_on(month: int, day: int, moment: date) -> bool:
    """29 February counts as 28 February in years that have none."""
    if (month, day) == (2, 29) and not _is_leap(moment.year):
        day = 28
    return (month, day) == (moment.month, moment.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def closed_limits(offer: Offer, context: Context) -> Closed | None:
    """Why earlier receipts leave nothing of the offer."""
    limits = offer.limits
    if (limits.member_uses or limits.counter) and not context.member_level:
        return "members_only"
    if limits.counter and context.counters.get(limits.counter, 0) < limits.counter_cost:
        return "too_few_stamps"
    if not limits.counted:
        return None
    used = context.used.get(offer.id)
    if used is None:
        return "use_unknown" if limits.unknown == "refuse" else None
    return "used_up" if _is_used_up(limits, used) else None


def _is_used_up(limits: Limits, used: Used) -> bool:
    pairs = (
        (limits.member_uses, used.member_uses),
        (limits.total_uses, used.total_uses),
        (limits.total_units, used.total_units),
        (limits.total_minor, used.total_minor),
    )
    return any(0 < most <= past for most, past in pairs)


class OfferBound(NamedTuple):
    """What one receipt may have of an offer: applications, and minor units taken off (0: no bound)."""

    times: int
    off_minor: int


def bound_of(offer: Offer, context: Context) -> OfferBound:
    """The bounds that are left of an open offer: those of the receipt, of coupons, of stamps, of all receipts."""
    limits = offer.limits
    bounds = [offer.times_max] if offer.times_max else []
    if offer.per_coupon:
        bounds.append(sum(coupon.series == offer.audience.coupon for coupon in context.coupons))
    if limits.counter:
        bounds.append(context.counters.get(limits.counter, 0) // limits.counter_cost)
    if limits.total_units:
        bounds.append(limits.total_units - context.used.get(offer.id, Used()).total_units)
    return OfferBound(min(bounds, default=0), offer.off_max_minor)


def closed_goods(conditions: Sequence[Condition], lines: Sequence[BasketLine]) -> Closed | None:
    """Which condition on the goods of the receipt does not hold. Lines that take no offers do not count, nor does
    what comes back."""
    for condition in conditions:
        quantity_milli = amount = 0
        for line in lines:
            takes_part = line.takes_offers and line.quantity_milli > 0 and line.gross_minor >= 0
            if takes_part and condition.scope.covers(line.article):
                quantity_milli += line.quantity_milli
                amount += line.gross_minor
        if quantity_milli < condition.quantity_min_milli or amount < condition.amount_min_minor:
            return "goods_missing"
        if 0 <= condition.quantity_max_milli < quantity_milli or 0 <= condition.amount_max_minor < amount:
            return "goods_too_many"
    return None
