"""Keeps members and publishes what a till may know of them: card, level, a masked name, and what offers ask for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hq_server.errors import Invalid
from hq_server.feeds.publishing import Change, publish
from hq_server.members.rules import fault_of
from hq_server.models.catalog import Member
from hq_server.models.tables import table_of
from hq_server.upsert import upsert
from hq_server.users import audit
from retail.feeds import MemberRow

_COLUMNS: Final = ("member_id", "card", "level", "name", "birthday", "groups", "purchases", "audience")


def put_members(session: Session, members: Iterable[tuple[MemberRow, str]], *, actor: str, at: datetime) -> int:
    """Makes or changes members, each with the audience whose tills know it; returns the position of feed `members`.

    Raises Invalid, naming the member, for what no till could use."""
    rows = list(members)
    for row, _ in rows:
        fault = fault_of(row)
        if fault:
            raise Invalid(f"member {row.member!r}: {fault}" if row.member else fault)
    count = upsert(session, table_of(Member), _COLUMNS, (_values(row, audience) for row, audience in rows))
    audit.record(session, actor=actor, action="members.put", subject=f"{count} members", at=at)
    return publish(session, "members", (Change(row.member, row, audience) for row, audience in rows), at=at)


def _values(row: MemberRow, audience: str) -> tuple[object, ...]:
    return row.member, row.card, row.level, row.name, row.birthday, row.groups, row.purchases, audience
