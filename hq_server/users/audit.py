"""The audit trail: who did what at headquarters. Only ever added to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.clock import new_id
from hq_server.models.people import AuditRecord


def record(session: Session, *, actor: str, action: str, subject: str, at: datetime, **detail: Any) -> None:
    """Writes one line of the trail in the same transaction as the deed."""
    session.add(AuditRecord(audit_id=new_id(), at=at, actor=actor, action=action, subject=subject, detail=detail))


def latest(session: Session, *, limit: int = 200, actor: str | None = None) -> list[AuditRecord]:
    """The newest records first."""
    wanted = select(AuditRecord).order_by(AuditRecord.at.desc()).limit(limit)
    if actor is not None:
        wanted = wanted.where(AuditRecord.actor == actor)
    return list(session.scalars(wanted))
