"""Looks at coupons: how a series stands, and which receipts took a coupon that was taken before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class SeriesCount:
    """How many coupons of a series are in each state at a moment; a lapsed reservation counts as issued."""

    series: str
    issued: int
    reserved: int
    redeemed: int
    void: int


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A series as it was put up, and how many of its coupons are in each state."""

    series: str
    name: str
    form: str
    offline: str
    from_day: int
    until_day: int
    stopped: bool
    issued: int
    reserved: int
    redeemed: int
    void: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A receipt that took a coupon after another had it."""

    code: str
    series: str
    store: str
    receipt: str
    accepted_at: datetime
    first_store: str
    first_document: str


_COUNTS = text("""
    SELECT series_id,
        count(*) FILTER (WHERE state = 'issued' OR state = 'reserved' AND reserved_until <= :at),
        count(*) FILTER (WHERE state = 'reserved' AND reserved_until > :at),
        count(*) FILTER (WHERE state = 'redeemed'), count(*) FILTER (WHERE state = 'void')
    FROM coupon GROUP BY series_id ORDER BY series_id
""")
_SERIES = text("""
    SELECT s.series_id, s.name, s.form, s.offline, s.from_day, s.until_day, s.stopped,
        count(c.code) FILTER (WHERE c.state = 'issued' OR c.state = 'reserved' AND c.reserved_until <= :at),
        count(c.code) FILTER (WHERE c.state = 'reserved' AND c.reserved_until > :at),
        count(c.code) FILTER (WHERE c.state = 'redeemed'), count(c.code) FILTER (WHERE c.state = 'void')
    FROM coupon_series s LEFT JOIN coupon c ON c.series_id = s.series_id GROUP BY s.series_id ORDER BY s.series_id
""")
_DUPLICATES = text("""
    SELECT r.code, r.series_id, r.store_id, r.till_id || '-' || lpad(r.counter::text, 6, '0'), r.accepted_at,
        c.redeemed_store, c.redeemed_by
    FROM coupon_redemption r JOIN coupon c ON c.code = r.code
    WHERE NOT r.given_back
        AND c.redeemed_by <> r.till_id || '/' || replace(r.incarnation::text, '-', '') || '/' || r.seq
        AND NOT EXISTS (SELECT 1 FROM coupon_redemption b WHERE b.code = r.code AND b.given_back
            AND b.till_id = r.till_id AND b.incarnation = r.incarnation AND b.seq = r.seq)
    ORDER BY r.accepted_at DESC, r.store_id, r.position LIMIT :limit
""")


def counts(session: Session, *, at: datetime) -> list[SeriesCount]:
    """Every series that has coupons."""
    return [SeriesCount(*row) for row in session.execute(_COUNTS, {"at": at})]


def series_lines(session: Session, *, at: datetime) -> list[SeriesLine]:
    """Every series that was put up."""
    return [SeriesLine(*row) for row in session.execute(_SERIES, {"at": at})]


def duplicates(session: Session, *, limit: int = 500) -> list[Duplicate]:
    """The latest receipts that took a coupon again, newest first."""
    return [Duplicate(*row) for row in session.execute(_DUPLICATES, {"limit": limit})]
