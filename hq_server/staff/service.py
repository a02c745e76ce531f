"""Keeps operators and roles, and publishes them to the stores concerned. PINs are kept as Argon2id hashes alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import msgspec
from sqlalchemy.orm import Session

from hq_server.errors import Invalid, NotFound
from hq_server.feeds.publishing import CHAIN, Change, publish
from hq_server.models.people import Operator, Role
from hq_server.models.tables import table_of
from hq_server.upsert import upsert
from hq_server.users import audit
from hq_server.users.secrets import hash_pin
from retail.feeds import RoleRow, StaffRow

PIN_LENGTH_MIN: Final = 4
PIN_LENGTH_MAX: Final = 12
_COLUMNS: Final = ("operator_id", "audience", "name", "role", "pin_hash", "active")


@dataclass(frozen=True, slots=True)
class OperatorRecord:
    """Somebody at the tills of an audience. Without a PIN: a clerk who owns lines and never signs on."""

    operator: str
    name: str
    role: str
    audience: str = CHAIN
    pin: str = ""
    active: bool = True


def put_operators(
    session: Session, operators: Iterable[OperatorRecord], *, actor: str, at: datetime, one_salt: bool = False
) -> int:
    """Makes or replaces operators and publishes them; returns the position of feed `staff` that has them all.

    `one_salt` hashes each PIN once for all who share it: for sample chains, where PINs are no secret.
    """
    people = list(operators)
    hashed = lru_cache(hash_pin) if one_salt else hash_pin
    rows = [(person, hashed(_pin(person)) if person.pin else "") for person in people]
    values = (
        (person.operator, person.audience, person.name, person.role, pin_hash, person.active)
        for person, pin_hash in rows
    )
    count = upsert(session, table_of(Operator), _COLUMNS, values)
    audit.record(session, actor=actor, action="operators.put", subject=f"{count} operators", at=at)
    changes = [
        Change(
            person.operator, _row(person.operator, person.name, person.role, pin_hash, person.active), person.audience
        )
        for person, pin_hash in rows
    ]
    return publish(session, "staff", changes, at=at)


def set_pin(session: Session, *, operator: str, pin: str, actor: str, at: datetime) -> int:
    """Gives an operator another PIN; returns the feed's position."""
    held = _held(session, operator)
    held.pin_hash = hash_pin(_pin(OperatorRecord(operator, "", "", pin=pin)))
    return _publish_one(session, held, actor=actor, action="operator.pin", at=at)


def set_active(session: Session, *, operator: str, active: bool, actor: str, at: datetime) -> int:
    """Lets an operator sign on, or no longer; returns the feed's position."""
    held = _held(session, operator)
    held.active = active
    action = "operator.activate" if active else "operator.deactivate"
    return _publish_one(session, held, actor=actor, action=action, at=at)


def put_roles(session: Session, roles: Iterable[RoleRow], *, actor: str, at: datetime) -> int:
    """Makes or replaces roles and publishes them to the chain; returns the position of feed `roles`."""
    rows = list(roles)
    for row in rows:
        if not row.role:
            raise Invalid("a role has a name")
        held = session.get(Role, row.role)
        if held is None:
            held = Role(role_id=row.role)
            session.add(held)
        held.functions, held.limits = list(row.functions), dict(row.limits)
    session.flush()
    detail = {row.role: msgspec.to_builtins(row) for row in rows}
    audit.record(session, actor=actor, action="roles.put", subject=", ".join(detail), at=at, roles=detail)
    return publish(session, "roles", [Change(row.role, row) for row in rows], at=at)


def _held(session: Session, operator: str) -> Operator:
    held = session.get(Operator, operator, with_for_update=True)
    if held is None:
        raise NotFound(f"there is no operator {operator}")
    return held


def _publish_one(session: Session, held: Operator, *, actor: str, action: str, at: datetime) -> int:
    session.flush()
    audit.record(session, actor=actor, action=action, subject=held.operator_id, at=at)
    row = _row(held.operator_id, held.name, held.role, held.pin_hash, held.active)
    return publish(session, "staff", [Change(held.operator_id, row, held.audience)], at=at)


def _row(operator: str, name: str, role: str, pin_hash: str, active: bool) -> StaffRow:
    return StaffRow(operator, name, role, pin_hash, active)


def _pin(person: OperatorRecord) -> str:
    if not person.pin.isascii() or not person.pin.isdigit():
        raise Invalid("a PIN has digits only")
    if not PIN_LENGTH_MIN <= len(person.pin) <= PIN_LENGTH_MAX:
        raise Invalid(f"a PIN has {PIN_LENGTH_MIN} to {PIN_LENGTH_MAX} digits")
    return person.pin
