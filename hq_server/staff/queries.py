"""Lists of operators and roles as people look at them. PIN hashes stay where they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hq_server.models.people import Operator, Role


@dataclass(frozen=True, slots=True)
class OperatorLine:
    """Somebody at the tills; `signs_on` when there is a PIN."""

    operator: str
    name: str
    role: str
    audience: str
    signs_on: bool
    active: bool


def operators(session: Session, *, limit: int = 5_000) -> list[OperatorLine]:
    """Operators by number."""
    wanted = select(Operator).order_by(Operator.operator_id).limit(limit)
    return [
        OperatorLine(held.operator_id, held.name, held.role, held.audience, bool(held.pin_hash), held.active)
        for held in session.scalars(wanted)
    ]


def roles(session: Session) -> list[Role]:
    """Roles by name."""
    return list(session.scalars(select(Role).order_by(Role.role_id)))
