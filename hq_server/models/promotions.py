"""Offers on their way from a draft to the tills: every revision as it was written, who did what with it, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import ARRAY, JSONB, Base, BigInteger, LargeBinary, Moment, Text, Uuid, distributed


class Promotion(Base):
    """An offer through all its revisions. `latest` is the revision written last, `live` the one tills are sent (0:
    none). Whoever changes anything of the offer locks this row."""

    __tablename__ = "promotion"
    __table_args__ = distributed("none")

    offer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    latest: Mapped[int] = mapped_column(BigInteger)
    live: Mapped[int] = mapped_column(BigInteger)


class PromotionRevision(Base):
    """One revision. `body` is the offer's JSON as it was written and never changes; `published` the bytes that tills
    were sent. `from_minute` is the stores' wall-clock minute it was scheduled for, `send_at` when it goes out.
    `findings` are what the check found, as `hq_server.promotion_admin.lint` writes them."""

    __tablename__ = "promotion_revision"
    __table_args__ = (
        Index("ix_promotion_revision_state", "state"),
        distributed("none"),
    )

    offer_id: Mapped[str] = mapped_column(Text, primary_key=True)
    revision: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text))
    budget_minor: Mapped[int] = mapped_column(BigInteger)
    expected_cost_minor: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(Moment)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    approved_by: Mapped[str] = mapped_column(Text)
    from_minute: Mapped[int] = mapped_column(BigInteger)
    send_at: Mapped[datetime | None] = mapped_column(Moment)
    published: Mapped[bytes | None] = mapped_column(LargeBinary)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    feed_position: Mapped[int] = mapped_column(BigInteger)


class PromotionEvent(Base):
    """What somebody did with a revision, and the state it came to. Only ever added to."""

    __tablename__ = "promotion_event"
    __table_args__ = (
        Index("ix_promotion_event_offer_id", "offer_id", "at"),
        distributed("none"),
    )

    event_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    offer_id: Mapped[str] = mapped_column(Text)
    revision: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(Text)
