"""Whether an offer is open now and to this customer, and if not, why."""

from __future__ import annotations

from typing import Literal

from promotions.basket import Context
from promotions.rule import ANY_MEMBER, DAY_MIN, Audience, Offer, Window

Closed = Literal["not_yet", "over", "other_day", "other_hour", "members_only", "other_level", "coupon_needed"]

_THURSDAY = 3
"""The weekday of 1970-01-01."""


def why_closed(offer: Offer, context: Context) -> Closed | None:
    """The first condition that does not hold, or None when all do."""
    return closed_window(offer.window, context.local_minute) or closed_audience(offer.audience, context)


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
    if audience.levels and not context.member_level:
        return "members_only"
    if audience.levels and ANY_MEMBER not in audience.levels and context.member_level not in audience.levels:
        return "other_level"
    if audience.coupon and audience.coupon not in context.coupons:
        return "coupon_needed"
    return None
