"""Who may do what: staff at tills and their roles, users of headquarters, their sessions, and the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from hq_server.models.base import ARRAY, JSONB, Base, LargeBinary, Moment, Text, Uuid, distributed


class Operator(Base):
    """A person at the tills of one store, a zone or the chain. Clerks who never sign on have no PIN."""

    __tablename__ = "operator"
    __table_args__ = distributed("reference")

    operator_id: Mapped[str] = mapped_column(Text, primary_key=True)
    audience: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    pin_hash: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]


class Role(Base):
    """Function codes and limits of a role at tills."""

    __tablename__ = "role"
    __table_args__ = distributed("reference")

    role_id: Mapped[str] = mapped_column(Text, primary_key=True)
    functions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    limits: Mapped[dict[str, int]] = mapped_column(JSONB)


class User(Base):
    """A person who signs in at headquarters. `stores` is empty for all stores."""

    __tablename__ = "hq_user"
    __table_args__ = distributed("none")

    user_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    rights: Mapped[list[str]] = mapped_column(ARRAY(Text))
    stores: Mapped[list[str]] = mapped_column(ARRAY(Text))
    language: Mapped[str] = mapped_column(Text)
    active: Mapped[bool]
    failures: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class UserSession(Base):
    """A sign-in; checked at every event, ended by expiry or revocation."""

    __tablename__ = "hq_session"
    __table_args__ = (Index("ix_hq_session_user_id", "user_id"), distributed("none"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    user_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class AdminLink(Base):
    """A one-time link with which the first administrator (or one who lost the password) signs in."""

    __tablename__ = "admin_link"
    __table_args__ = distributed("none")

    token_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class AuditRecord(Base):
    """What somebody did at headquarters, and what was refused. Only ever added to."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_at", "at"), distributed("none"))

    audit_id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
