"""Keeps members and publishes what a till may know of them: card, level, a masked name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from hq_server.errors import Invalid
from hq_server.feeds.publishing import Change, publish
from hq_server.models.catalog import Member
from hq_server.models.tables import table_of
from hq_server.upsert import upsert
from hq_server.users import audit
from retail.feeds import MemberRow

_COLUMNS: Final = ("member_id", "card", "level", "name", "audience")


def put_members(session: Session, members: Iterable[tuple[MemberRow, str]], *, actor: str, at: datetime) -> int:
    """Makes or changes members, each with the audience whose tills know it; returns the position of feed `members`."""
    rows = list(members)
    if not all(row.member for row, _ in rows):
        raise Invalid("a member has a number")
    values = ((row.member, row.card, row.level, row.name, audience) for row, audience in rows)
    count = upsert(session, table_of(Member), _COLUMNS, values)
    audit.record(session, actor=actor, action="members.put", subject=f"{count} members", at=at)
    return publish(session, "members", (Change(row.member, row, audience) for row, audience in rows), at=at)
