"""Receipts as rows: what reports read. Every row follows from one entry and can be made anew from it.

Rows are keyed by the entry's position within its store; a receipt's row also names the document. Tables are
partitioned by business date, a month to a partition.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import Base, BigInteger, Date, Moment, Text, Uuid, distributed

_by_month = distributed("store", postgresql_partition_by="RANGE (business_date)")


class Receipt(Base):
    """A completed receipt. `receipts` is 1, or 0 when goods only came back; `posted_date` is the day of acceptance."""

    __tablename__ = "receipt"
    __table_args__ = (
        Index("ix_receipt_document", "store_id", "till_id", "incarnation", "seq"),
        _by_month,
    )

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text)
    incarnation: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(BigInteger)
    posted_date: Mapped[date] = mapped_column(Date)
    at: Mapped[datetime] = mapped_column(Moment)
    hour: Mapped[int] = mapped_column(BigInteger)
    counter: Mapped[int] = mapped_column(BigInteger)
    shift: Mapped[int] = mapped_column(BigInteger)
    cashier: Mapped[str] = mapped_column(Text)
    member: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    receipts: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int] = mapped_column(BigInteger)
    gross: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)


class ReceiptLine(Base):
    """A line that counts (voided lines stay in the entry). `cost_scaled` is unit cost (ten-thousandths of the major
    unit) × thousandths, so in ten-millionths: no rounding before a report. `cost_state` is `known`, `unknown`, or
    `assumed` for a return whose sale has not arrived yet."""

    __tablename__ = "receipt_line"
    __table_args__ = (
        Index(
            "ix_receipt_line_origin",
            "origin_till",
            "origin_incarnation",
            "origin_seq",
            postgresql_where=text("origin_seq IS NOT NULL"),
        ),
        Index(
            "ix_receipt_line_assumed",
            "store_id",
            "position",
            postgresql_where=text("cost_state = 'assumed'"),
        ),
        _by_month,
    )

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    posted_date: Mapped[date] = mapped_column(Date)
    item: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    department: Mapped[str] = mapped_column(Text)
    ownership: Mapped[str] = mapped_column(Text)
    entry: Mapped[str] = mapped_column(Text)
    price_kind: Mapped[str] = mapped_column(Text)
    quantity_milli: Mapped[int] = mapped_column(BigInteger)
    unit_price: Mapped[int] = mapped_column(BigInteger)
    gross: Mapped[int] = mapped_column(BigInteger)
    net: Mapped[int] = mapped_column(BigInteger)
    tax: Mapped[int] = mapped_column(BigInteger)
    unit_cost: Mapped[int | None] = mapped_column(BigInteger)
    cost_scaled: Mapped[int] = mapped_column(BigInteger)
    cost_state: Mapped[str] = mapped_column(Text)
    origin_till: Mapped[str | None] = mapped_column(Text)
    origin_incarnation: Mapped[UUID | None] = mapped_column(Uuid)
    origin_seq: Mapped[int | None] = mapped_column(BigInteger)


class ReceiptReduction(Base):
    """What one source took off a line."""

    __tablename__ = "receipt_reduction"
    __table_args__ = _by_month

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Text, primary_key=True)
    reference: Mapped[str] = mapped_column(Text, primary_key=True)
    item: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)


class ReceiptTender(Base):
    """One means of payment of a receipt."""

    __tablename__ = "receipt_tender"
    __table_args__ = _by_month

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tender: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    amount: Mapped[int] = mapped_column(BigInteger)
    given: Mapped[int] = mapped_column(BigInteger)
    change: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(Text)


class LineTender(Base):
    """What of a line was settled by which tender: only for receipts with more than one (else it is the line's net)."""

    __tablename__ = "line_tender"
    __table_args__ = _by_month

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    tender: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    amount: Mapped[int] = mapped_column(BigInteger)


class LineClerk(Base):
    """What of a line's net counts for a clerk or a pool."""

    __tablename__ = "line_clerk"
    __table_args__ = _by_month

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    business_date: Mapped[date] = mapped_column(Date, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    line: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    clerk: Mapped[str] = mapped_column(Text, primary_key=True)
    ownership: Mapped[str] = mapped_column(Text)
    net: Mapped[int] = mapped_column(BigInteger)


class HeldReceipt(Base):
    """A receipt put aside at a till of the store."""

    __tablename__ = "held_receipt"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class RecalledHold(Base):
    """A held receipt that was taken up again; it may arrive before the hold itself."""

    __tablename__ = "recalled_hold"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)


class StreamOrigin(Base):
    """What the first entry of a stream says of the one before it. Two children of one parent are a copied disk."""

    __tablename__ = "stream_origin"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    parent_incarnation: Mapped[UUID | None] = mapped_column(Uuid)
    parent_seq: Mapped[int | None] = mapped_column(BigInteger)
    machine: Mapped[str] = mapped_column(Text)
    software: Mapped[str] = mapped_column(Text)


class FeedInUse(Base):
    """The feed position that a till last said it has adopted; `position_seen` is that entry's position in its store."""

    __tablename__ = "feed_in_use"
    __table_args__ = distributed("store", postgresql_with={"fillfactor": 80})

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    feed: Mapped[str] = mapped_column(Text, primary_key=True)
    generation: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    position_seen: Mapped[int] = mapped_column(BigInteger)
