"""Rehearsals of offers over real receipts: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import ARRAY, JSONB, Base, BigInteger, Date, LargeBinary, Moment, Text, Uuid, distributed


class Rehearsal(Base):
    """One run. `drafts` are the offers asked about (msgpack: their bytes), `stores` is empty for all, `sample` the most
    receipts to price. `state` is waiting, running, done, failed or stopped; `done` of `total` receipts are priced.
    `outcome` is `hq_server.rehearsal.outcome.Outcome`."""

    __tablename__ = "rehearsal"
    __table_args__ = (
        Index("ix_rehearsal_offer_id", "offer_id", "asked_at"),
        Index("ix_rehearsal_state", "state"),
        distributed("none"),
    )

    rehearsal_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    offer_id: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(BigInteger)
    drafts: Mapped[bytes] = mapped_column(LargeBinary)
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    stores: Mapped[list[str]] = mapped_column(ARRAY(Text))
    sample: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    done: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    error: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
