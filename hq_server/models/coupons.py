"""Coupons: their series, each code and where it is in its life, and what receipts say of them.

A code's life is decided in one row, whichever store asks, so these tables are not spread; what receipts said is kept
by store, as it was folded.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import Base, BigInteger, Moment, Text, Uuid, distributed


class CouponSeries(Base):
    """Coupons that open the same offers. `form`: unique (a code known here only) or signed (a code that proves itself).
    `offline`: whether a till takes one that nobody can be asked about. Days are YYYYMMDD, 0: no bound."""

    __tablename__ = "coupon_series"
    __table_args__ = distributed("reference")

    series_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    form: Mapped[str] = mapped_column(Text)
    offline: Mapped[str] = mapped_column(Text)
    from_day: Mapped[int] = mapped_column(BigInteger)
    until_day: Mapped[int] = mapped_column(BigInteger)
    stopped: Mapped[bool]
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class Coupon(Base):
    """One coupon. `state`: issued, reserved, redeemed or void; a reservation holds for `reserved_till` until
    `reserved_until` and has lapsed after it. The receipt named is the first accepted of those that took it; `source`
    is the receipt it was printed on, empty for one made here."""

    __tablename__ = "coupon"
    __table_args__ = (
        Index("ix_coupon_series_id", "series_id", "state"),
        Index("ix_coupon_source", "source"),
        distributed("none", postgresql_with={"fillfactor": 80}),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    series_id: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    from_day: Mapped[int] = mapped_column(BigInteger)
    until_day: Mapped[int] = mapped_column(BigInteger)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    issued_at: Mapped[datetime] = mapped_column(Moment)
    reserved_till: Mapped[str] = mapped_column(Text, server_default="")
    reserved_until: Mapped[datetime | None] = mapped_column(Moment)
    redeemed_store: Mapped[str] = mapped_column(Text, server_default="")
    redeemed_by: Mapped[str] = mapped_column(Text, server_default="")
    redeemed_at: Mapped[datetime | None] = mapped_column(Moment)


class CouponRedemption(Base):
    """A receipt that took a coupon, or (`given_back`) one that gave it back to the customer; `document` is the receipt
    that took it. Follows from the entries alone."""

    __tablename__ = "coupon_redemption"
    __table_args__ = (
        Index("ix_coupon_redemption_code", "code"),
        distributed("store"),
    )

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    code: Mapped[str] = mapped_column(Text, primary_key=True)
    given_back: Mapped[bool] = mapped_column(primary_key=True)
    series_id: Mapped[str] = mapped_column(Text)
    offer_id: Mapped[str] = mapped_column(Text)
    till_id: Mapped[str] = mapped_column(Text)
    incarnation: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(BigInteger)
    counter: Mapped[int] = mapped_column(BigInteger)
    accepted_at: Mapped[datetime] = mapped_column(Moment)


class OfferUsePublished(Base):
    """What the published figure of an offer's use counts of a store; the figure is the sum of these. A store's part
    moves only together with its marks."""

    __tablename__ = "offer_use_published"
    __table_args__ = (
        Index("ix_offer_use_published_offer", "offer"),
        distributed("store", postgresql_with={"fillfactor": 80}),
    )

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    offer: Mapped[str] = mapped_column(Text, primary_key=True)
    receipts: Mapped[int] = mapped_column(BigInteger)
    units: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
