"""Zones, stores, tills and their keys. Small and read everywhere: reference tables. A till id belongs to one store for
life, and since a document names only its till, tills are unique over the chain."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import Base, BigInteger, LargeBinary, Moment, Text, Uuid, distributed


class Zone(Base):
    """Stores that share prices."""

    __tablename__ = "zone"
    __table_args__ = distributed("reference")

    zone_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)


class Store(Base):
    """A shop. `kind` is how it reaches headquarters: realtime, batch, hosted or proxy."""

    __tablename__ = "store"
    __table_args__ = distributed("reference")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    zone_id: Mapped[str | None] = mapped_column(ForeignKey("zone.zone_id"))
    kind: Mapped[str] = mapped_column(Text)
    currency: Mapped[str] = mapped_column(Text)
    utc_offset_min: Mapped[int] = mapped_column(BigInteger)


class Till(Base):
    """A till of a store. `token_hash` is what its host's agent calls with."""

    __tablename__ = "till"
    __table_args__ = (
        Index("ix_till_store_id", "store_id"),
        Index("uq_till_token_hash", "token_hash", unique=True),
        distributed("reference"),
    )

    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    store_id: Mapped[str] = mapped_column(ForeignKey("store.store_id"))
    host: Mapped[str] = mapped_column(Text, server_default="")
    token_hash: Mapped[bytes | None] = mapped_column(LargeBinary)
    enrolled_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    last_seen_at: Mapped[datetime | None] = mapped_column(Moment)


class TillKey(Base):
    """A public key that a till signs or signed with. Streams written before a new enrolment stay provable."""

    __tablename__ = "till_key"
    __table_args__ = distributed("reference")

    till_id: Mapped[str] = mapped_column(ForeignKey("till.till_id"), primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    enrolled_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)


class EnrolmentCode(Base):
    """A one-time code for one till, kept as its hash; good for minutes."""

    __tablename__ = "enrolment_code"
    __table_args__ = distributed("none")

    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    till_id: Mapped[str] = mapped_column(ForeignKey("till.till_id"))
    expires_at: Mapped[datetime] = mapped_column(Moment)
    made_by: Mapped[str] = mapped_column(Text)
    used_at: Mapped[datetime | None] = mapped_column(Moment)
    used_key: Mapped[bytes | None] = mapped_column(LargeBinary)


class HoldClaim(Base):
    """Which till took a held receipt: the first one to ask."""

    __tablename__ = "hold_claim"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    hold_till: Mapped[str] = mapped_column(Text, primary_key=True)
    hold_incarnation: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    hold_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
