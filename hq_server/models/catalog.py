"""Items, their codes, prices and costs, settings, offers and members: what is kept at headquarters and published from
there. Audiences are `chain`, `zone:Z` or `store:S`."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import (
    ARRAY,
    JSONB,
    Base,
    BigInteger,
    Date,
    LargeBinary,
    Moment,
    Text,
    distributed,
)


class Item(Base):
    """An item as it is published, and as reports name it."""

    __tablename__ = "item"
    __table_args__ = (Index("ix_item_department", "department"), distributed("reference"))

    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    unit: Mapped[str] = mapped_column(Text)
    measured: Mapped[bool]
    pinyin: Mapped[str] = mapped_column(Text)
    tax_code: Mapped[str] = mapped_column(Text)
    tax_rate_bp: Mapped[int] = mapped_column(BigInteger)
    plu: Mapped[str] = mapped_column(Text)
    brand: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    on_sale: Mapped[bool]
    attributes: Mapped[dict[str, str]] = mapped_column(JSONB)


class Barcode(Base):
    """A code on goods."""

    __tablename__ = "barcode"
    __table_args__ = (Index("ix_barcode_item_id", "item_id"), distributed("reference"))

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    item_id: Mapped[str] = mapped_column(Text)
    quantity_milli: Mapped[int] = mapped_column(BigInteger)


class Price(Base):
    """A price row; a later release for the same minute replaces it."""

    __tablename__ = "price"
    __table_args__ = distributed("reference")

    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    unit: Mapped[str] = mapped_column(Text, primary_key=True)
    from_minute: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    until_minute: Mapped[int] = mapped_column(BigInteger)
    amount: Mapped[int] = mapped_column(BigInteger)
    release: Mapped[int] = mapped_column(BigInteger)
    feed_position: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class ItemCost(Base):
    """What a unit costs from a business date on (ten-thousandths of the major unit). It counts for entries accepted
    after `recorded_at`, so that folding anew stamps the same cost as folding then did."""

    __tablename__ = "item_cost"
    __table_args__ = distributed("reference")

    item_id: Mapped[str] = mapped_column(Text, primary_key=True)
    scope: Mapped[str] = mapped_column(Text, primary_key=True)
    from_date: Mapped[date] = mapped_column(Date, primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    unit_cost: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(Text)


class Setting(Base):
    """A named setting of stores, as JSON bytes."""

    __tablename__ = "setting"
    __table_args__ = distributed("reference")

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    value: Mapped[bytes] = mapped_column(LargeBinary)


class OfferRecord(Base):
    """An offer in the engine's own encoding."""

    __tablename__ = "offer"
    __table_args__ = distributed("reference")

    offer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    withdrawn: Mapped[bool]
    actor: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class Member(Base):
    """A member. Member tables are keyed by member and meet store tables only through what stores report. `birthday` is
    MMDD (0: unknown), `purchases` how many came before this system counts (-1: unknown)."""

    __tablename__ = "member"
    __table_args__ = distributed("member")

    member_id: Mapped[str] = mapped_column(Text, primary_key=True)
    card: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    birthday: Mapped[int] = mapped_column(BigInteger, server_default="0")
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    purchases: Mapped[int] = mapped_column(BigInteger, server_default="-1")
    audience: Mapped[str] = mapped_column(Text)
