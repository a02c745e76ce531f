"""What headquarters publishes, and how far each host and till has taken it in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import Base, BigInteger, LargeBinary, Moment, Text, distributed


class FeedCounter(Base):
    """The last position given in a feed. Publishing locks this row to its commit, so positions show up in order.
    Tombstones up to `floor` have been dropped: a cursor below it needs a snapshot."""

    __tablename__ = "feed_counter"
    __table_args__ = distributed("none", postgresql_with={"fillfactor": 50})

    feed: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    floor: Mapped[int] = mapped_column(BigInteger, server_default="0")


class PublishedRow(Base):
    """The state of one key for one audience (`chain`, `zone:Z`, `store:S`); without a body it is a tombstone."""

    __tablename__ = "feed_row"
    __table_args__ = (
        Index("ix_feed_row_position", "feed", "audience", "position"),
        distributed("reference", postgresql_with={"fillfactor": 90}),
    )

    feed: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    audience: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
    published_at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)


class FeedGeneration(Base):
    """A store's line of a feed; a new one asks its hosts for a snapshot."""

    __tablename__ = "feed_generation"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    feed: Mapped[str] = mapped_column(Text, primary_key=True)
    generation: Mapped[str] = mapped_column(Text)


class HostProgress(Base):
    """The feed position that a host (known by its till) last said it holds."""

    __tablename__ = "host_progress"
    __table_args__ = distributed("store", postgresql_with={"fillfactor": 80})

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    till_id: Mapped[str] = mapped_column(Text, primary_key=True)
    feed: Mapped[str] = mapped_column(Text, primary_key=True)
    host: Mapped[str] = mapped_column(Text)
    generation: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)


class BaselinePublished(Base):
    """Up to which position of the store its stock baselines have been published."""

    __tablename__ = "baseline_published"
    __table_args__ = distributed("store")

    store_id: Mapped[str] = mapped_column(Text, primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger)
