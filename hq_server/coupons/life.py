"""A coupon's reservation: taken by one till at a time, released, or lapsed. Redeemed it is only by a receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from psycopg2.errors import LockNotAvailable
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from hq_server.coupons.rules import RESERVED_FOR, Life, state_for
from hq_server.errors import Forbidden
from retail.wire import Answer, CouponAnswer, ReleaseCoupon, ReserveCoupon, Unavailable

_WAIT: Final = text("SET LOCAL lock_timeout = '1s'")
"""A fold may hold the row for a moment; a till waits no longer than its own deadline anyway."""

_LOCK = text("""
    SELECT c.state, c.reserved_till, c.reserved_until, coalesce(s.stopped, FALSE), c.from_day, coalesce(s.from_day, 0),
        c.until_day, coalesce(s.until_day, 0), c.series_id, c.amount_minor, c.redeemed_by
    FROM coupon c LEFT JOIN coupon_series s ON s.series_id = c.series_id WHERE c.code = :code FOR UPDATE OF c
""")
_RESERVE = text("""
    UPDATE coupon SET state = 'reserved', reserved_till = :till, reserved_until = :until WHERE code = :code
""")
_RELEASE = text("""
    UPDATE coupon SET state = 'issued', reserved_till = '', reserved_until = NULL
    WHERE code = :code AND state = 'reserved' AND reserved_till = :till
""")
_OF_STORE = text("SELECT 1 FROM till WHERE till_id = :till AND store_id = :store AND revoked_at IS NULL")


def answer(session: Session, question: ReserveCoupon | ReleaseCoupon, *, store: str, at: datetime) -> Answer:
    """What became of the question; `store` is the caller's, which must be the till's. Raises Forbidden."""
    if session.execute(_OF_STORE, {"till": question.till, "store": store}).first() is None:
        raise Forbidden(f"till {question.till} is not in service at store {store}", code="unknown_till")
    try:
        with session.begin_nested():
            session.execute(_WAIT)
            return (
                _reserve(session, question, at) if isinstance(question, ReserveCoupon) else _release(session, question)
            )
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            return Unavailable("the coupon is being looked at by others: ask again")
        raise


def _reserve(session: Session, question: ReserveCoupon, at: datetime) -> CouponAnswer:
    found = session.execute(_LOCK, {"code": question.code}).one_or_none()
    if found is None:
        return CouponAnswer("unknown")
    state, till, until, stopped, own_from, series_from, own_until, series_until, series, amount, redeemed_by = found
    life = Life(state, till, until, stopped, (own_from, series_from), (own_until, series_until))
    stands = state_for(life, question.till, today=question.today, at=at)
    if stands != "free":
        holder = redeemed_by if stands == "redeemed" else till if stands == "held_elsewhere" else ""
        return CouponAnswer(stands, series, amount, holder)
    ends = at + RESERVED_FOR
    session.execute(_RESERVE, {"code": question.code, "till": question.till, "until": ends})
    return CouponAnswer("reserved", series, amount, question.till, int(ends.timestamp() * 1000))


def _release(session: Session, question: ReleaseCoupon) -> CouponAnswer:
    session.execute(_RELEASE, {"code": question.code, "till": question.till})
    return CouponAnswer("free")
