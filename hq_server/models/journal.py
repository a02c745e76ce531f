"""What stores sent, as the exact bytes: streams, entries in the order of acceptance, and what became of odd ones."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import Base, BigInteger, Date, LargeBinary, Moment, Text, Uuid, distributed


class StreamRow(Base):
    """How far a stream is committed. Acceptance locks this row: it is the duplicate check."""

    __tablename__ = "stream"
    __table_args__ = distributed("store", postgresql_with={"fillfactor": 80})

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    accepted: Mapped[int] = mapped_column(BigInteger)
    head_hash: Mapped[bytes] = mapped_column(LargeBinary)
    forked: Mapped[bool]
    archived: Mapped[int] = mapped_column(BigInteger, server_default="0")
    first_at: Mapped[datetime] = mapped_column(Moment)
    last_at: Mapped[datetime] = mapped_column(Moment)


class StorePosition(Base):
    """The last position given to an entry of a store; locked while positions are given, so they are dense."""

    __tablename__ = "store_position"
    __table_args__ = distributed("store", postgresql_with={"fillfactor": 50})

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class RawEntry(Base):
    """An entry as it came: nothing but its bytes and seal. Whose it is stands in its span."""

    __tablename__ = "raw_entry"
    __table_args__ = distributed("store", postgresql_partition_by="RANGE (accepted_day)")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    accepted_day: Mapped[date] = mapped_column(Date, primary_key=True)
    hash: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    envelope: Mapped[bytes] = mapped_column(LargeBinary)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class StreamSpan(Base):
    """Entries of a stream that were accepted together: number and position grow in step. It finds an entry by its
    number at the cost of one row for a push; an index on the entries would double the cost of each. `forked` marks
    entries beside the main line of their stream: kept, folded and alarmed."""

    __tablename__ = "stream_span"
    __table_args__ = (
        Index("ix_stream_span_position", "store_id", "first_position"),
        distributed("store"),
    )

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    first_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first_position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    forked: Mapped[bool]
    accepted_day: Mapped[date] = mapped_column(Date)
    accepted_at: Mapped[datetime] = mapped_column(Moment)


class FoldCursor(Base):
    """Up to which position a store is folded. The fold locks this row: one worker at a time for each store."""

    __tablename__ = "fold_cursor"
    __table_args__ = distributed("store", postgresql_with={"fillfactor": 50})

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)


class FoldMark(Base):
    """The last entry of each stream that the store's sums include: what baselines are true for."""

    __tablename__ = "fold_mark"
    __table_args__ = distributed("store", postgresql_with={"fillfactor": 80})

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class SetAside(Base):
    """An entry that is stored but not folded: `parked` until this program knows its kind, or in `quarantine` because it
    cannot be read or cannot be true. What follows it is never held up."""

    __tablename__ = "set_aside"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text)
    incarnation: Mapped[UUID] = mapped_column(Uuid)
    seq: Mapped[int] = mapped_column(BigInteger)
    status: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)


class Alarm(Base):
    """Something a person should look at: a fork, a branch of a copied disk, a return given twice."""

    __tablename__ = "alarm"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    detail: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[datetime] = mapped_column(Moment)
    seen_by: Mapped[str] = mapped_column(Text, server_default="")


class WalMark(Base):
    """Where the write-ahead log stood at a moment: what was accepted before is safe once this place is archived."""

    __tablename__ = "wal_mark"
    __table_args__ = distributed("none")

    at: Mapped[datetime] = mapped_column(Moment, primary_key=True)
    lsn: Mapped[str] = mapped_column(Text)
    wal_file: Mapped[str] = mapped_column(Text)


class HqState(Base):
    """Headquarters' own few facts, by name: generation, beat, price release."""

    __tablename__ = "hq_state"
    __table_args__ = distributed("none")

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)
